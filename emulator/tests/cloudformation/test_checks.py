"""Templates that CloudFormation rejects before it creates anything."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from stacks import Stacks, parameter, template

YES = {"Fn::Equals": ["a", "a"]}


def value(given: Any) -> dict[str, Any]:
    """A template with a property that has this value."""
    return {"Resources": {"A": parameter(given), "B": parameter("b")}, "Conditions": {"C": YES}}


def condition(given: Any, **more: Any) -> dict[str, Any]:
    """A template with a condition that nothing uses."""
    return {"Resources": {"A": parameter()}, "Conditions": {"C": given, **more}}


def attribute(**given: Any) -> dict[str, Any]:
    body = parameter()
    return {"Resources": {"A": {**body, **given}, "B": parameter()}}


def declared(declaration: Any) -> dict[str, Any]:
    return {"Resources": {"A": parameter()}, "Parameters": {"P": declaration}}


def output(given: Any, **more: Any) -> dict[str, Any]:
    off = {"Fn::Equals": ["a", "b"]}
    resources = {"A": parameter(), "Off": parameter(at_Condition="No")}
    return {"Resources": resources, "Conditions": {"No": off}, "Outputs": {"O": {"Value": given, **more}}}


REFUSED = {
    "a condition names a resource": (
        condition({"Fn::Equals": [{"Ref": "A"}, "x"]}),
        r"Unresolved dependencies \[A\]. Cannot reference resources in the Conditions block",
    ),
    "a condition names an attribute": (
        condition({"Fn::Equals": [{"Fn::Sub": "${A.Value}"}, "x"]}),
        r"Unresolved dependencies \[A\]. Cannot reference resources in the Conditions block",
    ),
    "an unused condition names nothing": (
        condition({"Fn::Equals": [{"Ref": "Nope"}, "x"]}),
        r"Unresolved dependencies \[Nope\]",
    ),
    "an unused condition needs itself": (
        condition({"Fn::Not": [{"Condition": "C"}]}),
        r"Circular dependency between conditions: \[C\]",
    ),
    "unused conditions need each other": (
        condition({"Fn::Not": [{"Condition": "D"}]}, D={"Condition": "C"}),
        r"Circular dependency between conditions: \[C, D\]",
    ),
    "a condition needs an unknown one": (
        condition({"Fn::Not": [{"Condition": "Nope"}]}),
        "Unrecognized condition Nope in Conditions/C",
    ),
    "a condition that is not a boolean": (condition("true"), "must be a boolean expression"),
    "And of one": (condition({"Fn::And": [YES]}), "every Fn::And object requires 2 to 10 conditions"),
    "Equals of one": (condition({"Fn::Equals": ["a"]}), "every Fn::Equals object requires two values"),
    "Not of two": (condition({"Fn::Not": [YES, YES]}), "every Fn::Not object requires one condition"),
    "a condition function in a property": (value(YES), "Fn::Equals is not supported in the Resources block"),
    "an invalid If in a branch that is not taken": (
        value({"Fn::If": ["C", "x", {"Fn::If": ["Nope", "a", "b"]}]}),
        "Unrecognized condition Nope in Resources",
    ),
    "If of two": (value({"Fn::If": ["C", "a"]}), "every Fn::If object requires"),
    "Join of one": (value({"Fn::Join": ["a"]}), "every Fn::Join object requires two parameters"),
    "Join of text": (value({"Fn::Join": ["", "a"]}), "every Fn::Join object requires two parameters"),
    "Sub of a list": (value({"Fn::Sub": ["a"]}), "every Fn::Sub object requires"),
    "GetAtt of one": (value({"Fn::GetAtt": ["B"]}), "every Fn::GetAtt object requires two non-empty"),
    "GetAtt without a dot": (value({"Fn::GetAtt": "B"}), "every Fn::GetAtt object requires two non-empty"),
    "Ref to nothing": (value({"Ref": []}), "every Ref object requires one string"),
    "Select by a word": (value({"Fn::Select": ["x", ["a"]]}), "every Fn::Select object requires"),
    "Base64 of a list": (value({"Fn::Base64": ["a"]}), "every Fn::Base64 object requires one string"),
    "a default without its transform": (
        value({"Fn::FindInMap": ["M", "a", "b", {"DefaultValue": "c"}]}),
        "every Fn::FindInMap object requires",
    ),
    "an unknown function": (value({"Fn::Nope": "a"}), "unsupported function Fn::Nope"),
    "Fn::Cidr of an invalid block": (
        value({"Fn::Select": [0, {"Fn::Cidr": ["x", 2, 8]}]}),
        "Fn::Cidr cannot be evaluated: 'x' does not appear to be an IPv4 or IPv6 network",
    ),
    "Select from a value that is known later": (
        {
            **value({"Fn::Select": [{"Ref": "P"}, ["a"]]}),
            "Parameters": {"P": {"Type": "String", "Default": "x"}},
        },
        "Fn::Select cannot be evaluated",
    ),
    "DependsOn a number": (attribute(DependsOn=5), "DependsOn must be a string or list of strings"),
    "DependsOn a Ref": (attribute(DependsOn=[{"Ref": "B"}]), "DependsOn must be a string or list of strings"),
    "DependsOn itself": (attribute(DependsOn="A"), r"Circular dependency between resources: \[A\]"),
    "a snapshot of a type without snapshots": (
        attribute(DeletionPolicy="Snapshot"),
        "resource type AWS::SSM::Parameter does not support DeletionPolicy Snapshot",
    ),
    "a policy that is a function": (
        attribute(DeletionPolicy={"Ref": "AWS::Region"}),
        "Every DeletionPolicy member must be a string",
    ),
    "a replaced resource is not created": (
        attribute(UpdateReplacePolicy="RetainExceptOnCreate"),
        "Unrecognized UpdateReplacePolicy RetainExceptOnCreate",
    ),
    "a condition that is not a name": (attribute(Condition=["C"]), "Unrecognized condition"),
    "a parameter without a type": (declared({"Default": "x"}), "must contain a Type member"),
    "a parameter of an unknown type": (declared({"Type": "Foo"}), "Unrecognized parameter type: Foo"),
    "an output of a resource whose condition is false": (
        output({"Ref": "Off"}),
        r"Unresolved resource dependencies \[Off\] in the Outputs block",
    ),
    "an output that is a list": (output(["a"]), "Output O is malformed"),
    "an invalid export": (output("a", Export=[]), r"\[/Outputs/O/Export\] must be an object"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_rejected_before_anything_is_created(stack: Stacks, name: str) -> None:
    body, message = REFUSED[name]
    with pytest.raises(ClientError, match=message) as refused:
        stack.change_set(json.dumps(body))
    assert refused.value.response["Error"]["Code"] == "ValidationError"
    assert stack.status() is None


@pytest.mark.parametrize("name", ["a_b", "1a", "a" * 129])
def test_an_invalid_stack_name_is_rejected(stack: Stacks, name: str) -> None:
    with pytest.raises(ClientError, match="at 'stackName' failed to satisfy constraint"):
        Stacks(stack.cfn, name).change_set(template({"A": parameter()}))


def test_validate_template_reports_the_same_errors(stack: Stacks) -> None:
    with pytest.raises(ClientError, match="every Ref object requires one string") as refused:
        stack.cfn.validate_template(TemplateBody=template({"A": parameter({"Ref": []})}))
    assert refused.value.response["Error"]["Code"] == "ValidationError"


@pytest.mark.parametrize(
    "kind",
    [
        "String", "Number", "List<Number>", "CommaDelimitedList", "AWS::EC2::VPC::Id",
        "List<AWS::EC2::Subnet::Id>",
        "AWS::EC2::KeyPair::KeyName", "AWS::SSM::Parameter::Name", "AWS::SSM::Parameter::Value<String>",
        "AWS::SSM::Parameter::Value<List<String>>", "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>",
    ],
)  # fmt: skip
def test_the_documented_types_of_parameters_are_known(stack: Stacks, kind: str) -> None:
    summary = stack.cfn.get_template_summary(
        TemplateBody=template({"A": parameter()}, Parameters={"P": {"Type": kind}})
    )
    assert summary["Parameters"][0]["ParameterType"] == kind
