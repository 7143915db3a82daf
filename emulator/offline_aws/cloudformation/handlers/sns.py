"""AWS::SNS::*"""

from __future__ import annotations

import json
from typing import Any

from offline_aws.cloudformation.errors import HandlerError
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


class TopicPolicy(Handler):
    """The policy of topics; its deletion restores the default policy of each."""

    type = "AWS::SNS::TopicPolicy"
    grants = True

    def create(self, request: Request) -> Physical:
        name = request.generated_name(128)
        for arn in request.properties["Topics"]:
            _set_policy(request, arn, json.dumps(request.properties["PolicyDocument"]))
        return Physical(name, {"Id": name})

    def update(self, request: Request) -> Physical:
        new, old = request.properties, request.previous
        for arn in new["Topics"]:
            _set_policy(request, arn, json.dumps(new["PolicyDocument"]))
        for arn in difference(new["Topics"], old["Topics"])[1]:
            _set_policy(request, arn, _default_policy(arn))
        return Physical(request.physical_id, request.attributes)

    def delete(self, request: Request) -> None:
        for arn in request.properties["Topics"]:
            try:
                _set_policy(request, arn, _default_policy(arn))
            except HandlerError as error:
                if error.code != "NotFound":
                    raise


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


def _set_policy(request: Request, arn: str, policy: str) -> None:
    request.call("sns", "SetTopicAttributes", TopicArn=arn, AttributeName="Policy", AttributeValue=policy)


def _default_policy(arn: str) -> str:
    """Everything for the owner of the topic."""
    account = arn.split(":")[4]
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": "SNS:Publish",
        "Resource": arn,
        "Condition": {"StringEquals": {"AWS:SourceOwner": account}},
    }
    return json.dumps({"Version": "2008-10-17", "Statement": [statement]})
