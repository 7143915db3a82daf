"""Evaluates policies for a request: pure functions over policy documents.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from offline_aws.iam.conditions import conditions_hold
from offline_aws.iam.patterns import Context, matches, matches_resource
from offline_aws.iam.principals import Naming, Principal, is_excluded, naming

#: Older policies do not support variables: `${aws:username}` is literal there.
_WITH_VARIABLES = "2012-10-17"

Document = str | Mapping[str, Any]


@dataclass(frozen=True)
class Request:
    """One action on one resource."""

    action: str
    resource: str
    #: Condition keys, lower-cased.
    context: Context = field(default_factory=dict)
    #: Needed for policies that name principals.
    principal: Principal | None = None


class Effect(Enum):
    ALLOW = "allow"
    #: A statement denies explicitly, which overrides every allow.
    EXPLICIT_DENY = "explicit deny"
    #: No statement matches the request.
    IMPLICIT_DENY = "implicit deny"


@dataclass(frozen=True)
class Verdict:
    """The result of a set of policies."""

    effect: Effect
    #: How the strongest allowing statement names the principal.
    naming: Naming = Naming.NOT

    @property
    def allows(self) -> bool:
        return self.effect is Effect.ALLOW

    @property
    def denies(self) -> bool:
        """Whether it denies explicitly."""
        return self.effect is Effect.EXPLICIT_DENY


def judge(documents: Iterable[Document], request: Request) -> Verdict:
    """The result of all policies together: a denial wins, and an allow is required."""
    allowed: Naming | None = None
    for document in documents:
        policy = parsed(document)
        variables = policy.get("Version") == _WITH_VARIABLES
        for statement in _statements(policy):
            named = _applies(statement, request, variables)
            if named is None:
                continue
            if statement.get("Effect") == "Deny":
                return Verdict(Effect.EXPLICIT_DENY)
            if statement.get("Effect") == "Allow":
                allowed = named if allowed is None else max(allowed, named)
    return Verdict(Effect.IMPLICIT_DENY) if allowed is None else Verdict(Effect.ALLOW, allowed)


def parsed(document: Document) -> Mapping[str, Any]:
    """The parsed document; an invalid one has no statements."""
    if not isinstance(document, str):
        return document
    try:
        policy = json.loads(document)
    except ValueError:
        return {}
    return policy if isinstance(policy, dict) else {}


def _statements(policy: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    statements = policy.get("Statement", [])
    yield from [statements] if isinstance(statements, Mapping) else statements


def _applies(statement: Mapping[str, Any], request: Request, variables: bool) -> Naming | None:
    """How the statement names the principal of the request; None if the statement does not match."""
    context = request.context if variables else None
    if not (_action_fits(statement, request.action) and _resource_fits(statement, request.resource, context)):
        return None
    if not conditions_hold(statement.get("Condition") or {}, request.context, variables=variables):
        return None
    return _named(statement, request.principal)


def _action_fits(statement: Mapping[str, Any], action: str) -> bool:
    if "NotAction" in statement:
        return not _any_action(statement["NotAction"], action)
    return _any_action(statement.get("Action", []), action)


def _any_action(patterns: Any, action: str) -> bool:
    return any(matches(pattern, action, ignore_case=True) for pattern in _listed(patterns))


def _resource_fits(statement: Mapping[str, Any], resource: str, context: Context | None) -> bool:
    if "NotResource" in statement:
        return not _any_resource(statement["NotResource"], resource, context)
    # a trust policy has no Resource element: it applies to its role
    return "Resource" not in statement or _any_resource(statement["Resource"], resource, context)


def _any_resource(patterns: Any, resource: str, context: Context | None) -> bool:
    return any(matches_resource(pattern, resource, context) for pattern in _listed(patterns))


def _named(statement: Mapping[str, Any], principal: Principal | None) -> Naming | None:
    if "NotPrincipal" in statement:
        excluded = principal is None or is_excluded(statement["NotPrincipal"], principal)
        return None if excluded else Naming.DIRECT
    if "Principal" not in statement:
        return Naming.NOT
    if principal is None:
        return None
    return naming(statement["Principal"], principal) or None


def _listed(value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [str(item) for item in items]
