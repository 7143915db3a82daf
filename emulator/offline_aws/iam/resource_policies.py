"""Resource-based policies in moto's state."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from offline_aws.iam.attached import backend_of, find_role
from offline_aws.iam.policy import Document

if TYPE_CHECKING:
    from moto.ecr.models import Repository

_REPOSITORY = re.compile(r"arn:[^:]+:ecr:(?P<region>[^:]+):(?P<account>\d{12}):repository/(?P<name>.+)")
_KEY = re.compile(r"arn:[^:]+:kms:(?P<region>[^:]+):(?P<account>\d{12}):key/(?P<id>.+)")
_ROLE = re.compile(r"arn:(?P<partition>[^:]+):iam::(?P<account>\d{12}):role/.+")
_FUNCTION = re.compile(r"arn:[^:]+:lambda:(?P<region>[^:]+):(?P<account>\d{12}):function:(?P<name>[^:]+)(:.*)?")
_TOPIC = re.compile(r"arn:[^:]+:sns:(?P<region>[^:]+):(?P<account>\d{12}):(?P<name>[^:]+)")
_QUEUE = re.compile(r"arn:[^:]+:sqs:(?P<region>[^:]+):(?P<account>\d{12}):(?P<name>[^:]+)")
_BUCKET = re.compile(r"arn:(?P<partition>[^:]+):s3:::(?P<name>[^/]+)(/.*)?")


@dataclass(frozen=True)
class Guard:
    """The resource-based policy of a resource, and its owner."""

    #: None without a policy.
    policy: Document | None = None
    #: The account that owns the resource; None if unknown.
    account: str | None = None
    #: Whether identity policies apply only if this policy delegates to the account.
    decides: bool = False


def guard_of(action: str, resource: str) -> Guard:
    """The guard of a resource, for one action."""
    if action.startswith("sts:AssumeRole") or action == "sts:TagSession":
        return _trust(resource)
    if action.startswith("ecr:"):
        repository = repository_of(resource)
        return Guard(repository.policy if repository else None, _account(resource))
    if action.startswith("kms:"):
        return _key(resource)
    if action.startswith("s3:"):
        return _bucket(resource)
    if action.startswith(("lambda:", "sns:", "sqs:")):
        return Guard(_attached_policy(resource), _account(resource))
    return Guard(account=_account(resource))


def repository_of(arn: str) -> Repository | None:
    found = _REPOSITORY.fullmatch(arn)
    if found is None:
        return None
    from moto.ecr.models import ecr_backends

    return ecr_backends[found["account"]][found["region"]].repositories.get(found["name"])


def _trust(arn: str) -> Guard:
    """The trust policy of a missing role, which trusts no principal."""
    found = _ROLE.fullmatch(arn)
    role = find_role(backend_of(found["account"], found["partition"]), arn=arn) if found else None
    policy = role.assume_role_policy_document if role else None
    return Guard(policy, _account(arn), decides=True)


def _key(arn: str) -> Guard:
    found = _KEY.fullmatch(arn)
    if found is None:
        return Guard(account=_account(arn))
    from moto.kms.models import kms_backends

    key = kms_backends[found["account"]][found["region"]].keys.get(found["id"])
    return Guard(key.policy, found["account"], decides=True) if key else Guard(account=found["account"])


def _bucket(arn: str) -> Guard:
    found = _BUCKET.fullmatch(arn)
    if found is None:
        return Guard()
    from moto.s3.models import s3_backends

    partition, account = s3_backends.bucket_accounts.get(found["name"], (found["partition"], None))
    if account is None:
        return Guard()
    policy = s3_backends[account][partition].buckets[found["name"]].policy
    return Guard(policy.decode() if policy else None, account)


def _attached_policy(arn: str) -> Document | None:
    """The policy of a function, topic or queue."""
    if found := _FUNCTION.fullmatch(arn):
        from moto.awslambda.models import lambda_backends

        backend = lambda_backends[found["account"]][found["region"]]
        function = next((item for item in backend.list_functions() if item.function_name == found["name"]), None)
        statements = function.policy.statements if function else []
        # moto adds the version to the resource, which is not in the ARN of a function without one
        return {"Statement": [{**item, "Resource": "*"} for item in statements]} if statements else None
    if found := _TOPIC.fullmatch(arn):
        from moto.sns.models import sns_backends

        topic = sns_backends[found["account"]][found["region"]].topics.get(arn)
        return topic.policy if topic else None
    if found := _QUEUE.fullmatch(arn):
        from moto.sqs.models import sqs_backends

        queue = sqs_backends[found["account"]][found["region"]].queues.get(found["name"])
        policy = queue.policy if queue else None
        return json.loads(policy) if isinstance(policy, str) else policy
    return None


def _account(arn: str) -> str | None:
    parts = arn.split(":")
    return parts[4] or None if len(parts) > 5 else None
