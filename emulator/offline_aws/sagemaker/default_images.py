"""The images in DefaultResourceSpec: what apps start by default."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from offline_aws.sagemaker.state import Call
from offline_aws.settings import settings

SPEC = "DefaultResourceSpec"
_IMAGE, _VERSION, _ALIAS = "SageMakerImageArn", "SageMakerImageVersionArn", "SageMakerImageVersionAlias"
#: The documented value that clears the version.
_CLEARED = "None"
#: The members that an update drops if it does not contain them, by setting.
_DROPPED = {"version-kept": (_IMAGE, _ALIAS), "dropped": (_IMAGE, _VERSION, _ALIAS), "kept": ()}


def merged_spec(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """The DefaultResourceSpec after an update that keeps other members than the image."""
    dropped = _DROPPED[settings.omitted_default_image]
    return {**{name: value for name, value in old.items() if name not in dropped}, **new}


def without_cleared(value: Any) -> Any:
    """Removes versions that a request clears, from settings of any depth."""
    if not isinstance(value, dict):
        return value
    return {
        name: without_cleared(content)
        for name, content in value.items()
        if not (name == _VERSION and content == _CLEARED)
    }


def problem_of_defaults(call: Call, blocks: dict[str, Any]) -> str | None:
    """Why these settings fail: a default image of this account that does not exist."""
    problems = (_problem(call, arn) for block in blocks.values() for arn in _arns(block))
    return next((problem for problem in problems if problem), None)


def _arns(block: Any) -> Iterator[str]:
    for content in block.values() if isinstance(block, dict) else ():
        spec = (content.get(SPEC) if isinstance(content, dict) else None) or {}
        yield from (spec[name] for name in (_IMAGE, _VERSION) if name in spec)


def _problem(call: Call, arn: str) -> str | None:
    kind, name, *number = arn.split(":", 5)[5].split("/")
    if not arn.startswith(call.arn("")):
        # an image of SageMaker itself
        return None
    image = call.store.images.get(name.lower())
    if image is None or image.status == "DELETING":
        return f"ResourceNotFoundError: {'Image' if kind == 'image' else 'ImageVersion'} [{arn}] does not exist."
    version = image.versions.get(int(number[0])) if number else None
    if number and (version is None or version.status != "CREATED"):
        return f"ResourceNotFoundError: ImageVersion [{arn}] does not exist."
    return None
