"""Custom resources: sends events to a function and receives its responses over HTTP.

The function is invoked through the gateway like any other API call. The response arrives as
a PUT to the ResponseURL of the event, which has an AWS host name: the Lambda service
redirects such requests of a function to this server, with the same path.
"""

from __future__ import annotations

import contextvars
import json
import threading
from typing import Any
from uuid import uuid4

from werkzeug.wrappers import Request as HttpRequest
from werkzeug.wrappers import Response

from offline_aws import clock
from offline_aws.cloudformation.errors import HandlerError, LegacyHandlerError, reason_of
from offline_aws.cloudformation.handlers.base import Handler, Physical, Progress, Request
from offline_aws.cloudformation.intrinsics import as_text
from offline_aws.settings import settings

#: The path of every ResponseURL; the rest is the event's RequestId.
PREFIX = "/offline-aws-custom-resource/"

#: In bytes, as the length of a physical id.
_LONGEST_RESPONSE = 4096
_LONGEST_PHYSICAL_ID = 1024
_LONGEST_TIMEOUT_SECONDS = 3600

#: Members of the event that a response must repeat unchanged.
_REPEATED = ("StackId", "RequestId", "LogicalResourceId")


class Mailbox:
    """Receives the responses of functions."""

    def __init__(self) -> None:
        self._events: dict[str, dict[str, Any]] = {}
        self._answers: dict[str, dict[str, Any]] = {}
        self._closed: set[str] = set()

    def open(self, event: dict[str, Any]) -> None:
        """Registers an event that waits for a response."""
        self._events[event["RequestId"]] = event

    def take(self, request_id: str) -> dict[str, Any] | None:
        """Removes and returns the response; None as long as it has not arrived."""
        return self._answers.pop(request_id, None)

    def close(self, request_id: str) -> None:
        self._events.pop(request_id, None)
        self._answers.pop(request_id, None)
        self._closed.add(request_id)

    def __call__(self, environ: dict[str, Any]) -> Response:
        return self._receive(HttpRequest(environ))

    def _receive(self, request: HttpRequest) -> Response:
        request_id = request.path.removeprefix(PREFIX)
        event = self._events.get(request_id)
        if request.method == "PUT" and request_id in self._closed:
            # the URL outlives the wait for it
            return Response("")
        if request.method != "PUT" or event is None:
            return Response("no response is expected here", status=403)
        answer = _parsed(request.get_data(), event)
        if all(answer.get(key) == event[key] for key in _REPEATED):
            self._answers[request_id] = answer
        # on AWS the URL is that of a bucket, which accepts any content
        return Response("")


#: Of this process.
mailbox = Mailbox()


class Unsuccessful(LegacyHandlerError):
    """The function was invoked, but its result is unknown."""


class CustomResource(Handler):
    """`AWS::CloudFormation::CustomResource` and every `Custom::*`."""

    type = "AWS::CloudFormation::CustomResource"
    eager = True

    def create(self, request: Request) -> Progress:
        made_up = request.generated_name(128)
        try:
            return (yield from self._converse(request, "Create", {}))
        except Unsuccessful as error:
            # CloudFormation also sends a Delete after a failed creation
            error.physical_id = error.physical_id or made_up
            raise

    def refusal(self, request: Request) -> str | None:
        changed = request.properties.get("ServiceToken") != request.previous.get("ServiceToken")
        return "Modifying service token is not allowed." if changed else None

    def update(self, request: Request) -> Progress:
        about = {
            "PhysicalResourceId": request.physical_id,
            "OldResourceProperties": _stringified(request.previous),
        }
        return self._converse(request, "Update", about)

    def delete(self, request: Request) -> Progress:
        return self._converse(request, "Delete", {"PhysicalResourceId": request.physical_id})

    def _converse(self, request: Request, kind: str, about: dict[str, Any]) -> Progress:
        """Sends an event and waits for the response."""
        request_id, timeout = str(uuid4()), _timeout(request)
        event = _event(request, kind, request_id) | about
        mailbox.open(event)
        try:
            failures = _invoke(request, event)
            answer = yield from _answer(request_id, timeout, failures)
        finally:
            mailbox.close(request_id)
        return _physical(kind, answer, request_id)


