"""Domains, user profiles, spaces and apps, as far as attaching images needs them."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError
from stacks import Stacks, resource, template
from studio import NETWORK, ROLE, code_of, status


def lab(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"JupyterLabAppSettings": {"CustomImages": list(entries)}}


def test_a_domain_is_created_and_deleted(clients, sagemaker, domain, eventually) -> None:
    described = sagemaker.describe_domain(DomainId=domain)
    assert described["DomainArn"] == f"arn:aws:sagemaker:us-east-1:123456789012:domain/{domain}"
    assert described["DefaultUserSettings"]["ExecutionRole"] == ROLE
    assert sagemaker.list_tags(ResourceArn=described["DomainArn"])["Tags"] == [{"Key": "k", "Value": "v"}]
    assert [d["DomainId"] for d in sagemaker.list_domains()["Domains"]] == [domain]
    clients.control("POST", "settings", json={"domain_seconds": 0.5})
    sagemaker.delete_domain(DomainId=domain)
    assert status(sagemaker, domain) == "Deleting"
    eventually(lambda: sagemaker.list_domains()["Domains"] == [])
    assert code_of(sagemaker.describe_domain, DomainId=domain) == "ResourceNotFound"


def test_a_domain_is_pending_first_and_busy_during_changes(clients, sagemaker, domain) -> None:
    clients.control("POST", "settings", json={"domain_seconds": 30})
    sagemaker.update_domain(DomainId=domain, DefaultUserSettings={"SecurityGroups": ["sg-2"]})
    assert status(sagemaker, domain) == "Updating"
    update = {"DomainId": domain, "DefaultUserSettings": {}}
    assert code_of(sagemaker.update_domain, **update) == "ResourceInUse"
    assert code_of(sagemaker.delete_domain, DomainId=domain) == "ResourceInUse"
    clients.control("POST", "settings", json={"busy_studio": "ValidationException"})
    assert code_of(sagemaker.update_domain, **update) == "ValidationException"
    other = sagemaker.create_domain(DomainName="other", DefaultUserSettings={}, **NETWORK)["DomainId"]
    assert status(sagemaker, other) == "Pending"


@pytest.mark.parametrize(("kept", "mode"), [(True, "merge"), (False, "replace")])
def test_an_update_replaces_lists_and_keeps_other_members(
    clients, sagemaker, domain, attachable, eventually, kept, mode
) -> None:
    clients.control("POST", "settings", json={"update_domain": mode})
    for entry in (attachable, {**attachable, "AppImageConfigName": "second"}):
        sagemaker.create_app_image_config(AppImageConfigName="second") if entry is not attachable else None
        sagemaker.update_domain(DomainId=domain, DefaultUserSettings=lab(entry))
        eventually(lambda: status(sagemaker, domain) == "InService")
    settings = sagemaker.describe_domain(DomainId=domain)["DefaultUserSettings"]
    assert [e["AppImageConfigName"] for e in settings["JupyterLabAppSettings"]["CustomImages"]] == ["second"]
    assert ("ExecutionRole" in settings) is kept
    sagemaker.update_domain(DomainId=domain, DefaultSpaceSettings={"ExecutionRole": ROLE})
    eventually(lambda: status(sagemaker, domain) == "InService")
    assert "JupyterLabAppSettings" in sagemaker.describe_domain(DomainId=domain)["DefaultUserSettings"]


@pytest.mark.parametrize("wrong", [{"ImageName": "none"}, {"ImageVersionNumber": 9}, {"AppImageConfigName": "none"}])
def test_a_missing_custom_image_fails_the_update(clients, sagemaker, domain, attachable, eventually, wrong) -> None:
    update = {"DomainId": domain, "DefaultUserSettings": lab({**attachable, **wrong})}
    sagemaker.update_domain(**update)
    eventually(lambda: status(sagemaker, domain) == "Update_Failed")
    assert "does not exist" in sagemaker.describe_domain(DomainId=domain)["FailureReason"]
    # the next valid update repairs it
    sagemaker.update_domain(DomainId=domain, DefaultUserSettings=lab(attachable))
    eventually(lambda: status(sagemaker, domain) == "InService")
    assert "FailureReason" not in sagemaker.describe_domain(DomainId=domain)
    clients.control("POST", "settings", json={"bad_custom_image": "refuse"})
    assert code_of(sagemaker.update_domain, **update) == "ValidationException"


def test_the_execution_role_needs_permission_to_describe_the_version(clients, sagemaker, domain, attachable, eventually) -> None:
    clients.control("POST", "settings", json={"enforce_iam": True})
    clients.iam.create_role(RoleName="execution", AssumeRolePolicyDocument="{}")
    sagemaker.update_domain(DomainId=domain, DefaultUserSettings=lab(attachable))
    eventually(lambda: status(sagemaker, domain) == "Update_Failed")
    assert "'sagemaker:DescribeImageVersion'" in sagemaker.describe_domain(DomainId=domain)["FailureReason"]
    allow = {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": "sagemaker:DescribeImageVersion", "Resource": "arn:aws:sagemaker:*:*:image-version/img/1"},
    }
    clients.iam.put_role_policy(RoleName="execution", PolicyName="p", PolicyDocument=json.dumps(allow))
    sagemaker.update_domain(DomainId=domain, DefaultUserSettings=lab(attachable))
    eventually(lambda: status(sagemaker, domain) == "InService")


def test_requests_are_validated_with_the_model_and_the_documented_limits(sagemaker, domain, attachable, eventually) -> None:
    invalid = {"ImageName": "-", "AppImageConfigName": "config"}
    assert code_of(sagemaker.update_domain, DomainId=domain, DefaultUserSettings=lab(invalid)) == "ValidationException"
    assert code_of(sagemaker.update_domain, DomainId=domain, DefaultUserSettings=lab(*[attachable] * 201)) == "ValidationException"
    six = {"KernelGatewayAppSettings": {"CustomImages": [attachable] * 6}}
    profile = {"DomainId": domain, "UserProfileName": "me", "UserSettings": six}
    assert code_of(sagemaker.create_user_profile, **profile) == "ValidationException"
    six["KernelGatewayAppSettings"]["CustomImages"].pop()
    sagemaker.create_user_profile(**profile)


def test_profiles_spaces_and_apps_block_deletes(clients, sagemaker, domain, eventually) -> None:
    me = {"DomainId": domain, "UserProfileName": "me"}
    space = {"DomainId": domain, "SpaceName": "lab"}
    profile_arn = sagemaker.create_user_profile(**me)["UserProfileArn"]
    assert profile_arn.endswith(f":user-profile/{domain}/me")
    sagemaker.create_space(**space, SpaceSettings={"AppType": "JupyterLab"})
    assert code_of(sagemaker.delete_domain, DomainId=domain) == "ResourceInUse"
    eventually(lambda: sagemaker.describe_space(**space)["Status"] == "InService")
    app = {**space, "AppType": "JupyterLab", "AppName": "default"}
    sagemaker.create_app(**app)
    assert code_of(sagemaker.delete_space, **space) == "ResourceInUse"
    eventually(lambda: sagemaker.describe_app(**app)["Status"] == "InService")
    update = {"DomainId": domain, "DefaultUserSettings": {}}
    clients.control("POST", "settings", json={"update_with_apps": "refuse"})
    assert code_of(sagemaker.update_domain, **update) == "ValidationException"
    assert len(sagemaker.list_apps(SpaceNameEquals="lab")["Apps"]) == 1
    sagemaker.delete_app(**app)
    eventually(lambda: sagemaker.list_apps()["Apps"] == [])
    sagemaker.delete_space(**space)
    eventually(lambda: sagemaker.list_spaces(DomainIdEquals=domain)["Spaces"] == [])
    eventually(lambda: sagemaker.describe_user_profile(**me)["Status"] == "InService")
    sagemaker.update_user_profile(**me, UserSettings={"SecurityGroups": ["sg-9"]})
    eventually(lambda: sagemaker.describe_user_profile(**me)["Status"] == "InService")
    assert sagemaker.describe_user_profile(**me)["UserSettings"] == {"SecurityGroups": ["sg-9"]}
    sagemaker.delete_user_profile(**me)
    eventually(lambda: sagemaker.list_user_profiles()["UserProfiles"] == [])
    sagemaker.delete_domain(DomainId=domain)


@pytest.mark.parametrize("refused", [False, True])
def test_the_app_type_of_a_space_can_be_sent_or_not(clients, sagemaker, domain, eventually, refused) -> None:
    space = {"DomainId": domain, "SpaceName": "lab"}
    sagemaker.create_space(**space, SpaceSettings={"AppType": "JupyterLab"})
    eventually(lambda: sagemaker.describe_space(**space)["Status"] == "InService")
    clients.control("POST", "settings", json={"space_app_type": "refuse" if refused else "accept"})
    update = {**space, "SpaceSettings": {"AppType": "JupyterLab", "SpaceManagedResources": "DISABLED"}}
    if refused:
        assert code_of(sagemaker.update_space, **update) == "ValidationException"
        del update["SpaceSettings"]["AppType"]
    sagemaker.update_space(**update)


def test_attached_resources_can_be_deleted_or_not(clients, sagemaker, domain, attachable, eventually) -> None:
    sagemaker.update_domain(DomainId=domain, DefaultUserSettings=lab(attachable))
    clients.control("POST", "settings", json={"delete_attached": "refuse"})
    version = {"ImageName": "img", "Version": 1}
    assert code_of(sagemaker.delete_image_version, **version) == "ResourceInUse"
    assert code_of(sagemaker.delete_app_image_config, AppImageConfigName="config") == "ResourceInUse"
    clients.control("POST", "settings", json={"delete_attached": "allow"})
    sagemaker.delete_image_version(**version)
    sagemaker.delete_app_image_config(AppImageConfigName="config")


@pytest.mark.parametrize("kind", ["user-profile", "space"])
def test_a_version_that_a_profile_or_space_uses_can_be_deleted_or_not(clients, sagemaker, domain, attachable, eventually, kind) -> None:
    entry = {"KernelGatewayAppSettings": {"CustomImages": [attachable]}}
    if kind == "space":
        arn = sagemaker.create_space(DomainId=domain, SpaceName="lab", SpaceSettings=entry)["SpaceArn"]
    else:
        arn = sagemaker.create_user_profile(DomainId=domain, UserProfileName="me", UserSettings=entry)["UserProfileArn"]
    clients.control("POST", "settings", json={"delete_attached": "refuse"})
    version = {"ImageName": "img", "Version": 1}
    with pytest.raises(ClientError) as refused:
        sagemaker.delete_image_version(**version)
    assert refused.value.response["Error"]["Code"] == "ResourceInUse"
    assert refused.value.response["Error"]["Message"].endswith(f"is attached to [{arn}]: detach it first.")
    assert sagemaker.describe_image_version(**version)["ImageVersionStatus"] == "CREATED"
    clients.control("POST", "settings", json={"delete_attached": "allow"})
    sagemaker.delete_image_version(**version)
    eventually(lambda: sagemaker.list_image_versions(ImageName="img")["ImageVersions"] == [])


def test_a_space_that_pinned_a_deleted_version_does_not_stop_the_deletion(clients, sagemaker, domain, attachable, eventually) -> None:
    """A user's measurement."""
    pinned = {"SageMakerImageVersionArn": "arn:aws:sagemaker:us-east-1:123456789012:image-version/img/1", "InstanceType": "ml.t3.medium"}
    space = {"AppType": "JupyterLab", "JupyterLabAppSettings": {"DefaultResourceSpec": pinned}}
    sagemaker.create_space(
        DomainId=domain, SpaceName="lab", SpaceSettings=space,
        OwnershipSettings={"OwnerUserProfileName": "me"}, SpaceSharingSettings={"SharingType": "Private"},
    )  # fmt: skip
    sagemaker.delete_image_version(ImageName="img", Version=1)
    eventually(lambda: sagemaker.list_image_versions(ImageName="img")["ImageVersions"] == [])
    described = sagemaker.describe_space(DomainId=domain, SpaceName="lab")
    assert described["SpaceSettings"]["JupyterLabAppSettings"]["DefaultResourceSpec"] == pinned


