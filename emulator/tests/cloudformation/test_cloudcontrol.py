"""What the CDK CLI reads during synth."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from offline_aws.settings import settings

ACCOUNT = "123456789012"
ARN = f"arn:aws:sagemaker:us-east-1:{ACCOUNT}"
IMAGE = "AWS::SageMaker::Image"


def _get(clients: Any, kind: str, identifier: str) -> Any:
    answer = clients.cloudcontrol.get_resource(TypeName=kind, Identifier=identifier)
    description = answer["ResourceDescription"]
    assert description["Identifier"] == identifier
    return json.loads(description["Properties"])


def test_an_image_is_read_by_its_arn(clients: Any) -> None:
    clients.sagemaker_image("torch")
    assert _get(clients, IMAGE, f"{ARN}:image/torch") == {
        "ImageArn": f"{ARN}:image/torch",
        "ImageName": "torch",
        "ImageRoleArn": f"arn:aws:iam::{ACCOUNT}:role/any",
    }


def test_optional_properties_and_tags_are_read_if_there_are_any(clients: Any) -> None:
    tags = [{"Key": "team", "Value": "vision"}]
    role = f"arn:aws:iam::{ACCOUNT}:role/any"
    shown = {"DisplayName": "Torch", "Description": "d"}
    clients.sagemaker_call("CreateImage", ImageName="torch", RoleArn=role, Tags=tags, **shown)
    read = _get(clients, IMAGE, f"{ARN}:image/torch")
    assert (read["ImageDisplayName"], read["ImageDescription"], read["Tags"]) == ("Torch", "d", tags)


def test_a_configuration_is_read_by_its_name(clients: Any) -> None:
    clients.sagemaker_call("CreateAppImageConfig", AppImageConfigName="torch", JupyterLabAppImageConfig={})
    read = _get(clients, "AWS::SageMaker::AppImageConfig", "torch")
    assert (read["AppImageConfigName"], read["JupyterLabAppImageConfig"]) == ("torch", {})


def test_versions_are_read_by_their_arns_and_listed_for_an_image(stack: Any, clients: Any) -> None:
    clients.sagemaker_image("torch")
    base = f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/repo:1"
    given = {"ImageName": "torch", "BaseImage": base, "ClientToken": "one", "Processor": "GPU"}
    clients.sagemaker_call("CreateImageVersion", **given)
    kind, arn = "AWS::SageMaker::ImageVersion", f"{ARN}:image-version/torch/1"
    read = _get(clients, kind, arn)
    assert read["Version"] == 1
    assert (read["ImageName"], read["BaseImage"], read["Processor"]) == ("torch", base, "GPU")
    model = json.dumps({"ImageName": "torch"})
    listed = clients.cloudcontrol.list_resources(TypeName=kind, ResourceModel=model)
    assert [item["Identifier"] for item in listed["ResourceDescriptions"]] == [arn]
    refused = clients.cloudcontrol.exceptions.InvalidRequestException
    with pytest.raises(refused, match="Required property: ImageName"):
        clients.cloudcontrol.list_resources(TypeName=kind)


def test_lists_have_pages_and_only_identifiers(clients: Any) -> None:
    for name in ("a", "b", "c"):
        clients.sagemaker_image(name)
    first = clients.cloudcontrol.list_resources(TypeName=IMAGE, MaxResults=2)
    second = clients.cloudcontrol.list_resources(TypeName=IMAGE, MaxResults=2, NextToken=first["NextToken"])
    assert "NextToken" not in second
    found = [item for page in (first, second) for item in page["ResourceDescriptions"]]
    arns = {f"{ARN}:image/{name}" for name in ("a", "b", "c")}
    assert {item["Identifier"] for item in found} == arns
    assert all(json.loads(item["Properties"]) == {"ImageArn": item["Identifier"]} for item in found)


def test_what_does_not_exist_is_not_found(clients: Any) -> None:
    with pytest.raises(clients.cloudcontrol.exceptions.ResourceNotFoundException):
        _get(clients, IMAGE, f"{ARN}:image/gone")


def test_another_type_is_refused(clients: Any) -> None:
    with pytest.raises(clients.cloudcontrol.exceptions.UnsupportedActionException):
        _get(clients, "AWS::S3::Bucket", "bucket")


_ACTIONS = {"cloudformation:GetResource", "sagemaker:DescribeImage", "sagemaker:ListTags"}


@pytest.mark.parametrize("missing", sorted(_ACTIONS))
def test_the_permissions_of_the_caller_count(server: Any, clients: Any, missing: str) -> None:
    clients.sagemaker_image("torch")
    clients.iam.create_user(UserName="reader")
    key = clients.iam.create_access_key(UserName="reader")["AccessKey"]["AccessKeyId"]
    reader = type(clients)(server.url, key)
    settings.apply({"enforce_iam": True})

    def allow(allowed: set[str]) -> None:
        statement = {"Effect": "Allow", "Action": sorted(allowed), "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        clients.iam.put_user_policy(UserName="reader", PolicyName="read", PolicyDocument=policy)

    allow(_ACTIONS - {missing})
    with pytest.raises(ClientError, match=missing):
        _get(reader, IMAGE, f"{ARN}:image/torch")
    allow(_ACTIONS)
    assert _get(reader, IMAGE, f"{ARN}:image/torch")["ImageName"] == "torch"
