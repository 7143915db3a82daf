"""The reserved concurrency of functions."""

from __future__ import annotations

import json

import pytest

from offline_aws.lambda_ import concurrency

SLEEPS = "exports.handler = async () => { await new Promise((resolve) => setTimeout(resolve, 300)); }"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"


def overlaps(runs: list[dict]) -> bool:
    first, second = sorted(runs, key=lambda run: run["time"])
    return second["time"] < first["time"] + first["seconds"]


@pytest.mark.parametrize(("reserved", "together"), [(None, True), (2, True), (1, False)])
def test_events_wait_for_their_turn(functions, runs, reserved, together) -> None:
    functions.create(SLEEPS)
    if reserved:
        functions.client.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=reserved)
    for _ in range(2):
        functions.call(InvocationType="Event")
    assert overlaps(runs(2)) == together


def test_who_waits_for_an_answer_is_throttled(functions, clients, eventually) -> None:
    functions.create(SLEEPS)
    functions.client.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=1)
    functions.call(InvocationType="Event")
    eventually(lambda: concurrency._running[FUNCTION] == 1)
    # the client tries again
    assert functions.call()["StatusCode"] == 200
    outcomes = [call["outcome"] for call in clients.control("GET", "log").json() if call["operation"] == "Invoke"]
    assert (outcomes[0], set(outcomes[1:-1]), outcomes[-1]) == ("ok", {"TooManyRequestsException"}, "ok")
    functions.client.delete_function_concurrency(FunctionName="f")
    assert "ReservedConcurrentExecutions" not in functions.client.get_function_concurrency(FunctionName="f")


def test_an_event_that_never_gets_its_turn_becomes_a_dead_letter(functions, clients, runs, eventually) -> None:
    clients.control("POST", "settings", json={"lambda_event_age_seconds": 0.1})
    url = clients.sqs.create_queue(QueueName="letters")["QueueUrl"]
    functions.create(SLEEPS, DeadLetterConfig={"TargetArn": "arn:aws:sqs:us-east-1:123456789012:letters"})
    functions.client.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=1)
    functions.call({"n": 1}, InvocationType="Event")
    eventually(lambda: concurrency._running[FUNCTION] == 1)
    functions.call({"n": 2}, InvocationType="Event")
    found: list[dict] = []

    def letters() -> list[dict]:
        found.extend(clients.sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"]).get("Messages", []))
        return found

    eventually(lambda: bool(letters()))
    assert [json.loads(letter["Body"]) for letter in found] == [{"n": 2}]
    assert found[0]["MessageAttributes"]["ErrorCode"]["StringValue"] == "429"
    assert len(runs(1)) == 1
