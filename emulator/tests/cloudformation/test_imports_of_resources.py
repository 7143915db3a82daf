"""Change sets of type IMPORT: existing resources become part of a stack."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from stacks import ROLE_ARN, Stacks, container, image, parameter, resource, template, version

ARN = "arn:aws:sagemaker:us-east-1:123456789012"
KEPT = {"at_DeletionPolicy": "Retain"}


@pytest.fixture
def existing(stack: Stacks, clients, eventually) -> None:
    """An image with a version and a configuration that no stack has."""
    clients.sagemaker_image("img")
    clients.sagemaker.create_image_version(ImageName="img", BaseImage=container("1"), ClientToken="1")
    eventually(lambda: clients.sagemaker.describe_image_version(ImageName="img", Version=1)["ImageVersionStatus"] == "CREATED")
    clients.sagemaker.create_app_image_config(AppImageConfigName="config", JupyterLabAppImageConfig={})


def to_import(kind: str, logical_id: str, **identifier: str) -> dict[str, Any]:
    return {"ResourceType": f"AWS::SageMaker::{kind}", "LogicalResourceId": logical_id, "ResourceIdentifier": identifier}


IMAGE = to_import("Image", "I", ImageArn=f"{ARN}:image/img")
VERSION = to_import("ImageVersion", "V", ImageVersionArn=f"{ARN}:image-version/img/1")
CONFIG = to_import("AppImageConfig", "C", AppImageConfigName="config")
RESOURCES = {
    "I": image(**KEPT),
    "V": version("1", at_DependsOn="I", **KEPT),
    "C": resource("AWS::SageMaker::AppImageConfig", AppImageConfigName="config", JupyterLabAppImageConfig={}, **KEPT),
}


def importing(stack: Stacks, resources: dict[str, Any], *items: dict[str, Any], **sections: Any) -> dict[str, Any]:
    return stack.change_set(template(resources, **sections), ChangeSetType="IMPORT", ResourcesToImport=list(items))


def test_resources_become_part_of_a_new_stack_without_a_change(stack: Stacks, clients, existing) -> None:
    before = clients.sagemaker.describe_image_version(ImageName="img", Version=1)
    described = importing(stack, RESOURCES, IMAGE, VERSION, CONFIG)
    changes = {c["ResourceChange"]["LogicalResourceId"]: c["ResourceChange"] for c in described["Changes"]}
    assert {name: (change["Action"], change["PhysicalResourceId"]) for name, change in changes.items()} == {
        "I": ("Import", f"{ARN}:image/img"),
        "V": ("Import", f"{ARN}:image-version/img/1"),
        "C": ("Import", "config"),
    }
    assert stack.status() == "REVIEW_IN_PROGRESS"
    stack.cfn.execute_change_set(StackName="stack", ChangeSetName="cdk")
    assert stack.status() == "IMPORT_COMPLETE"
    assert stack.history("V") == ["IMPORT_IN_PROGRESS", "IMPORT_COMPLETE"]
    del before["ResponseMetadata"]
    after = clients.sagemaker.describe_image_version(ImageName="img", Version=1)
    assert {key: after[key] for key in before} == before

    # from now on they are resources like any other
    outputs = {"Number": {"Value": {"Fn::GetAtt": ["V", "Version"]}}, "Image": {"Value": {"Ref": "I"}}}
    changed = {**RESOURCES, "V": version("1", at_DependsOn="I", Processor="GPU", **KEPT)}
    assert stack.deploy(template(changed, Outputs=outputs)) == "UPDATE_COMPLETE"
    assert stack.outputs() == {"Number": "1", "Image": f"{ARN}:image/img"}
    assert clients.sagemaker.describe_image_version(ImageName="img", Version=1)["Processor"] == "GPU"


def test_a_resource_is_imported_into_an_existing_stack(stack: Stacks, clients, existing) -> None:
    stack.deploy(template({"P": parameter(Name="/p")}))
    importing(stack, {"P": parameter(Name="/p"), "C": RESOURCES["C"]}, CONFIG)
    stack.cfn.execute_change_set(StackName="stack", ChangeSetName="cdk")
    assert (stack.status(), stack.physical("C")) == ("IMPORT_COMPLETE", "config")
    assert stack.history("P")[-1] == "CREATE_COMPLETE"
    stack.delete()
    assert len(clients.sagemaker.list_app_image_configs()["AppImageConfigs"]) == 1, "its DeletionPolicy is Retain"


def test_domains_profiles_and_spaces_are_imported(stack: Stacks, clients, eventually) -> None:
    user_settings = {"ExecutionRole": ROLE_ARN}
    given = {"DomainName": "d", "AuthMode": "IAM", "VpcId": "vpc-1", "SubnetIds": ["subnet-1"], "DefaultUserSettings": user_settings}
    domain = clients.sagemaker.create_domain(**given)["DomainArn"].rsplit("/", 1)[1]
    eventually(lambda: clients.sagemaker.describe_domain(DomainId=domain)["Status"] == "InService")
    clients.sagemaker.create_user_profile(DomainId=domain, UserProfileName="ann")
    clients.sagemaker.create_space(DomainId=domain, SpaceName="lab")
    resources = {
        "D": resource("AWS::SageMaker::Domain", **given, **KEPT),
        "U": resource("AWS::SageMaker::UserProfile", DomainId={"Ref": "D"}, UserProfileName="ann", **KEPT),
        "S": resource("AWS::SageMaker::Space", DomainId={"Ref": "D"}, SpaceName="lab", **KEPT),
    }
    importing(
        stack, resources,
        to_import("Space", "S", DomainId=domain, SpaceName="lab"),
        to_import("UserProfile", "U", UserProfileName="ann", DomainId=domain),
        to_import("Domain", "D", DomainId=domain),
    )  # fmt: skip
    stack.cfn.execute_change_set(StackName="stack", ChangeSetName="cdk")
    assert stack.status() == "IMPORT_COMPLETE", stack.events()
    assert [stack.physical(i) for i in "DUS"] == [domain, f"ann|{domain}", f"{domain}|lab"]


@pytest.mark.parametrize("first", [True, False])
def test_a_resource_that_does_not_exist_fails_the_import_and_nothing_is_deleted(stack: Stacks, clients, existing, first) -> None:
    if not first:
        stack.deploy(template({"P": parameter(Name="/p")}))
    others = {} if first else {"P": parameter(Name="/p")}
    missing = to_import("ImageVersion", "V", ImageVersionArn=f"{ARN}:image-version/img/7")
    importing(stack, {**others, **RESOURCES}, IMAGE, missing, CONFIG)
    stack.cfn.execute_change_set(StackName="stack", ChangeSetName="cdk")
    assert stack.status() == "IMPORT_ROLLBACK_COMPLETE"
    assert "with identifier" in stack.reason("V")
    assert "was not found" in stack.reason("V")
    assert set(stack.resources()) == others.keys()
    assert clients.sagemaker.describe_image(ImageName="img")["ImageStatus"] == "CREATED"
    if not first:
        assert stack.deploy(template({"P": parameter("2", Name="/p")})) == "UPDATE_COMPLETE"


@pytest.mark.parametrize(
    ("resources", "items", "sections", "message"),
    [
        ({"I": image()}, [IMAGE], {}, r"\[I\] must have DeletionPolicy attribute"),
        ({"I": image(**KEPT)}, [], {}, "ResourcesToImport must be specified"),
        ({"I": image(**KEPT)}, [IMAGE, CONFIG], {}, r"\[C\] to import are not in the template"),
        ({"I": image(**KEPT)}, [to_import("ImageVersion", "I", ImageArn="x")], {}, "is of type AWS::SageMaker::Image in the template"),
        ({"I": image(**KEPT)}, [to_import("Image", "I", ImageName="img")], {}, r"\[ImageName\], expected \[ImageArn\]"),
        ({"C": RESOURCES["C"]}, [to_import("AppImageConfig", "C", AppImageConfigName="other")], {}, "is config in the template, but other"),
        ({"I": image(**KEPT), "P": parameter()}, [IMAGE], {}, r"you cannot modify or add \[P\]"),
        ({"I": image(**KEPT)}, [IMAGE], {"Outputs": {"O": {"Value": "1"}}}, r"you cannot modify or add \[Outputs\]"),
    ],
)
def test_an_invalid_import_is_rejected(stack: Stacks, existing, resources, items, sections, message) -> None:
    with pytest.raises(ClientError, match=message):
        importing(stack, resources, *items, **sections)
    assert stack.status() is None


def test_an_import_changes_no_other_resource(stack: Stacks, existing) -> None:
    stack.deploy(template({"P": parameter("1"), "Q": parameter("1")}))
    with pytest.raises(ClientError, match=r"you cannot modify or add \[P, Q\]"):
        importing(stack, {"P": parameter("2"), "C": RESOURCES["C"]}, CONFIG)


def test_a_resource_of_the_stack_or_of_another_type_cannot_be_imported(stack: Stacks, existing) -> None:
    stack.deploy(template({"P": parameter(Name="/p")}))
    item = {"ResourceType": "AWS::SSM::Parameter", "LogicalResourceId": "P", "ResourceIdentifier": {"Name": "/p"}}
    with pytest.raises(ClientError, match=r"\[P\] to import are already in the stack"):
        importing(stack, {"P": parameter(Name="/p", **KEPT)}, item)
    item["LogicalResourceId"] = "Q"
    with pytest.raises(ClientError, match=r"\[AWS::SSM::Parameter\] are not supported for Import"):
        importing(stack, {"P": parameter(Name="/p"), "Q": parameter(Name="/q", **KEPT)}, item)


def test_the_summary_of_a_template_names_the_identifiers(stack: Stacks) -> None:
    summary = stack.cfn.get_template_summary(TemplateBody=template({**RESOURCES, "P": parameter()}))
    assert {s["ResourceType"]: (s["LogicalResourceIds"], s["ResourceIdentifiers"]) for s in summary["ResourceIdentifierSummaries"]} == {
        "AWS::SageMaker::Image": (["I"], ["ImageArn"]),
        "AWS::SageMaker::ImageVersion": (["V"], ["ImageVersionArn"]),
        "AWS::SageMaker::AppImageConfig": (["C"], ["AppImageConfigName"]),
    }
