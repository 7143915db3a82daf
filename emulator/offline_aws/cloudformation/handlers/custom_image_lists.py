"""The lists of custom images in the properties of a domain, user profile or space."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from offline_aws.settings import settings

#: The app settings that can have custom images, by the property that contains them.
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
    """The properties of an update; depending on a setting, with an empty list for each absent one.

    A list is absent if app settings in the new or the previous template have none now. App settings
    that neither template has are never sent.
    """
    if settings.absent_custom_images == "kept":
        return properties
    completed = dict(properties)
    for block, apps in _APPS.items():
        old, new = previous.get(block) or {}, properties.get(block) or {}
        emptied = {app: {"CustomImages": [], **new.get(app, {})} for app in apps if app in {**old, **new}}
        if emptied:
            completed[block] = {**new, **emptied}
    return completed


def entries(properties: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All custom images that the properties name."""
    for block, apps in _APPS.items():
        for app in apps:
            yield from properties.get(block, {}).get(app, {}).get("CustomImages", [])
