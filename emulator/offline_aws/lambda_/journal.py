"""The journal of invocations for tests, independent of the permission to write logs."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from offline_aws.wire import json_response

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

_CAPACITY = 2_000


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


_lock = threading.Lock()
_records: deque[Record] = deque(maxlen=_CAPACITY)


def add(record: Record) -> None:
    with _lock:
        _records.append(record)


def clear() -> None:
    with _lock:
        _records.clear()


def endpoint(request: Request) -> Response:
    """`GET lambda-log?function=<name>`: the runs, oldest first."""
    name = request.args.get("function")
    with _lock:
        return json_response([asdict(record) for record in _records if name in (None, record.function)])
