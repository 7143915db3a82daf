"""AWS::CloudWatch::*"""

from __future__ import annotations

from typing import Any

from offline_aws.cloudformation.handlers.base import Handler, Physical, Request, ignoring_missing
from offline_aws.cloudformation.handlers.tagging import Tagging

#: Properties that are parameters of PutMetricAlarm of the same name.
_SAME = (
    "ActionsEnabled", "AlarmActions", "AlarmDescription", "ComparisonOperator", "DatapointsToAlarm", "Dimensions",
    "EvaluateLowSampleCountPercentile", "EvaluationPeriods", "ExtendedStatistic", "InsufficientDataActions", "MetricName",
    "Metrics", "Namespace", "OKActions", "Period", "Statistic", "Threshold", "ThresholdMetricId", "TreatMissingData", "Unit",
)  # fmt: skip


class Alarm(Handler):
    """An alarm, whose state never changes: the offline AWS does not evaluate metrics."""

    type = "AWS::CloudWatch::Alarm"
    supports = frozenset({*_SAME, "AlarmName", "Tags"})
    tagging = Tagging("cloudwatch", "ResourceARN", "Arn")

    def create(self, request: Request) -> Physical:
        name = request.properties.get("AlarmName") or request.generated_name(255)
        self._put(request, name, Tags=request.tag_list())
        found = request.call("cloudwatch", "DescribeAlarms", AlarmNames=[name])["MetricAlarms"]
        return Physical(name, {"Arn": found[0]["AlarmArn"]})

    def update(self, request: Request) -> Physical:
        self._put(request, request.physical_id)
        return Physical(request.physical_id, request.attributes)

    def delete(self, request: Request) -> None:
        ignoring_missing(request, "cloudwatch", "DeleteAlarms", AlarmNames=[request.physical_id])

    def _put(self, request: Request, name: str, **more: Any) -> None:
        given = {key: request.properties[key] for key in _SAME if key in request.properties}
        request.call("cloudwatch", "PutMetricAlarm", AlarmName=name, **given, **more)
