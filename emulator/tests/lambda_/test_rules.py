"""Functions as targets of EventBridge rules."""

from __future__ import annotations

import json

import pytest

from offline_aws.events import emit

ACCOUNT, REGION = "123456789012", "us-east-1"
ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"
RULE = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/r"
PRINTS = "exports.handler = async (event) => console.log(JSON.stringify(event))"


@pytest.fixture
def rule(clients, functions):
    """Makes a rule for a function that prints its event."""

    def make(pattern: dict, code: str = PRINTS, source_arn: str = RULE, **target) -> None:
        functions.create(code)
        clients.events.put_rule(Name="r", EventPattern=json.dumps(pattern))
        clients.events.put_targets(Rule="r", Targets=[{"Id": "f", "Arn": ARN} | target])
        functions.client.add_permission(
            FunctionName="f", StatementId="s", Action="lambda:InvokeFunction", Principal="events.amazonaws.com", SourceArn=source_arn
        )

    return make


def printed(run) -> dict:
    """The event that the function printed, between the lines of Lambda."""
    return json.loads(run["lines"][1].split("\t")[-1])


def deliveries(clients) -> list[str]:
    return [line for record in clients.control("GET", "events").json() for line in record["deliveries"]]


@pytest.mark.parametrize("enforced", [False, True])
def test_an_event_reaches_the_function(clients, runs, rule, enforced) -> None:
    rule({"source": ["aws.x"], "detail": {"status": [{"equals-ignore-case": "created"}]}})
    clients.control("POST", "settings", json={"enforce_iam": enforced})
    emit("aws.x", "Change", {"status": "Created"}, ["arn:r"], ACCOUNT, REGION)
    emit("aws.x", "Change", {"status": "Deleted"}, ["arn:r"], ACCOUNT, REGION)
    event = printed(runs(1)[0])
    assert {key: event[key] for key in ("source", "detail-type", "detail", "resources", "account", "region")} == {
        "source": "aws.x", "detail-type": "Change", "detail": {"status": "Created"}, "resources": ["arn:r"],
        "account": ACCOUNT, "region": REGION,
    }  # fmt: skip
    assert deliveries(clients) == [f"r {ARN} delivered"]


def test_a_function_that_fails_is_invoked_again(runs, rule) -> None:
    rule({"source": ["aws.x"]}, "exports.handler = async () => { throw new Error('no') }")
    emit("aws.x", "Change", {}, [], ACCOUNT, REGION)
    assert [run["attempt"] for run in runs(3)] == [1, 2, 3]


def test_an_input_transformer(runs, rule) -> None:
    transformer = {"InputPathsMap": {"detail": "$.detail"}, "InputTemplate": '{"Fixed":[1],"Detail":<detail>}'}
    rule({"source": ["aws.x"]}, InputTransformer=transformer)
    emit("aws.x", "Change", {"a": None}, [], ACCOUNT, REGION)
    assert printed(runs(1)[0]) == {"Fixed": [1], "Detail": {"a": None}}


@pytest.mark.parametrize("source_arn", [f"{RULE}-of-somebody-else", RULE.replace(ACCOUNT, "111111111111")])
def test_without_a_permission_for_the_rule_the_function_is_not_invoked(clients, rule, eventually, functions, source_arn) -> None:
    rule({"source": ["aws.x"]}, source_arn=source_arn)
    clients.control("POST", "settings", json={"enforce_iam": True})
    emit("aws.x", "Change", {}, [], ACCOUNT, REGION)
    eventually(lambda: len(deliveries(clients)) == 1)
    assert "no resource-based policy allows the lambda:InvokeFunction action" in deliveries(clients)[0]
    assert functions.runs() == []


