"""Asynchronous invocations: Lambda keeps the events of a function and retries.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

from __future__ import annotations

import json
import threading
import uuid

from offline_aws import clock
from offline_aws.lambda_ import concurrency, dead_letters, processes
from offline_aws.lambda_.execution import Execution
from offline_aws.lambda_.functions import Target
from offline_aws.lambda_.invocation import run
from offline_aws.settings import settings

#: The first and the longest interval between attempts to run a throttled function: a second and five minutes on AWS.
_FIRST_INTERVAL, _LONGEST_INTERVAL = 0.05, 1.0

_THROTTLED = Execution(json.dumps({"errorMessage": "Rate Exceeded."}), failed=True)


def invoke_later(target: Target, event: str) -> str:
    """Runs the function in the background, with retries after a failure, and a dead letter after the last one."""
    request_id = str(uuid.uuid4())
    ended = processes.epoch()

    def work() -> None:
        oldest = clock.now() + settings.lambda_event_age_seconds * settings.time_scale
        for attempt in range(1, target.retries + 2):
            # a minute, then two, on AWS
            if attempt > 1 and ended.wait(settings.lambda_retry_seconds * settings.time_scale * (attempt - 1)):
                return
            if not _enter(target, oldest, ended):
                result, status = _THROTTLED, 429
                break
            try:
                result, status = run(target, event, request_id, attempt), 200
            finally:
                concurrency.leave(target)
            if not result.failed:
                return
        if not ended.is_set():
            dead_letters.send(target, event, request_id, status, result)

    threading.Thread(target=work, daemon=True).start()
    return request_id


def _enter(target: Target, oldest: float, ended: threading.Event) -> bool:
    """Waits until the function may run; False if the event got too old, or if all state was discarded."""
    interval = _FIRST_INTERVAL
    while not concurrency.enter(target):
        if clock.now() > oldest or ended.wait(interval * settings.time_scale):
            return False
        interval = min(2 * interval, _LONGEST_INTERVAL)
    return True