def test_members_that_the_model_lacks_survive_when_they_are_declared(clients, sagemaker, domain, eventually) -> None:
    def update() -> requests.Response:
        """Sends the request directly: a client would reject it."""
        return requests.post(
            clients.url,
            headers={
                "X-Amz-Target": "SageMaker.UpdateDomain",
                "Content-Type": "application/x-amz-json-1.1",
                "Authorization": "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20250101/us-east-1/sagemaker/aws4_request",
            },
            json={"DomainId": domain, "DefaultUserSettings": {"Future": {"Deep": [1]}}},
            timeout=5,
        )

    assert update().status_code == 400
    assert clients.control("POST", "new-members", json={"UserSettings": ["Future"]}).status_code == 200
    assert update().status_code == 200
    stored = clients.sagemaker_call("DescribeDomain", DomainId=domain)["DefaultUserSettings"]
    assert stored["Future"] == {"Deep": [1]}
    assert clients.control("POST", "new-members", json={"Nonsense": ["X"]}).status_code == 400
    clients.control("POST", "reset")
    assert clients.control("POST", "new-members", json={}).json() == {}


def test_a_domain_through_cloudformation(clients, sagemaker, eventually) -> None:
    def body(group: str) -> str:
        domain = resource(
            "AWS::SageMaker::Domain",
            DomainName="d",
            DefaultUserSettings={"ExecutionRole": ROLE, "SecurityGroups": [group]},
            **NETWORK,
        )
        settings = {"SecurityGroups": [group]}
        profile = resource("AWS::SageMaker::UserProfile", DomainId={"Ref": "D"}, UserProfileName="me", UserSettings=settings)
        space = resource("AWS::SageMaker::Space", DomainId={"Ref": "D"}, SpaceName="lab")
        return template({"D": domain, "P": profile, "S": space}, Outputs={"Id": {"Value": {"Ref": "D"}}})

    stack = Stacks(clients.cloudformation)
    assert stack.deploy(body("sg-1")) == "CREATE_COMPLETE", stack.events()
    domain = stack.outputs()["Id"]
    assert stack.deploy(body("sg-2")) == "UPDATE_COMPLETE", stack.events()
    assert sagemaker.describe_domain(DomainId=domain)["DefaultUserSettings"]["SecurityGroups"] == ["sg-2"]
    assert stack.delete() == "DELETE_COMPLETE"
    assert sagemaker.list_domains()["Domains"] == []
