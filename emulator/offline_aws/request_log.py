"""The log of requests, from which tests learn which calls an operation made."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from typing import Any

#: Enough for a long test run; older entries are dropped.
_CAPACITY = 20_000


@dataclass(frozen=True)
class Entry:
    time: float
    service: str
    operation: str
    principal: str | None
    #: "ok" or the error code.
    outcome: str
    #: The IAM actions and resources that were checked.
    judged: list[dict[str, str]] = field(default_factory=list)


class RequestLog:
    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=_CAPACITY)
        self._lock = threading.Lock()

    def add(self, entry: Entry) -> None:
        with self._lock:
            self._entries.append(entry)

    def since(self, time: float) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(entry) for entry in self._entries if entry.time >= time]

    def by(self, principal_pattern: str) -> list[dict[str, Any]]:
        """The calls of principals whose ARN matches, oldest first."""
        with self._lock:
            return [asdict(entry) for entry in self._entries if fnmatchcase(entry.principal or "", principal_pattern)]

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
