from __future__ import annotations

from typing import Any

import pytest

from offline_aws.cloudformation.errors import TemplateError
from offline_aws.cloudformation.intrinsics import NO_VALUE, Resolver, Symbols, is_symbolic
from offline_aws.cloudformation.model import Parameter
from offline_aws.cloudformation.template import Template

PSEUDO = {"AWS::Region": "eu-west-1", "AWS::AccountId": "111122223333", "AWS::NoValue": NO_VALUE}


class Fixed:
    """References with known values."""

    def ref(self, logical_id: str) -> str:
        return f"ref-{logical_id}"

    def attribute(self, logical_id: str, name: str) -> Any:
        return 7 if name == "Version" else f"{logical_id}/{name}"

    def imported(self, export: str) -> str:
        return f"imported-{export}"

    def dynamic(self, text: str) -> str:
        return text.replace("{{resolve:ssm:/p}}", "stored")


def resolver(references: Any = None, **sections: Any) -> Resolver:
    template = Template(
        text="",
        parameters={"P": {"Type": "String"}, "L": {"Type": "CommaDelimitedList"}},
        mappings={"M": {"eu-west-1": {"ami": "ami-1"}}},
        conditions={
            "Yes": {"Fn::Equals": [{"Ref": "P"}, "value"]},
            "No": {"Fn::Not": [{"Condition": "Yes"}]},
            "Both": {"Fn::And": [{"Condition": "Yes"}, {"Condition": "No"}]},
            "Either": {"Fn::Or": [{"Condition": "Yes"}, {"Condition": "No"}]},
        },
        resources={"R": {"Type": "T"}, "S": {"Type": "T", "Condition": "No"}},
        **sections,
    )
    parameters = {"P": Parameter("P", "value"), "L": Parameter("L", "a, b,c")}
    return Resolver(template, parameters, PSEUDO, references or Fixed())


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Ref": "R"}, "ref-R"),
        ({"Ref": "P"}, "value"),
        ({"Ref": "L"}, ["a", "b", "c"]),
        ({"Ref": "AWS::Region"}, "eu-west-1"),
        ({"Fn::GetAtt": ["R", "Arn"]}, "R/Arn"),
        ({"Fn::GetAtt": "R.Nested.Name"}, "R/Nested.Name"),
        ({"Fn::Sub": "${R}:${R.Arn}:${P}:${!Literal}"}, "ref-R:R/Arn:value:${Literal}"),
        ({"Fn::Sub": ["${X}-${P}", {"X": {"Ref": "R"}}]}, "ref-R-value"),
        ({"Fn::Sub": "n${R.Version}"}, "n7"),
        ({"Fn::Join": ["-", ["a", {"Ref": "R"}, 1, True]]}, "a-ref-R-1-true"),
        ({"Fn::Join": ["+", {"Ref": "L"}]}, "a+b+c"),
        ({"Fn::Split": ["|", "a|b"]}, ["a", "b"]),
        ({"Fn::Select": [1, ["a", "b"]]}, "b"),
        ({"Fn::Select": ["1", {"Fn::Split": ["/", {"Fn::GetAtt": ["R", "Arn"]}]}]}, "Arn"),
        ({"Fn::FindInMap": ["M", {"Ref": "AWS::Region"}, "ami"]}, "ami-1"),
        ({"Fn::If": ["Yes", "then", "else"]}, "then"),
        ({"Fn::If": ["No", "then", "else"]}, "else"),
        ({"Fn::If": ["Both", "then", "else"]}, "else"),
        ({"Fn::If": ["Either", "then", "else"]}, "then"),
        ({"Fn::Base64": "text"}, "dGV4dA=="),
        ({"Fn::ImportValue": {"Fn::Sub": "x-${P}"}}, "imported-x-value"),
        ({"Fn::GetAZs": ""}, ["eu-west-1a", "eu-west-1b", "eu-west-1c"]),
        ({"Fn::Cidr": ["10.0.0.0/16", 2, 8]}, ["10.0.0.0/24", "10.0.1.0/24"]),
        ("{{resolve:ssm:/p}}", "stored"),
        ({"Fn::Join": ["", ["{{resolve:ssm:", "/p}}"]]}, "stored"),
        # only objects with a single key are functions, but not the Condition of a policy
        (
            {"Condition": {"StringEquals": {"a": {"Ref": "P"}}}},
            {"Condition": {"StringEquals": {"a": "value"}}},
        ),
    ],
)
def test_functions_are_evaluated(value: Any, expected: Any) -> None:
    assert resolver().resolve(value) == expected


def test_no_value_is_removed_from_objects_and_lists() -> None:
    value = {"a": {"Ref": "AWS::NoValue"}, "b": [1, {"Fn::If": ["No", 2, {"Ref": "AWS::NoValue"}]}]}
    assert resolver().resolve(value) == {"b": [1]}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"Ref": "Nobody"}, r"Unresolved resource dependencies \[Nobody\]"),
        ({"Fn::GetAtt": ["Nobody", "Arn"]}, "undefined resource Nobody"),
        ({"Fn::Select": [2, ["a", "b"]]}, "nonexistent value at index 2"),
        ({"Fn::FindInMap": ["M", "eu-west-1", "nothing"]}, "Unable to get mapping for M::eu-west-1::nothing"),
        ({"Fn::If": ["Nowhere", 1, 2]}, "condition dependency Nowhere"),
        ({"Fn::Join": ["", "text"]}, "list of strings"),
        ({"Fn::Join": ["", [{"Ref": "L"}]]}, "needs a string"),
        ({"Fn::Transform": {}}, "unsupported function Fn::Transform"),
    ],
)
def test_invalid_functions_are_rejected(value: Any, message: str) -> None:
    with pytest.raises(TemplateError, match=message):
        resolver().resolve(value)


def test_resources_whose_condition_is_false_are_not_active() -> None:
    assert resolver().active_resources() == ["R"]


def test_marks_record_references_and_can_be_compared() -> None:
    def symbolic(value: Any) -> tuple[Any, Symbols]:
        symbols = Symbols()
        return resolver(symbols).resolve(value), symbols

    joined, symbols = symbolic({"Fn::Join": ["", ["a", {"Fn::GetAtt": ["R", "Arn"]}]]})
    substituted, _ = symbolic({"Fn::Sub": "a${R.Arn}"})
    assert joined == substituted
    assert is_symbolic(joined)
    assert symbols.resources == {"R"}
    selected, _ = symbolic({"Fn::Select": [5, {"Fn::Split": ["/", {"Ref": "R"}]}]})
    assert is_symbolic(selected)
    _, symbols = symbolic({"Fn::ImportValue": "there"})
    assert symbols.imports == {"there"}
