from __future__ import annotations

from typing import Any

import pytest

from offline_aws.cloudformation.errors import HandlerError
from offline_aws.cloudformation.model import Parameter
from offline_aws.cloudformation.parameters import resolve_parameters
from offline_aws.cloudformation.template import Template
from offline_aws.errors import ServiceError


def lookup(name: str) -> str:
    if name != "/there":
        raise HandlerError("NotFound", name)
    return "stored"


def resolved(declaration: dict[str, Any], given: Any = None, previous: str | None = None) -> Parameter:
    template = Template(text="", parameters={"P": declaration})
    old = {} if previous is None else {"P": Parameter("P", previous)}
    return resolve_parameters(
        template, [] if given is None else [{"ParameterKey": "P", **given}], old, lookup
    )["P"]


def test_a_given_value_overrides_the_default() -> None:
    assert resolved({"Default": "d"}, {"ParameterValue": "g"}).effective == "g"
    assert resolved({"Default": "d"}).effective == "d"
    assert resolved({"Default": 5, "Type": "Number"}).effective == "5"


def test_the_previous_value_can_be_kept() -> None:
    assert resolved({"Default": "d"}, {"UsePreviousValue": True}, previous="p").effective == "p"


def test_an_ssm_parameter_keeps_its_name_and_resolves_each_time() -> None:
    """Resolving the resolved value again is what breaks updates of the CDK's bootstrap version."""
    kind = {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/there"}
    first = resolved(kind)
    assert (first.value, first.effective) == ("/there", "stored")
    again = resolved(kind, {"UsePreviousValue": True}, previous=first.value)
    assert (again.value, again.effective) == ("/there", "stored")


@pytest.mark.parametrize(
    ("declaration", "given", "message"),
    [
        ({}, None, r"Parameters: \[P\] must have values"),
        ({}, {"UsePreviousValue": True}, "not in the previous template"),
        ({"AllowedValues": ["a"]}, {"ParameterValue": "b"}, r"must be one of AllowedValues \[a\]"),
        ({"AllowedPattern": "[a-z]+"}, {"ParameterValue": "ab1"}, "must match pattern"),
        ({"AllowedPattern": "x", "ConstraintDescription": "say x"}, {"ParameterValue": "y"}, "say x"),
        ({"MinLength": 2}, {"ParameterValue": "a"}, "at least 2 characters"),
        ({"MaxLength": "2"}, {"ParameterValue": "abc"}, "at most 2 characters"),
        ({"Type": "Number"}, {"ParameterValue": "x"}, "must be a number"),
        ({"Type": "Number", "MaxValue": 3}, {"ParameterValue": "4"}, "not greater than 3"),
        (
            {"Type": "AWS::SSM::Parameter::Value<String>"},
            {"ParameterValue": "/gone"},
            "Unable to fetch parameters",
        ),
    ],
)
def test_an_invalid_value_is_rejected(declaration: Any, given: Any, message: str) -> None:
    with pytest.raises(ServiceError, match=message):
        resolved(declaration, given)


def test_an_undeclared_parameter_is_rejected() -> None:
    with pytest.raises(ServiceError, match=r"\[Q\] do not exist in the template"):
        resolve_parameters(Template(text=""), [{"ParameterKey": "Q", "ParameterValue": "v"}], {}, lookup)
