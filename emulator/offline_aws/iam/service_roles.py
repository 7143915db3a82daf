"""AWS services that assume a role: whether the role trusts them, and their permissions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from offline_aws.iam.attached import backend_of, find_role
from offline_aws.iam.identities import Identity, role_identity
from offline_aws.iam.policy import Request, judge
from offline_aws.iam.principals import Principal, service_principal

_ROLE = re.compile(r"arn:(?P<partition>[^:]+):iam::(?P<account>\d{12}):role/.+")


def assumed_by(role_arn: str, service: str, session: str, context: Mapping[str, Any] | None = None) -> Identity | None:
    """The session of a service that assumed the role.

    None if the role does not exist or does not trust the service in this context.
    """
    parts = _ROLE.fullmatch(role_arn)
    backend = backend_of(parts["account"], parts["partition"]) if parts else None
    role = find_role(backend, arn=role_arn) if backend else None
    if parts is None or backend is None or role is None:
        return None
    if not _trusts(role.assume_role_policy_document, role_arn, service, context or {}):
        return None
    own = role_identity(role, backend)
    arn = f"arn:{parts['partition']}:sts::{parts['account']}:assumed-role/{role.name}/{session}"
    principal = Principal(arn, parts["account"], frozenset({arn, role_arn}))
    return Identity(principal, own.policies, own.boundary, context=own.context)


def _trusts(policy: str, role_arn: str, service: str, context: Mapping[str, Any]) -> bool:
    request = Request("sts:AssumeRole", role_arn, dict(context), service_principal(service))
    return judge([policy], request).allows
