"""Errors in the form of the OCI distribution specification."""

from __future__ import annotations

from collections.abc import Mapping

from werkzeug.wrappers import Response

from offline_aws.wire import json_response


class OciError(Exception):
    """An answer other than success, with a code of the specification."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})

    def response(self) -> Response:
        answer = json_response({"errors": [{"code": self.code, "message": self.message}]}, self.status)
        answer.headers.extend(self.headers)
        return answer
