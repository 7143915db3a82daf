"""AWS::SNS::* and AWS::SQS::*: where events and alarms go."""

from __future__ import annotations

import json
from typing import Any

from offline_aws.cloudformation.errors import HandlerError
from offline_aws.cloudformation.handlers.base import Handler, Physical, Request, existing, ignoring_missing
from offline_aws.cloudformation.handlers.tagging import Tagging


class Topic(Handler):
    type = "AWS::SNS::Topic"
    supports = frozenset({"DisplayName", "KmsMasterKeyId", "Subscription", "Tags", "TopicName"})
    tagging = Tagging("sns", "ResourceArn")

    def create(self, request: Request) -> Physical:
        name = request.properties.get("TopicName") or request.generated_name(256)
        arn = request.call(
            "sns",
            "CreateTopic",
            Name=name,
            Attributes=self._attributes(request),
            Tags=request.tag_list(),
        )["TopicArn"]
        with existing(arn):
            self._subscribe(request, arn)
        return Physical(arn, {"TopicArn": arn, "TopicName": name})

    def update(self, request: Request) -> Physical:
        for key, value in self._attributes(request).items():
            request.call(
                "sns",
                "SetTopicAttributes",
                TopicArn=request.physical_id,
                AttributeName=key,
                AttributeValue=value,
            )
        self._subscribe(request, request.physical_id)
        return Physical(request.physical_id, request.attributes)

    def delete(self, request: Request) -> None:
        ignoring_missing(request, "sns", "DeleteTopic", TopicArn=request.physical_id)

    def _attributes(self, request: Request) -> dict[str, str]:
        wanted = {"DisplayName": "DisplayName", "KmsMasterKeyId": "KmsMasterKeyId"}
        return {api: request.properties[key] for key, api in wanted.items() if key in request.properties}

    def _subscribe(self, request: Request, arn: str) -> None:
        for subscription in request.properties.get("Subscription", []):
            request.call(
                "sns",
                "Subscribe",
                TopicArn=arn,
                Protocol=subscription["Protocol"],
                Endpoint=subscription["Endpoint"],
            )


class Subscription(Handler):
    type = "AWS::SNS::Subscription"
    supports = frozenset({
        "Endpoint", "FilterPolicy", "FilterPolicyScope", "Protocol", "RawMessageDelivery",
        "RedrivePolicy", "TopicArn",
    })  # fmt: skip

    def create(self, request: Request) -> Physical:
        properties = request.properties
        attributes = {
            key: value if isinstance(value, str) else json.dumps(value)
            for key, value in properties.items()
            if key in ("FilterPolicy", "FilterPolicyScope", "RawMessageDelivery", "RedrivePolicy")
        }
        arn = request.call(
            "sns",
            "Subscribe",
            TopicArn=properties["TopicArn"],
            Protocol=properties["Protocol"],
            Endpoint=properties.get("Endpoint"),
            Attributes=attributes,
            ReturnSubscriptionArn=True,
        )["SubscriptionArn"]
        return Physical(arn, {"Arn": arn})

    def update(self, request: Request) -> Physical:
        self.delete(request)
        return self.create(request)

    def delete(self, request: Request) -> None:
        ignoring_missing(request, "sns", "Unsubscribe", SubscriptionArn=request.physical_id)


class TopicPolicy(Handler):
    type = "AWS::SNS::TopicPolicy"

    def create(self, request: Request) -> Physical:
        self._put(request)
        name = request.generated_name(256)
        return Physical(name, {"Id": name})

    def update(self, request: Request) -> Physical:
        self._put(request)
        return Physical(request.physical_id, request.attributes)

    def delete(self, request: Request) -> None:
        """A topic always has a policy: nothing is left to take away without the topic."""

    def _put(self, request: Request) -> None:
        for topic in request.properties["Topics"]:
            request.call(
                "sns",
                "SetTopicAttributes",
                TopicArn=topic,
                AttributeName="Policy",
                AttributeValue=json.dumps(request.properties["PolicyDocument"]),
            )


#: Queue properties that are attributes of the same name.
_QUEUE_ATTRIBUTES = (
    "ContentBasedDeduplication", "DelaySeconds", "FifoQueue", "KmsMasterKeyId", "MaximumMessageSize",
    "MessageRetentionPeriod", "ReceiveMessageWaitTimeSeconds", "RedrivePolicy", "SqsManagedSseEnabled",
    "VisibilityTimeout",
)  # fmt: skip


class Queue(Handler):
    type = "AWS::SQS::Queue"
    supports = frozenset({*_QUEUE_ATTRIBUTES, "QueueName", "Tags"})
    tagging = Tagging("sqs", "QueueUrl", tag="TagQueue", untag="UntagQueue", listed=dict)

    def create(self, request: Request) -> Physical:
        name = request.properties.get("QueueName") or request.generated_name(80)
        url = request.call(
            "sqs",
            "CreateQueue",
            QueueName=name,
            Attributes=_queue_attributes(request),
            tags=request.tags() or None,
        )["QueueUrl"]
        where = request.environment
        arn = f"arn:{where.partition}:sqs:{where.region}:{where.account}:{name}"
        return Physical(url, {"Arn": arn, "QueueName": name, "QueueUrl": url})

    def update(self, request: Request) -> Physical:
        attributes = _queue_attributes(request)
        if attributes:
            request.call("sqs", "SetQueueAttributes", QueueUrl=request.physical_id, Attributes=attributes)
        return Physical(request.physical_id, request.attributes)

    def delete(self, request: Request) -> None:
        _ignoring_missing_queue(request, "DeleteQueue", QueueUrl=request.physical_id)


class QueuePolicy(Handler):
    type = "AWS::SQS::QueuePolicy"

    def create(self, request: Request) -> Physical:
        self._put(request, json.dumps(request.properties["PolicyDocument"]))
        name = request.generated_name(80)
        return Physical(name, {"Id": name})

    def update(self, request: Request) -> Physical:
        self._put(request, json.dumps(request.properties["PolicyDocument"]))
        return Physical(request.physical_id, request.attributes)

    def delete(self, request: Request) -> None:
        self._put(request, "")

    def _put(self, request: Request, policy: str) -> None:
        for url in request.properties["Queues"]:
            _ignoring_missing_queue(
                request, "SetQueueAttributes", QueueUrl=url, Attributes={"Policy": policy}
            )


def _queue_attributes(request: Request) -> dict[str, str]:
    attributes: dict[str, Any] = {
        key: request.properties[key] for key in _QUEUE_ATTRIBUTES if key in request.properties
    }
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in attributes.items()}


def _ignoring_missing_queue(request: Request, operation: str, **params: Any) -> None:
    """SQS has an error code of its own for what is not there."""
    try:
        request.call("sqs", operation, **params)
    except HandlerError as error:
        if "NonExistentQueue" not in error.message and "QueueDoesNotExist" not in error.message:
            raise
