"""Sends an event to a target of a rule, or to the dead-letter queue of the target.

None of the failures here would end with a retry: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-event-delivery.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from offline_aws.events import queues
from offline_aws.events.failure import Failure
from offline_aws.events.input import render

#: Sends text to a target for a rule: `deliver(target_arn, rule_arn, text)`. Returns why it failed, if it did.
Deliver = Callable[[str, str, str], Failure | None]

_services: dict[str, Deliver] = {"sqs": queues.send}


def deliver_to(service: str, deliver: Deliver) -> None:
    """Delivers to targets whose ARN has this service."""
    _services[service] = deliver


def send(rule: Any, target: dict[str, Any], event: dict[str, Any]) -> str:
    """Returns the outcome, for the journal."""
    failure = _send(rule, target, event)
    if failure is None:
        return "delivered"
    queue = (target.get("DeadLetterConfig") or {}).get("Arn")
    if queue:
        about = {"RULE_ARN": rule.arn, "TARGET_ARN": target["Arn"], "ERROR_CODE": failure.code, "ERROR_MESSAGE": failure.message}
        queues.send(queue, rule.arn, json.dumps(event), about)
    return failure.message


def _send(rule: Any, target: dict[str, Any], event: dict[str, Any]) -> Failure | None:
    service = target["Arn"].split(":")[2]
    if service not in _services:
        return Failure("UNKNOWN", f"the offline AWS does not deliver events to {service}")
    text = render(target, event, {"rule-arn": rule.arn, "rule-name": rule.name, "event.ingestion-time": event["time"]})
    return _services[service](target["Arn"], rule.arn, text)
