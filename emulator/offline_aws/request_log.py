"""The log of requests, from which tests learn which calls an operation made."""

from __future__ import annotations

from dataclasses import dataclass, field


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
