from __future__ import annotations

import json
from typing import Any

import pytest

from offline_aws.cloudformation.template import parse_template
from offline_aws.errors import ServiceError

RESOURCE = {"R": {"Type": "AWS::SSM::Parameter"}}


def test_yaml_short_tags_become_functions() -> None:
    template = parse_template(
        """
        Conditions: {C: !Equals [a, b]}
        Resources:
          R:
            Type: T
            Properties:
              A: !Ref X
              B: !GetAtt X.Y.Z
              C: !Sub ["${V}", {V: !Select [0, !GetAZs ""]}]
              D: !If [C, 1, !Ref AWS::NoValue]
              E: !Not [!Condition C]
        """
    )
    assert template.conditions == {"C": {"Fn::Equals": ["a", "b"]}}
    assert template.resources["R"]["Properties"] == {
        "A": {"Ref": "X"},
        "B": {"Fn::GetAtt": ["X", "Y.Z"]},
        "C": {"Fn::Sub": ["${V}", {"V": {"Fn::Select": [0, {"Fn::GetAZs": ""}]}}]},
        "D": {"Fn::If": ["C", 1, {"Ref": "AWS::NoValue"}]},
        "E": {"Fn::Not": [{"Condition": "C"}]},
    }


def test_a_yaml_date_stays_a_string() -> None:
    """As in `Version: 2012-10-17` of a policy without quotes."""
    template = parse_template("Resources: {R: {Type: T, Properties: {Version: 2012-10-17}}}")
    assert template.resources["R"]["Properties"]["Version"] == "2012-10-17"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "At least one Resources member must be defined"),
        ({"Resources": RESOURCE, "Resource": {}}, r"Invalid template property or properties \[Resource\]"),
        ({"Resources": {"R": {}}}, "must contain a Type member"),
        ({"Resources": {"R-1": {"Type": "T"}}}, "Resource name R-1 is non alphanumeric"),
        ({"Resources": {"R": {"Type": "T", "Property": {}}}}, "property 'Property' in resource 'R'"),
        (
            {"Resources": {"R": {"Type": "T", "Properties": [1]}}},
            r"\[/Resources/R/Properties\] must be an object",
        ),
        ({"Resources": {"R": {"Type": "T", "DeletionPolicy": "Keep"}}}, "Unrecognized DeletionPolicy Keep"),
        ({"Resources": RESOURCE, "Transform": "AWS::Serverless-2016-10-31"}, "does not support transforms"),
    ],
)
def test_a_malformed_template_is_rejected(body: Any, message: str) -> None:
    with pytest.raises(ServiceError, match=message) as refused:
        parse_template(json.dumps(body))
    assert refused.value.code == "ValidationError"


@pytest.mark.parametrize("text", ["{", "a: [", "just text"])
def test_a_document_that_is_not_a_template_is_rejected(text: str) -> None:
    with pytest.raises(ServiceError, match="Template format error"):
        parse_template(text)
