"""Quotas on policies, which moto lists in the account summary but does not enforce.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html ("IAM and AWS STS quotas")

White space does not count toward the size of a policy. The quota for the managed policies of a role
is a setting, because AWS raises it on request.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from offline_aws.settings import settings

if TYPE_CHECKING:
    from moto.iam.models import Group, IAMBackend, ManagedPolicy, PolicyVersion, Role, User

    Principal = Role | User | Group

_WHITE_SPACE = re.compile(r"\s")

_MANAGED_POLICY_CHARACTERS = 6144
#: All inline policies of one principal together.
_INLINE_CHARACTERS = {"role": 10240, "user": 2048, "group": 5120}
_ATTACHED_TO_USERS_AND_GROUPS = 10


def patch_moto() -> None:
    """Makes moto's IAM check each policy before it stores or attaches it."""
    from moto.iam.models import Group, IAMBackend, ManagedPolicy, Role, User

    _check_inline_policies({"role": Role, "user": User, "group": Group})
    _check_attachments(ManagedPolicy)
    _check_managed_policies(IAMBackend)


def _check_inline_policies(classes: dict[str, Any]) -> None:
    for kind, cls in classes.items():
        cls.put_policy = _checking_size(kind, cls.put_policy)


def _checking_size(kind: str, put: Callable[[Any, str, str], None]) -> Callable[[Any, str, str], None]:
    maximum = _INLINE_CHARACTERS[kind]

    def put_policy(self: Principal, name: str, document: str) -> None:
        others = [other for other_name, other in self.policies.items() if other_name != name]
        if sum(_size(policy) for policy in (*others, document)) > maximum:
            raise _limit_exceeded(f"Maximum policy size of {maximum} bytes exceeded for {kind} {self.name}")
        put(self, name, document)

    return put_policy


def _check_attachments(cls: Any) -> None:
    attach = cls.attach_to

    def attach_to(self: ManagedPolicy, obj: Principal) -> None:
        if self.arn in obj.managed_policies:
            # attaching a policy again changes nothing
            return
        kind = type(obj).__name__
        maximum = settings.managed_policies_per_role if kind == "Role" else _ATTACHED_TO_USERS_AND_GROUPS
        if len(obj.managed_policies) >= maximum:
            raise _limit_exceeded(f"Cannot exceed quota for PoliciesPer{kind}: {maximum}")
        attach(self, obj)

    cls.attach_to = attach_to


def _check_managed_policies(cls: type[IAMBackend]) -> None:
    create, create_version = cls.create_policy, cls.create_policy_version

    def create_policy(self: IAMBackend, description: str, path: str, document: str, *rest: Any) -> ManagedPolicy:
        _check_size(document)
        return create(self, description, path, document, *rest)

    def create_policy_version(self: IAMBackend, policy_arn: str, policy_document: str, set_as_default: bool) -> PolicyVersion:
        _check_size(policy_document)
        return create_version(self, policy_arn, policy_document, set_as_default)

    cls.create_policy = create_policy  # type: ignore[method-assign,assignment]
    cls.create_policy_version = create_policy_version  # type: ignore[method-assign]


def _check_size(document: str) -> None:
    if _size(document) > _MANAGED_POLICY_CHARACTERS:
        raise _limit_exceeded(f"Cannot exceed quota for PolicySize: {_MANAGED_POLICY_CHARACTERS}")


def _size(document: str) -> int:
    return len(_WHITE_SPACE.sub("", document))


def _limit_exceeded(message: str) -> Exception:
    from moto.iam.exceptions import LimitExceededException

    return LimitExceededException(message)
