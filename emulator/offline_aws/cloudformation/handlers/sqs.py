"""AWS::SQS::*"""

from __future__ import annotations

import json
from typing import Any

from offline_aws.cloudformation.errors import HandlerError
from offline_aws.cloudformation.handlers.base import Handler, Physical, Request, difference, existing, ignoring_missing
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


class QueuePolicy(Handler):
    type = "AWS::SQS::QueuePolicy"
    grants = True

    def create(self, request: Request) -> Physical:
        name = request.generated_name(128)
        for url in request.properties["Queues"]:
            _set_policy(request, url, json.dumps(request.properties["PolicyDocument"]))
        return Physical(name, {"Id": name})

    def update(self, request: Request) -> Physical:
        new, old = request.properties, request.previous
        for url in new["Queues"]:
            _set_policy(request, url, json.dumps(new["PolicyDocument"]))
        for url in difference(new["Queues"], old["Queues"])[1]:
            _set_policy(request, url, "")
        return Physical(request.physical_id, request.attributes)

    def delete(self, request: Request) -> None:
        for url in request.properties["Queues"]:
            try:
                _set_policy(request, url, "")
            except HandlerError as error:
                if error.code != "NotFound":
                    raise


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _set_policy(request: Request, url: str, policy: str) -> None:
    request.call("sqs", "SetQueueAttributes", QueueUrl=url, Attributes={"Policy": policy})
