"""Sends events to the targets of the rules that match them."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from offline_aws.events.targets import send
from offline_aws.journal import Journal
from offline_aws.settings import settings
from offline_aws.wire import json_response

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

_DEFAULT_BUS = "default"


@dataclass
class Record:
    """An event, with `rule target outcome` of each delivery."""

    event: dict[str, Any]
    deliveries: list[str] = field(default_factory=list)


_lock = threading.Lock()
_records: Journal[Record] = Journal(2_000)
_timers: set[threading.Timer] = set()


def emit(
    source: str,
    detail_type: str,
    detail: dict[str, Any],
    resources: list[str],
    account: str,
    region: str,
    *,
    bus: str = _DEFAULT_BUS,
    copies: int = 1,
) -> str:
    """Sends an event to an event bus, and returns its id. Copies have ids of their own."""
    event = {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": detail_type,
        "source": source,
        "account": account,
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": region,
        "resources": resources,
        "detail": detail,
    }
    for number in range(copies):
        copy = event | ({"id": str(uuid.uuid4())} if number else {})
        _later(json.loads(json.dumps(copy)), bus)
    return str(event["id"])


def after(seconds_from_now: float, act: Callable[[], None]) -> None:
    """Runs something in the background, unless all state is discarded before."""

    def work() -> None:
        with _lock:
            if timer not in _timers:
                return
            _timers.discard(timer)
        act()

    timer = threading.Timer(max(seconds_from_now, 0.0), work)
    timer.daemon = True
    with _lock:
        _timers.add(timer)
    timer.start()


def forget() -> None:
    """Cancels the deliveries that are due and clears the journal."""
    with _lock:
        for timer in _timers:
            timer.cancel()
        _timers.clear()
    _records.clear()


def endpoint(request: Request) -> Response:
    """`GET events`: the events, oldest first."""
    return json_response(_records.select())


def _later(event: dict[str, Any], bus: str) -> None:
    record = Record(event)
    _records.add(record)
    after(settings.event_seconds * settings.time_scale, lambda: _deliver(record, bus))


def _deliver(record: Record, bus: str) -> None:
    from moto.events.models import events_backends

    event: Any = record.event
    found = events_backends[event["account"]][event["region"]].event_buses.get(bus)
    for rule in list(found.rules.values()) if found else []:
        if rule.state != "ENABLED" or not rule.event_pattern.get_pattern() or not rule.event_pattern.matches_event(event):
            continue
        for target in list(rule.targets):
            record.deliveries.append(f"{rule.name} {target['Arn']} {send(rule, target, event)}")
