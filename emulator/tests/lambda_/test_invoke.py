"""Runs function code as Lambda does."""

from __future__ import annotations

import base64
import json
import time

import pytest


def test_an_event_goes_in_and_the_result_comes_out(functions) -> None:
    functions.create("exports.handler = async (event) => ({ got: event.x + 1 })")
    answer = functions.call({"x": 1})
    assert answer["Payload"] == {"got": 2}
    assert answer["StatusCode"] == 200
    assert answer["ExecutedVersion"] == "$LATEST"
    assert "FunctionError" not in answer


@pytest.mark.parametrize(
    ("files", "handler"),
    [
        ({"index.mjs": "export const handler = async () => 1"}, "index.handler"),
        ({"package.json": '{"type":"module"}', "index.js": "export const handler = async () => 1"}, "index.handler"),
        ({"a/b.cjs": "exports.deep = { handler: async () => 1 }"}, "a/b.deep.handler"),
        ({"index.js": "exports.handler = (event, context, callback) => setTimeout(callback, 5, null, 1)"}, "index.handler"),
        ({"index.js": "exports.handler = (event, context) => context.succeed(1)"}, "index.handler"),
    ],
    ids=["mjs", "module", "deep", "callback", "context"],
)
def test_all_kinds_of_handlers(functions, files, handler) -> None:
    assert functions.run(files, Handler=handler) == 1


def test_the_context_describes_the_function(functions) -> None:
    code = """exports.handler = async (event, context) => {
        const left = context.getRemainingTimeInMillis();
        return { ...context, left };
    };"""
    context = functions.run(code, Timeout=7, MemorySize=256)
    assert context["functionName"] == "f"
    assert context["invokedFunctionArn"] == "arn:aws:lambda:us-east-1:123456789012:function:f"
    assert context["memoryLimitInMB"] == "256"
    assert context["logGroupName"] == "/aws/lambda/f"
    assert "[$LATEST]" in context["logStreamName"]
    assert len(context["awsRequestId"]) == 36
    assert 6000 < context["left"] <= 7000


def test_the_environment_is_that_of_lambda(functions, monkeypatch) -> None:
    monkeypatch.setenv("OF_THE_SERVER", "1")
    environment = functions.run("exports.handler = async () => process.env", Environment={"Variables": {"MINE": "1"}})
    assert environment["MINE"] == "1"
    assert environment["AWS_LAMBDA_FUNCTION_NAME"] == "f"
    assert environment["AWS_REGION"] == "us-east-1"
    assert "OF_THE_SERVER" not in environment


def test_it_calls_as_its_role(functions, clients) -> None:
    code = """const { STSClient, GetCallerIdentityCommand } = require('@aws-sdk/client-sts');
    exports.handler = async () => (await new STSClient().send(new GetCallerIdentityCommand())).Arn;"""
    principal = "arn:aws:sts::123456789012:assumed-role/runner/f"
    assert functions.run(code) == principal
    calls = [call for call in clients.control("GET", "log").json() if call["principal"] == principal]
    assert "GetCallerIdentity" in [call["operation"] for call in calls]


def test_modules_may_import_the_sdk_too(functions) -> None:
    code = """import { STSClient } from '@aws-sdk/client-sts';
    export const handler = async () => typeof STSClient;"""
    assert functions.run({"index.mjs": code}) == "function"


def test_a_dependency_that_is_not_in_the_package_fails(functions) -> None:
    functions.create("require('constructs'); exports.handler = async () => 1;")
    answer = functions.call()
    assert answer["FunctionError"] == "Unhandled"
    assert answer["Payload"]["errorType"] == "Runtime.ImportModuleError"
    assert "constructs" in answer["Payload"]["errorMessage"]


@pytest.mark.parametrize(
    ("code", "kind", "message"),
    [
        ("exports.handler = async () => { throw new TypeError('no') }", "TypeError", "no"),
        ("exports.handler = (e, c, callback) => callback(new Error('no'))", "Error", "no"),
        ("exports.handler = () => { setTimeout(() => { throw new Error('late') }, 1) }", "Error", "late"),
        ("exports.handler = () => { process.exit(3) }", "Runtime.ExitError", "exit status 3"),
        ("exports.handler = async () => { Promise.reject(new Error('lost')); await new Promise((r) => setTimeout(r, 50)) }",
         "Runtime.UnhandledPromiseRejection", "lost"),
        ("exports.other = 1", "Runtime.HandlerNotFound", "index.handler"),
        ("exports.handler = ", "Runtime.UserCodeSyntaxError", "Unexpected"),
    ],
)  # fmt: skip
def test_failures_are_reported(functions, code, kind, message) -> None:
    functions.create(code)
    answer = functions.call()
    assert answer["FunctionError"] == "Unhandled"
    assert answer["Payload"]["errorType"] == kind
    assert message in answer["Payload"]["errorMessage"]


