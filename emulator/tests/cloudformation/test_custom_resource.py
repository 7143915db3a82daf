"""Custom resources, answered by a stand-in for the Lambda service."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from stacks import STATEMENT, Stacks, parameter, resource, template
from werkzeug.wrappers import Request, Response

from offline_aws.settings import settings

TOKEN = "arn:aws:lambda:us-east-1:123456789012:function:f"

Answer = dict[str, Any] | bytes | None


class Function:
    """A stand-in for Lambda: records events and answers each with `respond`."""

    def __init__(self, url: str) -> None:
        self.events: list[dict[str, Any]] = []
        self.respond: Callable[[dict[str, Any]], Answer] = lambda event: {"PhysicalResourceId": "id"}
        self._url = url

    def __call__(self, environ: dict[str, Any]) -> Response:
        event = json.loads(Request(environ).get_data())
        self.events.append(event)
        answer = self.respond(event)
        if isinstance(answer, dict):
            repeated = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")}
            answer = json.dumps({"Status": "SUCCESS", **repeated, **answer}).encode()
        if answer is not None:
            threading.Thread(target=self._put, args=(event["ResponseURL"], answer)).start()
        return Response(status=202)

    def _put(self, response_url: str, body: bytes) -> None:
        """Sends a response to the same path on this server, as the Lambda emulation does."""
        requests.put(f"{self._url}{urlsplit(response_url).path}", data=body, timeout=5)

    def kinds(self) -> list[str]:
        return [event["RequestType"] for event in self.events]


@pytest.fixture
def function(server: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Function]:
    stand_in = Function(server.url)
    services = {**server.gateway._services, "lambda": stand_in}
    monkeypatch.setattr(server.gateway, "_services", services)
    yield stand_in


@pytest.mark.parametrize(
    ("needs", "order", "seen"), [(["P"], "worst", True), ([], "worst", False), ([], "lucky", True)]
)
def test_a_function_runs_before_a_policy_that_its_resource_does_not_depend_on(
    stack: Stacks, clients, function: Function, needs: list[str], order: str, seen: bool
) -> None:
    def policies() -> list[str]:
        names: list[str] = clients.iam.list_role_policies(RoleName="any")["PolicyNames"]
        return names

    during: list[list[str]] = []

    def respond(event: dict[str, Any]) -> Answer:
        time.sleep(0.3)
        during.append(policies())
        return {"PhysicalResourceId": "id"}

    function.respond = respond
    settings.apply({"order": order})
    document = {"Version": "2012-10-17", "Statement": [STATEMENT]}
    policy = resource("AWS::IAM::Policy", PolicyName="own", PolicyDocument=document, Roles=["any"])
    assert stack.deploy(template({"P": policy, "C": {**custom(), "DependsOn": needs}})) == "CREATE_COMPLETE"
    assert [("own" in names) for names in during] == [seen]
    assert "own" in policies()


def custom(**properties: Any) -> dict[str, Any]:
    return resource("Custom::Thing", **{"ServiceToken": TOKEN, **properties})


def test_the_event_has_all_properties_and_the_response_is_the_resource(stack: Stacks, function: Function) -> None:
    function.respond = lambda event: {"PhysicalResourceId": "made", "Data": {"A.B": "deep", "N": 3}}
    outputs = {
        "Ref": {"Value": {"Ref": "C"}},
        "Deep": {"Value": {"Fn::GetAtt": ["C", "A.B"]}},
        "Number": {"Value": {"Fn::GetAtt": ["C", "N"]}},
    }
    body = template({"C": custom(Flag=True, Number=5, List=[1, {"X": False}])}, Outputs=outputs)
    assert stack.deploy(body) == "CREATE_COMPLETE"
    assert stack.outputs() == {"Ref": "made", "Deep": "deep", "Number": "3"}
    (event,) = function.events
    assert event["RequestType"] == "Create"
    assert event["ResourceType"] == "Custom::Thing"
    assert event["LogicalResourceId"] == "C"
    assert event["StackId"] == stack.describe()["StackId"]
    assert event["ResponseURL"].startswith("https://")
    assert "PhysicalResourceId" not in event
    # every scalar is a string
    assert event["ResourceProperties"] == {
        "ServiceToken": TOKEN,
        "Flag": "true",
        "Number": "5",
        "List": ["1", {"X": "false"}],
    }


def test_an_attribute_that_is_not_in_the_response_is_an_error_even_if_it_is_a_property(
    stack: Stacks, function: Function
) -> None:
    body = {"C": custom(Foo="bar"), "P": parameter({"Fn::GetAtt": ["C", "Foo"]})}
    assert stack.deploy(template(body)) == "ROLLBACK_COMPLETE"
    assert stack.reason("P").startswith(
        "CustomResource attribute error: Vendor response doesn't contain Foo attribute in object "
    )


def test_update_and_delete_events_have_the_old_state(stack: Stacks, function: Function) -> None:
    stack.deploy(template({"C": custom(V="1")}))
    assert stack.deploy(template({"C": custom(V="2")})) == "UPDATE_COMPLETE"
    stack.delete()
    assert function.kinds() == ["Create", "Update", "Delete"]
    update, delete = function.events[1:]
    assert update["OldResourceProperties"] == {"ServiceToken": TOKEN, "V": "1"}
    assert update["ResourceProperties"] == {"ServiceToken": TOKEN, "V": "2"}
    assert update["PhysicalResourceId"] == delete["PhysicalResourceId"] == "id"
    assert delete["ResourceProperties"]["V"] == "2"


def test_another_physical_id_is_a_replacement(stack: Stacks, function: Function) -> None:
    function.respond = lambda event: {"PhysicalResourceId": f"id-{event['ResourceProperties']['V']}"}
    stack.deploy(template({"C": custom(V="1")}))
    stack.deploy(template({"C": custom(V="2")}))
    assert stack.physical("C") == "id-2"
    assert function.kinds() == ["Create", "Update", "Delete"]
    assert function.events[2]["PhysicalResourceId"] == "id-1"
    assert function.events[2]["ResourceProperties"]["V"] == "1"


def test_a_rollback_sends_an_update_with_the_old_properties(stack: Stacks, function: Function) -> None:
    function.respond = lambda event: {"PhysicalResourceId": f"id-{event['ResourceProperties']['V']}"}
    stack.deploy(template({"C": custom(V="1")}))
    bad = parameter("v", Tier="Huge", at_DependsOn="C")
    assert stack.deploy(template({"C": custom(V="2"), "Bad": bad})) == "UPDATE_ROLLBACK_COMPLETE"
    assert function.kinds() == ["Create", "Update", "Update", "Delete"]
    back, delete = function.events[2:]
    assert (back["ResourceProperties"]["V"], back["OldResourceProperties"]["V"]) == ("1", "2")
    assert back["PhysicalResourceId"] == delete["PhysicalResourceId"] == "id-2"
    assert stack.physical("C") == "id-1"


def test_a_failed_resource_reports_its_reason_and_is_deleted(stack: Stacks, function: Function) -> None:
    def respond(event: dict[str, Any]) -> Answer:
        if event["RequestType"] == "Delete":
            return {"PhysicalResourceId": event["PhysicalResourceId"]}
        return {"Status": "FAILED", "Reason": "it is Monday", "PhysicalResourceId": "half-made"}

    function.respond = respond
    assert stack.deploy(template({"C": custom()})) == "ROLLBACK_COMPLETE"
    assert "Received response status [FAILED] from custom resource." in stack.reason("C")
    assert "Message returned: it is Monday" in stack.reason("C")
    assert function.kinds() == ["Create", "Delete"]
    assert function.events[1]["PhysicalResourceId"] == "half-made"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"Data": {"X": "x" * 4096}, "PhysicalResourceId": "id"}, "Response object is too long"),
        ({}, "Invalid PhysicalResourceId"),
        ({"PhysicalResourceId": 1}, "Invalid PhysicalResourceId"),
        ({"PhysicalResourceId": "ä" * 513}, "Invalid PhysicalResourceId"),
        (b"[]", "Invalid response"),
    ],
)
def test_an_invalid_response_fails(
    stack: Stacks, function: Function, answer: Answer, reason: str
) -> None:
    def respond(event: dict[str, Any]) -> Answer:
        return {"PhysicalResourceId": "gone"} if event["RequestType"] == "Delete" else answer

    function.respond = respond
    assert stack.deploy(template({"C": custom()})) == "ROLLBACK_COMPLETE"
    assert reason in stack.reason("C")


def test_a_missing_response_times_out(stack: Stacks, function: Function, clients) -> None:
    clients.control("POST", "settings", json={"custom_resource_timeout_seconds": 0.1})
    function.respond = lambda event: {} if event["RequestType"] == "Delete" else None
    assert stack.deploy(template({"C": custom()})) == "ROLLBACK_COMPLETE"
    assert "did not receive a response from your Custom Resource" in stack.reason("C")
    assert function.kinds() == ["Create", "Delete"]
    assert function.events[1]["PhysicalResourceId"].startswith("stack-C-")


def test_a_late_response_is_accepted_and_ignored(stack: Stacks, function: Function, clients) -> None:
    clients.control("POST", "settings", json={"custom_resource_timeout_seconds": 0.1})
    function.respond = lambda event: {} if event["RequestType"] == "Delete" else None
    assert stack.deploy(template({"C": custom()})) == "ROLLBACK_COMPLETE"
    path = urlsplit(function.events[0]["ResponseURL"]).path
    assert requests.put(f"{clients.url}{path}", data=b"{}", timeout=5).status_code == 200
    assert stack.status() == "ROLLBACK_COMPLETE"


@pytest.mark.parametrize("seconds", [1, "1"])
def test_a_resource_can_set_its_timeout_as_a_string(
    stack: Stacks, function: Function, seconds: int | str
) -> None:
    function.respond = lambda event: {} if event["RequestType"] == "Delete" else None
    assert stack.deploy(template({"C": custom(ServiceTimeout=seconds)})) == "ROLLBACK_COMPLETE"
    assert "did not receive a response from your Custom Resource" in stack.reason("C")
    assert function.events[0]["ResourceProperties"]["ServiceTimeout"] == "1"


def test_a_physical_id_may_have_1024_bytes(stack: Stacks, function: Function) -> None:
    function.respond = lambda event: {"PhysicalResourceId": "ä" * 512}
    assert stack.deploy(template({"C": custom()})) == "CREATE_COMPLETE"
    assert stack.physical("C") == "ä" * 512


@pytest.mark.parametrize("seconds", [0, 3601])
def test_a_timeout_is_from_1_to_3600_seconds(stack: Stacks, function: Function, seconds: int) -> None:
    assert stack.deploy(template({"C": custom(ServiceTimeout=seconds)})) == "ROLLBACK_COMPLETE"
    assert stack.reason("C") == f"ServiceTimeout must be from 1 to 3600, got {seconds}"
    assert function.events == []


def test_a_success_without_a_physical_id_is_deleted(stack: Stacks, function: Function) -> None:
    function.respond = lambda event: {}
    assert stack.deploy(template({"C": custom()})) == "ROLLBACK_COMPLETE"
    assert stack.reason("C") == "Invalid PhysicalResourceId"
    assert function.kinds() == ["Create", "Delete"]
    assert function.events[1]["PhysicalResourceId"].startswith("stack-C-")


@pytest.mark.parametrize("key", ["StackId", "RequestId", "LogicalResourceId"])
def test_a_response_for_another_request_is_ignored(
    stack: Stacks, function: Function, clients, key: str
) -> None:
    clients.control("POST", "settings", json={"custom_resource_timeout_seconds": 0.1})

    def respond(event: dict[str, Any]) -> Answer:
        return {"PhysicalResourceId": "id", **({key: "other"} if event["RequestType"] == "Create" else {})}

    function.respond = respond
    assert stack.deploy(template({"C": custom()})) == "ROLLBACK_COMPLETE"
    assert "did not receive a response from your Custom Resource" in stack.reason("C")


def test_a_function_that_does_not_exist_fails(stack: Stacks) -> None:
    missing = custom(ServiceToken=f"{TOKEN}-missing")
    assert stack.deploy(template({"C": missing})) == "ROLLBACK_COMPLETE"
    assert "f-missing" in stack.reason("C")


def test_the_service_token_cannot_change(stack: Stacks, function: Function) -> None:
    stack.deploy(template({"C": resource("AWS::CloudFormation::CustomResource", ServiceToken=TOKEN)}))
    changed = resource("AWS::CloudFormation::CustomResource", ServiceToken=f"{TOKEN}2")
    assert stack.deploy(template({"C": changed})) == "UPDATE_ROLLBACK_COMPLETE"
    assert stack.reason("C") == "Modifying service token is not allowed."


def test_an_unexpected_response_is_rejected(clients) -> None:
    answer = requests.put(f"{clients.url}/offline-aws-custom-resource/guess", data=b"{}", timeout=5)
    assert answer.status_code == 403


def test_custom_resources_start_as_early_as_they_can(stack: Stacks, function: Function) -> None:
    stack.deploy(template({"P": parameter(), "C": custom(), "Q": parameter()}))
    starts = [line for line in stack.history() if line.endswith(" CREATE_IN_PROGRESS")]
    assert starts[1] == "C CREATE_IN_PROGRESS"
