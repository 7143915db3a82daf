"""Small WSGI answers in the shapes that AWS clients understand."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any
from uuid import uuid4
from xml.sax.saxutils import escape

from werkzeug.wrappers import Response

from offline_aws.errors import ServiceError

#: Services whose clients expect XML; everything else speaks JSON.
_QUERY_SERVICES = frozenset({"cloudformation", "ec2", "elasticloadbalancing", "iam", "monitoring", "sns", "sqs", "sts"})


def json_response(body: Any, status: int = 200) -> Response:
    return Response(json.dumps(body), status=status, content_type="application/json")


def aws_error(service: str, environ: Mapping[str, Any], error: ServiceError) -> Response:
    """The error in the protocol of the service."""
    if service == "s3":
        body = f"<Error><Code>{error.code}</Code><Message>{escape(error.message)}</Message></Error>"
        return Response(body, status=error.status, content_type="application/xml")
    if service in _QUERY_SERVICES and "HTTP_X_AMZ_TARGET" not in environ:
        return _query_error(error)
    answer = json_response({"__type": error.code, "message": error.message}, error.status)
    answer.headers["x-amzn-errortype"] = error.code
    return answer


def _query_error(error: ServiceError) -> Response:
    fault = "Sender" if error.kind == "client" else "Receiver"
    body = (
        f"<ErrorResponse><Error><Type>{fault}</Type><Code>{error.code}</Code>"
        f"<Message>{escape(error.message)}</Message></Error>"
        f"<RequestId>{uuid4()}</RequestId></ErrorResponse>"
    )
    return Response(body, status=error.status, content_type="text/xml")


def peek_body(environ: dict[str, Any]) -> bytes:
    """The body of a request; it can be read again afterwards."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return bytes(body)
