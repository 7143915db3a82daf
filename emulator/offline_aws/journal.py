"""Records of what happened, for tests; the oldest are dropped."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Generic, TypeVar

Record = TypeVar("Record")


class Journal(Generic[Record]):
    """Keeps dataclasses in the order in which they were added."""

    def __init__(self, capacity: int) -> None:
        self._records: deque[Any] = deque(maxlen=capacity)
        self._lock = threading.Lock()

    def add(self, record: Record) -> None:
        with self._lock:
            self._records.append(record)

    def select(self, wanted: Callable[[Record], bool] = lambda record: True) -> list[dict[str, Any]]:
        """The records that are wanted, as JSON, oldest first."""
        with self._lock:
            return [asdict(record) for record in self._records if wanted(record)]

    def clear(self) -> None:
        with self._lock:
            self._records.clear()
