"""AWS::CloudWatch::*"""

from __future__ import annotations

from typing import Any

from offline_aws.cloudformation.handlers.base import Handler, Physical, Request, ignoring_missing
from offline_aws.cloudformation.handlers.tagging import Tagging


class Alarm(Handler):
    type = "AWS::CloudWatch::Alarm"
    tagging = Tagging("cloudwatch", "ResourceARN", "Arn")

    def create(self, request: Request) -> Physical:
        name = request.properties.get("AlarmName") or request.generated_name(255)
        return self._put(request, name, Tags=request.tag_list())

    def update(self, request: Request) -> Physical:
        return self._put(request, request.physical_id)

    def delete(self, request: Request) -> None:
        ignoring_missing(request, "cloudwatch", "DeleteAlarms", AlarmNames=[request.physical_id])

    def _put(self, request: Request, name: str, **more: Any) -> Physical:
        properties: dict[str, Any] = {
            k: v for k, v in request.properties.items() if k not in ("Tags", "AlarmName")
        }
        request.call("cloudwatch", "PutMetricAlarm", AlarmName=name, **properties, **more)
        where = request.environment
        arn = f"arn:{where.partition}:cloudwatch:{where.region}:{where.account}:alarm:{name}"
        return Physical(name, {"Arn": arn})
