"""SageMaker's JSON 1.1 protocol in front of `call`."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from offline_aws import sagemaker
from offline_aws.errors import ServiceError
from offline_aws.gateway import CALLER, OPERATION
from offline_aws.wire import aws_error, json_response

if TYPE_CHECKING:
    from offline_aws.gateway import Gateway


def application(gateway: Gateway) -> Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]:
    """Handles the emulated operations and passes the others to moto."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        operation = environ[OPERATION]
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        try:
            params = _members(body)
        except ServiceError as error:
            return aws_error("sagemaker", environ, error)(environ, start_response)
        if not sagemaker.handles(operation, params):
            environ["wsgi.input"] = io.BytesIO(body)
            return gateway.fall_back(environ, start_response)
        caller = environ[CALLER]
        try:
            result = sagemaker.call(
                operation, params, account=caller.account, region=caller.region, principal=caller.principal
            )
        except ServiceError as error:
            return aws_error("sagemaker", environ, error)(environ, start_response)
        response = json_response(result)
        response.content_type = "application/x-amz-json-1.1"
        return response(environ, start_response)

    return answer


def _members(body: bytes) -> dict[str, Any]:
    try:
        params = json.loads(body or b"{}")
    except ValueError:
        raise ServiceError("SerializationException", "The request is not JSON.") from None
    if not isinstance(params, dict):
        raise ServiceError("SerializationException", "The request is not a JSON object.")
    return params
