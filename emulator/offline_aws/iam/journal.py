"""The log of checked permissions, to compare used permissions with granted ones."""

from __future__ import annotations

from dataclasses import dataclass

from offline_aws.journal import Journal


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


journal: Journal[Entry] = Journal(20_000)
