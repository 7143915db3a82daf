"""One small class per resource type.

There are handlers for what the CDK bootstraps, for what the tests and examples of the library deploy, and for
networks and keys. A resource of any other type fails with a message that names the type.
"""

from __future__ import annotations

from functools import cache

from offline_aws.cloudformation import custom_resource, nested_stack
from offline_aws.cloudformation.handlers import (
    cloudwatch,
    ec2,
    ecr,
    engine_types,
    events,
    iam,
    kms,
    lambda_,
    logs,
    routing,
    s3,
    sagemaker,
    sns,
    sqs,
    ssm,
    step_functions,
    studio,
)
from offline_aws.cloudformation.handlers.base import Handler
from offline_aws.cloudformation.schema import is_custom

_MODULES = (
    cloudwatch,
    custom_resource,
    ec2,
    ecr,
    engine_types,
    events,
    iam,
    kms,
    lambda_,
    logs,
    nested_stack,
    routing,
    s3,
    sagemaker,
    sns,
    sqs,
    ssm,
    step_functions,
    studio,
)


@cache
def _handlers() -> dict[str, Handler]:
    """The handlers by type. Built on first use, because modules import each other while they load."""
    classes = (
        item
        for module in _MODULES
        for item in vars(module).values()
        if isinstance(item, type) and issubclass(item, Handler) and hasattr(item, "type")
    )
    return {cls.type: cls() for cls in classes}


def handler_for(resource_type: str) -> Handler | None:
    """The handler of a type, None when the emulator has none."""
    if is_custom(resource_type):
        resource_type = custom_resource.CustomResource.type
    return _handlers().get(resource_type)
