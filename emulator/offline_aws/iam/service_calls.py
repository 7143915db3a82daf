"""Calls that a service makes for one of its resources, as EventBridge does for a rule: only resource-based policies allow them."""

from __future__ import annotations

from offline_aws.iam.policy import Request, judge
from offline_aws.iam.principals import service_principal
from offline_aws.iam.resource_policies import guard_of
from offline_aws.settings import settings


def refusal(service: str, action: str, resource: str, source_arn: str) -> str | None:
    """Why the resource-based policy refuses a call; None if it allows it, or if policies are not enforced."""
    if not settings.enforce_iam:
        return None
    policy = guard_of(action, resource).policy
    context = {"aws:sourcearn": source_arn, "aws:sourceaccount": source_arn.split(":")[4], "aws:principalisawsservice": "true"}
    request = Request(action, resource, context, service_principal(service))
    if policy is not None and judge([policy], request).allows:
        return None
    return f"{service} is not authorized to perform: {action} on resource: {resource} because no resource-based policy allows the {action} action"
