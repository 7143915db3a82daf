"""AWS::SQS::*"""

from __future__ import annotations

import json
from typing import Any

from offline_aws.cloudformation.handlers.attached_policy import AttachedPolicy
from offline_aws.cloudformation.handlers.base import Handler, Physical, Request, existing, ignoring_missing
from offline_aws.cloudformation.handlers.tagging import Tagging

#: Properties that are attributes of the same name, with the defaults of the service.
_ATTRIBUTES: dict[str, Any] = {
    "ContentBasedDeduplication": None, "DeduplicationScope": None, "DelaySeconds": 0, "FifoThroughputLimit": None,
    "KmsDataKeyReusePeriodSeconds": 300, "KmsMasterKeyId": "", "MaximumMessageSize": 262144,
    "MessageRetentionPeriod": 345600, "ReceiveMessageWaitTimeSeconds": 0, "RedriveAllowPolicy": None, "RedrivePolicy": "",
    "SqsManagedSseEnabled": True, "VisibilityTimeout": 30,
}  # fmt: skip


class Queue(Handler):
    """A queue; `Ref` is its URL."""

    type = "AWS::SQS::Queue"
    supports = frozenset({*_ATTRIBUTES, "FifoQueue", "QueueName", "Tags"})
    tagging = Tagging("sqs", "QueueUrl", tag="TagQueue", untag="UntagQueue", listed=dict)

    def create(self, request: Request) -> Physical:
        properties = request.properties
        fifo = bool(properties.get("FifoQueue"))
        name = properties.get("QueueName") or request.generated_name(75) + (".fifo" if fifo else "")
        given = {key: _text(properties[key]) for key in _ATTRIBUTES if key in properties}
        if fifo:
            given["FifoQueue"] = "true"
        url = request.call("sqs", "CreateQueue", QueueName=name, Attributes=given or None, tags=request.tags() or None)["QueueUrl"]
        with existing(url):
            attributes = request.call("sqs", "GetQueueAttributes", QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
        return Physical(url, {"Arn": attributes["QueueArn"], "QueueName": name, "QueueUrl": url})

    def update(self, request: Request) -> Physical:
        new, old = request.properties, request.previous
        changed = {
            key: _text(new.get(key, default))
            for key, default in _ATTRIBUTES.items()
            if new.get(key) != old.get(key) and new.get(key, default) is not None
        }
        if changed:
            request.call("sqs", "SetQueueAttributes", QueueUrl=request.physical_id, Attributes=changed)
        return Physical(request.physical_id, request.attributes)

    def delete(self, request: Request) -> None:
        ignoring_missing(request, "sqs", "DeleteQueue", QueueUrl=request.physical_id)


class QueuePolicy(AttachedPolicy):
    type = "AWS::SQS::QueuePolicy"
    targets = "Queues"

    def set_policy(self, request: Request, target: str, policy: str) -> None:
        request.call("sqs", "SetQueueAttributes", QueueUrl=target, Attributes={"Policy": policy})

    def default_policy(self, target: str) -> str:
        return ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
