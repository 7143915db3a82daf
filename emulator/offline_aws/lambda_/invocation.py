"""Invocations: code, a session of the role, a process, and its logs."""

from __future__ import annotations

import json
import time
import uuid
from dataclasses import replace

from offline_aws.errors import ServiceError
from offline_aws.lambda_ import code, concurrency, execution, log_group, processes, session
from offline_aws.lambda_.execution import Execution
from offline_aws.lambda_.functions import Target
from offline_aws.lambda_.journal import Record, journal
from offline_aws.lambda_.runtimes import UnknownRuntimeError, command


def invoke(target: Target, event: str, client_context: dict[str, object] | None = None) -> tuple[str, Execution]:
    """Runs the function once; returns the request id and the result.

    Raises:
        ServiceError: TooManyRequestsException, if its reserved concurrency is used up.
    """
    if not concurrency.enter(target):
        raise ServiceError("TooManyRequestsException", "Rate Exceeded.", 429)
    try:
        request_id = str(uuid.uuid4())
        return request_id, run(target, event, request_id, 1, client_context)
    finally:
        concurrency.leave(target)


def run(
    target: Target, event: str, request_id: str, attempt: int, client_context: dict[str, object] | None = None
) -> Execution:
    """Runs the code of the function."""
    ended, started = processes.epoch(), time.time()
    request = {
        "event": event,
        "requestId": request_id,
        "invokedFunctionArn": target.arn,
        "timeoutMillis": target.timeout * 1000,
        "clientContext": client_context,
    }
    role, stream = session.assume_role_of(target), log_group.new_stream(target)
    try:
        program = command(target)
        folder = code.unpacked(target.code)
        variables = session.variables(target, role, folder, stream)
        result = execution.execute(target, program, variables, folder, request)
    except UnknownRuntimeError as error:
        failure = {"errorType": "Runtime.Unknown", "errorMessage": str(error)}
        result = Execution(json.dumps(failure), failed=True, lines=[(int(started * 1000), str(error))])
    result = replace(result, lines=_framed(target, request_id, started, result))
    # an invocation that a reset ended must not write to the new state
    if not ended.is_set():
        texts = [text for _, text in result.lines]
        journal.add(Record(started, target.name, request_id, attempt, result.seconds, result.failed, result.payload, texts))
        log_group.write(target, role, stream, result.lines)
    return result


def _framed(target: Target, request_id: str, started: float, result: Execution) -> list[tuple[int, str]]:
    """The output with the lines that Lambda writes around it."""
    now, millis = int(time.time() * 1000), result.seconds * 1000
    report = (
        f"REPORT RequestId: {request_id}\tDuration: {millis:.2f} ms\tBilled Duration: {int(millis) + 1} ms"
        f"\tMemory Size: {target.memory} MB"
    )
    timed_out = "Task timed out" in result.payload and result.failed
    if timed_out:
        report += "\tStatus: timeout"
    return [
        (int(started * 1000), f"START RequestId: {request_id} Version: {target.version}"),
        *result.lines,
        (now, f"END RequestId: {request_id}"),
        (now, report),
    ]
