"""The settings of domains, user profiles and spaces, and the custom images in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from offline_aws.errors import ServiceError
from offline_aws.sagemaker.default_images import SPEC, merged_spec
from offline_aws.sagemaker.execution_role import allows
from offline_aws.sagemaker.state import Call, judged
from offline_aws.settings import settings

_KERNEL_GATEWAY = "KernelGatewayAppSettings"
#: The documented maximum of custom images where it is below that of the model.
_MAXIMA = {("user-profile", _KERNEL_GATEWAY): 5, ("space", _KERNEL_GATEWAY): 5}


def merged(old: Any, new: Any) -> Any:
    """Merges an update: lists and values are replaced, structures keep members that are not passed."""
    if settings.update_domain == "merge" and isinstance(old, dict) and isinstance(new, dict):
        return {**old, **{key: _merged_member(key, old.get(key), value) for key, value in new.items()}}
    return new


def _merged_member(name: str, old: Any, new: Any) -> Any:
    return merged_spec(old, new) if name == SPEC and isinstance(old, dict) else merged(old, new)


def check_maxima(kind: str, blocks: dict[str, Any]) -> None:
    """Raises ValidationException for a list that is longer than the documentation allows."""
    for block in blocks.values():
        for app, images in _images_of(block):
            most = _MAXIMA.get((kind, app), len(images))
            if len(images) > most:
                raise ServiceError(
                    "ValidationException", f"{app} of a {kind} can have at most {most} custom images, not {len(images)}."
                )


def problem_of_images(call: Call, blocks: dict[str, Any], default_role: str | None) -> str | None:
    """Why these settings fail."""
    for block in blocks.values():
        role = block.get("ExecutionRole", default_role)
        for _, images in _images_of(block):
            for image in images:
                problem = _problem(call, image, role)
                if problem:
                    return problem
    return None


def names(blocks: dict[str, Any], *, image: str | None = None, version: int | None = None, config: str | None = None) -> bool:
    """Whether the settings name an image, one version of it, or an app image config."""
    entries = [entry for block in blocks.values() for _, images in _images_of(block) for entry in images]
    if config is not None:
        return any(entry["AppImageConfigName"].lower() == config.lower() for entry in entries)
    mine = [entry for entry in entries if image is not None and entry["ImageName"].lower() == image.lower()]
    return any(version in (None, entry.get("ImageVersionNumber")) for entry in mine)


def _images_of(block: Any) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for app, content in block.items() if isinstance(block, dict) else ():
        if isinstance(content, dict) and content.get("CustomImages"):
            yield app, content["CustomImages"]


def _problem(call: Call, entry: dict[str, Any], role: str | None) -> str | None:
    name, number = entry["ImageName"], entry.get("ImageVersionNumber")
    if entry["AppImageConfigName"].lower() not in call.store.configs:
        return f"ResourceNotFoundError: AppImageConfig [{entry['AppImageConfigName']}] does not exist."
    image = call.store.images.get(name.lower())
    if image is None or image.status == "DELETING":
        return f"ResourceNotFoundError: Image [{name}] does not exist."
    usable = [version.number for version in image.versions.values() if version.status == "CREATED"]
    if not usable or number not in (None, *usable):
        return f"ResourceNotFoundError: ImageVersion [{name}/{number or 'latest'}] does not exist."
    arn = call.arn(f"image-version/{judged(name)}/{number or max(usable)}")
    if role is not None and not allows(role, "sagemaker:DescribeImageVersion", arn):
        return (
            f"PermissionError: SageMaker is unable to use your associated execution role [{role}] to describe image "
            "version. Verify that your associated execution role has permission for 'sagemaker:DescribeImageVersion'."
        )
    return None
