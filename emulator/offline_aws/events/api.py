"""PutEvents, and the checks of patterns and targets; everything else of EventBridge is moto's."""

from __future__ import annotations

import json
from typing import Any

from werkzeug.wrappers import Response

from offline_aws.errors import ServiceError
from offline_aws.events import patterns, target_checks
from offline_aws.events.bus import emit
from offline_aws.gateway import CALLER, OPERATION, Service
from offline_aws.identity import Caller
from offline_aws.wire import json_response, peek_body

#: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
_LONGEST_PATTERN = 2_048


class Api:
    """Answers the requests that are signed for EventBridge."""

    def __init__(self, moto: Service) -> None:
        self._moto = moto

    def __call__(self, environ: dict[str, Any]) -> Response:
        operation = environ[OPERATION]
        params = json.loads(peek_body(environ) or b"{}")
        if operation == "PutEvents":
            entries = [_put(entry, environ[CALLER]) for entry in params["Entries"]]
            failed = len([entry for entry in entries if "ErrorCode" in entry])
            return json_response({"FailedEntryCount": failed, "Entries": entries})
        if operation == "PutRule":
            _check_pattern(params.get("EventPattern") or "")
        if operation == "PutTargets":
            target_checks.check(params.get("Targets", []))
        return self._moto(environ)


def _put(entry: dict[str, Any], caller: Caller) -> dict[str, Any]:
    if str(entry.get("Source", "")).startswith("aws."):
        return {"ErrorCode": "NotAuthorizedForSourceException", "ErrorMessage": "Not authorized for the source."}
    try:
        detail = json.loads(entry["Detail"])
    except (KeyError, ValueError):
        return {"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}
    bus = str(entry.get("EventBusName", "default")).rsplit("/", 1)[-1]
    emitted = emit(
        entry["Source"], entry["DetailType"], detail, entry.get("Resources", []), caller.account, caller.region, bus=bus
    )
    return {"EventId": emitted}


def _check_pattern(pattern: str) -> None:
    if len(pattern) > _LONGEST_PATTERN:
        raise ServiceError("LimitExceededException", f"The event pattern is longer than {_LONGEST_PATTERN} characters.")
    patterns.check(pattern)
