"""The caller of a request, with its policies."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from offline_aws.credentials import session_of
from offline_aws.iam.attached import (
    PolicySet,
    backend_of,
    find_role,
    policies_named,
    policies_of_role,
    policies_of_user,
)
from offline_aws.iam.policy import Document
from offline_aws.iam.principals import Principal

if TYPE_CHECKING:
    from moto.iam.models import IAMBackend, Role, User

_SESSION = re.compile(r"arn:(?P<partition>[\w-]+):sts::(?P<account>\d{12}):assumed-role/(?P<role>[^/]+)/(?P<name>.+)")
_FEDERATED = re.compile(r"arn:(?P<partition>[\w-]+):sts::(?P<account>\d{12}):federated-user/(?P<name>.+)")
_USER = re.compile(r"arn:(?P<partition>[\w-]+):iam::(?P<account>\d{12}):user/(?:.+/)?(?P<name>[^/]+)")


@dataclass(frozen=True)
class Identity:
    """A caller with its policies."""

    principal: Principal
    policies: PolicySet = field(default_factory=PolicySet)
    #: None without a boundary.
    boundary: PolicySet | None = None
    #: Session policies; None without any.
    session: tuple[Document, ...] | None = None
    #: Root, or a key that was never issued: the administrator who sets everything up.
    unlimited: bool = False
    #: Condition keys about the caller.
    context: dict[str, Any] = field(default_factory=dict)


def identity_of(principal_arn: str, access_key: str) -> Identity:
    """The caller with this ARN; the key tells sessions of the same name apart."""
    session = _SESSION.fullmatch(principal_arn)
    if session:
        return _session_identity(principal_arn, session, access_key)
    federated = _FEDERATED.fullmatch(principal_arn)
    if federated:
        return _federated_identity(principal_arn, federated, access_key)
    user = _USER.fullmatch(principal_arn)
    if user:
        backend = backend_of(user["account"], user["partition"])
        return _user_identity(backend, backend.users[user["name"]], user["account"])
    return _root_identity(principal_arn)


def role_identity(role: Role, backend: IAMBackend) -> Identity:
    """The identity of a role, without a session."""
    return Identity(
        principal=Principal(role.arn, role.account_id, frozenset({role.arn})),
        policies=policies_of_role(backend, role),
        boundary=_boundary(backend, role),
        context=_context(role.arn, role.account_id, "AssumedRole", role.tags),
    )


def _session_identity(arn: str, parts: re.Match[str], access_key: str) -> Identity:
    account, partition = parts["account"], parts["partition"]
    backend = backend_of(account, partition)
    role = find_role(backend, name=parts["role"])
    role_arn = role.arn if role else f"arn:{partition}:iam::{account}:role/{parts['role']}"
    context = _context(role_arn, account, "AssumedRole", role.tags if role else [])
    if role is not None:
        context["aws:userid"] = f"{role.id}:{parts['name']}"
    context |= _session_tags(access_key)
    return Identity(
        principal=Principal(arn, account, frozenset({arn, role_arn})),
        # sessions outlive their role, but have no permissions afterwards
        policies=policies_of_role(backend, role) if role else PolicySet(),
        boundary=_boundary(backend, role) if role else None,
        session=_session_policies(backend, access_key),
        context=context,
    )


def _federated_identity(arn: str, parts: re.Match[str], access_key: str) -> Identity:
    """The user or root that requested the credentials, limited by the session policies."""
    account, partition = parts["account"], parts["partition"]
    backend = backend_of(account, partition)
    user = backend.users.get(backend.access_keys[access_key].user_name or "")
    asked = _user_identity(backend, user, account) if user else _root_identity(f"arn:{partition}:iam::{account}:root")
    own = {"aws:principalarn": arn, "aws:principaltype": "FederatedUser", "aws:userid": f"{account}:{parts['name']}"}
    return replace(
        asked,
        principal=Principal(arn, account, frozenset({arn})),
        session=_session_policies(backend, access_key),
        context={key: value for key, value in asked.context.items() if key != "aws:username"} | own | _session_tags(access_key),
    )


def _session_policies(backend: IAMBackend, access_key: str) -> tuple[Document, ...] | None:
    session = session_of(access_key)
    if session is None or not session.is_limited:
        return None
    own = (session.policy,) if session.policy else ()
    return own + policies_named(backend, session.policy_arns).documents


def _session_tags(access_key: str) -> dict[str, str]:
    session = session_of(access_key)
    return {f"aws:principaltag/{key}".lower(): value for key, value in session.tags.items()} if session else {}


def _user_identity(backend: IAMBackend, user: User, account: str) -> Identity:
    context = _context(user.arn, account, "User", user.tags or [])
    return Identity(
        principal=Principal(user.arn, account, frozenset({user.arn})),
        policies=policies_of_user(backend, user),
        boundary=_boundary(backend, user),
        context=context | {"aws:username": user.name, "aws:userid": user.id},
    )


def _root_identity(arn: str) -> Identity:
    account = arn.split(":")[4]
    return Identity(
        principal=Principal(arn, account),
        unlimited=True,
        context=_context(arn, account, "Account", []) | {"aws:userid": account},
    )


def _boundary(backend: IAMBackend, holder: Role | User) -> PolicySet | None:
    # moto has boundaries of roles only; user_boundaries adds those of users
    arn = holder.permissions_boundary_arn  # type: ignore[union-attr]
    return policies_named(backend, [arn]) if arn else None


def _context(arn: str, account: str, kind: str, tags: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "aws:principalarn": arn,
        "aws:principalaccount": account,
        "aws:principaltype": kind,
        "aws:principalisawsservice": "false",
        **{f"aws:principaltag/{tag['Key']}".lower(): tag["Value"] for tag in tags},
    }
