"""Queues as targets of rules."""

from __future__ import annotations

from offline_aws.iam.service_calls import refusal


def send(queue_arn: str, rule_arn: str, text: str) -> str | None:
    """Sends a message, if the policy of the queue allows it."""
    from moto.sqs.exceptions import QueueDoesNotExist
    from moto.sqs.models import sqs_backends

    _, _, _, region, account, name = queue_arn.split(":")
    refused = refusal("events.amazonaws.com", "sqs:SendMessage", queue_arn, rule_arn)
    if refused:
        return refused
    try:
        sqs_backends[account][region].send_message(name, text)
    except QueueDoesNotExist:
        return "the queue does not exist"
    return None
