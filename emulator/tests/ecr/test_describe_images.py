"""DescribeImages: filters and pages."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

NAME = "team/torch"


@pytest.fixture
def push(clients) -> Any:
    clients.ecr.create_repository(repositoryName=NAME)

    def put(count: int, *, tag: str | None) -> None:
        for number in range(count):
            manifest = {"schemaVersion": 2, "config": {"digest": f"sha256:{'0' * 64}"}, "layers": [], "annotations": {"n": f"{tag} {number}"}}
            tagged = {"imageTag": f"{tag}-{number}"} if tag else {}
            kind = "application/vnd.docker.distribution.manifest.v2+json"
            clients.ecr.put_image(repositoryName=NAME, imageManifest=json.dumps(manifest), imageManifestMediaType=kind, **tagged)

    return put


def test_a_filter_on_tags(clients, push) -> None:
    push(2, tag="a")
    push(1, tag=None)

    def count(**wanted: Any) -> list[bool]:
        return ["imageTags" in one for one in clients.ecr.describe_images(repositoryName=NAME, **wanted)["imageDetails"]]

    assert count(filter={"tagStatus": "TAGGED"}) == [True, True]
    assert count(filter={"tagStatus": "UNTAGGED"}) == [False]
    assert count(filter={"tagStatus": "ANY"}) == count() == [True, True, False]


def test_pages(clients, push) -> None:
    push(3, tag="a")
    pages = clients.ecr.get_paginator("describe_images").paginate(repositoryName=NAME, PaginationConfig={"PageSize": 2})
    assert [[one["imageTags"] for one in page["imageDetails"]] for page in pages] == [[["a-0"], ["a-1"]], [["a-2"]]]


def test_a_page_has_100_images_by_default(clients, push) -> None:
    push(101, tag="a")
    first = clients.ecr.describe_images(repositoryName=NAME)
    assert len(first["imageDetails"]) == 100
    rest = clients.ecr.describe_images(repositoryName=NAME, nextToken=first["nextToken"])
    assert len(rest["imageDetails"]) == 1
    assert "nextToken" not in rest


@pytest.mark.parametrize("paging", [{"maxResults": 10}, {"nextToken": "0"}])
def test_images_that_are_named_have_no_pages(clients, push, paging) -> None:
    push(1, tag="a")
    with pytest.raises(ClientError) as error:
        clients.ecr.describe_images(repositoryName=NAME, imageIds=[{"imageTag": "a-0"}], **paging)
    assert error.value.response["Error"]["Code"] == "InvalidParameterException"