def test_a_timeout_ends_the_process(functions) -> None:
    functions.create("exports.handler = () => { console.log(process.pid); for (;;); }", Timeout=1)
    answer = functions.call()
    assert answer["Payload"]["errorType"] == "Sandbox.Timedout"
    assert "Task timed out after 1.00 seconds" in answer["Payload"]["errorMessage"]
    (pid,) = [line.split("\t")[3] for line in functions.runs()[0]["lines"] if "INFO" in line]
    assert not _exists(int(pid))


def test_an_event_is_accepted_at_once_and_run_three_times_when_it_fails(functions, runs, clients) -> None:
    clients.control("POST", "settings", json={"lambda_retry_seconds": 0.01})
    functions.create("exports.handler = async () => { throw new Error('no') }")
    assert functions.call(InvocationType="Event")["StatusCode"] == 202
    records = runs(3)
    assert [record["attempt"] for record in records] == [1, 2, 3]
    assert len({record["request_id"] for record in records}) == 1


def test_an_event_that_succeeds_runs_once(functions, runs, clients) -> None:
    clients.control("POST", "settings", json={"lambda_retry_seconds": 0.01})
    functions.create("exports.handler = async (event) => event")
    functions.call({"a": 1}, InvocationType="Event")
    assert runs(1)[0]["payload"] == '{"a":1}'
    time.sleep(0.3)
    assert len(functions.runs()) == 1


def test_retries_can_be_turned_off(functions, runs, clients) -> None:
    clients.control("POST", "settings", json={"lambda_retry_seconds": 0.01})
    functions.create("exports.handler = async () => { throw new Error('no') }")
    functions.client.put_function_event_invoke_config(FunctionName="f", MaximumRetryAttempts=0)
    functions.call(InvocationType="Event")
    runs(1)
    time.sleep(0.4)
    assert len(functions.runs()) == 1


def test_a_deleted_function_runs_to_its_end(functions, runs) -> None:
    functions.create("exports.handler = async () => { await new Promise((r) => setTimeout(r, 300)); return 'done' }")
    functions.call(InvocationType="Event")
    functions.client.delete_function(FunctionName="f")
    assert runs(1)[0]["payload"] == '"done"'


def test_a_reset_ends_running_functions(functions, clients, tmp_path, eventually) -> None:
    note = tmp_path / "pid"
    functions.create(f"""require('fs').writeFileSync({json.dumps(str(note))}, `${{process.pid}}`);
        exports.handler = () => new Promise(() => setInterval(() => {{}}, 9));""")
    functions.call(InvocationType="Event")
    eventually(lambda: note.exists() and note.read_text() != "")
    clients.control("POST", "reset")
    eventually(lambda: not _exists(int(note.read_text())))
    assert functions.runs() == []


def test_output_goes_to_the_log_group_of_the_function(functions, clients) -> None:
    functions.create("exports.handler = async () => { console.log('hello %s', 'you'); process.stdout.write('raw') }")
    functions.call()
    (stream,) = clients.logs.describe_log_streams(logGroupName="/aws/lambda/f")["logStreams"]
    events = clients.logs.get_log_events(logGroupName="/aws/lambda/f", logStreamName=stream["logStreamName"])["events"]
    texts = [event["message"] for event in events]
    assert texts[0].startswith("START RequestId: ")
    assert texts[1].endswith("\tINFO\thello you")
    assert texts[2] == "raw"
    assert texts[-1].startswith("REPORT RequestId: ")


