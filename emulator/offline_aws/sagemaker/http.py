"""SageMaker's JSON 1.1 protocol in front of `call`."""

from __future__ import annotations

import json
from typing import Any

from werkzeug.wrappers import Response

from offline_aws import sagemaker
from offline_aws.errors import ServiceError
from offline_aws.gateway import CALLER, OPERATION, Service
from offline_aws.wire import json_response, peek_body


class Api:
    """Answers the requests that are signed for SageMaker: the emulated operations, and the others with moto."""

    def __init__(self, moto: Service) -> None:
        self._moto = moto

    def __call__(self, environ: dict[str, Any]) -> Response:
        operation, caller = environ[OPERATION], environ[CALLER]
        params = _members(peek_body(environ))
        if not sagemaker.handles(operation, params):
            return self._moto(environ)
        result = sagemaker.call(operation, params, account=caller.account, region=caller.region, principal=caller.principal)
        response = json_response(result)
        response.content_type = "application/x-amz-json-1.1"
        return response


def _members(body: bytes) -> dict[str, Any]:
    try:
        params = json.loads(body or b"{}")
    except ValueError:
        raise ServiceError("SerializationException", "The request is not JSON.") from None
    if not isinstance(params, dict):
        raise ServiceError("SerializationException", "The request is not a JSON object.")
    return params
