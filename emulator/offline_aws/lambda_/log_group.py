"""Output of functions in CloudWatch Logs."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from offline_aws.cloudformation import aws
from offline_aws.cloudformation.errors import HandlerError
from offline_aws.cloudformation.model import Environment
from offline_aws.lambda_.functions import Target
from offline_aws.lambda_.session import Session


def new_stream(target: Target) -> str:
    """The name of a log stream: one for each execution environment, here for each invocation."""
    return f"{datetime.now(UTC):%Y/%m/%d}/[{target.version}]{uuid.uuid4().hex}"


def write(target: Target, session: Session, stream: str, lines: list[tuple[int, str]]) -> None:
    """Writes with the function's role, as Lambda does: without permission the output is silently lost."""
    environment = Environment(
        target.account, target.region, target.partition, session.access_key, session.principal
    )

    def logs(operation: str, **params: object) -> None:
        aws.call(environment, "logs", operation, logGroupName=target.log_group, **params)

    try:
        try:
            logs("CreateLogStream", logStreamName=stream)
        except HandlerError as error:
            if error.code != "NotFound":
                raise
            logs("CreateLogGroup")
            logs("CreateLogStream", logStreamName=stream)
        events = [{"timestamp": time, "message": text} for time, text in lines if text]
        logs("PutLogEvents", logStreamName=stream, logEvents=events)
    except HandlerError:
        return
