"""CloudFormation's pseudo parameters."""

from __future__ import annotations

from typing import Any

from offline_aws.cloudformation.intrinsics import NO_VALUE
from offline_aws.cloudformation.model import Stack
from offline_aws.partitions import dns_suffix

NAMES = frozenset(
    {
        "AWS::AccountId",
        "AWS::NoValue",
        "AWS::NotificationARNs",
        "AWS::Partition",
        "AWS::Region",
        "AWS::StackId",
        "AWS::StackName",
        "AWS::URLSuffix",
    }
)


def pseudo_parameters(stack: Stack, notification_arns: list[str]) -> dict[str, Any]:
    environment = stack.environment
    return {
        "AWS::AccountId": environment.account,
        "AWS::NoValue": NO_VALUE,
        "AWS::NotificationARNs": notification_arns,
        "AWS::Partition": environment.partition,
        "AWS::Region": environment.region,
        "AWS::StackId": stack.id,
        "AWS::StackName": stack.name,
        "AWS::URLSuffix": dns_suffix(environment.partition),
    }
