"""Dead-letter queues of functions."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from stacks import Stacks, resource, template

ARN = "arn:aws:sqs:us-east-1:123456789012:letters"
FAILS = "exports.handler = async () => { throw new Error('no') }"
SUCCEEDS = "exports.handler = async () => 1"
REFUSAL = "The provided execution role does not have permissions to call SendMessage on SQS"


@pytest.fixture
def queue(clients) -> str:
    clients.control("POST", "settings", json={"lambda_retry_seconds": 0.01})
    return clients.sqs.create_queue(QueueName="letters")["QueueUrl"]


def allow(clients) -> None:
    statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": ARN}
    document = json.dumps({"Version": "2012-10-17", "Statement": statement})
    clients.iam.put_role_policy(RoleName="runner", PolicyName="p", PolicyDocument=document)


def letters(clients, queue: str) -> list[dict[str, Any]]:
    return clients.sqs.receive_message(QueueUrl=queue, MessageAttributeNames=["All"]).get("Messages", [])


@pytest.mark.parametrize("enforced", [False, True])
def test_an_event_that_was_not_handled_becomes_a_dead_letter(clients, functions, queue, runs, eventually, enforced) -> None:
    if enforced:
        allow(clients)
        clients.control("POST", "settings", json={"enforce_iam": True})
    functions.create(FAILS, DeadLetterConfig={"TargetArn": ARN})
    functions.call({"a": 1}, InvocationType="Event")
    request_id = runs(3)[0]["request_id"]
    found: list[dict[str, Any]] = []
    eventually(lambda: bool(found.extend(letters(clients, queue)) or found))
    assert [json.loads(letter["Body"]) for letter in found] == [{"a": 1}]
    attributes = {name: (value["DataType"], value["StringValue"]) for name, value in found[0]["MessageAttributes"].items()}
    assert attributes == {"RequestID": ("String", request_id), "ErrorCode": ("Number", "200"), "ErrorMessage": ("String", "no")}


def test_an_event_that_was_handled_does_not(clients, functions, queue, runs) -> None:
    functions.create(SUCCEEDS, DeadLetterConfig={"TargetArn": ARN})
    functions.call(InvocationType="Event")
    runs(1)
    functions.create(FAILS, name="g", DeadLetterConfig={"TargetArn": ARN})
    # who waits for the answer gets the error
    assert functions.call(name="g")["Payload"]["errorMessage"] == "no"
    assert letters(clients, queue) == []


def test_the_role_of_the_function_needs_the_permission(clients, functions, queue) -> None:
    clients.control("POST", "settings", json={"enforce_iam": True})
    with pytest.raises(ClientError, match=REFUSAL):
        functions.create(SUCCEEDS, DeadLetterConfig={"TargetArn": ARN})
    functions.create(SUCCEEDS)
    with pytest.raises(ClientError, match=REFUSAL):
        functions.client.update_function_configuration(FunctionName="f", DeadLetterConfig={"TargetArn": ARN})
    allow(clients)
    functions.client.update_function_configuration(FunctionName="f", DeadLetterConfig={"TargetArn": ARN})
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    other = clients.iam.create_role(RoleName="other", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": trust}))
    with pytest.raises(ClientError, match=REFUSAL):
        functions.client.update_function_configuration(FunctionName="f", Role=other["Role"]["Arn"])


def test_a_stack_sets_and_removes_the_queue(clients, functions, queue) -> None:
    properties = {"Code": {"ZipFile": SUCCEEDS}, "FunctionName": "g", "Handler": "index.handler", "Runtime": "nodejs20.x", "Role": functions.role}
    stack = Stacks(clients.cloudformation)
    stack.deploy(template({"F": resource("AWS::Lambda::Function", DeadLetterConfig={"TargetArn": ARN}, **properties)}))
    assert functions.client.get_function_configuration(FunctionName="g")["DeadLetterConfig"] == {"TargetArn": ARN}
    stack.deploy(template({"F": resource("AWS::Lambda::Function", **properties)}))
    assert "DeadLetterConfig" not in functions.client.get_function_configuration(FunctionName="g")
