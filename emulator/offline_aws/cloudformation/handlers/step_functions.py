"""AWS::StepFunctions::StateMachine."""

from __future__ import annotations

import json
from typing import Any

from offline_aws.cloudformation.handlers.base import Handler, Physical, Request, ignoring_missing


class StateMachine(Handler):
    type = "AWS::StepFunctions::StateMachine"
    supports = frozenset({
        "Definition", "DefinitionString", "DefinitionSubstitutions", "RoleArn", "StateMachineName",
    })  # fmt: skip
    without_effect = frozenset({"LoggingConfiguration"})

    def create(self, request: Request) -> Physical:
        name = request.properties.get("StateMachineName") or request.generated_name(80)
        arn = request.call(
            "stepfunctions",
            "CreateStateMachine",
            name=name,
            definition=_definition(request.properties),
            roleArn=request.properties["RoleArn"],
        )["stateMachineArn"]
        return Physical(arn, {"Arn": arn, "Name": name})

    def update(self, request: Request) -> Physical:
        request.call(
            "stepfunctions",
            "UpdateStateMachine",
            stateMachineArn=request.physical_id,
            definition=_definition(request.properties),
            roleArn=request.properties["RoleArn"],
        )
        return Physical(request.physical_id, request.attributes)

    def delete(self, request: Request) -> None:
        ignoring_missing(request, "stepfunctions", "DeleteStateMachine", stateMachineArn=request.physical_id)


def _definition(properties: dict[str, Any]) -> str:
    text: str = properties.get("DefinitionString") or json.dumps(properties["Definition"])
    for name, value in properties.get("DefinitionSubstitutions", {}).items():
        text = text.replace(f"${{{name}}}", str(value))
    return text
