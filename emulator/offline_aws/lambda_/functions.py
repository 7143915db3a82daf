"""A snapshot of a function at the time of an invocation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from offline_aws.errors import ServiceError

_ASYNCHRONOUS_RETRIES = 2


@dataclass(frozen=True)
class Target:
    """The input of an invocation: a copy, so that it continues when the function is changed or deleted."""

    name: str
    version: str
    arn: str
    account: str
    region: str
    role: str
    runtime: str
    handler: str
    code: bytes
    timeout: float
    memory: int
    variables: dict[str, str]
    logging: dict[str, str]
    #: How many executions are reserved, which is also the maximum; None without a reservation.
    concurrency: int | None = None
    #: The ARN of the dead-letter queue; empty without one.
    dead_letters: str = ""
    #: The number of retries of a failed asynchronous invocation.
    retries: int = _ASYNCHRONOUS_RETRIES

    @property
    def log_group(self) -> str:
        return self.logging.get("LogGroup") or f"/aws/lambda/{self.name}"

    @property
    def partition(self) -> str:
        return self.arn.split(":")[1]


def find(name_or_arn: str, qualifier: str | None, account: str, region: str) -> Target:
    """The function that a request refers to.

    Raises:
        ServiceError: ResourceNotFoundException.
    """
    from moto.awslambda.exceptions import UnknownAliasException, UnknownFunctionException
    from moto.awslambda.models import lambda_backends

    if name_or_arn.startswith("arn:"):
        _, _, _, region, account, _ = name_or_arn.split(":", 5)
    try:
        function = lambda_backends[account][region].get_function(name_or_arn, qualifier)
    except (UnknownFunctionException, UnknownAliasException):
        arn = name_or_arn if ":" in name_or_arn else f"arn:aws:lambda:{region}:{account}:function:{name_or_arn}"
        suffix = f":{qualifier}" if qualifier else ""
        raise ServiceError("ResourceNotFoundException", f"Function not found: {arn}{suffix}", 404) from None
    return _target(function, qualifier)


def _target(function: Any, qualifier: str | None) -> Target:
    unqualified = ":".join(function.function_arn.split(":")[:7])
    return Target(
        name=function.function_name,
        version=str(function.version),
        arn=f"{unqualified}:{qualifier}" if qualifier else unqualified,
        account=function.account_id,
        region=function.region,
        role=function.role,
        runtime=function.run_time or "",
        handler=function.handler or "",
        # a container image has none
        code=getattr(function, "code_bytes", b""),
        timeout=float(function.timeout),
        memory=int(function.memory_size),
        variables=dict(function.environment_vars),
        logging=dict(getattr(function, "logging_config", {})),
        concurrency=None if function.reserved_concurrency is None else int(function.reserved_concurrency),
        dead_letters=getattr(function, "dead_letter_config", {}).get("TargetArn", ""),
        retries=_retries(function),
    )


def _retries(function: Any) -> int:
    for item in function.event_invoke_config:
        return int(item.config.get("MaximumRetryAttempts", _ASYNCHRONOUS_RETRIES))
    return _ASYNCHRONOUS_RETRIES
