"""Decides whether a call is allowed, from identity policies, boundary, session policies and resource policy.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from offline_aws.iam.identities import Identity
from offline_aws.iam.policy import Document, Effect, Request, Verdict, judge
from offline_aws.iam.principals import Naming, Principal
from offline_aws.iam.resource_policies import Guard

_IDENTITY, _BOUNDARY, _SESSION, _RESOURCE = (
    "an identity-based policy",
    "a permissions boundary",
    "a session policy",
    "a resource-based policy",
)
_ABSENT = {
    _IDENTITY: "no identity-based policy allows",
    _BOUNDARY: "no permissions boundary allows",
    _SESSION: "no session policy allows",
    _RESOURCE: "no resource-based policy allows",
}
_SILENT = Verdict(Effect.IMPLICIT_DENY)


@dataclass(frozen=True)
class Judgement:
    """Whether a call is allowed, and the message of the denial."""

    allowed: bool
    message: str = ""


def judge_call(identity: Identity, request: Request, guard: Guard) -> Judgement:
    """Whether `identity` may make the request on the resource with this guard."""
    request = replace(request, principal=identity.principal)
    own = Verdict(Effect.ALLOW) if identity.unlimited else judge(identity.policies.documents, request)
    limits = {name: judge(documents, request) for name, documents in _limits(identity)}
    resource = judge([guard.policy], request) if guard.policy is not None else _SILENT
    verdicts = {_IDENTITY: own, **limits, _RESOURCE: resource}

    denying = next((name for name, verdict in verdicts.items() if verdict.denies), None)
    if denying:
        return _refused(request, f"with an explicit deny in {denying}")
    missing = _missing(identity, request, guard, verdicts)
    if missing is None:
        return Judgement(True)
    return _refused(request, f"because {_ABSENT[missing]} the {request.action} action")


def _limits(identity: Identity) -> Iterable[tuple[str, Iterable[Document]]]:
    if identity.boundary is not None:
        yield _BOUNDARY, identity.boundary.documents
    if identity.session is not None:
        yield _SESSION, identity.session


def _missing(identity: Identity, request: Request, guard: Guard, verdicts: dict[str, Verdict]) -> str | None:
    """The kind of policy that lacks a required allow."""
    resource = verdicts[_RESOURCE]
    without_resource = {name: verdict for name, verdict in verdicts.items() if name != _RESOURCE}
    silent = [name for name, verdict in without_resource.items() if not verdict.allows]
    if identity.principal.is_anonymous:
        return None if resource.allows else _RESOURCE
    foreign = guard.account not in (None, identity.principal.account)
    if foreign or guard.decides:
        if not resource.allows:
            return _RESOURCE
        if foreign or resource.naming is Naming.ACCOUNT:
            return silent[0] if silent else None
    if resource.allows and resource.naming is Naming.DIRECT:
        # boundary and session policies limit a role that the policy names, but not a session or user that it names
        bound = [name for name in silent if name != _IDENTITY]
        return None if not bound or _names_itself(identity.principal, request, guard) else bound[0]
    return silent[0] if silent else None


def _names_itself(principal: Principal, request: Request, guard: Guard) -> bool:
    alone = replace(principal, names=frozenset({principal.arn}))
    verdict = judge([guard.policy or {}], replace(request, principal=alone))
    return verdict.allows and verdict.naming is Naming.DIRECT


def _refused(request: Request, why: str) -> Judgement:
    service = request.action.split(":")[0]
    resource = f'"{request.resource}"' if service == "s3" else request.resource
    text = f"User: {request.principal.arn if request.principal else '*'} is not authorized to perform: {request.action}"
    # STS does not give a reason
    reason = "" if service == "sts" and not why.startswith("with") else f" {why}"
    return Judgement(False, f"{text} on resource: {resource}{reason}")
