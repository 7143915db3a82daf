"""The journal of invocations for tests, independent of the permission to write logs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from offline_aws.journal import Journal
from offline_aws.wire import json_response

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response


@dataclass(frozen=True)
class Record:
    """One run of a function's code."""

    time: float
    function: str
    request_id: str
    #: 1, and more for the retries of an asynchronous invocation.
    attempt: int
    seconds: float
    failed: bool
    payload: str
    lines: list[str]


journal: Journal[Record] = Journal(2_000)


def endpoint(request: Request) -> Response:
    """`GET lambda-log?function=<name>`: the runs, oldest first."""
    name = request.args.get("function")
    return json_response(journal.select(lambda record: name in (None, record.function)))
