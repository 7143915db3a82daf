"""Images and their versions, by account and Region."""

from __future__ import annotations

import threading
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from offline_aws import clock
from offline_aws.errors import ServiceError
from offline_aws.events.bus import after
from offline_aws.partitions import partition_of
from offline_aws.sagemaker.changes import image_changed, version_changed
from offline_aws.sagemaker.studio_state import Studio, settle_studio
from offline_aws.settings import settings

_SETTLE_AGAIN_SECONDS = 0.05

#: One request at a time changes state.
lock = threading.RLock()


@dataclass(frozen=True)
class Call:
    """Who calls, and where."""

    account: str
    region: str
    principal: str | None = None

    def arn(self, resource: str) -> str:
        return f"arn:{partition_of(self.region)}:sagemaker:{self.region}:{self.account}:{resource}"

    @property
    def store(self) -> Store:
        return _stores[(self.account, self.region)]


@dataclass
class Version:
    """One version of an image."""

    number: int
    arn: str
    base_image: str
    container_image: str
    metadata: dict[str, Any]
    client_token: str | None
    created: float
    modified: float
    #: When the current status began.
    since: float
    status: str = "CREATING"
    due: float = 0.0
    failure: str | None = None


@dataclass
class Image:
    """An image with its versions and aliases."""

    name: str
    arn: str
    role_arn: str
    display_name: str | None
    description: str | None
    created: float
    modified: float
    status: str = "CREATING"
    due: float = 0.0
    last_number: int = 0
    versions: dict[int, Version] = field(default_factory=dict)
    aliases: dict[str, int] = field(default_factory=dict)


@dataclass
class Store:
    """The state of one account and Region."""

    images: dict[str, Image] = field(default_factory=dict)
    configs: dict[str, dict[str, Any]] = field(default_factory=dict)
    studio: Studio = field(default_factory=Studio)
    tags: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))


_stores: dict[tuple[str, str], Store] = defaultdict(Store)


def forget_everything() -> None:
    with lock:
        _stores.clear()


def settle(call: Call) -> None:
    """Completes all changes of state that are due. Called at the start of each operation."""
    store = call.store
    settle_studio(call)
    for key, image in list(store.images.items()):
        _settle_versions(call, image)
        if clock.now() < image.due:
            continue
        if image.status == "DELETING":
            store.tags.pop(image.arn, None)
            del store.images[key]
        elif image.status in ("CREATING", "UPDATING"):
            change(call, image, "CREATED")


def _settle_versions(call: Call, image: Image) -> None:
    key = clock.version_key(call.account, call.region, image.name)
    for number, version in list(image.versions.items()):
        if clock.is_held(key, version.since) or clock.now() < version.due:
            continue
        if version.status == "CREATING":
            change(call, image, "CREATE_FAILED" if version.failure else "CREATED", version)
        elif version.status == "DELETING" and version.failure:
            change(call, image, "DELETE_FAILED", version)
        elif version.status == "DELETING":
            del image.versions[number]
            image.aliases = {alias: holder for alias, holder in image.aliases.items() if holder != number}


def change(call: Call, image: Image, status: str, version: Version | None = None) -> None:
    """Changes the status of an image, or of one of its versions, and sends the event."""
    (version or image).status = status
    if version:
        version_changed(call.account, call.region, image.arn, version.arn, version.number, status)
    else:
        image_changed(call.account, call.region, image.arn, image.name, status, dict(call.store.tags[image.arn]))
    # without a read, nothing else would complete the change and send its event
    due = (version or image).due
    if status.endswith("ING"):
        after(due - clock.now(), lambda: _settle_later(call, image, status, version))


def _settle_later(call: Call, image: Image, status: str, version: Version | None) -> None:
    with lock:
        settle(call)
        waiting = (version or image).status == status and call.store.images.get(image.name.lower()) is image
        if waiting and (version is None or version.number in image.versions):
            after(_SETTLE_AGAIN_SECONDS, lambda: _settle_later(call, image, status, version))


def find_image(call: Call, name: str) -> Image:
    """Finds an image by name, ignoring case."""
    image = call.store.images.get(name.lower())
    if image is None:
        raise not_found(f"Image with ARN {call.arn('image/' + in_arn(name))} does not exist")
    return image


def in_arn(name: str) -> str:
    """A name as it is spelled in ARNs, depending on a setting."""
    return name if settings.arn_names == "as-created" else name.lower()


def judged(name: str) -> str:
    """A name as it is spelled in the ARN that policies are judged on, depending on a setting."""
    return name if settings.judged_names == "as-requested" else name.lower()


def not_found(message: str) -> ServiceError:
    return ServiceError("ResourceNotFound", message)


def in_use(message: str) -> ServiceError:
    return ServiceError("ResourceInUse", message)