def test_output_follows_the_logging_config(functions, clients) -> None:
    clients.logs.create_log_group(logGroupName="mine")
    logging = {"LogGroup": "mine", "LogFormat": "JSON"}
    functions.create("exports.handler = async () => console.warn({ a: 1 })", LoggingConfig=logging)
    functions.call()
    assert functions.client.get_function_configuration(FunctionName="f")["LoggingConfig"] == logging
    (stream,) = clients.logs.describe_log_streams(logGroupName="mine")["logStreams"]
    events = clients.logs.get_log_events(logGroupName="mine", logStreamName=stream["logStreamName"])["events"]
    (line,) = [json.loads(event["message"]) for event in events if event["message"].startswith("{")]
    assert (line["level"], line["message"]) == ("WARN", {"a": 1})


def test_the_caller_can_request_the_tail_of_the_log(functions) -> None:
    functions.create("exports.handler = async () => console.log('hello')")
    tail = base64.b64decode(functions.call(LogType="Tail")["LogResult"]).decode()
    assert "hello" in tail


@pytest.mark.parametrize(
    "send",
    [
        "await new Promise((done) => require('https').request(url, { method: 'PUT' }, done).end('x'))",
        "await new Promise((done) => require('https').request({ hostname: url.hostname, path: url.pathname, method: 'PUT' }, done).end('x'))",
        "await fetch(url, { method: 'PUT', body: 'x' })",
        "await fetch(new Request(url, { method: 'PUT', body: 'x' }))",
    ],
)  # fmt: skip
def test_requests_to_aws_hosts_are_redirected(functions, clients, send) -> None:
    code = f"""exports.handler = async () => {{
        const url = new URL('https://some-bucket.s3.us-east-1.amazonaws.com/offline-aws-custom-resource/none');
        const response = {send};
        return response.statusCode ?? response.status;
    }};"""
    assert functions.run(code) == 403


def test_buckets_are_found_by_host_name(functions, clients) -> None:
    clients.s3.create_bucket(Bucket="a-bucket")
    code = """const { S3Client, PutObjectCommand } = require('@aws-sdk/client-s3');
    exports.handler = async () => { await new S3Client().send(new PutObjectCommand({ Bucket: 'a-bucket', Key: 'k', Body: 'v' })) };"""
    assert functions.run(code) is None
    assert clients.s3.get_object(Bucket="a-bucket", Key="k")["Body"].read() == b"v"


def test_code_comes_from_a_bucket(functions, clients) -> None:
    from .conftest import zipped

    clients.s3.create_bucket(Bucket="assets")
    clients.s3.put_object(Bucket="assets", Key="k.zip", Body=zipped({"index.js": "exports.handler = async () => 'v1'"}))
    functions.client.create_function(
        FunctionName="f", Role=functions.role, Handler="index.handler", Runtime="nodejs22.x",
        Code={"S3Bucket": "assets", "S3Key": "k.zip"},
    )  # fmt: skip
    assert functions.call()["Payload"] == "v1"
    clients.s3.put_object(Bucket="assets", Key="k2.zip", Body=zipped({"index.js": "exports.handler = async () => 'v2'"}))
    functions.client.update_function_code(FunctionName="f", S3Bucket="assets", S3Key="k2.zip")
    assert functions.call()["Payload"] == "v2"


def test_python_functions_run_too(functions) -> None:
    code = "def handler(event, context):\n    print('hi')\n    return [event, context.function_name]"
    functions.create({"index.py": code}, Runtime="python3.11")
    assert functions.call(1)["Payload"] == [1, "f"]
    assert "hi" in functions.runs()[0]["lines"]
    functions.create({"index.py": "def handler(event, context):\n    raise KeyError('k')"}, "g", Runtime="python3.11")
    assert functions.call(name="g")["Payload"]["errorType"] == "KeyError"


def test_other_runtimes_are_not_supported(functions) -> None:
    functions.create("", Runtime="java21")
    assert "does not support runtime 'java21'" in functions.call()["Payload"]["errorMessage"]


def test_a_missing_function_is_not_found(functions) -> None:
    with pytest.raises(functions.client.exceptions.ResourceNotFoundException, match="function:nobody"):
        functions.call(name="nobody")


def test_invocations_run_in_parallel(functions, runs) -> None:
    functions.create("exports.handler = async () => { await new Promise((r) => setTimeout(r, 1000)) }")
    started = time.monotonic()
    for _ in range(4):
        functions.call(InvocationType="Event")
    runs(4)
    assert time.monotonic() - started < 3.5


def _exists(pid: int) -> bool:
    import os

    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
