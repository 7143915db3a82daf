"""CreateImage and related operations, and tags."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime, timedelta

import boto3
import pytest
import requests
from botocore.config import Config
from sagemaker.conftest import ROLE, refusal


@pytest.fixture
def unchecked(clients):
    """A client without parameter validation."""
    config = Config(parameter_validation=False, retries={"total_max_attempts": 1})
    return boto3.client(
        "sagemaker", endpoint_url=clients.url, region_name="us-east-1",
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="x", config=config,
    )  # fmt: skip


def test_an_image_is_created_after_a_while(clients, api, eventually) -> None:
    clients.control("POST", "settings", json={"image_seconds": 0.3})
    arn = api.create_image(ImageName="Torch", RoleArn=ROLE, DisplayName="PyTorch")["ImageArn"]
    # names are lower case in ARNs, and are found in either case
    assert arn == "arn:aws:sagemaker:us-east-1:123456789012:image/torch"
    assert api.describe_image(ImageName="torch")["ImageStatus"] == "CREATING"
    eventually(lambda: api.describe_image(ImageName="TORCH")["ImageStatus"] == "CREATED")
    described = api.describe_image(ImageName="Torch")
    assert (described["ImageName"], described["DisplayName"], described["RoleArn"]) == ("Torch", "PyTorch", ROLE)


def test_names_are_unique(api, image) -> None:
    image("torch")
    assert refusal(api.create_image, ImageName="Torch", RoleArn=ROLE)[0] == "ResourceInUse"


def test_one_error_lists_all_problems_of_a_request(unchecked) -> None:
    code, message = refusal(unchecked.create_image, ImageName="no--name", DisplayName="x" * 129)
    assert code == "ValidationException"
    assert message.startswith("3 validation errors detected")
    for part in ("at 'roleArn' failed to satisfy constraint: Member must not be null", "less than or equal to 128", "regular expression"):
        assert part in message


def test_an_update_sets_and_removes_properties(api, image, eventually) -> None:
    image("torch", DisplayName="PyTorch", Description="old")
    api.update_image(ImageName="torch", Description="new", DeleteProperties=["DisplayName"])
    eventually(lambda: api.describe_image(ImageName="torch")["ImageStatus"] == "CREATED")
    described = api.describe_image(ImageName="torch")
    assert described["Description"] == "new"
    assert "DisplayName" not in described


def test_deleting_an_image_deletes_its_versions(api, image, version, eventually) -> None:
    image()
    version("1")
    version("2")
    api.delete_image(ImageName="img")
    eventually(lambda: api.list_images()["Images"] == [])
    for call, params in [
        (api.describe_image, {}), (api.delete_image, {}), (api.list_image_versions, {}),
        (api.describe_image_version, {"Version": 1}), (api.delete_image_version, {"Version": 1}), (api.list_aliases, {}),
    ]:  # fmt: skip
        assert refusal(call, ImageName="img", **params)[0] == "ResourceNotFound"


def test_lists_are_filtered_sorted_and_in_pages(api, image) -> None:
    for name in ("b-torch", "a-torch", "c-jax", "d-torch"):
        image(name)
    names = [
        [one["ImageName"] for one in page["Images"]]
        for page in api.get_paginator("list_images").paginate(NameContains="TORCH", SortBy="IMAGE_NAME", SortOrder="ASCENDING", MaxResults=2)
    ]
    assert names == [["a-torch", "b-torch"], ["d-torch"]]
    newest = [one["ImageName"] for one in api.list_images()["Images"]]
    assert newest == ["d-torch", "c-jax", "a-torch", "b-torch"]
    soon = datetime.now(UTC) + timedelta(hours=1)
    assert (len(api.list_images(CreationTimeBefore=soon)["Images"]), api.list_images(CreationTimeAfter=soon)["Images"]) == (4, [])
    assert refusal(api.list_images, NextToken="not one") == ("ValidationException", "Invalid NextToken.")


def test_a_page_has_10_items_unless_the_request_says_otherwise(api, image, version, eventually) -> None:
    for number in range(11):
        api.create_image(ImageName=f"torch-{number}", RoleArn=ROLE)
        api.create_app_image_config(AppImageConfigName=f"config-{number}", JupyterLabAppImageConfig={})
    eventually(lambda: api.describe_image(ImageName="torch-0")["ImageStatus"] == "CREATED")
    for number in range(11):
        version("1", "torch-0", ClientToken=str(number))
    for operation, key, params in [
        ("list_images", "Images", {}),
        ("list_app_image_configs", "AppImageConfigs", {}),
        ("list_image_versions", "ImageVersions", {"ImageName": "torch-0"}),
    ]:
        first = getattr(api, operation)(**params)
        assert (len(first[key]), "NextToken" in first) == (10, True), operation
        assert len(getattr(api, operation)(**params, NextToken=first["NextToken"])[key]) == 1
        assert len(getattr(api, operation)(**params, MaxResults=100)[key]) == 11


def test_tags_are_added_listed_and_deleted(api, image) -> None:
    arn = image("torch", Tags=[{"Key": "a", "Value": "1"}])
    api.add_tags(ResourceArn=arn, Tags=[{"Key": "a", "Value": "2"}, {"Key": "b", "Value": "3"}])
    assert api.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "a", "Value": "2"}, {"Key": "b", "Value": "3"}]
    api.delete_tags(ResourceArn=arn, TagKeys=["a", "gone"])
    assert api.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "b", "Value": "3"}]
    assert refusal(api.list_tags, ResourceArn=f"{arn}2")[0] == "ResourceNotFound"


def test_an_image_has_at_most_50_tags(api, image) -> None:
    arn = image("torch")
    api.add_tags(ResourceArn=arn, Tags=[{"Key": f"k{n}", "Value": ""} for n in range(50)])
    assert refusal(api.add_tags, ResourceArn=arn, Tags=[{"Key": "more", "Value": ""}])[0] == "ResourceLimitExceeded"


@pytest.mark.parametrize("tags", [[{"Key": "aws:x", "Value": "1"}], [{"Key": "AWS:x", "Value": "1"}],
                                  [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]])
def test_reserved_and_duplicate_tag_keys_are_rejected(api, image, tags) -> None:
    arn = image("torch")
    assert refusal(api.add_tags, ResourceArn=arn, Tags=tags)[0] == "ValidationException"
    assert refusal(api.create_image, ImageName="jax", RoleArn=ROLE, Tags=tags)[0] == "ValidationException"
    assert refusal(api.create_app_image_config, AppImageConfigName="c", Tags=tags)[0] == "ValidationException"
    assert api.list_tags(ResourceArn=arn)["Tags"] == []
    assert [one["ImageName"] for one in api.list_images()["Images"]] == ["torch"]


@pytest.mark.parametrize("offset", [b"-5", b"x", b""])
def test_an_unknown_token_is_rejected(api, offset) -> None:
    token = b64encode(offset).decode() or "="
    assert refusal(api.list_images, NextToken=token) == ("ValidationException", "Invalid NextToken.")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("[1]", "SerializationException"),
        ("null", "SerializationException"),
        ("{", "SerializationException"),
        (b"\xff", "SerializationException"),
        ('{"CreationTimeAfter": "2020-01-01T00:00:00Z"}', "ValidationException"),
        ('{"MaxResults": "ten"}', "ValidationException"),
        ('{"NameContains": ["a"]}', "ValidationException"),
    ],
)
def test_a_malformed_request_is_a_client_error(clients, body, code) -> None:
    scope = "AKIAIOSFODNN7EXAMPLE/20250101/us-east-1/sagemaker/aws4_request"
    headers = {"X-Amz-Target": "SageMaker.ListImages", "Content-Type": "application/x-amz-json-1.1",
               "Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"}
    answer = requests.post(clients.url, headers=headers, data=body, timeout=5)
    assert (answer.status_code, answer.json()["__type"]) == (400, code)


def test_accounts_and_regions_are_isolated(clients, image) -> None:
    image("torch")
    for key, region in (("AKIAIOSFODNN7EXAMPLE", "eu-west-1"), ("210987654321", "us-east-1")):
        other = boto3.client("sagemaker", endpoint_url=clients.url, region_name=region, aws_access_key_id=key, aws_secret_access_key="x")
        assert other.list_images()["Images"] == []
