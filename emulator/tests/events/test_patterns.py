"""Event patterns that EventBridge rejects."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from offline_aws.errors import ServiceError
from offline_aws.events.patterns import check


def tag(*values: Any) -> str:
    return json.dumps({"source": ["aws.ecr"], "detail": {"image-tag": list(values)}})


@pytest.mark.parametrize(
    "pattern",
    [
        tag("1.0", 1, True, None),
        tag({"prefix": "a-"}, {"suffix": "-b"}, {"wildcard": "a*b*c"}, {"wildcard": r"a\*\\*b"}),
        tag({"prefix": {"equals-ignore-case": "a"}}, {"equals-ignore-case": "a"}, {"exists": False}, {"numeric": [">", 0]}),
        tag({"anything-but": ""}, {"anything-but": ["a", "b"]}, {"anything-but": 1}, {"anything-but": {"prefix": ["a", "b"]}}),
        json.dumps({"detail": {"$or": [{"a": ["1"]}, {"b": ["2"]}]}}),
    ],
)
def test_valid_patterns(pattern) -> None:
    check(pattern)


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        (tag({"sufix": "-b"}), "Unrecognized match type sufix"),
        (tag({"prefix": "a", "suffix": "b"}), "Only one key allowed in match expression"),
        (tag({}), "Match expression name not found"),
        (tag({"wildcard": "a**"}), "Consecutive wildcard characters"),
        (tag({"wildcard": r"a\d*"}), "Invalid escape character"),
        (tag({"wildcard": ["a*", "b*"]}), "wildcard match pattern must be a string"),
        (tag({"prefix": 1}), "prefix match pattern must be a string"),
        (tag({"prefix": {"suffix": "a"}}), "Unsupported prefix pattern: suffix"),
        (tag({"anything-but": ["a", 1]}), "Inside anything but list, either all values are number or string"),
        (tag({"anything-but": []}), "Inside anything but list, either all values are number or string"),
        (tag({"anything-but": True}), "Value of anything-but must be an array or single string/number value"),
        (tag({"anything-but": {"prefix": ""}}), "Null prefix/suffix not allowed"),
        (tag({"anything-but": {"exists": True}}), "Unsupported anything-but pattern: exists"),
        (tag({"exists": "true"}), "exists match pattern must be either true or false"),
        (tag({"numeric": 1}), "Value of numeric must be an array"),
        (tag(["a"]), "Match value must be String, number, true, false, or null"),
        (tag(), "Empty arrays are not allowed"),
        ('{"source": "aws.ecr"}', '"source" must be an object or an array'),
        ('{"detail": {}}', "Empty objects are not allowed"),
        ("[]", "Filter is not an object"),
    ],
)
def test_invalid_patterns(pattern, reason) -> None:
    with pytest.raises(ServiceError) as error:
        check(pattern)
    assert error.value.code == "InvalidEventPatternException"
    assert reason in error.value.message


@pytest.mark.parametrize("pattern", [tag({"sufix": "-b"}), "no JSON"])
def test_put_rule_rejects_them(clients, pattern) -> None:
    with pytest.raises(ClientError) as error:
        clients.events.put_rule(Name="r", EventPattern=pattern)
    assert error.value.response["Error"]["Code"] == "InvalidEventPatternException"
    assert clients.events.list_rules()["Rules"] == []