def _event(request: Request, kind: str, request_id: str) -> dict[str, Any]:
    region = request.environment.region
    host = f"cloudformation-custom-resource-response-{region.replace('-', '')}.s3.{region}.amazonaws.com"
    return {
        "RequestType": kind,
        "ServiceToken": request.properties["ServiceToken"],
        "ResponseURL": f"https://{host}{PREFIX}{request_id}",
        "StackId": request.stack_id,
        "RequestId": request_id,
        "LogicalResourceId": request.logical_id,
        "ResourceType": request.type,
        "ResourceProperties": _stringified(request.properties),
    }


def _invoke(request: Request, event: dict[str, Any]) -> list[HandlerError]:
    """Invokes the function in a separate thread; the list receives the error if that fails."""
    failures: list[HandlerError] = []

    def work() -> None:
        try:
            request.call(
                "lambda",
                "Invoke",
                FunctionName=request.properties["ServiceToken"],
                InvocationType="Event",
                Payload=json.dumps(event).encode(),
            )
        except HandlerError as error:
            failures.append(error)
        except Exception as error:  # nothing else would report an error of this thread
            failures.append(LegacyHandlerError(reason_of(error)))

    threading.Thread(target=contextvars.copy_context().run, args=(work,), daemon=True).start()
    return failures


def _answer(request_id: str, timeout: float, failures: list[HandlerError]) -> Any:
    end = clock.now() + timeout
    while (answer := mailbox.take(request_id)) is None:
        if failures:
            raise failures[0]
        if clock.now() > end:
            raise Unsuccessful(
                "CloudFormation did not receive a response from your Custom Resource. "
                f"Please check your logs for requestId [{request_id}]."
            )
        yield None
    return answer


def _timeout(request: Request) -> float:
    # a whole number, by the schema
    own = int(request.properties.get("ServiceTimeout", _LONGEST_TIMEOUT_SECONDS))
    if not 1 <= own <= _LONGEST_TIMEOUT_SECONDS:
        raise LegacyHandlerError(f"ServiceTimeout must be from 1 to {_LONGEST_TIMEOUT_SECONDS}, got {own}")
    return min(own, settings.custom_resource_timeout_seconds)


def _physical(kind: str, answer: dict[str, Any], request_id: str) -> Physical:
    physical_id = answer.get("PhysicalResourceId") or ""
    if answer.get("Status") != "SUCCESS":
        reason = answer.get("Reason") or "See the details in CloudWatch Log Stream"
        error = Unsuccessful(
            f"Received response status [FAILED] from custom resource. Message returned: {reason} "
            f"(RequestId: {request_id})"
        )
        error.physical_id = physical_id or None
        raise error
    valid = isinstance(physical_id, str) and 0 < len(physical_id.encode()) <= _LONGEST_PHYSICAL_ID
    if not valid and kind != "Delete":
        raise Unsuccessful("Invalid PhysicalResourceId")
    return Physical(physical_id, answer.get("Data") or {})


def _parsed(body: bytes, event: dict[str, Any]) -> dict[str, Any]:
    refused = {"Status": "FAILED", **{key: event[key] for key in _REPEATED}}
    if len(body) > _LONGEST_RESPONSE:
        return {**refused, "Reason": "Response object is too long."}
    try:
        answer = json.loads(body)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        return {**refused, "Reason": "Invalid response: not a JSON object"}
    return answer


def _stringified(value: Any) -> Any:
    """Converts every scalar to a string, as functions receive them."""
    if isinstance(value, dict):
        return {key: _stringified(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_stringified(item) for item in value]
    return "" if value is None else as_text(value, "custom resource property")
