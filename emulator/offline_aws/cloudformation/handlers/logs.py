"""AWS::Logs::*"""

from __future__ import annotations

from offline_aws.cloudformation.errors import LegacyHandlerError
from offline_aws.cloudformation.handlers.base import Handler, Physical, Request, existing, ignoring_missing
from offline_aws.cloudformation.handlers.tagging import Tagging


class LogGroup(Handler):
    type = "AWS::Logs::LogGroup"
    supports = frozenset({"KmsKeyId", "LogGroupName", "RetentionInDays", "Tags"})
    tagging = Tagging(
        "logs",
        "logGroupName",
        tag="TagLogGroup",
        untag="UntagLogGroup",
        tags="tags",
        keys="tags",
        listed=dict,
    )

    def create(self, request: Request) -> Physical:
        properties, where = request.properties, request.environment
        name = properties.get("LogGroupName") or request.generated_name(512)
        request.call(
            "logs",
            "CreateLogGroup",
            logGroupName=name,
            kmsKeyId=properties.get("KmsKeyId"),
            tags=request.tags() or None,
        )
        with existing(name):
            self._set_retention(request, name)
        arn = f"arn:{where.partition}:logs:{where.region}:{where.account}:log-group:{name}:*"
        return Physical(name, {"Arn": arn})

    def update(self, request: Request) -> Physical:
        if request.properties.get("KmsKeyId") != request.previous.get("KmsKeyId"):
            raise LegacyHandlerError("the offline AWS does not emulate a change of the KmsKeyId of a log group")
        self._set_retention(request, request.physical_id)
        return Physical(request.physical_id, request.attributes)

    def delete(self, request: Request) -> None:
        ignoring_missing(request, "logs", "DeleteLogGroup", logGroupName=request.physical_id)

    def _set_retention(self, request: Request, name: str) -> None:
        days = request.properties.get("RetentionInDays")
        if days is not None:
            request.call("logs", "PutRetentionPolicy", logGroupName=name, retentionInDays=days)
        elif "RetentionInDays" in request.previous:
            request.call("logs", "DeleteRetentionPolicy", logGroupName=name)
