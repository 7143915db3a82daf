"""Queues that get events, as targets of rules or as dead-letter queues of targets."""

from __future__ import annotations

from collections.abc import Mapping

from offline_aws.events.failure import Failure


def send(queue_arn: str, rule_arn: str, text: str, attributes: Mapping[str, str] | None = None) -> Failure | None:
    """Sends a message, if the policy of the queue allows it."""
    from moto.sqs.exceptions import QueueDoesNotExist
    from moto.sqs.models import sqs_backends

    from offline_aws.iam.service_calls import refusal

    _, _, _, region, account, name = queue_arn.split(":")
    refused = refusal("events.amazonaws.com", "sqs:SendMessage", queue_arn, rule_arn)
    if refused:
        return Failure("NO_PERMISSIONS", refused)
    given = {key: {"DataType": "String", "StringValue": value} for key, value in (attributes or {}).items()}
    try:
        sqs_backends[account][region].send_message(name, text, message_attributes=given)
    except QueueDoesNotExist:
        return Failure("NO_RESOURCE", "the queue does not exist")
    return None
