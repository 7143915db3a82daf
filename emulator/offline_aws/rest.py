"""Finds the operation of a REST request with botocore's service models."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

_HOSTED = re.compile(r"(?P<bucket>[a-z0-9.-]+)\.(?:s3[.-][a-z0-9.-]+|localhost)(?::\d+)?")
_PLACEHOLDER = re.compile(r"\\\{\w+(?P<greedy>\\\+)?\\\}")


@dataclass(frozen=True)
class _Route:
    """The shape of a request for one operation."""

    operation: str
    method: str
    path: re.Pattern[str]
    #: Required query parameters; None accepts any value.
    query: Mapping[str, str | None]
    headers: frozenset[str]

    @property
    def rank(self) -> tuple[int, int]:
        """More requirements make a route more specific."""
        return len(self.query) + len(self.headers), len(self.path.pattern)

    def fits(self, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, Any]) -> bool:
        return (
            method == self.method
            and self.path.fullmatch(path) is not None
            and all(name in query and value in (None, query[name]) for name, value in self.query.items())
            and all(name in headers for name in self.headers)
        )


def operation_of(service: str, environ: Mapping[str, Any]) -> str | None:
    """The name of the operation; None if no route matches or the service does not use a REST protocol."""
    path = path_of(environ)
    if service == "s3":
        path = "/".join(("", *filter(None, bucket_and_key(environ)))) or "/"
    query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    fitting = (r for r in _routes(service) if r.fits(environ.get("REQUEST_METHOD", "GET"), path, query, environ))
    best = max(fitting, key=lambda route: route.rank, default=None)
    return best.operation if best else None


def path_of(environ: Mapping[str, Any]) -> str:
    """The path, decoded once: WSGI passes its bytes as Latin-1."""
    return str(environ.get("PATH_INFO", "/")).encode("latin-1").decode("utf-8", "replace")


def bucket_and_key(environ: Mapping[str, Any]) -> tuple[str, str]:
    """The bucket and key of a request to S3; both may be empty."""
    path = path_of(environ).lstrip("/")
    hosted = _HOSTED.fullmatch(environ.get("HTTP_HOST", ""))
    if hosted and not hosted["bucket"].startswith("s3"):
        return hosted["bucket"], path
    bucket, _, key = path.partition("/")
    return bucket, key


@cache
def _routes(service: str) -> list[_Route]:
    import botocore.session
    from botocore.exceptions import UnknownServiceError

    try:
        model = botocore.session.get_session().get_service_model(service)
    except UnknownServiceError:
        return []
    if not model.protocol.startswith("rest"):
        return []
    operations = [model.operation_model(name) for name in model.operation_names]
    return [_route(operation) for operation in operations if not operation.deprecated]


def _route(operation: Any) -> _Route:
    path, _, query = operation.http["requestUri"].partition("?")
    pattern = _PLACEHOLDER.sub(lambda found: ".+" if found["greedy"] else "[^/]+", re.escape(path))
    wanted: dict[str, str | None] = {name: value or None for name, value in parse_qsl(query, keep_blank_values=True)}
    headers = set()
    shape = operation.input_shape
    for member in shape.required_members if shape else ():
        about = shape.members[member].serialization
        if about.get("location") == "querystring":
            wanted[about["name"]] = None
        elif about.get("location") == "header":
            headers.add(f"HTTP_{about['name'].upper().replace('-', '_')}")
    return _Route(operation.name, operation.http["method"], re.compile(f"{pattern}/?"), wanted, frozenset(headers))
