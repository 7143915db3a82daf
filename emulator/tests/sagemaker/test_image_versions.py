"""CreateImageVersion and related operations, and aliases."""

from __future__ import annotations

import pytest
from sagemaker.conftest import ROLE, base, refusal


def test_a_version_is_created_after_a_while_by_digest(clients, api, image, version) -> None:
    image()
    clients.control("POST", "settings", json={"version_seconds": 0.3})
    api.create_image_version(ImageName="img", BaseImage=base("1"), ClientToken="t", MLFramework="PyTorch 2.4", Horovod=False)
    assert api.describe_image_version(ImageName="img")["ImageVersionStatus"] == "CREATING"
    made = version("1", ClientToken="t")
    digest = clients.ecr.describe_images(repositoryName="repo", imageIds=[{"imageTag": "1"}])["imageDetails"][0]["imageDigest"]
    assert made["ContainerImage"] == f"123456789012.dkr.ecr.us-east-1.amazonaws.com/repo@{digest}"
    assert made["BaseImage"] == base("1")
    assert (made["Version"], made["MLFramework"], made["Horovod"]) == (1, "PyTorch 2.4", False)
    assert made["ImageVersionArn"] == "arn:aws:sagemaker:us-east-1:123456789012:image-version/img/1"


def test_a_client_token_returns_the_same_version(api, image, version) -> None:
    image()
    assert version("1", ClientToken="once")["Version"] == version("1", ClientToken="once")["Version"] == 1
    assert version("2", ClientToken="twice")["Version"] == 2


def test_versions_of_an_image_are_created_one_at_a_time(clients, api, image, version, eventually) -> None:
    image()
    version("1")
    clients.control("POST", "settings", json={"version_seconds": 0.3})
    api.create_image_version(ImageName="img", BaseImage=base("2"), ClientToken="2")
    code, message = refusal(api.create_image_version, ImageName="img", BaseImage=base("3"), ClientToken="3")
    assert (code, message) == ("ResourceInUse", "Resource was modified concurrently.")
    assert refusal(api.delete_image_version, ImageName="img", Version=1)[0] == "ResourceInUse"
    assert refusal(api.delete_image, ImageName="img")[0] == "ResourceInUse"
    eventually(lambda: api.describe_image_version(ImageName="img", Version=2)["ImageVersionStatus"] == "CREATED")
    api.delete_image_version(ImageName="img", Version=2)
    code, message = refusal(api.create_image_version, ImageName="img", BaseImage=base("3"), ClientToken="3")
    assert code == "ResourceInUse"
    assert message.endswith("is being deleted.")


@pytest.mark.parametrize("code", ["ResourceInUse", "ValidationException"])
def test_a_version_of_an_image_that_is_not_created(clients, api, eventually, code) -> None:
    clients.control("POST", "settings", json={"image_not_created": code, "image_seconds": 0.3})
    api.create_image(ImageName="img", RoleArn=ROLE)
    params = {"ImageName": "img", "BaseImage": base("1"), "ClientToken": "1"}
    assert refusal(api.create_image_version, **params) == (code, "Image img is in an invalid state.")
    eventually(lambda: api.describe_image(ImageName="img")["ImageStatus"] == "CREATED")
    assert api.create_image_version(**params)["ImageVersionArn"].endswith("/img/1")


def test_the_number_after_a_destroyed_version_3_is_4(api, image, version, eventually) -> None:
    """A user's measurement."""
    image()
    for tag in "123":
        version(tag)
    api.delete_image_version(ImageName="img", Version=3)
    eventually(lambda: len(api.list_image_versions(ImageName="img")["ImageVersions"]) == 2)
    assert version("4")["Version"] == 4


@pytest.mark.parametrize(("setting", "third"), [("never-reused", 3), ("reused", 2)])
def test_the_number_of_a_deleted_version(clients, api, image, version, eventually, setting, third) -> None:
    clients.control("POST", "settings", json={"version_numbers": setting})
    image()
    version("1")
    version("2")
    api.delete_image_version(ImageName="img", Version=2)
    eventually(lambda: len(api.list_image_versions(ImageName="img")["ImageVersions"]) == 1)
    assert version("3")["Version"] == third


@pytest.mark.parametrize(("setting", "number"), [("highest", 2), ("highest-created", 1)])
def test_the_latest_version(clients, api, image, version, setting, number) -> None:
    clients.control("POST", "settings", json={"latest_version": setting})
    image()
    version("1")
    assert version("no-such-tag", ClientToken="failed")["ImageVersionStatus"] == "CREATE_FAILED"
    assert api.describe_image_version(ImageName="img")["Version"] == number


