from __future__ import annotations

from typing import Any

import pytest

from offline_aws.cloudformation.schema import ResourceSchema, schema_for
from offline_aws.cloudformation.validation import coerced, problems


def schema(resource_type: str) -> ResourceSchema:
    found = schema_for(resource_type, "us-east-1")
    assert found is not None
    return found


def version(**properties: Any) -> list[str]:
    return problems(
        {"ImageName": "img", "BaseImage": "repo:1", **properties}, schema("AWS::SageMaker::ImageVersion")
    )


def test_a_valid_resource_has_no_problems() -> None:
    assert version(MLFramework="PyTorch 2.4", Aliases=["a"], Horovod=True, Processor="GPU") == []


@pytest.mark.parametrize(
    ("properties", "problem"),
    [
        ({"Foo": 1}, "#: extraneous key [Foo] is not permitted"),
        ({"Processor": "TPU"}, "#/Processor: TPU is not a valid enum value, allowed: CPU, GPU"),
        ({"ReleaseNotes": "x" * 256}, "#/ReleaseNotes: expected maxLength: 255, actual: 256"),
        ({"Aliases": "a"}, "#/Aliases: expected type: JSONArray, found: String"),
        ({"Aliases": [".a"]}, "#/Aliases/0: failed validation constraint for keyword [pattern]"),
        ({"MLFramework": "Tensorflow"}, "#/MLFramework: failed validation constraint for keyword [pattern]"),
        ({"Version": 3}, "#: Encountered unsupported property Version"),
    ],
)
def test_each_problem_is_named(properties: Any, problem: str) -> None:
    (found,) = version(**properties)
    assert found.startswith(problem)


def test_all_problems_are_listed() -> None:
    assert len(version(Foo=1, Bar=2, Processor="TPU")) == 3


def test_a_missing_property_is_named() -> None:
    found = problems({"ImageName": "img"}, schema("AWS::SageMaker::ImageVersion"))
    assert found == ["#: required key [BaseImage] not found"]


def test_a_nested_property_is_named_with_its_path() -> None:
    config = {"AppImageConfigName": "c", "KernelGatewayImageConfig": {"KernelSpecs": [{"Nam": "k"}]}}
    assert problems(config, schema("AWS::SageMaker::AppImageConfig")) == [
        "#/KernelGatewayImageConfig/KernelSpecs/0: required key [Name] not found",
        "#/KernelGatewayImageConfig/KernelSpecs/0: extraneous key [Nam] is not permitted",
    ]


def test_scalars_are_converted_to_the_type_in_the_schema() -> None:
    given = {"Horovod": "true", "ReleaseNotes": 5, "Aliases": [1], "Processor": "GPU"}
    assert coerced(given, schema("AWS::SageMaker::ImageVersion")) == {
        "Horovod": True,
        "ReleaseNotes": "5",
        "Aliases": ["1"],
        "Processor": "GPU",
    }
    assert coerced({"MaxSessionDuration": "3600"}, schema("AWS::IAM::Role")) == {"MaxSessionDuration": 3600}


def test_patterns_with_unicode_classes_are_understood() -> None:
    """`re` raises on \\p{L}, which the tag patterns use."""
    uses_classes = ResourceSchema("T", {"properties": {"Name": {"type": "string", "pattern": r"^\p{L}+$"}}})
    assert problems({"Name": "äß"}, uses_classes) == []
    assert len(problems({"Name": "1"}, uses_classes)) == 1


def test_replacement_follows_the_create_only_properties() -> None:
    image_version = schema("AWS::SageMaker::ImageVersion")
    old = {"ImageName": "img", "BaseImage": "a", "ReleaseNotes": "x"}
    assert image_version.changes_that_replace(old, {**old, "ReleaseNotes": "y"}) == []
    assert image_version.changes_that_replace(old, {**old, "BaseImage": "b"}) == ["BaseImage"]


def test_attributes_are_the_read_only_properties() -> None:
    image_version = schema("AWS::SageMaker::ImageVersion")
    assert image_version.has_attribute("Version")
    assert not image_version.has_attribute("ImageName")
    assert schema("AWS::SSM::Parameter").has_attribute("Value")
    assert schema("Custom::Anything").has_attribute("What.Ever")
    assert schema("AWS::CloudFormation::Stack").has_attribute("Outputs.X")


def test_an_unknown_type_has_no_schema() -> None:
    assert schema_for("AWS::SageMaker::Imagine", "us-east-1") is None
    assert schema_for("Custom::Anything", "us-east-1") is not None
