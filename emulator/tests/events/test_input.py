"""What a target of a rule gets."""

from __future__ import annotations

import json
from typing import Any

import pytest

from offline_aws.events.input import render

EVENT = {"id": "1", "time": "2026-11-29T05:00:00Z", "detail": {"name": 'a "b"', "list": [1, {"x": 2}], "none": None}}
RULE = {"rule-arn": "arn:rule", "rule-name": "r", "event.ingestion-time": "2026-11-29T05:00:00Z"}


def transformed(template: str, **paths: str) -> str:
    return render({"InputTransformer": {"InputPathsMap": paths, "InputTemplate": template}}, EVENT, RULE)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ({}, EVENT),
        ({"Input": '{"a": 1}'}, {"a": 1}),
        ({"InputPath": "$.detail.list[1]"}, {"x": 2}),
        ({"InputPath": "$.detail.absent"}, None),
    ],
    ids=["event", "constant", "path", "absent"],
)
def test_without_a_template(target: dict[str, Any], expected: Any) -> None:
    assert json.loads(render(target, EVENT, RULE)) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ('{"v": <detail>}', {"v": EVENT["detail"]}),
        ('{"v": <name>}', {"v": 'a "b"'}),
        ('{"v": "is <name>"}', {"v": 'is a "b"'}),
        ('{"v": "is <list>"}', {"v": "is [1, {x: 2}]"}),
        ('{"v": <aws.events.event.json>}', {"v": EVENT}),
        ('{"v": <aws.events.event>}', {"v": {"id": "1", "time": EVENT["time"]}}),
        ('{"v": "<aws.events.rule-name> <aws.events.rule-arn>"}', {"v": "r arn:rule"}),
        ('"one <name>"', 'one a "b"'),
    ],
)
def test_a_template(template: str, expected: Any) -> None:
    assert json.loads(transformed(template, detail="$.detail", name="$.detail.name", list="$.detail.list")) == expected
