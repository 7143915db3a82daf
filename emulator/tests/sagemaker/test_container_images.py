"""The requirements of a version: the container image, and a role that can pull it."""

from __future__ import annotations

import json

import boto3
import pytest
from sagemaker.conftest import PULL, allow_pull, base, manifest
from stacks import TRUST

from offline_aws.settings import settings


def failure(version, **more) -> str:
    made = version(**{"ClientToken": "t", **more})
    assert made["ImageVersionStatus"] == "CREATE_FAILED"
    return str(made["FailureReason"])


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        ("docker.io/library/python:3", "is not a valid Amazon ECR image URI"),
        (base("1").replace("amazonaws.com", "evil.example.com"), "is not a valid Amazon ECR image URI"),
        (base("1").replace("amazonaws.com", "amazonaws.com.cn"), "is not a valid Amazon ECR image URI"),
        (base("1", region="cn-north-1"), "is not a valid Amazon ECR image URI"),
        (base("1").replace("dkr.ecr", "dkr-ecr"), "is not a valid Amazon ECR image URI"),
        (base("1").replace("amazonaws.com", "on.aws"), "is not a valid Amazon ECR image URI"),
        (base("1", region="eu-west-1"), "is in the Region eu-west-1, but the image is in us-east-1"),
        (base("1", repository="other"), "The repository with name 'other' does not exist"),
        (base("5"), "Requested image not found: '5'"),
        (base("1").replace(":1", f"@sha256:{'1' * 64}"), f"Requested image not found: 'sha256:{'1' * 64}'"),
        (base("1").removesuffix(":1"), "Requested image not found: 'latest'"),
    ],
)
def test_a_missing_container_image(image, version, uri, reason) -> None:
    image()
    assert reason in failure(version, BaseImage=uri)


def test_a_base_image_can_have_a_digest(clients, image, version) -> None:
    image()
    digest = clients.ecr.describe_images(repositoryName="repo", imageIds=[{"imageTag": "2"}])["imageDetails"][0]["imageDigest"]
    uri = base("1").replace(":1", f"@{digest}")
    assert version(BaseImage=uri)["ContainerImage"] == uri


@pytest.mark.parametrize("host", ["dkr.ecr.us-east-1.amazonaws.com", "dkr.ecr-fips.us-east-1.amazonaws.com",
                                  "dkr-ecr.us-east-1.on.aws", "dkr-ecr-fips.us-east-1.on.aws"])
def test_a_registry_has_several_host_names(image, version, host) -> None:
    image()
    made = version(BaseImage=f"123456789012.{host}/repo:1")
    assert made["ImageVersionStatus"] == "CREATED"
    assert made["ContainerImage"].startswith(f"123456789012.{host}/repo@sha256:")


