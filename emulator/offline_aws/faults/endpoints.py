"""Endpoints that request failures: POST /offline-aws/faults/<kind> with a JSON object."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Request, Response

from offline_aws.control import Control, ControlError, json_object
from offline_aws.faults import orders
from offline_aws.faults.orders import ErrorOrder, KillOrder, Match, SlowOrder, ThrottleOrder, VersionOrder
from offline_aws.wire import json_response

_MATCH = {"service": str, "operation": str, "principal": str}
_COUNT = {"nth": int, "times": int}


class Endpoints:
    """The endpoints, one for each kind of failure."""

    def add_to(self, control: Control) -> None:
        control.add("GET", "faults", lambda request: json_response(orders.listed()))
        control.add("DELETE", "faults", _cancel)
        control.add("POST", "faults/error", _ordering(_error))
        control.add("POST", "faults/throttle", _ordering(_throttle))
        control.add("POST", "faults/kill", _ordering(_kill))
        control.add("POST", "faults/version", _ordering(_version))
        control.add("POST", "faults/slow", _ordering(_slow))


def _cancel(request: Request) -> Response:
    orders.clear()
    return json_response([])


def _ordering(make: Callable[[dict[str, Any]], orders.Order]) -> Callable[[Request], Response]:
    def endpoint(request: Request) -> Response:
        orders.add(make(json_object(request)))
        return json_response(orders.listed())

    return endpoint


def _error(body: dict[str, Any]) -> ErrorOrder:
    given = _checked(body, {"operation"}, {**_MATCH, **_COUNT, "code": str, "message": str, "status": int})
    if not 400 <= given.get("status", 400) <= 599:
        raise ControlError(f"'status' cannot be {given['status']}: use 400 to 599")
    return ErrorOrder(_match(given), **given)


def _throttle(body: dict[str, Any]) -> ThrottleOrder:
    given = _checked(body, set(), {**_MATCH, "calls": int, "seconds": float})
    if ("calls" in given) == ("seconds" in given):
        raise ControlError("use either 'calls' or 'seconds'")
    until = time.monotonic() + given.get("seconds", 0) if "seconds" in given else 0.0
    return ThrottleOrder(_match(given), given.get("calls", 0), until)


def _kill(body: dict[str, Any]) -> KillOrder:
    given = _checked(body, {"operation"}, {**_MATCH, **_COUNT, "when": str})
    if given.get("when", "before") not in ("before", "after"):
        raise ControlError(f"'when' cannot be {given['when']!r}: use before or after")
    return KillOrder(_match(given), **given)


def _version(body: dict[str, Any]) -> VersionOrder:
    given = _checked(body, {"image", "reason"}, {"image": str, "reason": str, "times": int, "operation": str})
    if given.get("operation", "CreateImageVersion") not in ("CreateImageVersion", "DeleteImageVersion"):
        raise ControlError(f"'operation' cannot be {given['operation']!r}: use CreateImageVersion or DeleteImageVersion")
    return VersionOrder(**given)


def _slow(body: dict[str, Any]) -> SlowOrder:
    return SlowOrder(**_checked(body, {"resource", "seconds"}, {"resource": str, "seconds": float}))


def _match(given: dict[str, Any]) -> Match:
    """Removes the patterns from the given members and returns them."""
    return Match(**{name: given.pop(name) for name in _MATCH if name in given})


def _checked(body: dict[str, Any], required: set[str], types: dict[str, type]) -> dict[str, Any]:
    """The body, with all required and no unknown members; one error lists all problems."""
    problems = [f"'{name}' is missing" for name in sorted(required - body.keys())]
    for name, value in body.items():
        if name not in types:
            problems.append(f"'{name}' is unknown: use {', '.join(sorted(types))}")
        elif not _is(value, types[name]):
            problems.append(f"'{name}' cannot be {value!r}: use {_WORDS[types[name]]}")
    if problems:
        raise ControlError("; ".join(problems))
    return dict(body)


_WORDS = {str: "a text", int: "a number of at least 1", float: "seconds, at least 0"}


def _is(value: Any, kind: type) -> bool:
    if kind is str:
        return isinstance(value, str)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return value >= 0 if kind is float else isinstance(value, int) and value >= 1
