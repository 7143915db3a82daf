"""Dead-letter queues of functions: events whose last asynchronous attempt failed or never began.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html ("Adding a dead-letter queue")
"""

from __future__ import annotations

import json
from typing import Any

from offline_aws.errors import ServiceError
from offline_aws.iam.enforcement import judge_need
from offline_aws.iam.needs.call import Need
from offline_aws.iam.service_roles import assumed_by
from offline_aws.lambda_.execution import Execution
from offline_aws.lambda_.functions import Target
from offline_aws.settings import settings

_SERVICE = "lambda.amazonaws.com"
_LONGEST_ERROR_MESSAGE = 1024


def check(config: dict[str, Any]) -> None:
    """Checks the configuration that a function is about to get.

    Raises:
        ServiceError: InvalidParameterValueException, if its role may not send to the queue.
    """
    queue = (config.get("DeadLetterConfig") or {}).get("TargetArn")
    if not queue:
        return
    if queue.split(":")[2] != "sqs":
        raise _invalid(f"the offline AWS sends dead letters to queues only, not to {queue}")
    if not _may_send(config["Role"], queue):
        raise _invalid("The provided execution role does not have permissions to call SendMessage on SQS")


def send(target: Target, event: str, request_id: str, status: int, result: Execution) -> None:
    """Sends an event that the function did not handle. As on AWS, nobody learns of a failure to send."""
    from moto.sqs.exceptions import QueueDoesNotExist
    from moto.sqs.models import sqs_backends

    if not target.dead_letters or not _may_send(target.role, target.dead_letters):
        return
    _, _, _, region, account, name = target.dead_letters.split(":")
    attributes = {
        "RequestID": _attribute("String", request_id),
        "ErrorCode": _attribute("Number", str(status)),
        "ErrorMessage": _attribute("String", _message(result.payload)),
    }
    try:
        sqs_backends[account][region].send_message(name, event, message_attributes=attributes)
    except QueueDoesNotExist:
        return


def _may_send(role: str, queue: str) -> bool:
    if not settings.enforce_iam:
        return True
    session = assumed_by(role, _SERVICE, "lambda")
    return session is not None and judge_need(session, Need("sqs:SendMessage", queue), queue.split(":")[3]).allowed


def _message(payload: str) -> str:
    failure = json.loads(payload)
    message = failure.get("errorMessage") if isinstance(failure, dict) else None
    return str(message or payload)[:_LONGEST_ERROR_MESSAGE]


def _attribute(kind: str, value: str) -> dict[str, str]:
    return {"DataType": kind, "StringValue": value}


def _invalid(message: str) -> ServiceError:
    return ServiceError("InvalidParameterValueException", message)
