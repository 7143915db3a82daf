"""State machines and executions."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from offline_aws.errors import ServiceError


@dataclass
class Machine:
    """A state machine."""

    arn: str
    name: str
    role: str
    definition: dict[str, Any]
    created: float


@dataclass
class Execution:
    """One run of a state machine."""

    arn: str
    name: str
    machine: Machine
    input: str
    started: float
    status: str = "RUNNING"
    output: dict[str, Any] = field(default_factory=dict)


machines: dict[str, Machine] = {}
executions: dict[str, Execution] = {}


def forget() -> None:
    machines.clear()
    executions.clear()


def parsed(text: str) -> dict[str, Any]:
    """The parsed definition, if all its states are supported.

    Raises:
        ServiceError: InvalidDefinition.
    """
    try:
        definition = json.loads(text)
        states = definition["States"].items()
    except (ValueError, KeyError, AttributeError) as error:
        raise ServiceError("InvalidDefinition", f"Invalid State Machine Definition: {error!r}") from None
    for name, state in states:
        if state.get("Type") != "Task" or ":function:" not in str(state.get("Resource")):
            lacks = "the offline AWS runs only Task states whose Resource is a function"
            raise ServiceError("InvalidDefinition", f"Invalid State Machine Definition: {lacks} ({name})")
    return dict(definition)
