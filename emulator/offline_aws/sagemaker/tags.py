"""Tags of images, app image configs and Studio; moto keeps the tags of its own resources."""

from __future__ import annotations

import re
from typing import Any

from offline_aws.errors import ServiceError
from offline_aws.sagemaker.listing import page
from offline_aws.sagemaker.state import Call, lock, not_found, settle

_OURS = re.compile(r"arn:[^:]+:sagemaker:[^:]*:\d*:(image|image-version|app-image-config|domain|user-profile|space|app)/")
_MAX_TAGS = 50


def is_ours(params: dict[str, Any]) -> bool:
    """Whether the tagged resource is emulated here and not in moto."""
    return _OURS.match(str(params.get("ResourceArn"))) is not None


def add_tags(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    with lock:
        tags = _tags_of(call, params["ResourceArn"])
        added = given(params)
        if len(tags | added) > _MAX_TAGS:
            raise ServiceError("ResourceLimitExceeded", f"A resource can have at most {_MAX_TAGS} tags.")
        tags.update(added)
        return {"Tags": _listed(tags)}


def list_tags(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    with lock:
        return page("Tags", _listed(_tags_of(call, params["ResourceArn"])), params, size=100)


def delete_tags(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    with lock:
        tags = _tags_of(call, params["ResourceArn"])
        for key in params["TagKeys"]:
            tags.pop(key, None)
        return {}


def given(params: dict[str, Any]) -> dict[str, str]:
    """The tags of a request.

    Raises:
        ServiceError: ValidationException for a key that is reserved or occurs twice.
    """
    listed = params.get("Tags", [])
    for tag in listed:
        if tag["Key"].lower().startswith("aws:"):
            raise ServiceError("ValidationException", f"Tag key {tag['Key']} starts with aws:, which is reserved.")
    tags = {tag["Key"]: tag["Value"] for tag in listed}
    if len(tags) < len(listed):
        raise ServiceError("ValidationException", "Tag keys must be unique per resource.")
    return tags


def of(call: Call, arn: str) -> dict[str, str]:
    """The tags of any resource, for policies; names are found in any spelling."""
    with lock:
        return next((dict(tags) for known, tags in call.store.tags.items() if known.lower() == arn.lower()), {})


def _tags_of(call: Call, arn: str) -> dict[str, str]:
    settle(call)
    store = call.store
    taggable = {image.arn for image in store.images.values()} | {c["AppImageConfigArn"] for c in store.configs.values()}
    taggable |= {resource.arn for resource in store.studio.everything()}
    if arn not in taggable:
        raise not_found(f"Resource {arn} does not exist or cannot be tagged.")
    return store.tags[arn]


def _listed(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


OPERATIONS = {"AddTags": add_tags, "ListTags": list_tags, "DeleteTags": delete_tags}
