"""CloudTrail: the CDK CLI queries it after each failed deployment; the answer is always empty."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from offline_aws.control import Control
from offline_aws.gateway import OPERATION, Gateway
from offline_aws.wire import json_response


def install(gateway: Gateway, control: Control) -> None:
    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ[OPERATION] == "LookupEvents":
            return json_response({"Events": []})(environ, start_response)
        return gateway.fall_back(environ, start_response)

    gateway.route("cloudtrail", answer)
