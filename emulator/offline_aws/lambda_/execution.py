"""Runs one event in one process."""

from __future__ import annotations

import json
import os
import select
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from offline_aws.lambda_ import processes
from offline_aws.lambda_.functions import Target

#: Ten seconds on AWS; here other work may slow down the start.
_INIT_SECONDS = 30.0


@dataclass
class Execution:
    """The result of a run. `payload` is the JSON text that the caller gets."""

    payload: str = "null"
    failed: bool = False
    #: `(milliseconds since the epoch, text)` for each line of output.
    lines: list[tuple[int, str]] = field(default_factory=list)
    seconds: float = 0.0


def execute(
    target: Target, command: list[str], variables: dict[str, str], folder: Path, request: dict[str, Any]
) -> Execution:
    """Starts the process, sends it the request and waits for its answer until the timeout of the function."""
    execution = Execution()
    reader, writer = os.pipe()
    process = subprocess.Popen(
        [*command, str(writer)],
        cwd=folder,
        env=variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=[writer],
        start_new_session=True,
    )
    os.close(writer)
    output = threading.Thread(target=_collect, args=(process, execution.lines), daemon=True)
    with open(reader, "rb", buffering=0) as answers, processes.running(variables["AWS_ACCESS_KEY_ID"], process):
        output.start()
        _converse(target, process, _Answers(answers), request, execution)
    output.join(timeout=5)
    return execution


def _converse(
    target: Target,
    process: subprocess.Popen[bytes],
    answers: _Answers,
    request: dict[str, Any],
    execution: Execution,
) -> None:
    started = time.monotonic()
    message = answers.next(_INIT_SECONDS)
    if message is not None and "ready" in message:
        started = time.monotonic()
        _tell(process, request)
        message = answers.next(target.timeout)
    execution.seconds = time.monotonic() - started
    if message is not None and "payload" in message:
        execution.payload, execution.failed = message["payload"], message.get("failed", False)
        return
    execution.failed = True
    if answers.ended:
        process.wait()
        error = {"errorType": "Runtime.ExitError", "errorMessage": _exit_message(process, request["requestId"])}
    else:
        limit = f"Task timed out after {target.timeout:.2f} seconds"
        error = {"errorType": "Sandbox.Timedout", "errorMessage": f"RequestId: {request['requestId']} Error: {limit}"}
    execution.payload = json.dumps(error)


def _tell(process: subprocess.Popen[bytes], request: dict[str, Any]) -> None:
    """Sends a message. The pipe stays open: the process ends when the server closes it."""
    assert process.stdin is not None
    try:
        process.stdin.write(json.dumps(request).encode() + b"\n")
        process.stdin.flush()
    except BrokenPipeError:
        # the process has ended, and the missing answer is reported as an error
        pass


def _exit_message(process: subprocess.Popen[bytes], request_id: str) -> str:
    code = process.returncode
    if code == 0:
        return f"RequestId: {request_id} Error: Runtime exited without providing a reason"
    status = "signal: killed" if code < 0 else f"exit status {code}"
    return f"RequestId: {request_id} Error: Runtime exited with error: {status}"


class _Answers:
    """Messages of the process, one JSON document per line."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._pending = b""
        #: Whether the process has closed its end.
        self.ended = False

    def next(self, seconds: float) -> dict[str, Any] | None:
        """The next message; None after a timeout or at the end of the stream."""
        end = time.monotonic() + seconds
        while b"\n" not in self._pending:
            ready, _, _ = select.select([self._stream], [], [], max(end - time.monotonic(), 0))
            if not ready:
                return None
            chunk = self._stream.read(65536)
            if not chunk:
                self.ended = True
                return None
            self._pending += chunk
        line, _, self._pending = self._pending.partition(b"\n")
        return dict(json.loads(line))


def _collect(process: subprocess.Popen[bytes], lines: list[tuple[int, str]]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lines.append((int(time.time() * 1000), line.decode("utf-8", "replace").rstrip("\n")))
