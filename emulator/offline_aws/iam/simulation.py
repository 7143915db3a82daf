"""SimulatePrincipalPolicy: extends moto's IAM API with the judgement of the policies of a role or user.

Resource-based policies are not part of it, as on AWS if the request contains none.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4
from xml.sax.saxutils import escape

from werkzeug.wrappers import Response

from offline_aws.errors import ServiceError
from offline_aws.gateway import CALLER, OPERATION, Service
from offline_aws.iam.attached import backend_of, find_role
from offline_aws.iam.identities import Identity, role_identity
from offline_aws.iam.needs.call import ApiCall, read
from offline_aws.iam.policy import Document, Request, Verdict, judge, parsed

_ROLE = re.compile(r"arn:(?P<partition>[^:]+):iam::(?P<account>\d{12}):role/.+")


class Api:
    """Answers the requests that are signed for IAM."""

    def __init__(self, moto: Service) -> None:
        self._moto = moto

    def __call__(self, environ: dict[str, Any]) -> Response:
        if environ[OPERATION] != "SimulatePrincipalPolicy":
            return self._moto(environ)
        return _simulate(read(environ, environ[CALLER], environ[OPERATION]))


def _simulate(call: ApiCall) -> Response:
    identity = _identity(call)
    resources = _members(call, "ResourceArns") or ["*"]
    results = "".join(_result(identity, action, resources) for action in _members(call, "ActionNames"))
    body = (
        '<SimulatePrincipalPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><SimulatePrincipalPolicyResult>'
        f"<EvaluationResults>{results}</EvaluationResults><IsTruncated>false</IsTruncated></SimulatePrincipalPolicyResult>"
        f"<ResponseMetadata><RequestId>{uuid4()}</RequestId></ResponseMetadata></SimulatePrincipalPolicyResponse>"
    )
    return Response(body, content_type="text/xml")


def _identity(call: ApiCall) -> Identity:
    arn = str(call.text("PolicySourceArn"))
    parts = _ROLE.fullmatch(arn)
    backend = backend_of(parts["account"], parts["partition"]) if parts else None
    role = find_role(backend, arn=arn) if backend else None
    if role is None or backend is None or role.account_id != call.caller.account:
        raise ServiceError("NoSuchEntity", f"Role {arn} does not exist", 404)
    return role_identity(role, backend)


def _result(identity: Identity, action: str, resources: list[str]) -> str:
    judged = [(resource, *_judge(identity, action, resource)) for resource in resources]
    decision = next((one for _, one, _ in judged if one != "allowed"), "allowed")
    specific = "".join(
        f"<member><EvalResourceName>{escape(resource)}</EvalResourceName><EvalResourceDecision>{one}</EvalResourceDecision>"
        f"<MissingContextValues>{_list(missing)}</MissingContextValues></member>"
        for resource, one, missing in judged
    )
    return (
        f"<member><EvalActionName>{escape(action)}</EvalActionName><EvalResourceName>{escape(resources[0])}</EvalResourceName>"
        f"<EvalDecision>{decision}</EvalDecision><MissingContextValues/><MatchedStatements/>"
        # keys that are missing for a resource are listed here only
        f"<ResourceSpecificResults>{specific}</ResourceSpecificResults></member>"
    )


def _judge(identity: Identity, action: str, resource: str) -> tuple[str, list[str]]:
    request = Request(action, resource, identity.context, identity.principal)
    limits = [identity.policies.documents, *([identity.boundary.documents] if identity.boundary else [])]
    verdicts = [judge(documents, request) for documents in limits]
    missing = {key for documents in limits for document in documents for key in _keys(document)}
    return _decision(verdicts), sorted(key for key in missing if key.lower() not in identity.context)


def _decision(verdicts: list[Verdict]) -> str:
    if any(verdict.denies for verdict in verdicts):
        return "explicitDeny"
    return "allowed" if all(verdict.allows for verdict in verdicts) else "implicitDeny"


def _keys(document: Document) -> Iterable[str]:
    """The condition keys in a policy."""
    statements = parsed(document).get("Statement", [])
    for statement in [statements] if isinstance(statements, Mapping) else statements:
        for keys in (statement.get("Condition") or {}).values():
            yield from keys


def _members(call: ApiCall, name: str) -> list[str]:
    members = re.compile(rf"{name}\.member\.(\d+)")
    found = {int(match[1]): str(value) for key, value in call.params.items() if (match := members.fullmatch(key))}
    return [found[index] for index in sorted(found)]


def _list(items: list[str]) -> str:
    return "".join(f"<member>{escape(item)}</member>" for item in items)
