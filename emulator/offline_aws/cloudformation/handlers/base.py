"""The base class of resource handlers."""

from __future__ import annotations

import secrets
import string
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import uuid4

from offline_aws import clock
from offline_aws.cloudformation import aws
from offline_aws.cloudformation.errors import HandlerError
from offline_aws.cloudformation.handlers.tagging import Tagging
from offline_aws.cloudformation.model import Environment
from offline_aws.settings import settings

#: Delays before the retries of a throttled call, scaled.
_BACK_OFF_SECONDS = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 1.6, 1.6)

#: The work of a handler: each `yield` means "not stable yet" and may report the physical id.
Progress = Generator[str | None, None, "Physical"]


@dataclass(frozen=True)
class Physical:
    """An existing resource: the values of `Ref` and `Fn::GetAtt`."""

    id: str
    attributes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """The input of a handler."""

    environment: Environment
    stack_name: str
    stack_id: str
    logical_id: str
    type: str
    properties: dict[str, Any]
    #: The deployed properties; empty at creation.
    previous: dict[str, Any] = field(default_factory=dict)
    physical_id: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)
    stack_tags: dict[str, str] = field(default_factory=dict)
    previous_stack_tags: dict[str, str] = field(default_factory=dict)
    #: Idempotency token: the same for repeated attempts of one operation.
    token: str = field(default_factory=lambda: str(uuid4()))

    def call(self, service: str, operation: str, **params: Any) -> dict[str, Any]:
        """One API call as the principal of the stack, with retries while the service throttles it."""
        for seconds in _BACK_OFF_SECONDS:
            try:
                return aws.call(self.environment, service, operation, **params)
            except HandlerError as error:
                if error.code not in ("Throttling", "ServiceInternalError"):
                    raise
            clock.sleep(seconds)
        return aws.call(self.environment, service, operation, **params)

    def sagemaker(self, operation: str, **params: Any) -> dict[str, Any]:
        return self.call("sagemaker", operation, **params)

    def generated_name(self, longest: int, *, lower: bool = False) -> str:
        """`stack-LogicalId-RANDOM`, the name that CloudFormation generates."""
        alphabet = string.ascii_uppercase + string.digits
        suffix = "".join(secrets.choice(alphabet) for _ in range(12))
        room = longest - len(suffix) - 2
        stack = self.stack_name[: max(room - len(self.logical_id), room // 2)]
        name = f"{stack}-{self.logical_id[: room - len(stack)]}-{suffix}"
        return name.lower() if lower else name

    def tags(self) -> dict[str, str]:
        """The tags of the resource and of the stack; those of the resource take precedence."""
        return self.stack_tags | _own_tags(self.properties)

    def previous_tags(self) -> dict[str, str]:
        return self.previous_stack_tags | _own_tags(self.previous)

    def tag_list(self) -> list[dict[str, str]] | None:
        """The tags as most services take them; None without any."""
        return [{"Key": key, "Value": value} for key, value in self.tags().items()] or None


def _own_tags(properties: dict[str, Any]) -> dict[str, str]:
    tags = properties.get("Tags", [])
    return tags if isinstance(tags, dict) else {tag["Key"]: tag["Value"] for tag in tags}


class Handler:
    """Creates, updates and deletes resources of one type.

    Methods either return at once or are generators that yield while they wait.
    """

    type: ClassVar[str]
    #: Started as early as dependencies allow in the worst order.
    eager: ClassVar[bool] = False
    #: Grants permissions: started as late as dependencies allow in the worst order.
    grants: ClassVar[bool] = False
    #: The supported properties; None supports all properties in the schema.
    supports: ClassVar[frozenset[str] | None] = None
    #: Properties that are accepted but have no effect.
    without_effect: ClassVar[frozenset[str]] = frozenset()
    #: How tags change in place, after an update.
    tagging: ClassVar[Tagging | None] = None

    def create(self, request: Request) -> Progress | Physical:
        raise NotImplementedError

    def update(self, request: Request) -> Progress | Physical:
        raise NotImplementedError

    def delete(self, request: Request) -> Progress | None:
        raise NotImplementedError

    def read(self, request: Request) -> Physical | None:
        """The existing resource with the physical id of the request; None if it does not exist."""
        raise NotImplementedError

    def can_read(self) -> bool:
        """Whether resources of this type can be imported."""
        return type(self).read is not Handler.read

    def not_emulated(self, properties: dict[str, Any]) -> list[str]:
        """The properties that the emulator would silently ignore."""
        known = properties.keys() if self.supports is None else self.supports
        return sorted(properties.keys() - known - self.without_effect)

    def hold_key(self, request: Request) -> str | None:
        """The key that holds asynchronous changes of this resource (see `clock.hold`)."""
        return None

    def refusal(self, request: Request) -> str | None:
        """Why an update is rejected before it starts, so that nothing has to be rolled back."""
        return None

    def replaces(self, request: Request) -> bool:
        """Whether an update requires a replacement for reasons that are not in the schema."""
        return False


@contextmanager
def existing(physical_id: str) -> Iterator[None]:
    """Marks failures inside as failures of an existing resource, which a rollback has to delete."""
    try:
        yield
    except HandlerError as error:
        error.physical_id = physical_id
        raise


def wait_until(ready: Any) -> Generator[None, None, Any]:
    """Yields until `ready()` returns a truthy value, and returns that value.

    Raises:
        HandlerError: NotStabilized, after the time that the settings allow.
    """
    end = clock.now() + settings.handler_timeout_seconds
    while not (answer := ready()):
        if clock.now() > end:
            raise HandlerError("NotStabilized", "the resource did not stabilize in time")
        yield None
    return answer


def ignoring_missing(request: Request, service: str, operation: str, **params: Any) -> None:
    """Calls a delete operation and ignores that the resource does not exist."""
    try:
        request.call(service, operation, **params)
    except HandlerError as error:
        if error.code != "NotFound":
            raise


def difference(new: Iterable[str], old: Iterable[str]) -> tuple[list[str], list[str]]:
    """The items to add and the items to remove, each in order."""
    new, old = list(new), list(old)
    return [item for item in new if item not in old], [item for item in old if item not in new]
