"""The permissions that whoever deploys Studio settings needs for the custom images in them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from iam.conftest import People
from stacks import ROLE_ARN, Stacks, image, resource, template, version

from offline_aws.settings import settings

IMAGES = {"CustomImages": [{"ImageName": "img", "ImageVersionNumber": 1, "AppImageConfigName": "config"}]}
ARN = "arn:aws:sagemaker:us-east-1:123456789012"
WITH_IMAGES = {"JupyterLabAppSettings": IMAGES}


def domain(**user_settings: Any) -> dict[str, Any]:
    return resource(
        "AWS::SageMaker::Domain", DomainName="d", AuthMode="IAM", VpcId="vpc-1", SubnetIds=["subnet-1"],
        DefaultUserSettings={"ExecutionRole": ROLE_ARN, **user_settings},
    )  # fmt: skip


def profile(**user_settings: Any) -> dict[str, Any]:
    return resource("AWS::SageMaker::UserProfile", DomainId={"Ref": "D"}, UserProfileName="ann", UserSettings=user_settings)


def space(**space_settings: Any) -> dict[str, Any]:
    kernels = {"KernelGatewayAppSettings": space_settings.get("JupyterLabAppSettings", {})}
    return resource("AWS::SageMaker::Space", DomainId={"Ref": "D"}, SpaceName="s", SpaceSettings=kernels)


@pytest.fixture
def deployer(stack: Stacks, clients) -> Any:
    """A user who may do everything except the given actions. The image exists."""
    config = resource("AWS::SageMaker::AppImageConfig", AppImageConfigName="config", JupyterLabAppImageConfig={})
    assert stack.deploy(template({"I": image(), "V": version(at_DependsOn="I"), "C": config})) == "CREATE_COMPLETE"
    settings.apply({"enforce_iam": True, "domain_seconds": 0.02})

    def make(*without: str) -> Stacks:
        statements = [{"Effect": "Allow", "Action": "*", "Resource": "*"}]
        if without:
            statements.append({"Effect": "Deny", "Action": list(without), "Resource": "*"})
        who = People(clients).user(*statements)
        # the execution role describes versions itself
        allowed = {"Effect": "Allow", "Action": "sagemaker:Describe*", "Resource": "*"}
        clients.iam.put_role_policy(RoleName="any", PolicyName="describe", PolicyDocument=_document(allowed))
        return Stacks(who.cloudformation, "studio")

    return make


def _document(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.mark.parametrize("action", ["sagemaker:DescribeImage", "sagemaker:DescribeImageVersion"])
@pytest.mark.parametrize(("logical_id", "make"), [("D", domain), ("R", profile)])
@pytest.mark.parametrize("verb", ["create", "update"])
def test_a_domain_or_user_profile_with_custom_images_needs_to_describe_them(deployer, action, logical_id, make, verb) -> None:
    who = deployer(action)

    def body(**user_settings: Any) -> str:
        return template({"D": domain(), logical_id: make(**user_settings)})

    if verb == "update":
        assert who.deploy(body()) == "CREATE_COMPLETE", who.history()
    assert "ROLLBACK_COMPLETE" in who.deploy(body(**WITH_IMAGES))
    kind = "image/img" if action.endswith("Image") else "image-version/img/1"
    assert f"user/ann is not authorized to perform: {action} on resource: {ARN}:{kind}" in who.reason(logical_id)


def test_without_custom_images_no_such_permission_is_needed(deployer) -> None:
    who = deployer("sagemaker:DescribeImage", "sagemaker:DescribeImageVersion")
    assert who.deploy(template({"D": domain(), "R": profile()})) == "CREATE_COMPLETE"
    assert who.deploy(template({"D": domain(SecurityGroups=["sg-1"]), "R": profile()})) == "UPDATE_COMPLETE"


def test_a_space_needs_no_such_permission(deployer) -> None:
    """The schema of spaces does not list it."""
    who = deployer("sagemaker:DescribeImage", "sagemaker:DescribeImageVersion")
    assert who.deploy(template({"D": domain(), "R": space(**WITH_IMAGES)})) == "CREATE_COMPLETE", who.history()


def test_with_the_permissions_the_custom_images_are_deployed(deployer) -> None:
    who = deployer()
    assert who.deploy(template({"D": domain(**WITH_IMAGES), "R": profile(**WITH_IMAGES)})) == "CREATE_COMPLETE"
