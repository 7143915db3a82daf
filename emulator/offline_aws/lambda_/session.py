"""The session and the environment variables of function code."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from offline_aws.lambda_.functions import Target


@dataclass(frozen=True)
class Session:
    """Temporary credentials of the function's role."""

    access_key: str
    secret_key: str
    token: str
    principal: str


def assume_role_of(target: Target) -> Session:
    """A separate session for each invocation, so that calls can be assigned to it by their key."""
    return assume(target.role, target.name, target.account, target.region)


def assume(role_arn: str, session_name: str, account: str, region: str) -> Session:
    """A session for a service that assumes a role."""
    from moto.sts.models import sts_backends
    from moto.utilities.utils import get_partition

    role = sts_backends[account][get_partition(region)].assume_role(
        region_name=region,
        role_session_name=session_name,
        role_arn=role_arn,
        policy="",
        duration=3600,
        external_id="",
    )
    return Session(role.access_key_id, role.secret_access_key, role.session_token, role.arn)


def variables(target: Target, session: Session, task_root: Path, log_stream: str) -> dict[str, str]:
    """The environment: variables of the runtime override those of the function."""
    return {
        **target.variables,
        "AWS_ACCESS_KEY_ID": session.access_key,
        "AWS_SECRET_ACCESS_KEY": session.secret_key,
        "AWS_SESSION_TOKEN": session.token,
        "AWS_REGION": target.region,
        "AWS_DEFAULT_REGION": target.region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{target.runtime}",
        "AWS_LAMBDA_FUNCTION_NAME": target.name,
        "AWS_LAMBDA_FUNCTION_VERSION": target.version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(target.memory),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_FORMAT": target.logging.get("LogFormat", "Text"),
        "AWS_LAMBDA_LOG_GROUP_NAME": target.log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
        "LAMBDA_TASK_ROOT": str(task_root),
        "_HANDLER": target.handler,
        "LANG": "en_US.UTF-8",
        "TZ": "UTC",
        "PATH": os.environ.get("PATH", os.defpath),
        # not from Lambda: the endpoint of the offline AWS
        "AWS_ENDPOINT_URL": f"http://localhost:{os.environ['MOTO_PORT']}",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED": "true",
    }
