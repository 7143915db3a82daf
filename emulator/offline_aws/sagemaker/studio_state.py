"""The state of Studio: domains, and their user profiles, spaces and apps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from offline_aws import clock
from offline_aws.errors import ServiceError
from offline_aws.settings import settings

if TYPE_CHECKING:
    from offline_aws.sagemaker.state import Call

#: The key of a resource: the domain id, and the other names of its kind.
Key = tuple[str, ...]

_BUSY = ("Pending", "Updating", "Deleting")


@dataclass
class StudioResource:
    """A domain, user profile, space or app."""

    kind: str
    key: Key
    arn: str
    #: The other members of the Describe response, in the API's shapes.
    body: dict[str, Any]
    created: float
    modified: float
    due: float
    status: str = "Pending"
    #: Why the current change will fail, or why the last one failed.
    failure: str | None = None

    def change_to(self, status: str, failure: str | None = None) -> None:
        """Begins a change of state."""
        self.status, self.failure = status, failure
        self.modified = clock.now()
        self.due = clock.due(settings.domain_seconds, self.arn)

    def describe(self) -> dict[str, Any]:
        failed = self.status in ("Failed", "Update_Failed", "Delete_Failed")
        reason = {"FailureReason": self.failure} if failed and self.failure else {}
        times = {"CreationTime": self.created, "LastModifiedTime": self.modified}
        return {**self.body, "Status": self.status, **times, **reason}


@dataclass
class Studio:
    """All resources, by kind."""

    resources: dict[str, dict[Key, StudioResource]] = field(
        default_factory=lambda: {kind: {} for kind in ("domain", "user-profile", "space", "app")}
    )

    def of(self, kind: str) -> dict[Key, StudioResource]:
        return self.resources[kind]

    def everything(self) -> list[StudioResource]:
        return [resource for kind in self.resources.values() for resource in kind.values()]

    def inside(self, *key: str) -> list[StudioResource]:
        """The resources in a domain, or the apps of a user profile or space."""
        return [r for r in self.everything() if r.key[: len(key)] == key and r.key != key]


def settle_studio(call: Call) -> None:
    """Completes all changes of state that are due."""
    for resource in call.store.studio.everything():
        if clock.now() < resource.due:
            continue
        if resource.status == "Deleting":
            del call.store.studio.of(resource.kind)[resource.key]
            call.store.tags.pop(resource.arn, None)
        elif resource.status == "Pending":
            resource.status = "Failed" if resource.failure else "InService"
        elif resource.status == "Updating":
            resource.status = "Update_Failed" if resource.failure else "InService"


def refuse_while_busy(resource: StudioResource, verb: str) -> None:
    """Rejects a change of a resource that is busy; the error code is a setting."""
    if resource.status in _BUSY:
        message = f"Unable to {verb} [{resource.arn}]: it is {resource.status}. Try again when it is InService."
        raise ServiceError(settings.busy_studio, message)
