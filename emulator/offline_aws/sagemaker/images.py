"""CreateImage and related operations."""

from __future__ import annotations

from typing import Any

from offline_aws import clock
from offline_aws.sagemaker.listing import matches, page
from offline_aws.sagemaker.state import Call, Image, change, find_image, in_arn, in_use, lock, settle
from offline_aws.sagemaker.tags import given
from offline_aws.settings import settings


def create_image(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    tags = given(params)
    with lock:
        settle(call)
        name = params["ImageName"]
        if name.lower() in call.store.images:
            raise in_use(f"The Image with ImageName {name} already exists. Please use a different ImageName.")
        arn = call.arn(f"image/{in_arn(name)}")
        now = clock.now()
        image = Image(
            name=name,
            arn=arn,
            role_arn=params["RoleArn"],
            display_name=params.get("DisplayName"),
            description=params.get("Description"),
            created=now,
            modified=now,
            due=clock.due(settings.image_seconds, arn),
        )
        call.store.images[name.lower()] = image
        call.store.tags[image.arn].update(tags)
        change(call, image, "CREATING")
        return {"ImageArn": image.arn}


def describe_image(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    with lock:
        settle(call)
        image = find_image(call, params["ImageName"])
        return _summary(image) | {"RoleArn": image.role_arn}


def update_image(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    with lock:
        settle(call)
        image = find_image(call, params["ImageName"])
        if image.status != "CREATED":
            raise in_use(f"Image ({image.arn}) is {image.status}.")
        image.role_arn = params.get("RoleArn", image.role_arn)
        image.display_name = params.get("DisplayName", image.display_name)
        image.description = params.get("Description", image.description)
        for gone in params.get("DeleteProperties", []):
            setattr(image, {"DisplayName": "display_name", "Description": "description"}[gone], None)
        image.modified = clock.now()
        image.due = clock.due(settings.image_seconds, image.arn)
        change(call, image, "UPDATING")
        return {"ImageArn": image.arn}


def delete_image(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    with lock:
        settle(call)
        image = find_image(call, params["ImageName"])
        busy = [version for version in image.versions.values() if version.status in ("CREATING", "DELETING")]
        if busy:
            raise in_use(f"ImageVersion ({busy[0].arn}) is {busy[0].status}.")
        if image.status != "DELETING":
            image.due = clock.due(settings.image_seconds, image.arn)
            change(call, image, "DELETING")
        return {}


def list_images(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    with lock:
        settle(call)
        images = [_summary(image) for image in call.store.images.values()]
        images = [image for image in images if matches(image, image["ImageName"], params)]
        keys = {"IMAGE_NAME": "ImageName", "CREATION_TIME": "CreationTime", "LAST_MODIFIED_TIME": "LastModifiedTime"}
        return page("Images", images, params, keys[params.get("SortBy", "CREATION_TIME")])


def _summary(image: Image) -> dict[str, Any]:
    given = {"DisplayName": image.display_name, "Description": image.description}
    return {
        "ImageArn": image.arn,
        "ImageName": image.name,
        "ImageStatus": image.status,
        "CreationTime": image.created,
        "LastModifiedTime": image.modified,
    } | {key: value for key, value in given.items() if value is not None}


OPERATIONS = {
    "CreateImage": create_image,
    "DescribeImage": describe_image,
    "UpdateImage": update_image,
    "DeleteImage": delete_image,
    "ListImages": list_images,
}
