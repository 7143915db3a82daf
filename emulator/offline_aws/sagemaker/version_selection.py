"""Finds one version of an image: by number, by alias, or the latest."""

from __future__ import annotations

from typing import Any

from offline_aws.errors import ServiceError
from offline_aws.sagemaker.state import Call, Image, Version, in_arn, lock, not_found
from offline_aws.settings import settings


def number_of(call: Call, name: str, alias: str | None) -> int | None:
    """The number of the version with this alias, or of the latest one; None if there is none."""
    with lock:
        image = call.store.images.get(name.lower())
        if image is None:
            return None
        if alias is not None:
            return image.aliases.get(alias)
        return _latest(image) if image.versions else None


def version_arn(call: Call, image: Image, number: int) -> str:
    return call.arn(f"image-version/{in_arn(image.name)}/{number}")


def select(call: Call, image: Image, params: dict[str, Any], *, latest: bool = False) -> Version:
    if "Version" in params and "Alias" in params:
        raise ServiceError("ValidationException", "Specify either Version or Alias, not both.")
    if "Alias" in params:
        number = image.aliases.get(params["Alias"])
        if number is None:
            raise not_found(f"ImageVersion with Alias {params['Alias']} of Image {image.arn} does not exist")
        return image.versions[number]
    if "Version" in params:
        if params["Version"] not in image.versions:
            raise not_found(f"ImageVersion with ARN {version_arn(call, image, params['Version'])} does not exist")
        return image.versions[params["Version"]]
    if not latest:
        raise ServiceError("ValidationException", "Specify Version or Alias.")
    if not image.versions:
        raise not_found(
            f"Latest ImageVersion with ImageName {image.name} does not exist. Please provide a valid ImageName."
        )
    return image.versions[_latest(image)]


def _latest(image: Image) -> int:
    created = [version.number for version in image.versions.values() if version.status == "CREATED"]
    return max(created if created and settings.latest_version == "highest-created" else image.versions)
