"""Runs one event through a function's handler, as the Python runtime of Lambda does.

The request is a line of JSON on standard input. Messages go to the descriptor that the
argument names: `ready` once the handler is loaded, then the payload.
"""

import importlib
import json
import os
import sys
import time
import traceback
from types import SimpleNamespace
from typing import Any


def main() -> None:
    sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
    module, _, name = os.environ["_HANDLER"].rpartition(".")
    try:
        handler = getattr(importlib.import_module(module.replace("/", ".")), name)
        _tell({"ready": True})
        request = json.loads(sys.stdin.readline())
        result = handler(json.loads(request["event"]), _context(request))
        _tell({"payload": json.dumps(result)})
    except Exception as error:
        print(f"[ERROR] {traceback.format_exc()}")
        _tell({"payload": json.dumps(_failure(error)), "failed": True})
    os._exit(0)


def _tell(message: dict[str, Any]) -> None:
    os.write(int(sys.argv[1]), json.dumps(message).encode() + b"\n")


def _failure(error: Exception) -> dict[str, Any]:
    trace = traceback.format_tb(error.__traceback__)
    return {"errorType": type(error).__name__, "errorMessage": str(error), "stackTrace": trace}


def _context(request: dict[str, Any]) -> SimpleNamespace:
    deadline = time.time() * 1000 + request["timeoutMillis"]
    return SimpleNamespace(
        function_name=os.environ["AWS_LAMBDA_FUNCTION_NAME"],
        function_version=os.environ["AWS_LAMBDA_FUNCTION_VERSION"],
        memory_limit_in_mb=int(os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]),
        log_group_name=os.environ["AWS_LAMBDA_LOG_GROUP_NAME"],
        log_stream_name=os.environ["AWS_LAMBDA_LOG_STREAM_NAME"],
        invoked_function_arn=request["invokedFunctionArn"],
        aws_request_id=request["requestId"],
        client_context=request["clientContext"],
        get_remaining_time_in_millis=lambda: max(int(deadline - time.time() * 1000), 0),
    )


main()
