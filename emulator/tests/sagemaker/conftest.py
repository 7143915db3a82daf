"""Fixtures for images: a repository with container images, and a role that can pull them; and for Studio."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from conftest import Clients
from stacks import TRUST
from studio import NETWORK, status
from studio import ROLE as EXECUTION_ROLE

ROLE = "arn:aws:iam::123456789012:role/puller"
PULL = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]


def manifest(tag: str) -> str:
    kind = "application/vnd.docker.distribution.manifest.v2+json"
    config = {"mediaType": "application/vnd.docker.container.image.v1+json", "digest": f"sha256:{'0' * 64}"}
    return json.dumps({"schemaVersion": 2, "mediaType": kind, "config": config, "layers": [], "annotations": {"tag": tag}})


def base(tag: str = "1", *, region: str = "us-east-1", repository: str = "repo") -> str:
    return f"123456789012.dkr.ecr.{region}.amazonaws.com/{repository}:{tag}"


def allow_pull(clients: Clients, actions: list[str], resource: str = "*") -> None:
    statement = {"Effect": "Allow", "Action": actions, "Resource": resource}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    clients.iam.put_role_policy(RoleName="puller", PolicyName="pull", PolicyDocument=document)


@pytest.fixture
def containers(clients: Clients) -> Clients:
    """Container images with the tags 1 to 4, and the role that pulls them."""
    clients.ecr.create_repository(repositoryName="repo")
    for tag in "1234":
        clients.ecr.put_image(repositoryName="repo", imageTag=tag, imageManifest=manifest(tag))
    clients.iam.create_role(RoleName="puller", AssumeRolePolicyDocument=json.dumps(TRUST))
    allow_pull(clients, PULL)
    return clients


@pytest.fixture
def api(containers: Clients) -> Any:
    return containers.sagemaker


@pytest.fixture
def image(api: Any, eventually: Callable[..., None]) -> Any:
    """Creates an image and waits for it."""

    def make(name: str = "img", **more: Any) -> str:
        arn = api.create_image(ImageName=name, RoleArn=ROLE, **more)["ImageArn"]
        eventually(lambda: api.describe_image(ImageName=name)["ImageStatus"] == "CREATED")
        return str(arn)

    return make


@pytest.fixture
def version(api: Any, eventually: Callable[..., None]) -> Any:
    """Creates a version, waits until it is settled, and describes it."""

    def make(tag: str = "1", name: str = "img", **more: Any) -> dict[str, Any]:
        given = {"BaseImage": base(tag), "ClientToken": f"{name}-{tag}", **more}
        number = int(api.create_image_version(ImageName=name, **given)["ImageVersionArn"].rsplit("/", 1)[1])
        eventually(lambda: api.describe_image_version(ImageName=name, Version=number)["ImageVersionStatus"] != "CREATING")
        described: dict[str, Any] = api.describe_image_version(ImageName=name, Version=number)
        return described

    return make


def refusal(call: Any, **params: Any) -> tuple[str, str]:
    """The code and the message of the expected error."""
    with pytest.raises(ClientError) as caught:
        call(**params)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.fixture
def sagemaker(clients) -> Any:
    clients.control("POST", "settings", json={"domain_seconds": 0.02})
    return clients.sagemaker


@pytest.fixture
def attachable(clients, sagemaker, eventually) -> dict[str, Any]:
    """A custom image that exists."""
    clients.sagemaker_image("img")
    kind = "application/vnd.docker.distribution.manifest.v2+json"
    manifest = {"schemaVersion": 2, "mediaType": kind, "config": {"digest": f"sha256:{'0' * 64}"}, "layers": []}
    clients.ecr.create_repository(repositoryName="repo")
    clients.ecr.put_image(repositoryName="repo", imageManifest=json.dumps(manifest), imageTag="1")
    pull = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ecr:*", "Resource": "*"}]}
    clients.iam.create_role(RoleName="any", AssumeRolePolicyDocument=json.dumps(TRUST))
    clients.iam.put_role_policy(RoleName="any", PolicyName="p", PolicyDocument=json.dumps(pull))
    sagemaker.create_image_version(
        ImageName="img", BaseImage="123456789012.dkr.ecr.us-east-1.amazonaws.com/repo:1", ClientToken="t"
    )
    eventually(lambda: sagemaker.describe_image_version(ImageName="img")["ImageVersionStatus"] == "CREATED")
    sagemaker.create_app_image_config(AppImageConfigName="config", JupyterLabAppImageConfig={})
    return {"ImageName": "img", "ImageVersionNumber": 1, "AppImageConfigName": "config"}


@pytest.fixture
def domain(sagemaker, eventually) -> str:
    made = sagemaker.create_domain(
        DomainName="team",
        DefaultUserSettings={"ExecutionRole": EXECUTION_ROLE, "SecurityGroups": ["sg-1"]},
        Tags=[{"Key": "k", "Value": "v"}],
        **NETWORK,
    )
    eventually(lambda: status(sagemaker, made["DomainId"]) == "InService")
    return made["DomainId"]
