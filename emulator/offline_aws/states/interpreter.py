"""Runs an execution, from state to state."""

from __future__ import annotations

import json
import threading
from collections import Counter
from typing import Any

from offline_aws.cloudformation import aws
from offline_aws.cloudformation.errors import HandlerError
from offline_aws.cloudformation.model import Environment
from offline_aws.lambda_ import processes
from offline_aws.lambda_.session import assume
from offline_aws.settings import settings
from offline_aws.states.machines import Execution


class _TaskFailed(Exception):
    def __init__(self, error: str, cause: str) -> None:
        super().__init__(error)
        self.error = error
        self.cause = cause


def start(execution: Execution) -> None:
    """Starts the execution in the background; a reset ends it at the next state."""
    threading.Thread(target=_run, args=(execution, processes.epoch()), daemon=True).start()


def _run(execution: Execution, ended: threading.Event) -> None:
    states = execution.machine.definition["States"]
    name, value = execution.machine.definition["StartAt"], execution.input
    retried: Counter[tuple[str, int]] = Counter()
    while not ended.is_set():
        state = states[name]
        try:
            value = _invoke(execution, state["Resource"], value)
        except _TaskFailed as failure:
            delay = _delay(name, state, failure, retried)
            if delay is not None:
                ended.wait(delay * settings.time_scale)
                continue
            caught = next((c for c in state.get("Catch", []) if _matches(c, failure)), None)
            if caught is None:
                execution.status = "FAILED"
                execution.output = {"error": failure.error, "cause": failure.cause}
                return
            name, value = caught["Next"], json.dumps({"Error": failure.error, "Cause": failure.cause})
            continue
        if state.get("End"):
            execution.status, execution.output = "SUCCEEDED", {"output": value}
            return
        name = state["Next"]


def _delay(
    name: str, state: dict[str, Any], failure: _TaskFailed, retried: Counter[tuple[str, int]]
) -> float | None:
    """The delay before the next attempt; None if there is no retry left."""
    for index, retry in enumerate(state.get("Retry", [])):
        if _matches(retry, failure):
            done = retried[(name, index)]
            if done >= retry.get("MaxAttempts", 3):
                return None
            retried[(name, index)] += 1
            return float(retry.get("IntervalSeconds", 1) * retry.get("BackoffRate", 2.0) ** done)
    return None


def _matches(rule: dict[str, Any], failure: _TaskFailed) -> bool:
    return any(error in ("States.ALL", "States.TaskFailed", failure.error) for error in rule["ErrorEquals"])


def _invoke(execution: Execution, function: str, value: str) -> str:
    """Invokes the function with the role of the state machine."""
    partition, _, region, account = execution.arn.split(":")[1:5]
    session = assume(execution.machine.role, execution.name[:64], account, region)
    environment = Environment(account, region, partition, session.access_key, session.principal)
    try:
        answer = aws.call(environment, "lambda", "Invoke", FunctionName=function, Payload=value.encode())
    except HandlerError as error:
        raise _TaskFailed(f"Lambda.{error.code}", error.message) from None
    payload: str = answer["Payload"].read().decode()
    if "FunctionError" in answer:
        raise _TaskFailed(json.loads(payload).get("errorType", "Lambda.Unknown"), payload)
    return payload
