"""What DescribeChangeSet says about a modified resource."""

from __future__ import annotations

from typing import Any

import pytest
from stacks import Stacks, image, parameter, resource, template, version

PASSED = {"Parameters": {"Name": {"Type": "String"}}}


def domain(**more: Any) -> dict[str, Any]:
    settings = {"ExecutionRole": "arn:aws:iam::123456789012:role/any"}
    return resource("AWS::SageMaker::Domain", **{
        "DomainName": "d", "AuthMode": "IAM", "VpcId": "vpc-1", "SubnetIds": ["subnet-1"], "DefaultUserSettings": settings, **more,
    })  # fmt: skip


def modified(stack: Stacks, before: str, after: str, logical_id: str = "R", **more: Any) -> dict[str, Any]:
    """The change of one resource between two templates."""
    status = stack.deploy(before, **more.pop("first", {}))
    assert status == "CREATE_COMPLETE", status
    changes = [c["ResourceChange"] for c in stack.change_set(after, **more)["Changes"]]
    (change,) = [c for c in changes if c["LogicalResourceId"] == logical_id]
    return change


@pytest.mark.parametrize(
    ("before", "after", "name", "recreation", "replacement"),
    [
        (image("img"), image("other"), "ImageName", "Always", "True"),
        (image("img"), image("img", ImageDisplayName="One"), "ImageDisplayName", "Never", "False"),
        (domain(), domain(DomainName="e"), "DomainName", "Always", "True"),
        (domain(), domain(VpcId="vpc-2"), "VpcId", "Conditionally", "Conditional"),
        (domain(), domain(SubnetIds=["subnet-2"]), "SubnetIds", "Never", "False"),
    ],
)
def test_the_schema_says_whether_a_property_replaces(stack: Stacks, before, after, name, recreation, replacement) -> None:
    change = modified(stack, template({"R": before}), template({"R": after}))
    (detail,) = change["Details"]
    assert (change["Replacement"], change["Scope"]) == (replacement, ["Properties"])
    assert (detail["Evaluation"], detail["ChangeSource"]) == ("Static", "DirectModification")
    target = detail["Target"]
    assert (target["Attribute"], target["Name"], target["RequiresRecreation"]) == ("Properties", name, recreation)
    assert target["AttributeChangeType"] == ("Add" if name == "ImageDisplayName" else "Modify")


def test_only_the_create_only_part_of_a_property_replaces(stack: Stacks) -> None:
    def body(**settings: Any) -> str:
        profile = resource("AWS::SageMaker::UserProfile", DomainId={"Ref": "D"}, UserProfileName="ann", UserSettings=settings)
        return template({"D": domain(), "R": profile})

    change = modified(stack, body(), body(SecurityGroups=["sg-1"]))
    assert (change["Replacement"], change["Details"][0]["Target"]["RequiresRecreation"]) == ("False", "Never")
    change = stack.change_set(body(RStudioServerProAppSettings={"AccessStatus": "ENABLED"}))["Changes"][0]["ResourceChange"]
    assert (change["Replacement"], change["Details"][0]["Target"]["RequiresRecreation"]) == ("True", "Always")


def test_the_change_with_the_most_impact_decides(stack: Stacks) -> None:
    change = modified(stack, template({"R": image()}), template({"R": image("other", ImageDisplayName="One", at_Metadata={"a": 1})}))
    assert change["Replacement"] == "True"
    recreation = {d["Target"].get("Name", d["Target"]["Attribute"]): d["Target"]["RequiresRecreation"] for d in change["Details"]}
    assert recreation == {"ImageName": "Always", "ImageDisplayName": "Never", "Metadata": "Never"}


def test_a_parameter_that_changes_is_the_cause(stack: Stacks) -> None:
    body = template({"R": parameter("1", Name={"Ref": "Name"}), "S": parameter("2")}, **PASSED)

    def given(value: str) -> list[dict[str, str]]:
        return [{"ParameterKey": "Name", "ParameterValue": value}]

    change = modified(stack, body, body, first={"Parameters": given("/a")}, Parameters=given("/b"))
    assert change["Replacement"] == "True"
    assert [(d["ChangeSource"], d["Evaluation"], d.get("CausingEntity")) for d in change["Details"]] == [
        ("ParameterReference", "Static", "Name"),
        ("DirectModification", "Dynamic", None),
    ]
    assert {d["Target"]["RequiresRecreation"] for d in change["Details"]} == {"Always"}


@pytest.mark.parametrize(
    ("used", "source", "entity", "name", "recreation", "replacement"),
    [
        ({"Value": {"Ref": "A"}}, "ResourceReference", "A", "Value", "Never", "False"),
        ({"Name": {"Fn::Sub": "/x${A}"}, "Value": "1"}, "ResourceReference", "A", "Name", "Always", "Conditional"),
        ({"Name": {"Fn::Sub": "/x${A.Value}"}, "Value": "1"}, "ResourceAttribute", "A.Value", "Name", "Always", "Conditional"),
    ],
)
def test_a_reference_to_a_replaced_resource_is_dynamic(stack: Stacks, used, source, entity, name, recreation, replacement) -> None:
    def body(first: str) -> str:
        return template({"A": parameter("1", Name=first), "R": resource("AWS::SSM::Parameter", Type="String", **used)})

    change = modified(stack, body("/a1"), body("/a2"))
    (detail,) = change["Details"]
    assert (detail["Evaluation"], detail["ChangeSource"], detail["CausingEntity"]) == ("Dynamic", source, entity)
    assert (detail["Target"]["Name"], detail["Target"]["RequiresRecreation"]) == (name, recreation)
    assert change["Replacement"] == replacement


def test_a_new_base_image_replaces_the_version(stack: Stacks) -> None:
    def body(tag: str) -> str:
        return template({"I": image(), "R": version(tag, at_DependsOn="I")})

    change = modified(stack, body("1"), body("2"))
    assert change["Replacement"] == "True"
    assert [(d["Target"]["Name"], d["Target"]["RequiresRecreation"]) for d in change["Details"]] == [("BaseImage", "Always")]