@pytest.mark.parametrize(
    ("region", "partition", "host"),
    [
        ("cn-north-1", "aws-cn", "dkr.ecr.cn-north-1.amazonaws.com.cn"),
        ("us-gov-west-1", "aws-us-gov", "dkr.ecr.us-gov-west-1.amazonaws.com"),
        ("eusc-de-east-1", "aws-eusc", "dkr.ecr.eusc-de-east-1.amazonaws.eu"),
    ],
)
def test_registries_of_other_partitions(clients, eventually, region, partition, host) -> None:
    access = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "x", "region_name": region}
    ecr, iam, api = (boto3.client(service, endpoint_url=clients.url, **access) for service in ("ecr", "iam", "sagemaker"))
    ecr.create_repository(repositoryName="repo")
    ecr.put_image(repositoryName="repo", imageTag="1", imageManifest=manifest("1"))
    role = iam.create_role(RoleName="puller", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": PULL, "Resource": f"arn:{partition}:ecr:*:*:*"}]}
    iam.put_role_policy(RoleName="puller", PolicyName="pull", PolicyDocument=json.dumps(document))
    api.create_image(ImageName="img", RoleArn=role)
    eventually(lambda: api.describe_image(ImageName="img")["ImageStatus"] == "CREATED")
    api.create_image_version(ImageName="img", BaseImage=f"123456789012.{host}/repo:1", ClientToken="1")
    eventually(lambda: api.describe_image_version(ImageName="img")["ImageVersionStatus"] != "CREATING")
    made = api.describe_image_version(ImageName="img")
    assert made["ImageVersionStatus"] == "CREATED", made
    assert made["ContainerImage"].startswith(f"123456789012.{host}/repo@sha256:")
    assert made["ImageVersionArn"].startswith(f"arn:{partition}:sagemaker:{region}:")


@pytest.mark.parametrize(("actions", "missing"), [(PULL[:1], PULL[1]), (PULL[1:], PULL[0]), (["ecr:Describe*"], PULL[0])])
def test_a_role_without_permission_to_pull(clients, image, version, actions, missing) -> None:
    image()
    allow_pull(clients, actions)
    assert f"is not authorized to perform: {missing}" in failure(version)


def test_a_role_with_permission_on_another_repository_only(clients, image, version) -> None:
    image()
    allow_pull(clients, PULL, "arn:aws:ecr:us-east-1:123456789012:repository/other")
    assert "on resource: arn:aws:ecr:us-east-1:123456789012:repository/repo" in failure(version)


@pytest.mark.parametrize(
    ("statement", "trusted"),
    [
        ({"Principal": {"Service": "lambda.amazonaws.com"}}, False),
        ({"Principal": {"Service": "sagemaker.amazonaws.com"}, "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}}, True),
        ({"Principal": {"Service": "sagemaker.amazonaws.com"}, "Condition": {"StringEquals": {"aws:SourceAccount": "210987654321"}}}, False),
    ],
)
def test_the_role_must_trust_sagemaker(clients, image, version, statement, trusted) -> None:
    image()
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", **statement}]}
    clients.iam.update_assume_role_policy(RoleName="puller", PolicyDocument=json.dumps(document))
    if trusted:
        assert version()["ImageVersionStatus"] == "CREATED"
    else:
        assert "Could not assume role" in failure(version)


SOURCE = "arn:aws:sagemaker:us-east-1:123456789012"
ACCOUNT = {"StringEquals": {"aws:SourceAccount": "123456789012"}}
#: The conditions of the older and the newer page on confused deputies, and one that holds under both.
TRUST_CONDITIONS = {
    "older": {"ArnLike": {"aws:SourceArn": [f"{SOURCE}:image", f"{SOURCE}:image-version"]}},
    "newer": {"ArnLike": {"aws:SourceArn": f"{SOURCE}:image-version/*"}},
    "both": {"ArnLike": {"aws:SourceArn": [f"{SOURCE}:image{kind}{rest}" for kind in ("", "-version") for rest in ("", "/*")]}},
    "one version": {"ArnLike": {"aws:SourceArn": f"{SOURCE}:image-version/img/1"}},
    "one image": {"ArnLike": {"aws:SourceArn": f"{SOURCE}:image/img"}},
}


@pytest.mark.parametrize(
    ("form", "trusting"),
    [
        ("image-version/*", {"newer", "both", "one version"}),
        ("image-version", {"older", "both"}),
        ("image/*", {"both", "one image"}),
        ("image", {"older", "both"}),
    ],
)
@pytest.mark.parametrize("condition", TRUST_CONDITIONS)
def test_the_source_arn_of_the_setting_is_judged(clients, image, version, form, trusting, condition) -> None:
    settings.apply({"image_role_source_arn": form})
    image()
    trust(clients, TRUST_CONDITIONS[condition])
    assert (version()["ImageVersionStatus"] == "CREATED") is (condition in trusting)


@pytest.mark.parametrize(("answer", "status"), [("sent", "CREATED"), ("absent", "CREATE_FAILED")])
def test_a_source_account_that_is_required(clients, image, version, answer, status) -> None:
    settings.apply({"image_role_source_account": answer})
    image()
    trust(clients, ACCOUNT)
    assert version()["ImageVersionStatus"] == status


def trust(clients, condition) -> None:
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "sagemaker.amazonaws.com"}}
    document = {"Version": "2012-10-17", "Statement": [{**statement, "Condition": condition}]}
    clients.iam.update_assume_role_policy(RoleName="puller", PolicyDocument=json.dumps(document))


def test_permissions_are_checked_at_creation(clients, image, version) -> None:
    image()
    allow_pull(clients, ["s3:*"])
    failure(version, ClientToken="early")
    allow_pull(clients, PULL)
    assert version("2")["ImageVersionStatus"] == "CREATED"