@pytest.mark.parametrize(
    ("target", "permitted", "code"),
    [
        ({}, False, "NO_PERMISSIONS"),
        ({"Arn": f"{ARN}-gone"}, True, "NO_RESOURCE"),
        ({"InputTransformer": {"InputPathsMap": {"x": "$.detail.none"}, "InputTemplate": '{"x": <x>}'}}, True, "INVALID_JSON"),
    ],
)
def test_an_event_that_does_not_reach_its_target_becomes_a_dead_letter(clients, rule, functions, eventually, target, permitted, code) -> None:
    url = clients.sqs.create_queue(QueueName="letters")["QueueUrl"]
    queue = f"arn:aws:sqs:{REGION}:{ACCOUNT}:letters"
    statement = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": queue}
    clients.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps({"Statement": [statement]})})
    rule({"source": ["aws.x"]}, source_arn=RULE if permitted else f"{RULE}-other", DeadLetterConfig={"Arn": queue}, **target)
    clients.control("POST", "settings", json={"enforce_iam": True})
    emit("aws.x", "Change", {"a": 1}, [], ACCOUNT, REGION)
    eventually(lambda: len(deliveries(clients)) == 1)
    clients.control("POST", "settings", json={"enforce_iam": False})
    (letter,) = clients.sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"])["Messages"]
    # the event itself, not the input of the target
    assert json.loads(letter["Body"])["detail"] == {"a": 1}
    attributes = {name: value["StringValue"] for name, value in letter["MessageAttributes"].items()}
    assert attributes.pop("ERROR_MESSAGE")
    assert attributes == {"RULE_ARN": RULE, "TARGET_ARN": target.get("Arn", ARN), "ERROR_CODE": code}
    assert functions.runs() == []


def test_put_events(clients, runs, rule) -> None:
    rule({"source": ["mine"]})
    answer = clients.events.put_events(Entries=[
        {"Source": "mine", "DetailType": "t", "Detail": '{"a": 1}'},
        {"Source": "aws.mine", "DetailType": "t", "Detail": "{}"},
        {"Source": "mine", "DetailType": "t", "Detail": "nonsense"},
    ])  # fmt: skip
    assert [entry.get("ErrorCode") for entry in answer["Entries"]] == [None, "NotAuthorizedForSourceException", "MalformedDetail"]
    assert printed(runs(1)[0])["detail"] == {"a": 1}


def test_a_disabled_rule_and_other_regions_get_nothing(clients, rule, functions, eventually) -> None:
    rule({"source": ["aws.x"]})
    emit("aws.x", "Change", {}, [], ACCOUNT, "eu-west-1")
    clients.events.disable_rule(Name="r")
    emit("aws.x", "Change", {}, [], ACCOUNT, REGION)
    clients.events.enable_rule(Name="r")
    eventually(lambda: len(clients.control("GET", "events").json()) == 2)


@pytest.mark.parametrize("allowed", [True, False])
def test_a_queue_as_a_target(clients, eventually, allowed) -> None:
    url = clients.sqs.create_queue(QueueName="q")["QueueUrl"]
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"
    if allowed:
        statement = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": arn}
        clients.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps({"Statement": [statement]})})
    clients.events.put_rule(Name="r", EventPattern='{"source": ["aws.x"]}')
    clients.events.put_targets(Rule="r", Targets=[{"Id": "q", "Arn": arn, "InputPath": "$.detail"}])
    clients.control("POST", "settings", json={"enforce_iam": True})
    emit("aws.x", "Change", {"a": 1}, [], ACCOUNT, REGION)
    eventually(lambda: len(deliveries(clients)) == 1)
    clients.control("POST", "settings", json={"enforce_iam": False})
    messages = clients.sqs.receive_message(QueueUrl=url).get("Messages", [])
    assert [message["Body"] for message in messages] == (['{"a": 1}'] if allowed else [])


def test_quotas(clients) -> None:
    pattern = json.dumps({"source": ["x" * 2048]})
    with pytest.raises(clients.events.exceptions.LimitExceededException):
        clients.events.put_rule(Name="r", EventPattern=pattern)
