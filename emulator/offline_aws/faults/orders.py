"""The failures that were requested and are still pending."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any, Literal, TypeVar

from offline_aws import clock


@dataclass(frozen=True)
class Match:
    """Selects calls by patterns with `*` and `?`."""

    service: str = "*"
    operation: str = "*"
    #: Pattern for the ARN of the caller.
    principal: str = "*"

    def fits(self, service: str, operation: str, principal: str) -> bool:
        return (
            fnmatchcase(service, self.service)
            and fnmatchcase(operation, self.operation)
            and fnmatchcase(principal, self.principal)
        )


@dataclass
class Counted:
    """Applies from the n-th matching call on, this many times."""

    match: Match
    nth: int = 1
    times: int = 1
    seen: int = 0

    def hits(self) -> bool:
        """Counts a matching call; returns whether the failure applies to it."""
        self.seen += 1
        return self.nth <= self.seen < self.nth + self.times


@dataclass
class ErrorOrder(Counted):
    """These calls are answered with an error and have no effect."""

    code: str = "InternalFailure"
    message: str = "requested by a test"
    status: int = 400


@dataclass
class KillOrder(Counted):
    """The function process that makes these calls dies, before or after they have their effect."""

    when: Literal["before", "after"] = "before"


@dataclass
class ThrottleOrder:
    """The next calls are throttled, or all calls for a period of time."""

    match: Match
    calls: int = 0
    #: In seconds of the monotonic clock.
    until: float = 0.0

    def hits(self) -> bool:
        if self.calls > 0:
            self.calls -= 1
            return True
        return time.monotonic() < self.until


@dataclass
class VersionOrder:
    """The next versions of an image end CREATE_FAILED, or DELETE_FAILED."""

    image: str
    reason: str
    times: int = 1
    operation: str = "CreateImageVersion"


@dataclass
class SlowOrder:
    """Changes of state of these resources take the given time."""

    resource: str
    seconds: float


Order = ErrorOrder | KillOrder | ThrottleOrder | VersionOrder | SlowOrder
T = TypeVar("T")

_lock = threading.Lock()
_orders: list[Order] = []


def add(order: Order) -> None:
    if isinstance(order, SlowOrder):
        clock.slow_down(order.resource, order.seconds)
    with _lock:
        _orders.append(order)


def clear() -> None:
    with _lock:
        _orders.clear()
    clock.forget_slow()


def listed() -> list[dict[str, Any]]:
    with _lock:
        return [{"kind": type(order).__name__.removesuffix("Order").lower(), **asdict(order)} for order in _orders]


def matching(kind: type[T], service: str, operation: str, principal: str) -> list[T]:
    """The failures of a kind that apply to this call; each of them counts the call."""
    with _lock:
        fitting = (o for o in _of(kind) if o.match.fits(service, operation, principal))  # type: ignore[attr-defined]
        return [order for order in list(fitting) if order.hits()]  # type: ignore[attr-defined]


def version_failure(image: str, operation: str) -> str | None:
    """The reason why the creation or deletion of a version that starts now will fail, or None."""
    with _lock:
        for order in _of(VersionOrder):
            if (order.image.lower(), order.operation) == (image.lower(), operation) and order.times > 0:
                order.times -= 1
                return order.reason
    return None


def _of(kind: type[T]) -> Iterator[T]:
    return (order for order in _orders if isinstance(order, kind))
