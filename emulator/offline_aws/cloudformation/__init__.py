"""CloudFormation: an engine of our own instead of moto's."""

from __future__ import annotations

from typing import Any

from offline_aws.cloudformation import aws, custom_resource
from offline_aws.cloudformation.api import CloudFormation
from offline_aws.cloudformation.protocol import QueryService
from offline_aws.control import Control
from offline_aws.gateway import Gateway
from offline_aws.identity import Caller

_services: dict[tuple[str, str], CloudFormation] = {}


def call(operation: str, params: dict[str, Any], caller: Caller) -> dict[str, Any]:
    """One CloudFormation operation in the caller's account and region."""
    service = _services.setdefault((caller.account, caller.region), CloudFormation())
    return service.call(operation, params, caller)


def stack_id(name: str, caller: Caller) -> str | None:
    """The ARN of a stack of the caller's account and region, if there is one."""
    service = _services.get((caller.account, caller.region))
    return service.stack_id(name) if service else None


def install(gateway: Gateway, control: Control) -> None:
    from offline_aws.cloudformation.needs import needs
    from offline_aws.iam import needs as permissions

    permissions.register("cloudformation", needs)
    aws.connect(gateway)
    gateway.route("cloudformation", QueryService(call))
    gateway.mount(custom_resource.PREFIX, custom_resource.mailbox)


def reset() -> None:
    _services.clear()
