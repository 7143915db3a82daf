"""The custom images and default images in the properties of a domain, user profile or space."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from offline_aws.settings import settings

#: The app settings that can have lists of custom images, by the property that contains them.
_APPS = {
    "DefaultUserSettings": (
        "KernelGatewayAppSettings", "JupyterLabAppSettings", "CodeEditorAppSettings", "RSessionAppSettings",
    ),
    "DefaultSpaceSettings": ("KernelGatewayAppSettings", "JupyterLabAppSettings"),
    "UserSettings": (
        "KernelGatewayAppSettings", "JupyterLabAppSettings", "CodeEditorAppSettings", "RSessionAppSettings",
    ),
    "SpaceSettings": ("KernelGatewayAppSettings",),
}  # fmt: skip


def sent(properties: dict[str, Any], previous: dict[str, Any]) -> dict[str, Any]:
    """The properties of an update; depending on settings, with an empty list or structure for each absent one.

    A list is absent if app settings in the new or the previous template have none now. App settings
    that neither template has are never sent.
    """
    completed = _with_default_images(properties, previous) if settings.absent_default_image == "emptied" else dict(properties)
    if settings.absent_custom_images == "kept":
        return completed
    for block, apps in _APPS.items():
        old, new = previous.get(block) or {}, completed.get(block) or {}
        emptied = {app: {"CustomImages": [], **new.get(app, {})} for app in apps if app in {**old, **new}}
        if emptied:
            completed[block] = {**new, **emptied}
    return completed


def _with_default_images(properties: dict[str, Any], previous: dict[str, Any]) -> dict[str, Any]:
    completed = dict(properties)
    for block in _APPS:
        old, new = previous.get(block) or {}, properties.get(block) or {}
        gone = [app for app, content in old.items() if _has_default(content) and not _has_default(new.get(app))]
        if gone:
            completed[block] = {**new, **{app: {**new.get(app, {}), "DefaultResourceSpec": {}} for app in gone}}
    return completed


def _has_default(content: Any) -> bool:
    return isinstance(content, dict) and "DefaultResourceSpec" in content


def entries(properties: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All custom images that the properties name."""
    for block, apps in _APPS.items():
        for app in apps:
            yield from properties.get(block, {}).get(app, {}).get("CustomImages", [])
