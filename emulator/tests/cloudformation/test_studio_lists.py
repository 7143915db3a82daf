"""What happens to custom images that a template no longer has."""

from __future__ import annotations

from typing import Any

import pytest
from stacks import ROLE_ARN, Stacks, image, resource, template, version

from offline_aws.settings import settings

ENTRY = {"ImageName": "img", "AppImageConfigName": "config"}
IMAGES = {"CustomImages": [ENTRY]}


def deploy(stack: Stacks, **blocks: Any) -> None:
    """A domain with these settings, after the image and its configuration."""
    domain = resource(
        "AWS::SageMaker::Domain",
        ["V", "C"],
        DomainName="d",
        AuthMode="IAM",
        VpcId="vpc-1",
        SubnetIds=["subnet-1"],
        DefaultUserSettings={"ExecutionRole": ROLE_ARN, **blocks.pop("DefaultUserSettings", {})},
        **blocks,
    )
    config = resource("AWS::SageMaker::AppImageConfig", AppImageConfigName="config", JupyterLabAppImageConfig={})
    status = stack.deploy(template({"I": image(), "V": version(at_DependsOn="I"), "C": config, "D": domain}))
    assert status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), status


@pytest.fixture(autouse=True)
def quick() -> None:
    settings.apply({"domain_seconds": 0.02})


def lists(clients: Any, block: str = "DefaultUserSettings") -> dict[str, Any]:
    domain = clients.sagemaker.list_domains()["Domains"][0]["DomainId"]
    described = clients.sagemaker.describe_domain(DomainId=domain)[block]
    return {app: body["CustomImages"] for app, body in described.items() if "CustomImages" in body}


@pytest.mark.parametrize(("answer", "left"), [("kept", [ENTRY]), ("emptied", [])])
@pytest.mark.parametrize("now", [{}, {"JupyterLabAppSettings": {}}], ids=["no block", "empty block"])
def test_a_list_that_leaves_the_template(stack: Stacks, clients, answer: str, left: Any, now: dict[str, Any]) -> None:
    settings.apply({"absent_custom_images": answer})
    deploy(stack, DefaultUserSettings={"JupyterLabAppSettings": IMAGES, "CodeEditorAppSettings": IMAGES})
    deploy(stack, DefaultUserSettings={**now, "CodeEditorAppSettings": IMAGES})
    assert lists(clients) == {"JupyterLabAppSettings": left, "CodeEditorAppSettings": [ENTRY]}


@pytest.mark.parametrize(("answer", "left"), [("kept", [ENTRY]), ("emptied", [])])
def test_settings_that_leave_the_template(stack: Stacks, clients, answer: str, left: Any) -> None:
    settings.apply({"absent_custom_images": answer})
    space = {"ExecutionRole": ROLE_ARN, "JupyterLabAppSettings": IMAGES}
    deploy(stack, DefaultSpaceSettings=space)
    deploy(stack)
    assert lists(clients, "DefaultSpaceSettings") == {"JupyterLabAppSettings": left}


@pytest.mark.parametrize(("answer", "theirs"), [("kept", [ENTRY]), ("emptied", [])])
def test_a_list_of_somebody_else_in_app_settings_of_the_template(
    stack: Stacks, clients, eventually, answer: str, theirs: Any
) -> None:
    settings.apply({"absent_custom_images": answer})
    own = {"JupyterLabAppSettings": IMAGES, "CodeEditorAppSettings": {"LifecycleConfigArns": []}}
    deploy(stack, DefaultUserSettings=own)
    domain = clients.sagemaker.list_domains()["Domains"][0]["DomainId"]
    others = {"CodeEditorAppSettings": IMAGES, "KernelGatewayAppSettings": IMAGES}
    clients.sagemaker.update_domain(DomainId=domain, DefaultUserSettings=others)
    eventually(lambda: clients.sagemaker.describe_domain(DomainId=domain)["Status"] == "InService")
    deploy(stack, DefaultUserSettings={**own, "SecurityGroups": ["sg-1"]})
    assert lists(clients) == {
        "JupyterLabAppSettings": [ENTRY],
        "CodeEditorAppSettings": theirs,
        # app settings that the template never had are not sent
        "KernelGatewayAppSettings": [ENTRY],
    }


VERSION_ARN = "arn:aws:sagemaker:us-east-1:123456789012:image-version/img/1"
SPEC = {"InstanceType": "ml.t3.medium", "SageMakerImageVersionArn": VERSION_ARN}


def defaults(clients: Any) -> dict[str, Any]:
    domain = clients.sagemaker.list_domains()["Domains"][0]["DomainId"]
    described = clients.sagemaker.describe_domain(DomainId=domain)["DefaultUserSettings"]
    return {app: body.get("DefaultResourceSpec") for app, body in described.items() if app.endswith("AppSettings")}


@pytest.mark.parametrize(("answer", "left"), [("kept", SPEC), ("emptied", {})])
@pytest.mark.parametrize("now", [{}, {"JupyterLabAppSettings": IMAGES}], ids=["no block", "only a list"])
def test_a_default_image_that_leaves_the_template(stack: Stacks, clients, answer: str, left: Any, now: dict[str, Any]) -> None:
    settings.apply({"absent_default_image": answer, "omitted_default_image": "dropped", "update_domain": "merge"})
    deploy(stack, DefaultUserSettings={"JupyterLabAppSettings": {**IMAGES, "DefaultResourceSpec": SPEC}})
    assert defaults(clients) == {"JupyterLabAppSettings": SPEC}
    deploy(stack, DefaultUserSettings={**now, "SecurityGroups": ["sg-1"]})
    kept_members = {"InstanceType": "ml.t3.medium"} if answer == "emptied" else left
    assert defaults(clients) == {"JupyterLabAppSettings": kept_members}
    assert lists(clients) == {"JupyterLabAppSettings": [ENTRY]}


def test_a_default_image_that_stays_moves_to_another_version(stack: Stacks, clients) -> None:
    settings.apply({"absent_default_image": "emptied"})
    deploy(stack, DefaultUserSettings={"JupyterLabAppSettings": {"DefaultResourceSpec": {"InstanceType": "ml.t3.medium"}}})
    deploy(stack, DefaultUserSettings={"JupyterLabAppSettings": {"DefaultResourceSpec": SPEC}})
    assert defaults(clients) == {"JupyterLabAppSettings": SPEC}
