"""Archived images, and the URLs of layers."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from conftest import Clients
from registry import CONFIG, Docker, digest_of

from offline_aws.settings import settings

NAME = "team/torch"


@pytest.fixture
def docker(clients: Clients) -> Docker:
    docker = Docker(clients)
    docker.push("1.0")
    return docker


def describe(clients: Clients, **more: Any) -> list[dict[str, Any]]:
    answer = clients.ecr.describe_images(repositoryName=NAME, imageIds=[{"imageTag": "1.0"}], **more)
    return list(answer["imageDetails"])


def archive(clients: Clients, target: str = "ARCHIVE") -> str:
    answer = clients.ecr.update_image_storage_class(repositoryName=NAME, imageId={"imageTag": "1.0"}, targetStorageClass=target)
    return str(answer["imageStatus"])


def test_an_image_is_active(clients: Clients, docker: Docker) -> None:
    assert describe(clients)[0]["imageStatus"] == "ACTIVE"


def test_an_archived_image_cannot_be_pulled(clients: Clients, docker: Docker) -> None:
    assert archive(clients) == "ARCHIVED"
    answer = clients.ecr.batch_get_image(repositoryName=NAME, imageIds=[{"imageTag": "1.0"}])
    assert [failure["failureCode"] for failure in answer["failures"]] == ["ImageNotFound"]
    assert docker.session.get(f"{docker.base}/manifests/1.0").status_code == 404
    assert archive(clients, "STANDARD") == "ACTIVE"
    assert docker.session.get(f"{docker.base}/manifests/1.0").status_code == 200


def test_an_archived_image_is_described_if_the_filter_asks_for_it(clients: Clients, docker: Docker) -> None:
    archive(clients)
    with pytest.raises(clients.ecr.exceptions.ImageNotFoundException):
        describe(clients)
    assert describe(clients, filter={"imageStatus": "ARCHIVED"})[0]["imageStatus"] == "ARCHIVED"
    assert describe(clients, filter={"imageStatus": "ANY"})[0]["imageStatus"] == "ARCHIVED"


def test_or_without_a_filter(clients: Clients, docker: Docker) -> None:
    settings.apply({"archived_images": "described"})
    archive(clients)
    assert describe(clients)[0]["imageStatus"] == "ARCHIVED"
    with pytest.raises(clients.ecr.exceptions.ImageNotFoundException):
        describe(clients, filter={"imageStatus": "ACTIVE"})


def test_only_an_existing_image_can_be_archived(clients: Clients, docker: Docker) -> None:
    with pytest.raises(clients.ecr.exceptions.ImageNotFoundException):
        clients.ecr.update_image_storage_class(repositoryName=NAME, imageId={"imageTag": "2.0"}, targetStorageClass="ARCHIVE")
    with pytest.raises(clients.ecr.exceptions.RepositoryNotFoundException):
        clients.ecr.update_image_storage_class(repositoryName="none", imageId={"imageTag": "1.0"}, targetStorageClass="ARCHIVE")


def test_a_layer_has_a_url(clients: Clients, docker: Docker) -> None:
    answer = clients.ecr.get_download_url_for_layer(repositoryName=NAME, layerDigest=digest_of(CONFIG))
    assert answer["layerDigest"] == digest_of(CONFIG)
    host, path = answer["downloadUrl"].removeprefix("https://").split("/", 1)
    # functions are redirected from this host
    assert host.startswith("layers.localhost:")
    assert requests.get(f"{clients.url}/{path}", timeout=5).content == CONFIG
    assert requests.get(f"{clients.url}/{path}0", timeout=5).status_code == 403


def test_an_unknown_layer_has_none(clients: Clients, docker: Docker) -> None:
    with pytest.raises(clients.ecr.exceptions.LayersNotFoundException):
        clients.ecr.get_download_url_for_layer(repositoryName=NAME, layerDigest=digest_of(b"other"))
    with pytest.raises(clients.ecr.exceptions.RepositoryNotFoundException):
        clients.ecr.get_download_url_for_layer(repositoryName="none", layerDigest=digest_of(CONFIG))
