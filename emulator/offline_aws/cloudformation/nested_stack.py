"""AWS::CloudFormation::Stack: a stack inside of another."""

from __future__ import annotations

from typing import Any

from offline_aws.cloudformation.errors import HandlerError, LegacyHandlerError
from offline_aws.cloudformation.handlers.base import Handler, Physical, Progress, Request


class NestedStack(Handler):
    """Uses the API like any other caller, as the principal of the parent."""

    type = "AWS::CloudFormation::Stack"
    supports = frozenset({"NotificationARNs", "Parameters", "Tags", "TemplateURL"})

    def create(self, request: Request) -> Progress:
        stack_id = request.call(
            "cloudformation",
            "CreateStack",
            StackName=request.generated_name(128),
            # the parent, not the child, decides what happens after a failure
            OnFailure="DO_NOTHING",
            Tags=request.tag_list(),
            **_definition(request),
        )["StackId"]
        yield stack_id
        return (yield from self._settled(request, stack_id, "CREATE_COMPLETE", "created"))

    def update(self, request: Request) -> Progress:
        stack_id = request.physical_id
        try:
            request.call(
                "cloudformation",
                "UpdateStack",
                StackName=stack_id,
                Tags=request.tag_list() or [],
                **_definition(request),
            )
        except HandlerError as error:
            if "No updates are to be performed" not in error.message:
                raise
            # also after its own rollback: the child is in the state that the parent expects
            return _physical(_describe(request, stack_id))
        return (yield from self._settled(request, stack_id, "UPDATE_COMPLETE", "updated"))

    def delete(self, request: Request) -> Progress:
        stack_id = request.physical_id
        request.call("cloudformation", "DeleteStack", StackName=stack_id)
        while (stack := _describe(request, stack_id))["StackStatus"] != "DELETE_COMPLETE":
            if stack["StackStatus"] == "DELETE_FAILED":
                raise _failure(request, stack, "deleted")
            yield None
        return Physical(stack_id)

    def _settled(self, request: Request, stack_id: str, wanted: str, verb: str) -> Progress:
        while (stack := _describe(request, stack_id))["StackStatus"].endswith("_IN_PROGRESS"):
            yield None
        if stack["StackStatus"] != wanted:
            raise _failure(request, stack, verb)
        return _physical(stack)


def _physical(stack: dict[str, Any]) -> Physical:
    outputs = {f"Outputs.{o['OutputKey']}": o["OutputValue"] for o in stack.get("Outputs", [])}
    return Physical(stack["StackId"], outputs)


def _failure(request: Request, stack: dict[str, Any], verb: str) -> HandlerError:
    """Includes the reason of the last failure in the child, which its later events do not repeat."""
    stack_id = stack["StackId"]
    events = request.call("cloudformation", "DescribeStackEvents", StackName=stack_id)["StackEvents"]
    own = (event for event in events if event["PhysicalResourceId"] == stack_id)
    reason = next((e["ResourceStatusReason"] for e in own if e.get("ResourceStatusReason")), None)
    return LegacyHandlerError(f"Embedded stack {stack_id} was not successfully {verb}: {reason}")


def _definition(request: Request) -> dict[str, Any]:
    return {
        "TemplateURL": request.properties["TemplateURL"],
        "Parameters": [
            {"ParameterKey": key, "ParameterValue": value}
            for key, value in request.properties.get("Parameters", {}).items()
        ],
        "NotificationARNs": request.properties.get("NotificationARNs", []),
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
    }


def _describe(request: Request, stack_id: str) -> dict[str, Any]:
    stack: dict[str, Any] = request.call("cloudformation", "DescribeStacks", StackName=stack_id)["Stacks"][0]
    return stack
