"""Permissions of the execution role of a domain, for calls that SageMaker makes with it."""

from __future__ import annotations

from offline_aws.iam.attached import backend_of, find_role
from offline_aws.iam.identities import role_identity
from offline_aws.iam.policy import Request, judge
from offline_aws.settings import settings


def allows(role_arn: str, action: str, resource: str) -> bool:
    """Whether the role has the permission; always true while IAM is not enforced."""
    if not settings.enforce_iam:
        return True
    _, partition, _, _, account, _ = role_arn.split(":", 5)
    backend = backend_of(account, partition)
    role = find_role(backend, arn=role_arn)
    if role is None:
        return False
    identity = role_identity(role, backend)
    request = Request(action, resource, identity.context)
    sets = [identity.policies, *([identity.boundary] if identity.boundary else [])]
    return all(judge(policies.documents, request).allows for policies in sets)
