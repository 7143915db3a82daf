"""CloudTrail: the CDK CLI queries it after each failed deployment; the answer is always empty."""

from __future__ import annotations

from typing import Any

from werkzeug.wrappers import Response

from offline_aws.control import Control
from offline_aws.gateway import OPERATION, Gateway
from offline_aws.wire import json_response


def install(gateway: Gateway, control: Control) -> None:
    def answer(environ: dict[str, Any]) -> Response:
        return json_response({"Events": []}) if environ[OPERATION] == "LookupEvents" else gateway.fall_back(environ)

    gateway.route("cloudtrail", answer)
