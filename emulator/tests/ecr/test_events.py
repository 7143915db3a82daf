"""The events of pushed images."""

from __future__ import annotations

import pytest
from registry import CONFIG, MANIFEST_TYPE, Docker, digest_of, manifest_of


@pytest.fixture
def docker(clients) -> Docker:
    return Docker(clients)


@pytest.fixture
def pushes(clients, eventually):
    """Waits for a number of events; their details."""

    def wait(count: int) -> list[dict[str, str]]:
        def found() -> list[dict[str, str]]:
            events = [record["event"] for record in clients.control("GET", "events").json()]
            return [event["detail"] for event in events if event["detail-type"] == "ECR Image Action"]

        eventually(lambda: len(found()) >= count)
        return found()

    return wait


def test_a_push_is_an_event(docker, pushes) -> None:
    digest = docker.push("release-1")
    assert pushes(1) == [
        {
            "result": "SUCCESS",
            "repository-name": "team/torch",
            "image-digest": digest,
            "action-type": "PUSH",
            "image-tag": "release-1",
            "manifest-media-type": MANIFEST_TYPE,
            "artifact-media-type": "application/vnd.docker.container.image.v1+json",
        }
    ]


def test_another_tag_is_a_push_of_the_api_too(clients, docker, pushes) -> None:
    digest = docker.push("release-1")
    (before,) = clients.ecr.describe_images(repositoryName="team/torch")["imageDetails"]
    clients.ecr.put_image(repositoryName="team/torch", imageManifest=manifest_of().decode(), imageTag="release-2")
    assert [(one["image-tag"], one["image-digest"]) for one in pushes(2)] == [("release-1", digest), ("release-2", digest)]
    # ECR does not tell when a tag was pushed: https://github.com/aws/containers-roadmap/issues/2746
    (after,) = clients.ecr.describe_images(repositoryName="team/torch")["imageDetails"]
    assert after["imagePushedAt"] == before["imagePushedAt"]


def test_a_push_without_a_tag_has_an_empty_one(docker, pushes) -> None:
    digest = docker.push("release-1")
    other = manifest_of(b'{"architecture":"arm64","os":"linux"}')
    docker.blob(b'{"architecture":"arm64","os":"linux"}')
    assert docker.manifest(other, digest_of(other)).status_code == 201
    assert [(one["image-tag"], one["image-digest"]) for one in pushes(2)] == [("release-1", digest), ("", digest_of(other))]


def test_a_push_that_changes_nothing_is_no_event(docker, pushes) -> None:
    docker.push("release-1")
    docker.push("release-1", CONFIG)
    docker.push("release-2")
    assert [one["image-tag"] for one in pushes(2)] == ["release-1", "release-2"]


def test_events_can_arrive_twice(clients, docker, pushes) -> None:
    clients.control("POST", "settings", json={"event_copies": 2})
    docker.push("release-1")
    assert [one["image-tag"] for one in pushes(2)] == ["release-1", "release-1"]
