"""AWS::Events::*"""

from __future__ import annotations

import json
from typing import Any

from offline_aws.cloudformation.errors import HandlerError
from offline_aws.cloudformation.handlers.base import Handler, Physical, Request, difference, existing
from offline_aws.cloudformation.handlers.tagging import Tagging


class Rule(Handler):
    type = "AWS::Events::Rule"
    tagging = Tagging("events", "ResourceARN", "Arn")

    def create(self, request: Request) -> Physical:
        name = request.properties.get("Name") or request.generated_name(64)
        arn = self._put(request, name, Tags=request.tag_list())
        return Physical(_physical_id(request, name), {"Arn": arn, "RuleName": name})

    def update(self, request: Request) -> Physical:
        self._put(request, _name(request))
        return Physical(request.physical_id, request.attributes)

    def delete(self, request: Request) -> None:
        name, bus = _name(request), request.properties.get("EventBusName")
        targets = [target["Id"] for target in request.properties.get("Targets", [])]
        try:
            if targets:
                request.call("events", "RemoveTargets", Rule=name, EventBusName=bus, Ids=targets)
            request.call("events", "DeleteRule", Name=name, EventBusName=bus)
        except HandlerError as error:
            if error.code != "NotFound":
                raise

    def _put(self, request: Request, name: str, **more: Any) -> str:
        properties, bus = request.properties, request.properties.get("EventBusName")
        pattern = properties.get("EventPattern")
        arn: str = request.call(
            "events",
            "PutRule",
            Name=name,
            EventBusName=bus,
            EventPattern=None if pattern is None else json.dumps(pattern),
            ScheduleExpression=properties.get("ScheduleExpression"),
            State=properties.get("State"),
            Description=properties.get("Description"),
            RoleArn=properties.get("RoleArn"),
            **more,
        )["RuleArn"]
        with existing(_physical_id(request, name)):
            self._sync_targets(request, name)
        return arn

    def _sync_targets(self, request: Request, name: str) -> None:
        bus, targets = request.properties.get("EventBusName"), request.properties.get("Targets", [])
        _, gone = difference(
            [target["Id"] for target in targets],
            [target["Id"] for target in request.previous.get("Targets", [])],
        )
        if gone:
            request.call("events", "RemoveTargets", Rule=name, EventBusName=bus, Ids=gone)
        if targets:
            request.call("events", "PutTargets", Rule=name, EventBusName=bus, Targets=targets)


def _physical_id(request: Request, name: str) -> str:
    """On a bus of one's own, Ref tells the bus as well."""
    bus = request.properties.get("EventBusName", "default")
    return name if bus == "default" else f"{bus}|{name}"


def _name(request: Request) -> str:
    return request.physical_id.rsplit("|", 1)[-1]
