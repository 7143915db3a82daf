"""What a resource handler is."""

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

#: How long a call that was throttled waits for its next tries, scaled.
_BACK_OFF_SECONDS = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 1.6, 1.6)

#: A handler's work: each `yield` means "not stable yet, ask again"; it may tell the physical id.
Progress = Generator[str | None, None, "Physical"]


@dataclass(frozen=True)
class Physical:
    """A resource as it exists: what `Ref` and `Fn::GetAtt` answer."""

    id: str
    attributes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """What a handler is asked to do."""

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
        """One API call in the stack's name, made again while the service throttles it."""
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
        """`stack-LogicalId-RANDOM`, as CloudFormation names what has no name."""
        alphabet = string.ascii_uppercase + string.digits
        suffix = "".join(secrets.choice(alphabet) for _ in range(12))
        room = longest - len(suffix) - 2
        stack = self.stack_name[: max(room - len(self.logical_id), room // 2)]
        name = f"{stack}-{self.logical_id[: room - len(stack)]}-{suffix}"
        return name.lower() if lower else name

    def tags(self) -> dict[str, str]:
        """The resource's own tags and, below them, the stack's."""
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
    """Makes, changes and removes the resources of one type.

    Methods either return at once or are generators that yield while they wait.
    """

    type: ClassVar[str]
    #: Started as early as dependencies allow in the worst order.
    eager: ClassVar[bool] = False
    #: The properties that it acts on, None for all that the schema knows.
    supports: ClassVar[frozenset[str] | None] = None
    #: Properties that nothing here depends on, and that are not carried out.
    without_effect: ClassVar[frozenset[str]] = frozenset()
    #: How tags change in place, after an update.
    tagging: ClassVar[Tagging | None] = None

    def create(self, request: Request) -> Progress | Physical:
        raise NotImplementedError

    def update(self, request: Request) -> Progress | Physical:
        raise NotImplementedError

    def delete(self, request: Request) -> Progress | None:
        raise NotImplementedError

    def not_emulated(self, properties: dict[str, Any]) -> list[str]:
        """The properties that CloudFormation knows and the emulator would ignore."""
        known = properties.keys() if self.supports is None else self.supports
        return sorted(properties.keys() - known - self.without_effect)

    def hold_key(self, request: Request) -> str | None:
        """What keeps this resource's asynchronous changes from ending (see `clock.hold`)."""
        return None

    def refusal(self, request: Request) -> str | None:
        """Why an update is refused before anything is done, so that nothing has to be undone."""
        return None

    def replaces(self, request: Request) -> bool:
        """Whether an update needs a new resource for reasons that no schema tells."""
        return False


@contextmanager
def existing(physical_id: str) -> Iterator[None]:
    """Failures inside are those of a resource that exists already: a rollback has to delete it."""
    try:
        yield
    except HandlerError as error:
        error.physical_id = physical_id
        raise


def wait_until(ready: Any) -> Generator[None, None, Any]:
    """Yields until `ready()` answers something truthy, which it returns.

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
    """Calls a deletion; a resource that is gone already is as good as deleted."""
    try:
        request.call(service, operation, **params)
    except HandlerError as error:
        if error.code != "NotFound":
            raise


def difference(new: Iterable[str], old: Iterable[str]) -> tuple[list[str], list[str]]:
    """What to add and what to take away, each in order."""
    new, old = list(new), list(old)
    return [item for item in new if item not in old], [item for item in old if item not in new]
