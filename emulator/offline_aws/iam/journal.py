"""What was judged, so that the permissions that are used can be compared with those that are granted."""

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
    #: "allowed" or "denied"; with enforcement off, what it would have been.
    verdict: str
    #: Empty when it was allowed.
    reason: str


class Journal:
    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=_CAPACITY)
        self._lock = threading.Lock()

    def add(self, entry: Entry) -> None:
        with self._lock:
            self._entries.append(entry)

    def select(self, since: float, principal: str) -> list[dict[str, Any]]:
        """What was judged since then for principals that contain this text."""
        with self._lock:
            entries = list(self._entries)
        return [asdict(one) for one in entries if one.time >= since and principal in one.principal]

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()


journal = Journal()
