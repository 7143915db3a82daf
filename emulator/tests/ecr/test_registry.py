"""The registry as a container builder sees it, and the ECR API."""

from __future__ import annotations

import json
from base64 import b64decode

import pytest
import requests
from conftest import Clients
from registry import CONFIG, LAYER, MANIFEST_TYPE, Docker, digest_of, manifest_of


@pytest.fixture
def docker(clients) -> Docker:
    return Docker(clients)


def test_the_api_lists_pushed_images(clients, docker) -> None:
    digest = docker.push("1.0")
    assert digest == digest_of(manifest_of())
    (image,) = clients.ecr.describe_images(repositoryName="team/torch")["imageDetails"]
    assert (image["imageDigest"], image["imageTags"]) == (digest, ["1.0"])
    pulled = clients.ecr.batch_get_image(repositoryName="team/torch", imageIds=[{"imageTag": "1.0"}])["images"][0]
    assert pulled["imageManifest"].encode() == manifest_of()


def test_a_pushed_image_can_be_pulled_by_tag_and_digest(docker) -> None:
    digest = docker.push("1.0")
    for reference in ("1.0", digest):
        answer = docker.session.get(f"{docker.base}/manifests/{reference}", headers={"Accept": MANIFEST_TYPE})
        assert (answer.status_code, answer.content, answer.headers["Docker-Content-Digest"]) == (200, manifest_of(), digest)
    for content in (CONFIG, LAYER):
        assert docker.session.get(f"{docker.base}/blobs/{digest_of(content)}").content == content


def test_images_with_different_configs_are_different_images(docker) -> None:
    assert docker.push("1.0") != docker.push("2.0", b'{"architecture":"arm64","os":"linux"}')


def test_a_tag_that_is_pushed_again_names_the_new_image(clients, docker) -> None:
    docker.push("1.0")
    digest = docker.push("1.0", b'{"architecture":"amd64","os":"linux","created":"later"}')
    images = {image["imageDigest"]: image.get("imageTags") for image in clients.ecr.describe_images(repositoryName="team/torch")["imageDetails"]}
    assert images[digest] == ["1.0"]
    assert sorted(map(str, images.values())) == ["None", "['1.0']"]


def test_content_that_does_not_match_its_digest_is_rejected(docker) -> None:
    start = docker.session.post(f"{docker.base}/blobs/uploads/")
    address = start.headers["Location"]
    address = address if address.startswith("http") else docker.base.split("/v2/")[0] + address
    answer = docker.session.put(address, params={"digest": digest_of(b"other")}, data=b"these")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "DIGEST_INVALID")


def test_a_manifest_with_missing_layers_is_rejected(docker) -> None:
    answer = docker.manifest(manifest_of(layer=b"never pushed"), "1.0")
    assert answer.status_code in (400, 404)
    assert answer.json()["errors"][0]["code"] in ("MANIFEST_BLOB_UNKNOWN", "MANIFEST_INVALID")


def test_the_registry_requires_a_login(docker) -> None:
    answer = requests.get(f"{docker.base}/tags/list")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")
    assert requests.get(f"{docker.base}/tags/list", auth=("AWS", "made up")).status_code == 401


def test_a_missing_repository_is_an_error(docker) -> None:
    answer = docker.session.get(f"{docker.base}-not/tags/list")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (404, "NAME_UNKNOWN")


def test_put_image_takes_the_digest_from_the_bytes(clients, docker) -> None:
    docker.push("1.0")
    other = json.dumps({**json.loads(manifest_of()), "annotations": {"a": "b"}})
    image = clients.ecr.put_image(repositoryName="team/torch", imageManifest=other, imageTag="2.0")["image"]
    assert image["imageId"]["imageDigest"] == digest_of(other.encode())


@pytest.mark.parametrize(
    ("kind", "fault", "status", "code"),
    [
        ("throttle", {"calls": 1}, 429, "TOOMANYREQUESTS"),
        ("error", {"code": "ServerException", "status": 500}, 500, "UNKNOWN"),
        ("error", {"code": "RepositoryPolicyNotFoundException"}, 400, "UNKNOWN"),
        ("error", {"code": "AccessDeniedException"}, 403, "DENIED"),
    ],
)
def test_a_requested_failure_is_reported_by_the_registry(clients, docker, kind, fault, status, code) -> None:
    docker.push("1.0")
    clients.control("POST", f"faults/{kind}", json={"service": "ecr", "operation": "BatchGetImage", **fault})
    answer = docker.session.get(f"{docker.base}/manifests/1.0")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (status, code)
    assert docker.session.get(f"{docker.base}/manifests/1.0").status_code == 200
    outcomes = [e["outcome"] for e in clients.control("GET", "log").json() if e["operation"] == "BatchGetImage"]
    assert outcomes == [fault.get("code", "ThrottlingException"), "ok"]


def test_a_login_without_permission_is_denied(clients, docker) -> None:
    docker.push("1.0")
    clients.iam.create_user(UserName="ann")
    key = clients.iam.create_access_key(UserName="ann")["AccessKey"]["AccessKeyId"]
    statement = {"Effect": "Allow", "Action": ["ecr:GetAuthorizationToken", "ecr:BatchGetImage"], "Resource": "*"}
    clients.iam.put_user_policy(UserName="ann", PolicyName="p",
                                PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statement}))
    token = Clients(clients.url, key).ecr.get_authorization_token()["authorizationData"][0]["authorizationToken"]
    login = tuple(b64decode(token).decode().split(":"))
    clients.control("POST", "settings", json={"enforce_iam": True})
    assert requests.get(f"{docker.base}/manifests/1.0", auth=login).status_code == 200
    denied = requests.delete(f"{docker.base}/manifests/1.0", auth=login)
    assert (denied.status_code, denied.json()["errors"][0]["code"]) == (403, "DENIED")
    assert "is not authorized to perform: ecr:BatchDeleteImage" in denied.json()["errors"][0]["message"]
    clients.iam.delete_access_key(UserName="ann", AccessKeyId=key)
    assert requests.get(f"{docker.base}/manifests/1.0", auth=login).status_code == 403
