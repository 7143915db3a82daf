"""Invocations: code, a session of the role, a process, and its logs."""

from __future__ import annotations

import json
import threading
import time
import uuid
from dataclasses import replace

from offline_aws.lambda_ import code, dead_letters, execution, log_group, processes, session
from offline_aws.lambda_.execution import Execution
from offline_aws.lambda_.functions import Target
from offline_aws.lambda_.journal import Record, journal
from offline_aws.lambda_.runtimes import UnknownRuntimeError, command
from offline_aws.settings import settings


def invoke(target: Target, event: str, client_context: dict[str, object] | None = None) -> tuple[str, Execution]:
    """Runs the function once; returns the request id and the result."""
    request_id = str(uuid.uuid4())
    return request_id, _run(target, event, request_id, 1, client_context)


def invoke_later(target: Target, event: str) -> str:
    """Runs the function in the background, with retries after a failure, and a dead letter after the last one."""
    request_id = str(uuid.uuid4())
    ended = processes.epoch()

    def work() -> None:
        for attempt in range(1, target.retries + 2):
            # a minute, then two, on AWS
            if attempt > 1 and ended.wait(settings.lambda_retry_seconds * settings.time_scale * (attempt - 1)):
                return
            result = _run(target, event, request_id, attempt, None)
            if not result.failed:
                return
        if not ended.is_set():
            dead_letters.send(target, event, request_id, result)

    threading.Thread(target=work, daemon=True).start()
    return request_id


def _run(
    target: Target, event: str, request_id: str, attempt: int, client_context: dict[str, object] | None
) -> Execution:
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
