"""CloudFormation's operations by name."""

from __future__ import annotations

from offline_aws.cloudformation.change_set_operations import ChangeSetOperations
from offline_aws.cloudformation.read_operations import ReadOperations
from offline_aws.cloudformation.service import Params
from offline_aws.cloudformation.stack_operations import StackOperations
from offline_aws.identity import Caller


class CloudFormation(ChangeSetOperations, StackOperations, ReadOperations):
    """The service in one account and Region; parameters and results have botocore's shapes."""

    def call(self, operation: str, params: Params, caller: Caller) -> Params:
        """Runs one operation in the caller's name."""
        method = getattr(self, f"op_{operation}", None)
        if method is None:
            raise NotImplementedError(operation)
        return method(params, caller) or {}
