"""AWS::CloudFormation::Stack: a stack inside of another."""

from __future__ import annotations

from typing import Any

from offline_aws.cloudformation.errors import HandlerError, LegacyHandlerError
from offline_aws.cloudformation.handlers.base import Handler, Physical, Progress, Request


class NestedStack(Handler):
    """Goes through the API like everybody else, in the parent's name."""

    type = "AWS::CloudFormation::Stack"

    def create(self, request: Request) -> Progress:
        stack_id = request.call(
            "cloudformation",
            "CreateStack",
            StackName=request.generated_name(128),
            # the parent, not the child, decides what happens after a failure
            OnFailure="DO_NOTHING",
            Tags=request.user_tags() or None,
            NotificationARNs=request.properties.get("NotificationARNs"),
            **_definition(request),
        )["StackId"]
        yield stack_id
        return (yield from self._settled(request, stack_id, "CREATE_COMPLETE", "created"))

    def update(self, request: Request) -> Progress:
        stack_id = request.physical_id
        try:
            request.call("cloudformation", "UpdateStack", StackName=stack_id, **_definition(request))
        except HandlerError as error:
            if "No updates are to be performed" not in error.message:
                raise
        return (yield from self._settled(request, stack_id, "UPDATE_COMPLETE", "updated"))

    def delete(self, request: Request) -> Progress:
        stack_id = request.physical_id
        request.call("cloudformation", "DeleteStack", StackName=stack_id)
        while (stack := _describe(request, stack_id))["StackStatus"] != "DELETE_COMPLETE":
            if stack["StackStatus"] == "DELETE_FAILED":
                raise _failure(stack, "deleted")
            yield None
        return Physical(stack_id)

    def _settled(self, request: Request, stack_id: str, wanted: str, verb: str) -> Progress:
        while (stack := _describe(request, stack_id))["StackStatus"].endswith("_IN_PROGRESS"):
            yield None
        # an update without changes leaves the status of the creation
        if stack["StackStatus"] not in (wanted, "CREATE_COMPLETE"):
            raise _failure(stack, verb)
        outputs = {f"Outputs.{o['OutputKey']}": o["OutputValue"] for o in stack.get("Outputs", [])}
        return Physical(stack_id, outputs)


def _failure(stack: dict[str, Any], verb: str) -> HandlerError:
    reason = stack.get("StackStatusReason")
    return LegacyHandlerError(f"Embedded stack {stack['StackId']} was not successfully {verb}: {reason}")


def _definition(request: Request) -> dict[str, Any]:
    return {
        "TemplateURL": request.properties["TemplateURL"],
        "Parameters": [
            {"ParameterKey": key, "ParameterValue": value}
            for key, value in request.properties.get("Parameters", {}).items()
        ],
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
    }


def _describe(request: Request, stack_id: str) -> dict[str, Any]:
    stack: dict[str, Any] = request.call("cloudformation", "DescribeStacks", StackName=stack_id)["Stacks"][0]
    return stack
