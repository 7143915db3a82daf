"""What apps start by default: DefaultResourceSpec of domains, user profiles and spaces."""

from __future__ import annotations

from typing import Any

import pytest
from studio import NETWORK, ROLE, code_of, status

ARN = "arn:aws:sagemaker:us-east-1:123456789012"
VERSION = {"SageMakerImageArn": f"{ARN}:image/img", "SageMakerImageVersionArn": f"{ARN}:image-version/img/1"}
OTHERS = {"InstanceType": "ml.t3.medium"}
OF_SAGEMAKER = {
    "SageMakerImageArn": "arn:aws:sagemaker:us-east-1:885854791233:image/sagemaker-distribution-cpu",
    "SageMakerImageVersionAlias": "2.0.0",
}
USER_APPS = ("JupyterServer", "KernelGateway", "JupyterLab", "CodeEditor", "RSession")
SPACE_APPS = ("JupyterServer", "KernelGateway", "JupyterLab", "CodeEditor")


def defaults(spec: dict[str, Any], *apps: str) -> dict[str, Any]:
    return {f"{app}AppSettings": {"DefaultResourceSpec": spec} for app in apps or ("JupyterLab",)}


@pytest.fixture
def update(sagemaker, domain, eventually) -> Any:
    """Updates the domain and returns its status and its default for JupyterLab."""

    def run(spec: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        sagemaker.update_domain(DomainId=domain, DefaultUserSettings=defaults(spec))
        eventually(lambda: status(sagemaker, domain) != "Updating")
        described = sagemaker.describe_domain(DomainId=domain)
        found = described["DefaultUserSettings"].get("JupyterLabAppSettings", {}).get("DefaultResourceSpec", {})
        return described["Status"], found

    return run


def test_all_apps_of_domains_profiles_and_spaces_can_have_one(sagemaker, domain, attachable, eventually) -> None:
    spec = {**OTHERS, **VERSION}
    users, spaces = defaults(spec, *USER_APPS), defaults(spec, *SPACE_APPS)
    sagemaker.update_domain(
        DomainId=domain,
        DefaultUserSettings=users,
        DefaultSpaceSettings={"ExecutionRole": ROLE, **defaults(spec, "KernelGateway", "JupyterLab")},
    )
    eventually(lambda: status(sagemaker, domain) == "InService")
    sagemaker.create_user_profile(DomainId=domain, UserProfileName="me", UserSettings=users)
    sagemaker.create_space(DomainId=domain, SpaceName="lab", SpaceSettings=spaces)
    found = sagemaker.describe_domain(DomainId=domain)
    assert {app: found["DefaultUserSettings"][app] for app in users} == users
    assert found["DefaultSpaceSettings"]["JupyterLabAppSettings"] == {"DefaultResourceSpec": spec}
    assert sagemaker.describe_user_profile(DomainId=domain, UserProfileName="me")["UserSettings"] == users
    assert sagemaker.describe_space(DomainId=domain, SpaceName="lab")["SpaceSettings"] == spaces


@pytest.mark.parametrize(
    "wrong",
    [
        {"SageMakerImageVersionArn": f"{ARN}:image-version/img/2"},
        {"SageMakerImageVersionArn": f"{ARN}:image-version/none/1"},
        {"SageMakerImageArn": f"{ARN}:image/none"},
    ],
)
def test_a_missing_default_fails_the_update(clients, sagemaker, domain, attachable, update, wrong) -> None:
    assert update(wrong) == ("Update_Failed", {})
    assert "does not exist" in sagemaker.describe_domain(DomainId=domain)["FailureReason"]
    assert update(VERSION) == ("InService", VERSION)
    clients.control("POST", "settings", json={"bad_custom_image": "refuse"})
    refused = {"DomainId": domain, "DefaultUserSettings": defaults(wrong)}
    assert code_of(sagemaker.update_domain, **refused) == "ValidationException"


@pytest.mark.parametrize("arn", ["img", f"{ARN}:image/img", f"{ARN}:image-version/img", f"{ARN}:image-version/img/latest"])
def test_the_arn_of_a_version_is_validated_with_the_model(sagemaker, domain, arn) -> None:
    refused = {"DomainId": domain, "DefaultUserSettings": defaults({"SageMakerImageVersionArn": arn})}
    assert code_of(sagemaker.update_domain, **refused) == "ValidationException"


def test_images_of_sagemaker_are_not_checked(update) -> None:
    assert update(OF_SAGEMAKER) == ("InService", OF_SAGEMAKER)


IMAGE_ONLY = {"SageMakerImageArn": VERSION["SageMakerImageArn"]}
VERSION_ONLY = {"SageMakerImageVersionArn": VERSION["SageMakerImageVersionArn"]}


@pytest.mark.parametrize(
    ("answer", "mode", "omitted", "cleared"),
    [
        ("version-kept", "merge", VERSION_ONLY, {}),
        ("dropped", "merge", {}, {}),
        ("kept", "merge", VERSION, IMAGE_ONLY),
        ("kept", "replace", {}, {}),
    ],
)
def test_an_image_that_an_update_omits(clients, attachable, update, answer, mode, omitted, cleared) -> None:
    clients.control("POST", "settings", json={"omitted_default_image": answer, "update_domain": mode})
    assert update({**OTHERS, **VERSION}) == ("InService", {**OTHERS, **VERSION})
    assert update(OTHERS) == ("InService", {**OTHERS, **omitted})
    assert update({**OTHERS, "SageMakerImageVersionArn": "None"}) == ("InService", {**OTHERS, **cleared})


def test_a_version_can_be_cleared_where_there_is_none(clients, sagemaker) -> None:
    settings = defaults({"SageMakerImageVersionArn": "None", **OTHERS})
    made = sagemaker.create_domain(DomainName="new", DefaultUserSettings=settings, **NETWORK)
    described = sagemaker.describe_domain(DomainId=made["DomainId"])
    assert described["DefaultUserSettings"]["JupyterLabAppSettings"] == {"DefaultResourceSpec": OTHERS}


def test_a_default_does_not_stop_the_deletion_of_its_version(clients, sagemaker, attachable, update, eventually) -> None:
    clients.control("POST", "settings", json={"delete_attached": "refuse"})
    update(VERSION)
    sagemaker.delete_image_version(ImageName="img", Version=1)
    eventually(lambda: sagemaker.list_image_versions(ImageName="img")["ImageVersions"] == [])
    assert update(VERSION) == ("Update_Failed", VERSION)
