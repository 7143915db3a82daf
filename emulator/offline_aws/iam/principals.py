"""The principal of a request, and whether a Principal element matches it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

_ACCOUNT = re.compile(r"\d{12}")
_ROOT = re.compile(r"arn:[\w-]+:iam::(\d{12}):root")


@dataclass(frozen=True)
class Principal:
    """The principal of a request: an identity in an account, a service, or a federated identity."""

    #: The name in messages: an ARN or the name of a service.
    arn: str
    account: str = ""
    #: ARNs that match this caller in policies, for example those of a session and of its role.
    names: frozenset[str] = frozenset()
    service: str | None = None
    #: The identity provider of a federated caller.
    federated: str | None = None

    @property
    def is_root(self) -> bool:
        return _ROOT.fullmatch(self.arn) is not None

    @property
    def is_anonymous(self) -> bool:
        """An anonymous caller, allowed only what a policy grants to everyone."""
        return not self.arn


def service_principal(name: str) -> Principal:
    """An AWS service, such as `sagemaker.amazonaws.com`."""
    return Principal(name, service=name)


class Naming(IntEnum):
    """How a policy names a principal."""

    NOT = 0
    #: Only the account is named: identity policies decide who in the account is allowed.
    ACCOUNT = 1
    DIRECT = 2


def naming(element: Any, principal: Principal) -> Naming:
    """How a Principal element names `principal`."""
    if element == "*":
        return Naming.DIRECT
    if not isinstance(element, dict):
        return Naming.NOT
    named = [_naming(kind, text, principal) for kind, value in element.items() for text in _listed(value)]
    return max(named, default=Naming.NOT)


def is_excluded(element: Any, principal: Principal) -> bool:
    """Whether a NotPrincipal element lists `principal` itself, not only its account."""
    named = naming(element, principal)
    return named is Naming.DIRECT or (named is Naming.ACCOUNT and principal.is_root)


def _naming(kind: str, text: str, principal: Principal) -> Naming:
    if kind == "AWS":
        return _aws_naming(text, principal)
    actual = {"Service": principal.service, "Federated": principal.federated}.get(kind)
    return Naming.DIRECT if actual is not None and text == actual else Naming.NOT


def _aws_naming(text: str, principal: Principal) -> Naming:
    # "*" includes services: that is why `aws:PrincipalIsAWSService` exists
    if text == "*" or text in principal.names:
        return Naming.DIRECT
    root = _ROOT.fullmatch(text)
    account = root[1] if root else text if _ACCOUNT.fullmatch(text) else None
    return Naming.ACCOUNT if account is not None and account == principal.account else Naming.NOT


def _listed(value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [str(item) for item in items]
