"""The Invoke operation and the checks of a function's configuration; everything else of Lambda is moto's."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

from werkzeug.wrappers import Request, Response

from offline_aws.errors import ServiceError
from offline_aws.gateway import CALLER, Service
from offline_aws.lambda_ import checks
from offline_aws.lambda_.asynchronous import invoke_later
from offline_aws.lambda_.functions import find
from offline_aws.lambda_.invocation import invoke

_INVOKE = re.compile(r"/2015-03-31/functions/(?P<function>[^/]+)/invocations/?")
_TAIL_BYTES = 4096


class Api:
    """Answers the requests that are signed for Lambda."""

    def __init__(self, moto: Service) -> None:
        self._moto = moto

    def __call__(self, environ: dict[str, Any]) -> Response:
        path = _INVOKE.fullmatch(environ.get("PATH_INFO", ""))
        if path is not None and environ.get("REQUEST_METHOD") == "POST":
            return _invoke(Request(environ), path["function"])
        checks.check(environ)
        return self._moto(environ)


def _invoke(request: Request, name: str) -> Response:
    caller = request.environ[CALLER]
    target = find(name, request.args.get("Qualifier"), caller.account, caller.region)
    event = request.get_data(as_text=True) or "{}"
    try:
        json.loads(event)
    except ValueError as error:
        message = f"Could not parse request body into json: {error}"
        raise ServiceError("InvalidRequestContentException", message) from None
    kind = request.headers.get("X-Amz-Invocation-Type", "RequestResponse")
    if kind == "DryRun":
        return Response(status=204)
    if kind == "Event":
        return _response(202, invoke_later(target, event))
    request_id, result = invoke(target, event, _client_context(request))
    response = _response(200, request_id, result.payload)
    response.headers["X-Amz-Executed-Version"] = target.version
    if result.failed:
        response.headers["X-Amz-Function-Error"] = "Unhandled"
    if request.headers.get("X-Amz-Log-Type") == "Tail":
        output = "\n".join(text for _, text in result.lines).encode()[-_TAIL_BYTES:]
        response.headers["X-Amz-Log-Result"] = base64.b64encode(output).decode()
    return response


def _response(status: int, request_id: str, body: str = "") -> Response:
    response = Response(body, status=status, content_type="application/json")
    response.headers["x-amzn-RequestId"] = request_id
    return response


def _client_context(request: Request) -> dict[str, object] | None:
    encoded = request.headers.get("X-Amz-Client-Context")
    return dict(json.loads(base64.b64decode(encoded))) if encoded else None
