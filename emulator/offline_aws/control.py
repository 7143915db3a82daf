"""The /offline-aws/* endpoints: how tests steer the server."""

from __future__ import annotations

import json
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

from werkzeug.wrappers import Request, Response

from offline_aws.gateway import Gateway
from offline_aws.settings import SettingsError, settings
from offline_aws.wire import json_response

PREFIX = "/offline-aws/"

Endpoint = Callable[[Request], Response]


class ControlError(Exception):
    """An invalid control request, answered with status 400 and this message."""


class Control:
    """Dispatches control requests; other parts of the emulator add endpoints with `add`."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._endpoints: dict[tuple[str, str], Endpoint] = {
            ("GET", "health"): self._health,
            ("GET", "settings"): self._read_settings,
            ("POST", "settings"): self._write_settings,
            ("GET", "log"): self._read_log,
            ("GET", "calls"): self._read_calls,
            ("POST", "reset"): self._reset,
        }
        gateway.mount(PREFIX, self)

    def add(self, method: str, name: str, endpoint: Endpoint) -> None:
        """Serves `METHOD /offline-aws/<name>`."""
        self._endpoints[(method, name)] = endpoint

    def __call__(self, environ: dict[str, Any]) -> Response:
        return self._answer(Request(environ))

    def _answer(self, request: Request) -> Response:
        name = request.path.removeprefix(PREFIX).rstrip("/")
        endpoint = self._endpoints.get((request.method, name))
        if endpoint is None:
            known = ", ".join(f"{method} {PREFIX}{path}" for method, path in sorted(self._endpoints))
            return json_response({"error": f"no such endpoint: use one of {known}"}, 404)
        try:
            return endpoint(request)
        except (ControlError, SettingsError) as error:
            return json_response({"error": str(error)}, 400)

    def _health(self, request: Request) -> Response:
        return json_response({"status": "ok"})

    def _read_settings(self, request: Request) -> Response:
        return json_response(settings.as_dict())

    def _write_settings(self, request: Request) -> Response:
        settings.apply(json_object(request))
        return json_response(settings.as_dict())

    def _read_log(self, request: Request) -> Response:
        since = seconds_of(request)
        return json_response(self._gateway.log.select(lambda entry: entry.time >= since))

    def _read_calls(self, request: Request) -> Response:
        """`GET calls?principal=<pattern>`: for example `*:assumed-role/<role>/*`."""
        principal = request.args.get("principal")
        if principal is None:
            raise ControlError("'principal' is missing: use an ARN, with * as a wildcard")
        return json_response(self._gateway.log.select(lambda entry: fnmatchcase(entry.principal or "", principal)))

    def _reset(self, request: Request) -> Response:
        self._gateway.reset()
        return json_response({"status": "ok"})


def seconds_of(request: Request) -> float:
    """The parameter `since` of a request, or the beginning of time."""
    since = request.args.get("since", "0")
    try:
        return float(since)
    except ValueError:
        raise ControlError(f"'since' cannot be {since!r}: use seconds since the epoch") from None


def json_object(request: Request) -> dict[str, Any]:
    """The request's body, which must be a JSON object."""
    try:
        body = json.loads(request.get_data())
    except ValueError as error:
        raise ControlError(f"the body is not JSON: {error}") from None
    if not isinstance(body, dict):
        raise ControlError("the body must be a JSON object")
    return body
