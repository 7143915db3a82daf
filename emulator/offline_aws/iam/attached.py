"""The policies that moto keeps for roles, users and groups."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from offline_aws.iam.policy import Document

if TYPE_CHECKING:
    from moto.iam.models import Group, IAMBackend, ManagedPolicy, Role, User

_ALLOW_ALL: Document = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


@dataclass(frozen=True)
class PolicySet:
    """Policies of one kind, and the ARNs of attached policies whose document is unknown."""

    documents: tuple[Document, ...] = ()
    unknown: tuple[str, ...] = ()

    def __add__(self, other: PolicySet) -> PolicySet:
        return PolicySet(self.documents + other.documents, self.unknown + other.unknown)


def backend_of(account: str, partition: str) -> IAMBackend:
    from moto.iam.models import iam_backends

    return iam_backends[account][partition]


def find_role(backend: IAMBackend, *, name: str | None = None, arn: str | None = None) -> Role | None:
    """A role by name or ARN. The list is a copy: other threads may create roles meanwhile."""
    return next((role for role in list(backend.roles.values()) if role.name == name or role.arn == arn), None)


def policies_of_role(backend: IAMBackend, role: Role) -> PolicySet:
    return _own_policies(backend, role)


def policies_of_user(backend: IAMBackend, user: User) -> PolicySet:
    """The user's own policies and those of the groups that it is in."""
    groups = [group for group in list(backend.groups.values()) if user in group.users]
    holders: list[User | Group] = [user, *groups]
    return sum((_own_policies(backend, holder) for holder in holders), PolicySet())


def policies_named(backend: IAMBackend, arns: Iterable[str]) -> PolicySet:
    """Managed policies by ARN, for example a permissions boundary."""
    return sum((_managed(backend, arn) for arn in arns), PolicySet())


def _own_policies(backend: IAMBackend, holder: Role | User | Group) -> PolicySet:
    return PolicySet(tuple(holder.policies.values())) + policies_named(backend, list(holder.managed_policies))


def _managed(backend: IAMBackend, arn: str) -> PolicySet:
    policy = backend.managed_policies.get(arn)
    text = _default_version(policy) if policy is not None else None
    if text is not None:
        return PolicySet((text,))
    # the only AWS managed policy whose meaning is clear without its document
    if arn.endswith(":iam::aws:policy/AdministratorAccess"):
        return PolicySet((_ALLOW_ALL,))
    return PolicySet(unknown=(arn,))


def _default_version(policy: ManagedPolicy) -> str | None:
    texts = {version.version_id: version.document for version in policy.versions}
    return texts.get(policy.default_version_id)