def test_an_update_changes_metadata_and_aliases_only(api, image, version) -> None:
    image()
    before = version("1", Aliases=["old"], Processor="CPU", ReleaseNotes="first")
    api.update_image_version(ImageName="img", Version=1, AliasesToAdd=["new"], AliasesToDelete=["old"], Processor="GPU")
    after = api.describe_image_version(ImageName="img", Alias="new")
    assert (after["Processor"], after["ReleaseNotes"], after["ContainerImage"]) == ("GPU", "first", before["ContainerImage"])
    assert refusal(api.describe_image_version, ImageName="img", Alias="old")[0] == "ResourceNotFound"
    assert refusal(api.update_image_version, ImageName="img", Version=1, AliasesToDelete=["old"])[0] == "ResourceNotFound"


def test_a_taken_alias_is_rejected_and_nothing_changes(api, image, version) -> None:
    image()
    version("1", Aliases=["stable"])
    version("2")
    for call, params in [
        (api.update_image_version, {"Version": 2, "AliasesToAdd": ["stable"]}),
        (api.create_image_version, {"BaseImage": base("3"), "ClientToken": "3", "Aliases": ["stable"]}),
    ]:
        assert refusal(call, ImageName="img", **params)[0] == "ResourceInUse"
    assert api.list_aliases(ImageName="img", Version=1)["SageMakerImageVersionAliases"] == ["stable"]
    assert len(api.list_image_versions(ImageName="img")["ImageVersions"]) == 2


def test_a_taken_alias_moves(clients, api, image, version) -> None:
    clients.control("POST", "settings", json={"taken_alias": "move"})
    image()
    version("1", Aliases=["stable", "first"])
    version("2", Aliases=["stable"])
    aliases = [api.list_aliases(ImageName="img", Version=n)["SageMakerImageVersionAliases"] for n in (1, 2)]
    assert aliases == [["first"], ["stable"]]


def test_aliases_are_listed_in_pages_and_deleted_with_their_version(api, image, version, eventually) -> None:
    image()
    version("1", Aliases=["a", "c"])
    version("2", Aliases=["b"])
    pages = [page["SageMakerImageVersionAliases"] for page in api.get_paginator("list_aliases").paginate(ImageName="img", MaxResults=2)]
    assert pages == [["a", "b"], ["c"]]
    api.delete_image_version(ImageName="img", Alias="c")
    eventually(lambda: api.list_aliases(ImageName="img")["SageMakerImageVersionAliases"] == ["b"])


def test_a_page_of_aliases_has_10_by_default(api, image, version) -> None:
    image()
    version("1", Aliases=[f"a{number:02}" for number in range(11)])
    first = api.list_aliases(ImageName="img")
    assert len(first["SageMakerImageVersionAliases"]) == 10
    assert api.list_aliases(ImageName="img", NextToken=first["NextToken"])["SageMakerImageVersionAliases"] == ["a10"]


def test_versions_are_listed_sorted_and_in_pages(api, image, version) -> None:
    image()
    for tag in "123":
        version(tag)
    paginate = api.get_paginator("list_image_versions").paginate
    pages = [[one["Version"] for one in page["ImageVersions"]] for page in paginate(ImageName="img", MaxResults=2, SortOrder="ASCENDING")]
    assert pages == [[1, 2], [3]]
    assert [one["Version"] for one in api.list_image_versions(ImageName="img")["ImageVersions"]] == [3, 2, 1]
    api.update_image_version(ImageName="img", Version=1, AliasesToAdd=["a"])
    assert [one["Version"] for one in api.list_image_versions(ImageName="img")["ImageVersions"]] == [3, 2, 1]
    assert [one["Version"] for one in api.list_image_versions(ImageName="img", SortBy="LAST_MODIFIED_TIME")["ImageVersions"]] == [1, 3, 2]


def test_a_request_must_identify_the_version(api, image, version) -> None:
    image()
    version("1", Aliases=["a"])
    assert refusal(api.delete_image_version, ImageName="img")[0] == "ValidationException"
    assert refusal(api.describe_image_version, ImageName="img", Version=1, Alias="a")[0] == "ValidationException"
    assert refusal(api.describe_image_version, ImageName="img", Version=9)[0] == "ResourceNotFound"
