"""Resource-based policies in moto's state."""

from __future__ import annotations

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


def _account(arn: str) -> str | None:
    parts = arn.split(":")
    return parts[4] or None if len(parts) > 5 else None
