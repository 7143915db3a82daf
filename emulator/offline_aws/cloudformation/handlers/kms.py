"""AWS::KMS::*"""

from __future__ import annotations

import json

from offline_aws.cloudformation.handlers.base import Handler, Physical, Request, existing, ignoring_missing
from offline_aws.cloudformation.handlers.tagging import Tagging, pairs

_pairs = pairs("TagKey", "TagValue")


class Key(Handler):
    type = "AWS::KMS::Key"
    supports = frozenset({
        "Description", "EnableKeyRotation", "KeyPolicy", "KeySpec", "KeyUsage", "PendingWindowInDays",
        "Tags",
    })  # fmt: skip
    tagging = Tagging("kms", "KeyId", listed=_pairs)

    def create(self, request: Request) -> Physical:
        properties = request.properties
        key = request.call(
            "kms",
            "CreateKey",
            Description=properties.get("Description"),
            KeyUsage=properties.get("KeyUsage"),
            KeySpec=properties.get("KeySpec"),
            Policy=json.dumps(properties["KeyPolicy"]) if "KeyPolicy" in properties else None,
            Tags=_pairs(request.tags()) or None,
        )["KeyMetadata"]
        if properties.get("EnableKeyRotation"):
            with existing(key["KeyId"]):
                request.call("kms", "EnableKeyRotation", KeyId=key["KeyId"])
        return Physical(key["KeyId"], {"Arn": key["Arn"], "KeyId": key["KeyId"]})

    def update(self, request: Request) -> Physical:
        key, new = request.physical_id, request.properties
        request.call("kms", "UpdateKeyDescription", KeyId=key, Description=new.get("Description", ""))
        if "KeyPolicy" in new:
            policy = json.dumps(new["KeyPolicy"])
            request.call("kms", "PutKeyPolicy", KeyId=key, PolicyName="default", Policy=policy)
        rotation = "EnableKeyRotation" if new.get("EnableKeyRotation") else "DisableKeyRotation"
        request.call("kms", rotation, KeyId=key)
        return Physical(key, request.attributes)

    def delete(self, request: Request) -> None:
        days = request.properties.get("PendingWindowInDays", 30)
        ignoring_missing(
            request, "kms", "ScheduleKeyDeletion", KeyId=request.physical_id, PendingWindowInDays=days
        )


class Alias(Handler):
    type = "AWS::KMS::Alias"

    def create(self, request: Request) -> Physical:
        name = request.properties["AliasName"]
        request.call("kms", "CreateAlias", AliasName=name, TargetKeyId=request.properties["TargetKeyId"])
        return Physical(name)

    def update(self, request: Request) -> Physical:
        name = request.physical_id
        request.call("kms", "UpdateAlias", AliasName=name, TargetKeyId=request.properties["TargetKeyId"])
        return Physical(name)

    def delete(self, request: Request) -> None:
        ignoring_missing(request, "kms", "DeleteAlias", AliasName=request.physical_id)
