"""AWS::SNS::*"""

from __future__ import annotations

import json
from typing import Any

from offline_aws.cloudformation.handlers.attached_policy import AttachedPolicy
from offline_aws.cloudformation.handlers.base import (
    Handler,
    Physical,
    Request,
    difference,
    existing,
    ignoring_missing,
)
from offline_aws.cloudformation.handlers.tagging import Tagging

_TOPIC_ATTRIBUTES = ("DisplayName", "KmsMasterKeyId", "SignatureVersion", "TracingConfig")
_SUBSCRIPTION_ATTRIBUTES = ("DeliveryPolicy", "FilterPolicy", "FilterPolicyScope", "RawMessageDelivery", "RedrivePolicy")


class Topic(Handler):
    type = "AWS::SNS::Topic"
    supports = frozenset({*_TOPIC_ATTRIBUTES, "FifoTopic", "ContentBasedDeduplication", "Subscription", "Tags", "TopicName"})
    tagging = Tagging("sns", "ResourceArn")

    def create(self, request: Request) -> Physical:
        properties = request.properties
        fifo = bool(properties.get("FifoTopic"))
        name = properties.get("TopicName") or request.generated_name(256) + (".fifo" if fifo else "")
        given = {key: _text(properties[key]) for key in _TOPIC_ATTRIBUTES if key in properties}
        if fifo:
            given["FifoTopic"] = "true"
            given["ContentBasedDeduplication"] = _text(properties.get("ContentBasedDeduplication", False))
        arn = request.call("sns", "CreateTopic", Name=name, Attributes=given or None, Tags=request.tag_list())["TopicArn"]
        with existing(arn):
            self._subscribe(request, arn, properties.get("Subscription", []))
        return Physical(arn, {"TopicArn": arn, "TopicName": name})

    def update(self, request: Request) -> Physical:
        arn, new, old = request.physical_id, request.properties, request.previous
        for key in (*_TOPIC_ATTRIBUTES, "ContentBasedDeduplication"):
            if new.get(key) != old.get(key):
                request.call("sns", "SetTopicAttributes", TopicArn=arn, AttributeName=key, AttributeValue=_text(new.get(key, "")))
        keys = [[json.dumps(item, sort_keys=True) for item in one.get("Subscription", [])] for one in (new, old)]
        added, removed = difference(keys[0], keys[1])
        self._subscribe(request, arn, [json.loads(item) for item in added])
        if removed:
            listed = request.call("sns", "ListSubscriptionsByTopic", TopicArn=arn)["Subscriptions"]
            for item in (json.loads(one) for one in removed):
                for found in listed:
                    if (found["Protocol"], found["Endpoint"]) == (item["Protocol"], item["Endpoint"]):
                        request.call("sns", "Unsubscribe", SubscriptionArn=found["SubscriptionArn"])
        return Physical(arn, request.attributes)

    def delete(self, request: Request) -> None:
        ignoring_missing(request, "sns", "DeleteTopic", TopicArn=request.physical_id)

    def _subscribe(self, request: Request, arn: str, subscriptions: list[dict[str, Any]]) -> None:
        for one in subscriptions:
            request.call("sns", "Subscribe", TopicArn=arn, Protocol=one["Protocol"], Endpoint=one["Endpoint"])


class TopicPolicy(AttachedPolicy):
    type = "AWS::SNS::TopicPolicy"
    targets = "Topics"

    def set_policy(self, request: Request, target: str, policy: str) -> None:
        request.call("sns", "SetTopicAttributes", TopicArn=target, AttributeName="Policy", AttributeValue=policy)

    def default_policy(self, target: str) -> str:
        """Everything for the owner of the topic."""
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": "SNS:Publish",
            "Resource": target,
            "Condition": {"StringEquals": {"AWS:SourceOwner": target.split(":")[4]}},
        }
        return json.dumps({"Version": "2008-10-17", "Statement": [statement]})


class Subscription(Handler):
    type = "AWS::SNS::Subscription"
    supports = frozenset({*_SUBSCRIPTION_ATTRIBUTES, "Endpoint", "Protocol", "Region", "TopicArn"})

    def create(self, request: Request) -> Physical:
        properties = request.properties
        arn = request.call(
            "sns",
            "Subscribe",
            TopicArn=properties["TopicArn"],
            Protocol=properties["Protocol"],
            Endpoint=properties.get("Endpoint"),
            Attributes={key: _text(properties[key]) for key in _SUBSCRIPTION_ATTRIBUTES if key in properties} or None,
            ReturnSubscriptionArn=True,
        )["SubscriptionArn"]
        return Physical(arn, {"Arn": arn})

    def update(self, request: Request) -> Physical:
        new, old = request.properties, request.previous
        for key in _SUBSCRIPTION_ATTRIBUTES:
            if new.get(key) != old.get(key):
                request.call(
                    "sns",
                    "SetSubscriptionAttributes",
                    SubscriptionArn=request.physical_id,
                    AttributeName=key,
                    AttributeValue=_text(new.get(key, {} if key.endswith("Policy") else False)),
                )
        return Physical(request.physical_id, request.attributes)

    def delete(self, request: Request) -> None:
        ignoring_missing(request, "sns", "Unsubscribe", SubscriptionArn=request.physical_id)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
