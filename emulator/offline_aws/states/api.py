"""Step Functions' JSON 1.0 protocol."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Request, Response

from offline_aws import clock
from offline_aws.errors import ServiceError
from offline_aws.gateway import CALLER, OPERATION
from offline_aws.identity import Caller
from offline_aws.states import interpreter
from offline_aws.states.machines import Execution, Machine, executions, machines, parsed
from offline_aws.wire import json_response

Params = dict[str, Any]


def answer(environ: dict[str, Any]) -> Response:
    """Answers a request that is signed for Step Functions."""
    act = _OPERATIONS.get(environ[OPERATION])
    if act is None:
        raise NotImplementedError
    return json_response(act(json.loads(Request(environ).get_data() or b"{}"), environ[CALLER]))


def _create(params: Params, caller: Caller) -> Params:
    arn = f"arn:{caller.partition}:states:{caller.region}:{caller.account}:stateMachine:{params['name']}"
    if arn in machines:
        raise ServiceError("StateMachineAlreadyExists", f"State Machine Already Exists: '{arn}'")
    machine = Machine(arn, params["name"], params["roleArn"], parsed(params["definition"]), clock.now())
    machines[arn] = machine
    return {"stateMachineArn": arn, "creationDate": machine.created}


def _update(params: Params, caller: Caller) -> Params:
    machine = _machine(params)
    if "definition" in params:
        machine.definition = parsed(params["definition"])
    machine.role = params.get("roleArn", machine.role)
    return {"updateDate": clock.now()}


def _describe(params: Params, caller: Caller) -> Params:
    machine = _machine(params)
    return {
        "stateMachineArn": machine.arn,
        "name": machine.name,
        "status": "ACTIVE",
        "definition": json.dumps(machine.definition),
        "roleArn": machine.role,
        "type": "STANDARD",
        "creationDate": machine.created,
    }


def _delete(params: Params, caller: Caller) -> Params:
    machines.pop(params["stateMachineArn"], None)
    return {}


def _start(params: Params, caller: Caller) -> Params:
    machine = _machine(params)
    name = params.get("name") or str(uuid.uuid4())
    arn = f"{machine.arn.replace(':stateMachine:', ':execution:')}:{name}"
    execution = Execution(arn, name, machine, params.get("input", "{}"), clock.now())
    executions[arn] = execution
    interpreter.start(execution)
    return {"executionArn": arn, "startDate": execution.started}


def _describe_execution(params: Params, caller: Caller) -> Params:
    execution = executions.get(params["executionArn"])
    if execution is None:
        raise ServiceError("ExecutionDoesNotExist", f"Execution Does Not Exist: '{params['executionArn']}'")
    return {
        "executionArn": execution.arn,
        "stateMachineArn": execution.machine.arn,
        "name": execution.name,
        "status": execution.status,
        "startDate": execution.started,
        "input": execution.input,
        **execution.output,
    }


def _machine(params: Params) -> Machine:
    machine = machines.get(params["stateMachineArn"])
    if machine is None:
        raise ServiceError("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{params['stateMachineArn']}'")
    return machine


_OPERATIONS: dict[str, Callable[[Params, Caller], Params]] = {
    "CreateStateMachine": _create,
    "UpdateStateMachine": _update,
    "DescribeStateMachine": _describe,
    "DeleteStateMachine": _delete,
    "StartExecution": _start,
    "DescribeExecution": _describe_execution,
}
