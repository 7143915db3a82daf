"""Targets that PutTargets rejects."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

ARN = "arn:aws:lambda:us-east-1:123456789012:function:f"


@pytest.fixture
def put(clients) -> Any:
    clients.events.put_rule(Name="r", EventPattern='{"source": ["aws.x"]}')
    return lambda **target: clients.events.put_targets(Rule="r", Targets=[{"Id": "t", "Arn": ARN, **target}])


def transformed(template: str, **paths: str) -> dict[str, Any]:
    return {"InputTransformer": {"InputPathsMap": paths, "InputTemplate": template}}


@pytest.mark.parametrize(
    "target",
    [
        {},
        {"Input": '{"a": 1}'},
        {"InputPath": "$.detail.list[0]"},
        transformed('{"a":<x>,"b":"<x> of <aws.events.rule-name>","c":"a \\u003c b"}', x="$.detail.image-tag"),
        transformed('"<x> was pushed"', x="$.detail.image-tag"),
    ],
)
def test_valid_targets(put, target) -> None:
    assert put(**target)["FailedEntryCount"] == 0


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ({"Input": "{"}, "Input for target t is not a valid JSON text."),
        ({"Input": "{}", "InputPath": "$.detail"}, "Only one of Input, InputPath, or InputTransformer must be provided for target t."),
        ({"InputPath": "$['detail']"}, "Invalid JSON path $['detail'] for target t: use dot notation."),
        (transformed('{"a": <y>}', x="$.detail"), "InputTemplate for target t contains invalid placeholder y."),
        (transformed('{"a": "1 < 2 > 1"}', x="$.detail"), "InputTemplate for target t contains invalid placeholder  2 ."),
        (transformed('{"a": <x>', x="$.detail"), "Invalid InputTemplate for target t : it is not JSON."),
        (transformed("{<x>: 1}", x="$.detail"), "Invalid InputTemplate for target t : it is not JSON."),
        (transformed('{"a": <aws>}', aws="$.detail"), "InputPathsMap for target t has the invalid name aws."),
        (transformed("{}", **{f"x{n}": "$" for n in range(101)}), "InputPathsMap for target t has more than 100 entries."),
        (transformed('{"a": "' + "x" * 8185 + '"}'), "The input template is longer than 8192 characters."),
    ],
)
def test_invalid_targets(clients, put, target, message) -> None:
    with pytest.raises(ClientError) as error:
        put(**target)
    assert (error.value.response["Error"]["Code"], error.value.response["Error"]["Message"]) == ("ValidationException", message)
    assert clients.events.list_targets_by_rule(Rule="r")["Targets"] == []


def test_a_rule_has_at_most_5_targets(clients, put) -> None:
    with pytest.raises(ClientError) as error:
        clients.events.put_targets(Rule="r", Targets=[{"Id": f"{n}", "Arn": ARN} for n in range(6)])
    assert error.value.response["Error"]["Code"] == "LimitExceededException"
