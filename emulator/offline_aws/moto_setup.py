"""Prepares moto before its first use. Written for exactly one version of moto."""

from __future__ import annotations

import json
import os
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

MOTO_VERSION = "5.2.5"


class WrongMotoError(RuntimeError):
    """The installed moto is not the one whose internals this package relies on."""


def check_version() -> None:
    try:
        found = version("moto")
    except PackageNotFoundError:
        found = "none"
    if found != MOTO_VERSION:
        raise WrongMotoError(
            f"moto {found} is installed, but the offline AWS relies on the internals of {MOTO_VERSION}: "
            "install emulator/requirements.txt"
        )


def prepare() -> None:
    """Environment and patches; call once, before any request."""
    # roles may attach AWS managed policies, which moto loads only with this variable
    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
    # accept any name that looks like a Region
    os.environ.setdefault("MOTO_ALLOW_NONEXISTENT_REGION", "true")
    _cache_managed_policies()
    _ignore_bucket_policies()


def _cache_managed_policies() -> None:
    """Builds the AWS-managed policies of an account once instead of at each reset (half a second)."""
    from moto.iam import models
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    @cache
    def parsed() -> dict[str, Any]:
        return dict(json.loads(aws_managed_policies_data))

    @cache
    def built(account: str, partition: str) -> list[models.ManagedPolicy]:
        return [
            models.AWSManagedPolicy.from_data(name, account, partition, data)
            for name, data in parsed().items()
        ]

    def init_aws_policies(self: models.IAMBackend) -> list[models.ManagedPolicy]:
        policies = built(self.account_id, self.region_name)
        for policy in policies:
            # the only field that an account changes
            policy.attachment_count = 0
        return policies

    models.IAMBackend._init_aws_policies = init_aws_policies  # type: ignore[method-assign]


def _ignore_bucket_policies() -> None:
    """Stops moto from enforcing bucket policies, because it ignores their conditions.

    The bootstrap bucket's "deny unless TLS" would deny every upload. Permissions
    are checked before moto gets a request, even an unsigned one.
    """
    from moto.iam.access_control import PermissionResult
    from moto.s3.models import FakeBucket

    def get_permission(self: FakeBucket, action: str, resource: str) -> PermissionResult:
        return PermissionResult.PERMITTED

    FakeBucket.get_permission = get_permission  # type: ignore[method-assign]
