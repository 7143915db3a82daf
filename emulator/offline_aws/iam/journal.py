"""The log of checked permissions, to compare used permissions with granted ones."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

_CAPACITY = 20_000


@dataclass(frozen=True)
class Entry:
    time: float
    principal: str
    action: str
    resource: str
    #: "allowed" or "denied"; without enforcement, the result that enforcement would have.
    verdict: str
    #: Empty if the permission was allowed.
    reason: str


class Journal:
    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=_CAPACITY)
        self._lock = threading.Lock()

    def add(self, entry: Entry) -> None:
        with self._lock:
            self._entries.append(entry)

    def select(self, since: float, principal: str) -> list[dict[str, Any]]:
        """Entries since a point in time for principals whose ARN contains this string."""
        with self._lock:
            entries = list(self._entries)
        return [asdict(one) for one in entries if one.time >= since and principal in one.principal]

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()


journal = Journal()
