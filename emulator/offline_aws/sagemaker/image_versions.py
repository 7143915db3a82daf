"""CreateImageVersion and related operations."""

from __future__ import annotations

import sys
from typing import Any

from offline_aws import clock
from offline_aws.errors import ServiceError
from offline_aws.faults import orders
from offline_aws.sagemaker import container_images
from offline_aws.sagemaker.attached import refuse_if_attached
from offline_aws.sagemaker.listing import matches, page
from offline_aws.sagemaker.state import Call, Image, Version, change, find_image, in_use, lock, not_found, settle
from offline_aws.sagemaker.version_selection import select, version_arn
from offline_aws.settings import settings

_METADATA = ("VendorGuidance", "JobType", "MLFramework", "ProgrammingLang", "Processor", "Horovod", "ReleaseNotes")


def create_image_version(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    with lock:
        settle(call)
        image = find_image(call, params["ImageName"])
        token = params.get("ClientToken")
        for version in image.versions.values():
            if token is not None and version.client_token == token:
                return {"ImageVersionArn": version.arn}
        _refuse_while_busy(image)
        aliases = params.get("Aliases", [])
        _take_aliases(image, aliases, None)
        image.last_number = _next_number(image)
        arn = version_arn(call, image, image.last_number)
        container, failure = container_images.resolve(params["BaseImage"], image.role_arn, arn)
        failure = orders.version_failure(image.name, "CreateImageVersion") or failure
        if failure:
            # CloudFormation does not report the reason, and a rollback deletes the version that has it
            print(f"{arn} fails: {failure}", file=sys.stderr, flush=True)
        now = clock.now()
        version = Version(
            number=image.last_number,
            arn=arn,
            base_image=params["BaseImage"],
            container_image=container,
            metadata={key: params[key] for key in _METADATA if key in params},
            client_token=token,
            created=now,
            modified=now,
            since=now,
            due=clock.due(settings.version_seconds, arn),
            failure=failure,
        )
        image.versions[version.number] = version
        image.aliases.update(dict.fromkeys(aliases, version.number))
        change(call, image, "CREATING", version)
        return {"ImageVersionArn": version.arn}


def describe_image_version(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    with lock:
        settle(call)
        image = find_image(call, params["ImageName"])
        version = select(call, image, params, latest=True)
        return _summary(image, version) | {
            "BaseImage": version.base_image,
            "ContainerImage": version.container_image,
            **version.metadata,
        }


def update_image_version(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    with lock:
        settle(call)
        image = find_image(call, params["ImageName"])
        version = select(call, image, params)
        if version.status != "CREATED":
            raise in_use(f"ImageVersion ({version.arn}) is {version.status}.")
        gone = params.get("AliasesToDelete", [])
        missing = [alias for alias in gone if image.aliases.get(alias) != version.number]
        if missing:
            raise not_found(f"Alias {missing[0]} is not an alias of {version.arn}.")
        added = params.get("AliasesToAdd", [])
        _take_aliases(image, [alias for alias in added if alias not in gone], version.number)
        for alias in gone:
            del image.aliases[alias]
        image.aliases.update(dict.fromkeys(added, version.number))
        version.metadata |= {key: params[key] for key in _METADATA if key in params}
        version.modified = clock.now()
        return {"ImageVersionArn": version.arn}


def delete_image_version(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    with lock:
        settle(call)
        image = find_image(call, params["ImageName"])
        version = select(call, image, params)
        if version.status != "DELETING":
            _refuse_while_busy(image)
            refuse_if_attached(call, f"ImageVersion {version.arn}", image=image.name, version=version.number)
            version.since, version.due = clock.now(), clock.due(settings.version_seconds, version.arn)
            version.failure = orders.version_failure(image.name, "DeleteImageVersion")
            change(call, image, "DELETING", version)
        return {}


def list_image_versions(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    with lock:
        settle(call)
        image = find_image(call, params["ImageName"])
        versions = [_summary(image, version) for version in image.versions.values()]
        versions = [version for version in versions if matches(version, image.name, params)]
        keys = {"VERSION": "Version", "CREATION_TIME": "CreationTime", "LAST_MODIFIED_TIME": "LastModifiedTime"}
        return page("ImageVersions", versions, params, keys[params.get("SortBy", "CREATION_TIME")])


def list_aliases(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    with lock:
        settle(call)
        image = find_image(call, params["ImageName"])
        if "Version" in params or "Alias" in params:
            number = select(call, image, params).number
            aliases = [alias for alias, holder in image.aliases.items() if holder == number]
        else:
            aliases = list(image.aliases)
        return page("SageMakerImageVersionAliases", sorted(aliases), params)


def _next_number(image: Image) -> int:
    if settings.version_numbers == "reused":
        return max(image.versions, default=0) + 1
    return image.last_number + 1


def _refuse_while_busy(image: Image) -> None:
    """SageMaker creates or deletes one version of an image at a time."""
    for version in image.versions.values():
        if version.status == "DELETING":
            raise in_use(f"ImageVersion ({version.arn}) is being deleted.")
        if version.status == "CREATING":
            raise in_use("Resource was modified concurrently.")
    if image.status != "CREATED":
        raise ServiceError(settings.image_not_created, f"Image {image.name} is in an invalid state.")


def _take_aliases(image: Image, aliases: list[str], number: int | None) -> None:
    if settings.taken_alias == "move":
        return
    for alias in aliases:
        if image.aliases.get(alias, number) != number:
            raise in_use(f"Alias {alias} is already an alias of version {image.aliases[alias]} of image {image.name}.")


def _summary(image: Image, version: Version) -> dict[str, Any]:
    failure = {"FailureReason": version.failure} if version.status.endswith("_FAILED") and version.failure else {}
    return {
        "ImageArn": image.arn,
        "ImageVersionArn": version.arn,
        "ImageVersionStatus": version.status,
        "Version": version.number,
        "CreationTime": version.created,
        "LastModifiedTime": version.modified,
    } | failure


OPERATIONS = {
    "CreateImageVersion": create_image_version,
    "DescribeImageVersion": describe_image_version,
    "UpdateImageVersion": update_image_version,
    "DeleteImageVersion": delete_image_version,
    "ListImageVersions": list_image_versions,
    "ListAliases": list_aliases,
}
