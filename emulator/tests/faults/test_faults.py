"""Requested failures, as a client sees them."""

from __future__ import annotations

import io
import json
import time
import zipfile
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from stacks import Stacks, image, parameter, template


@pytest.fixture
def order(clients) -> Any:
    def post(kind: str, **body: Any) -> None:
        answer = clients.control("POST", f"faults/{kind}", json=body)
        assert answer.status_code == 200, answer.text

    return post


@pytest.fixture
def patient(clients) -> Any:
    """A client without retries."""
    return boto3.client(
        "ssm",
        endpoint_url=clients.url,
        region_name="us-east-1",
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="x",
        config=Config(retries={"total_max_attempts": 1}),
    )


def outcome(call: Any, **params: Any) -> str:
    try:
        call(**params)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "ok"


def test_an_error_on_the_nth_call(order, patient) -> None:
    order("error", service="ssm", operation="DescribeParameters", code="Oops", message="no", nth=2, times=2)
    assert [outcome(patient.describe_parameters) for _ in range(4)] == ["ok", "Oops", "Oops", "ok"]
    order("error", operation="Describe*", code="Gone", status=503)
    with pytest.raises(ClientError) as caught:
        patient.describe_parameters()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503


def test_an_error_has_no_effect(order, patient) -> None:
    order("error", operation="PutParameter", code="Oops")
    assert outcome(patient.put_parameter, Name="p", Value="v", Type="String") == "Oops"
    assert patient.describe_parameters()["Parameters"] == []


@pytest.mark.parametrize(
    ("service", "operation", "call", "params"),
    [
        ("lambda", "Invoke", "invoke", {"FunctionName": "f"}),
        ("lambda", "ListFunctions", "list_functions", {}),
        ("s3", "CreateBucket", "create_bucket", {"Bucket": "things"}),
        ("s3", "PutObject", "put_object", {"Bucket": "things", "Key": "a/b"}),
        ("s3", "CopyObject", "copy_object", {"Bucket": "things", "Key": "b", "CopySource": "things/a"}),
        ("s3", "ListObjectsV2", "list_objects_v2", {"Bucket": "things"}),
        ("s3", "GetBucketPolicy", "get_bucket_policy", {"Bucket": "things"}),
    ],
)
def test_an_error_of_a_rest_service(order, clients, service, operation, call, params) -> None:
    order("error", service=service, operation=operation, code="Oops")
    assert outcome(getattr(getattr(clients, service), call), **params) == "Oops"
    (entry,) = clients.control("GET", "log").json()
    assert (entry["service"], entry["operation"], entry["outcome"]) == (service, operation, "Oops")


def test_an_error_for_one_principal(order, clients, patient) -> None:
    order("error", operation="*", principal="*:user/somebody", code="Oops")
    assert outcome(patient.describe_parameters) == "ok"
    order("error", operation="*", principal="*:root", code="Oops")
    assert outcome(patient.describe_parameters) == "Oops"


def test_throttling_of_the_next_calls_and_for_a_while(order, clients, patient) -> None:
    order("throttle", calls=2)
    assert [outcome(patient.describe_parameters) for _ in range(3)] == ["ThrottlingException"] * 2 + ["ok"]
    order("throttle", seconds=0.3)
    assert outcome(patient.describe_parameters) == "ThrottlingException"
    time.sleep(0.3)
    assert outcome(patient.describe_parameters) == "ok"
    # clients of all protocols retry
    order("throttle", calls=1)
    assert clients.s3.list_buckets()["Buckets"] == []
    order("throttle", calls=1)
    assert clients.sts.get_caller_identity()["Account"] == "123456789012"


def test_cloudformations_own_calls_fail_too(order, clients) -> None:
    order("error", service="sagemaker", operation="CreateImage", code="ResourceLimitExceeded", message="too many")
    stack = Stacks(clients.cloudformation)
    assert stack.deploy(template({"I": image()})) == "ROLLBACK_COMPLETE"
    assert "too many" in stack.reason("I")
    stack.delete()
    order("throttle", service="ssm", calls=1)
    assert stack.deploy(template({"P": parameter()})) == "CREATE_COMPLETE"


def test_a_version_fails_with_the_requested_reason(order, clients, eventually) -> None:
    clients.sagemaker_image("img")
    order("version", image="img", reason="the moon is full")
    clients.sagemaker_call("CreateImageVersion", ImageName="img", BaseImage="x", ClientToken="t")
    described = lambda: clients.sagemaker_call("DescribeImageVersion", ImageName="img")  # noqa: E731
    eventually(lambda: described()["ImageVersionStatus"] == "CREATE_FAILED")
    assert described()["FailureReason"] == "the moon is full"


