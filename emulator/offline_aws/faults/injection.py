"""Applies requested failures to calls."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from offline_aws.errors import ServiceError
from offline_aws.faults.orders import ErrorOrder, KillOrder, ThrottleOrder, matching
from offline_aws.identity import Caller
from offline_aws.lambda_ import processes

#: Throttling error codes; other services use ThrottlingException.
_THROTTLING = {
    "cloudformation": ("Throttling", 400),
    "ec2": ("RequestLimitExceeded", 503),
    "iam": ("Throttling", 400),
    "lambda": ("TooManyRequestsException", 429),
    "s3": ("SlowDown", 503),
    "sts": ("Throttling", 400),
}
#: Environ key for the process to end after the call.
_DOOMED = "offline_aws.faults.doomed"


def before(environ: dict[str, Any], caller: Caller | None, operation: str) -> Response | None:
    """Raises the failure that was requested for this call."""
    if caller is None:
        return None
    call = (caller.service, operation, caller.principal)
    for kill in matching(KillOrder, *call):
        if kill.when == "before":
            processes.end(caller.access_key)
            raise ServiceError("CallerKilled", "the process that made this call was ended before the call", 500)
        environ[_DOOMED] = True
    if matching(ThrottleOrder, *call):
        code, status = _THROTTLING.get(caller.service, ("ThrottlingException", 400))
        raise ServiceError(code, "Rate exceeded", status)
    for error in matching(ErrorOrder, *call):
        raise ServiceError(error.code, error.message, error.status, "server" if error.status >= 500 else "client")
    return None


def after(environ: dict[str, Any], caller: Caller | None, operation: str) -> None:
    """Ends the process before it gets its answer."""
    if caller is not None and environ.get(_DOOMED):
        processes.end(caller.access_key)
