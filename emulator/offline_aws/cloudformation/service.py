"""Shared code of all operations: finds stacks, checks their state, starts work on them."""

from __future__ import annotations

import re
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

from offline_aws.cloudformation import aws
from offline_aws.cloudformation.deployment import Deployment
from offline_aws.cloudformation.errors import validation_error
from offline_aws.cloudformation.model import ChangeSet, Definition, Environment, Stack, StackStore
from offline_aws.errors import ServiceError
from offline_aws.identity import Caller
from offline_aws.settings import settings

#: Where an update may start from.
_UPDATABLE = frozenset(
    {
        "CREATE_COMPLETE",
        "CREATE_FAILED",
        "IMPORT_COMPLETE",
        "IMPORT_ROLLBACK_COMPLETE",
        "UPDATE_COMPLETE",
        "UPDATE_FAILED",
        "UPDATE_ROLLBACK_COMPLETE",
    }
)

_STACK_NAME = re.compile("[a-zA-Z][-a-zA-Z0-9]{0,127}")

Params = dict[str, Any]


class StackService:
    """The stacks of one account and region."""

    def __init__(self) -> None:
        self._store = StackStore()

    def stack_id(self, name: str) -> str | None:
        """The ARN of the stack that has this name, if there is one."""
        stack = self._store.find(name)
        return stack.id if stack else None

    def _find(self, name_or_id: str) -> Stack:
        stack = self._store.find(name_or_id)
        if stack is None:
            raise validation_error(f"Stack with id {name_or_id} does not exist")
        return stack

    def _find_change_set(self, params: Params) -> tuple[Stack, ChangeSet]:
        name = params["ChangeSetName"]
        stacks = [self._find(params["StackName"])] if "StackName" in params else self._store.all()
        for stack in stacks:
            for change_set in stack.change_sets.values():
                if name in (change_set.name, change_set.id):
                    return stack, change_set
        raise ServiceError("ChangeSetNotFound", f"ChangeSet [{name}] does not exist", 404)

    def _refuse_unless_updatable(self, stack: Stack) -> None:
        if stack.status not in _UPDATABLE:
            raise validation_error(f"Stack:{stack.id} is in {stack.status} state and can not be updated.")

    def _begin(self, stack: Stack, status: str) -> None:
        """Starts an operation and makes the other change sets of the stack obsolete."""
        stack.status = status
        for change_set in stack.change_sets.values():
            if change_set.execution_status == "AVAILABLE":
                change_set.execution_status = "OBSOLETE"

    def _new_stack(self, name: str, caller: Caller) -> Stack:
        if not _STACK_NAME.fullmatch(name):
            raise validation_error(
                f"1 validation error detected: Value '{name}' at 'stackName' failed to satisfy constraint: "
                "Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"
            )
        where = f"{caller.partition}:cloudformation:{caller.region}:{caller.account}"
        environment = Environment(
            caller.account, caller.region, caller.partition, caller.access_key, caller.principal
        )
        return Stack(name=name, id=f"arn:{where}:stack/{name}/{uuid4()}", environment=environment, status="")

    def _environment(self, stack: Stack, caller: Caller, role_arn: str | None) -> Environment:
        """The principal that handles the resources: the given or remembered role, or the caller."""
        role_arn = role_arn or (stack.definition.role_arn if stack.definition else None)
        here = stack.environment
        if role_arn is None:
            return replace(here, access_key=caller.access_key, principal=caller.principal, forwarded=True)
        key, principal = aws.assume_role(role_arn, here.region, here.partition, here.account)
        return replace(here, access_key=key, principal=principal)

    def _deployment(self, stack: Stack, definition: Definition, caller: Caller, params: Params) -> Deployment:
        environment = self._environment(stack, caller, params.get("RoleARN") or definition.role_arn)
        return Deployment(stack, self._store, environment, definition, params.get("ClientRequestToken"))

    def _run(self, stack: Stack, work: Callable[[], None]) -> None:
        """Starts an operation and waits for its end, so that a CLI does not need to poll every five seconds."""

        def guarded() -> None:
            try:
                work()
            except Exception as error:  # without this, a client would poll an operation that never ends
                traceback.print_exc(file=sys.stderr)
                verb = stack.status.split("_")[0]
                stack.record(
                    None, f"{verb}_FAILED", f"the offline AWS failed: {type(error).__name__}: {error}"
                )

        thread = threading.Thread(target=guarded, daemon=True)
        thread.start()
        thread.join(settings.answer_seconds)
