"""What Lambda checks before it creates a function or changes its configuration."""

from __future__ import annotations

import json
import re
from typing import Any

from offline_aws.gateway import CALLER, OPERATION
from offline_aws.identity import Caller
from offline_aws.lambda_ import dead_letters, network
from offline_aws.wire import peek_body

_CONFIGURATION = re.compile(r"/2015-03-31/functions/(?P<function>[^/]+)/configuration/?")


def check(environ: dict[str, Any]) -> None:
    """Checks the VPC and the dead-letter queue of a function, if a request changes them or its role.

    Raises:
        ServiceError: InvalidParameterValueException.
    """
    if environ[OPERATION] not in ("CreateFunction", "UpdateFunctionConfiguration"):
        return
    caller = environ[CALLER]
    given = json.loads(peek_body(environ) or b"{}")
    config = {**_existing(environ, caller), **given}
    if given.keys() & {"Role", "VpcConfig"}:
        network.check(config, caller)
    if given.keys() & {"Role", "DeadLetterConfig"}:
        dead_letters.check(config)


def _existing(environ: dict[str, Any], caller: Caller) -> dict[str, Any]:
    """What is checked of the function that a request updates."""
    path = _CONFIGURATION.fullmatch(environ.get("PATH_INFO", ""))
    if path is None:
        return {}
    from moto.awslambda.models import lambda_backends

    # moto answers itself when there is no such function
    functions = lambda_backends[caller.account][caller.region].list_functions()
    name = path["function"].rsplit(":", 1)[-1]
    function = next((item for item in functions if item.function_name == name), None)
    if function is None:
        return {}
    # added in configuration.py
    letters = function.dead_letter_config  # type: ignore[attr-defined]
    return {"Role": function.role, "VpcConfig": function.vpc_config, "DeadLetterConfig": letters}
