"""AWS::Events::*"""

from __future__ import annotations

import json
from typing import Any

from offline_aws.cloudformation.errors import HandlerError
from offline_aws.cloudformation.handlers.base import Handler, Physical, Request, existing
from offline_aws.cloudformation.handlers.tagging import Tagging


class Rule(Handler):
    """A rule of the default event bus or of another one; `Ref` is its name, or `bus|name`."""

    type = "AWS::Events::Rule"
    # events that are sent before are lost, so it is created as late as a policy
    grants = True
    supports = frozenset({
        "Description", "EventBusName", "EventPattern", "Name", "RoleArn", "ScheduleExpression", "State", "Tags", "Targets",
    })  # fmt: skip
    tagging = Tagging("events", "ResourceARN", "Arn")

    def create(self, request: Request) -> Physical:
        name = request.properties.get("Name") or request.generated_name(64)
        bus = _bus(request.properties)
        physical_id = name if bus is None else f"{bus}|{name}"
        arn = self._put(request, name, Tags=request.tag_list())
        with existing(physical_id):
            self._put_targets(request, name)
        return Physical(physical_id, {"Arn": arn, "RuleName": name})

    def update(self, request: Request) -> Physical:
        name = _name(request)
        self._put(request, name)
        kept = {target["Id"] for target in request.properties.get("Targets", [])}
        gone = [target["Id"] for target in request.previous.get("Targets", []) if target["Id"] not in kept]
        if gone:
            request.call("events", "RemoveTargets", Rule=name, EventBusName=_bus(request.properties), Ids=gone)
        self._put_targets(request, name)
        return Physical(request.physical_id, request.attributes)

    def replaces(self, request: Request) -> bool:
        return _bus(request.properties) != _bus(request.previous)

    def delete(self, request: Request) -> None:
        name, bus = _name(request), _bus(request.properties)
        try:
            listed = request.call("events", "ListTargetsByRule", Rule=name, EventBusName=bus)["Targets"]
            if listed:
                request.call("events", "RemoveTargets", Rule=name, EventBusName=bus, Ids=[one["Id"] for one in listed])
            request.call("events", "DeleteRule", Name=name, EventBusName=bus)
        except HandlerError as error:
            if error.code != "NotFound":
                raise

    def _put(self, request: Request, name: str, **more: Any) -> str:
        properties = request.properties
        pattern = properties.get("EventPattern")
        rule = request.call(
            "events",
            "PutRule",
            Name=name,
            EventBusName=_bus(properties),
            EventPattern=json.dumps(pattern) if isinstance(pattern, dict) else pattern,
            ScheduleExpression=properties.get("ScheduleExpression"),
            State=properties.get("State"),
            Description=properties.get("Description"),
            RoleArn=properties.get("RoleArn"),
            **more,
        )
        return str(rule["RuleArn"])

    def _put_targets(self, request: Request, name: str) -> None:
        targets = request.properties.get("Targets")
        if targets:
            bus = _bus(request.properties)
            answer = request.call("events", "PutTargets", Rule=name, EventBusName=bus, Targets=targets)
            if answer["FailedEntryCount"]:
                raise HandlerError("GeneralServiceException", str(answer["FailedEntries"]))


def _bus(properties: dict[str, Any]) -> str | None:
    bus = properties.get("EventBusName")
    return None if bus in (None, "default") else str(bus)


def _name(request: Request) -> str:
    return request.physical_id.rsplit("|", 1)[-1]
