"""Functions as targets of EventBridge rules."""

from __future__ import annotations

import json

from offline_aws.errors import ServiceError
from offline_aws.events.failure import Failure
from offline_aws.iam.service_calls import refusal
from offline_aws.lambda_.asynchronous import invoke_later
from offline_aws.lambda_.functions import find


def deliver(function_arn: str, rule_arn: str, text: str) -> Failure | None:
    """Invokes a function asynchronously, if its policy allows it. Returns why not."""
    _, _, _, region, account, _, name, *qualifier = function_arn.split(":")
    try:
        target = find(name, qualifier[0] if qualifier else None, account, region)
    except ServiceError as error:
        return Failure("NO_RESOURCE", str(error))
    refused = refusal("events.amazonaws.com", "lambda:InvokeFunction", function_arn, rule_arn)
    if refused is not None:
        return Failure("NO_PERMISSIONS", refused)
    try:
        json.loads(text)
    except ValueError as error:
        return Failure("INVALID_JSON", f"the input of the target is not JSON: {error}")
    invoke_later(target, text)
    return None