def test_the_deletion_of_a_version_fails_and_can_be_tried_again(order, clients, eventually) -> None:
    clients.sagemaker_image("img")
    order("version", image="img", reason="no container image")
    clients.sagemaker_call("CreateImageVersion", ImageName="img", BaseImage="x", ClientToken="t")
    listed = lambda: clients.sagemaker_call("ListImageVersions", ImageName="img")["ImageVersions"]  # noqa: E731
    status = lambda: [one["ImageVersionStatus"] for one in listed()]  # noqa: E731
    eventually(lambda: status() == ["CREATE_FAILED"])
    order("version", image="img", reason="the moon is full", operation="DeleteImageVersion")
    clients.sagemaker_call("DeleteImageVersion", ImageName="img", Version=1)
    eventually(lambda: status() == ["DELETE_FAILED"])
    assert [one["FailureReason"] for one in listed()] == ["the moon is full"]
    clients.sagemaker_call("DeleteImageVersion", ImageName="img", Version=1)
    eventually(lambda: status() == [])


def test_a_resource_that_changes_slowly(order, clients) -> None:
    order("slow", resource="*:image/slow", seconds=30)
    for name in ("slow", "quick"):
        clients.sagemaker_call("CreateImage", ImageName=name, RoleArn="arn:aws:iam::123456789012:role/r")
    time.sleep(0.1)
    state = lambda name: clients.sagemaker_call("DescribeImage", ImageName=name)["ImageStatus"]  # noqa: E731
    assert (state("slow"), state("quick")) == ("CREATING", "CREATED")


@pytest.mark.parametrize(("when", "effect"), [("before", []), ("after", ["p"])])
def test_a_function_that_dies_at_a_call(order, clients, when, effect) -> None:
    statement = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    trust = {"Version": "2012-10-17", "Statement": [statement]}
    role = clients.iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    code = """const { SSMClient, PutParameterCommand } = require('@aws-sdk/client-ssm');
    exports.handler = async () => {
        await new SSMClient().send(new PutParameterCommand({ Name: 'p', Value: 'v', Type: 'String', Overwrite: true }));
        console.log('survived');
    };"""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("index.js", code)
    client = getattr(clients, "lambda")
    client.create_function(
        FunctionName="f", Role=role, Handler="index.handler", Runtime="nodejs20.x", Timeout=20, Code={"ZipFile": buffer.getvalue()}
    )
    order("kill", operation="PutParameter", principal="*:assumed-role/r/*", when=when)
    answer = client.invoke(FunctionName="f")
    assert "signal: killed" in json.loads(answer["Payload"].read())["errorMessage"]
    assert [p["Name"] for p in clients.ssm.describe_parameters()["Parameters"]] == effect
    # once by default
    assert "FunctionError" not in client.invoke(FunctionName="f")
    calls = clients.control("GET", "calls", params={"principal": "*:assumed-role/r/*"}).json()
    outcomes = [call["outcome"] for call in calls if call["operation"] == "PutParameter"]
    assert outcomes == ["CallerKilled" if when == "before" else "ok", "ok"]


def test_a_reset_or_a_delete_cancels_all_failures(order, clients, patient) -> None:
    for cancel in (("POST", "reset"), ("DELETE", "faults")):
        order("error", operation="*", code="Oops")
        order("slow", resource="*", seconds=30)
        assert [fault["kind"] for fault in clients.control("GET", "faults").json()] == ["error", "slow"]
        clients.control(*cancel)
        assert clients.control("GET", "faults").json() == []
        assert outcome(patient.describe_parameters) == "ok"


@pytest.mark.parametrize(
    ("kind", "body", "message"),
    [
        ("error", {}, "'operation' is missing"),
        ("error", {"operation": "*", "nth": 0}, "'nth' cannot be 0: use a number of at least 1"),
        ("error", {"operation": "*", "status": 200}, "use 400 to 599"),
        ("error", {"operation": "*", "cod": "x", "nth": "1"}, "'cod' is unknown"),
        ("throttle", {}, "either 'calls' or 'seconds'"),
        ("kill", {"operation": "*", "when": "never"}, "use before or after"),
        ("version", {"image": "i"}, "'reason' is missing"),
        ("version", {"image": "i", "reason": "r", "operation": "UpdateImage"}, "use CreateImageVersion or DeleteImageVersion"),
        ("slow", {"resource": "*", "seconds": -1}, "'seconds' cannot be -1"),
    ],
)
def test_invalid_requests_for_failures_are_rejected(clients, kind, body, message) -> None:
    answer = clients.control("POST", f"faults/{kind}", json=body)
    assert answer.status_code == 400
    assert message in answer.json()["error"]
    assert clients.control("GET", "faults").json() == []


def test_the_calls_of_a_principal_are_listed(clients, patient) -> None:
    patient.describe_parameters()
    assert outcome(patient.get_parameter, Name="none") == "ParameterNotFound"
    calls = clients.control("GET", "calls", params={"principal": "arn:aws:iam::123456789012:root"}).json()
    assert [(c["service"], c["operation"], c["outcome"]) for c in calls] == [
        ("ssm", "DescribeParameters", "ok"),
        ("ssm", "GetParameter", "ParameterNotFound"),
    ]
    assert clients.control("GET", "calls", params={"principal": "nobody"}).json() == []
    assert clients.control("GET", "calls").status_code == 400
