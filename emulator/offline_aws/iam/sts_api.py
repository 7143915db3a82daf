"""The STS API: extends moto's with session policies, session tags, GetSessionToken and GetFederationToken."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from xml.sax.saxutils import escape

from werkzeug.wrappers import Response

from offline_aws import credentials
from offline_aws.credentials import Session
from offline_aws.errors import ServiceError
from offline_aws.gateway import CALLER, OPERATION, Service
from offline_aws.iam.attached import backend_of
from offline_aws.iam.identities import identity_of
from offline_aws.iam.needs.call import ApiCall, read

_KEY = re.compile(rb"AccessKeyId\W+(\w+)")
_POLICY_ARN = re.compile(r"PolicyArns\.member\.\d+\.arn")
_TWELVE_HOURS = 43200


class Api:
    """Answers the requests that are signed for STS."""

    def __init__(self, moto: Service) -> None:
        self._moto = moto

    def __call__(self, environ: dict[str, Any]) -> Response:
        call = read(environ, environ[CALLER], environ[OPERATION])
        own = _OPERATIONS.get(call.operation)
        if own is not None:
            return _xml(call.operation, own(call))
        answer = self._moto(environ)
        given_out = _KEY.search(answer.get_data()) if call.operation.startswith("AssumeRole") else None
        if given_out:
            credentials.begin_session(given_out[1].decode(), _session(call))
        return answer


def _caller_identity(call: ApiCall) -> dict[str, Any]:
    caller = call.caller
    user_id = identity_of(caller.principal, caller.access_key).context.get("aws:userid", "")
    return {"UserId": user_id, "Account": caller.account, "Arn": caller.principal}


def _session_token(call: ApiCall) -> dict[str, Any]:
    return {"Credentials": _credentials(call, Session(of_user=True))}


def _federation_token(call: ApiCall) -> dict[str, Any]:
    name = call.text("Name")
    if name is None:
        raise ServiceError("ValidationError", "Value null at 'name' failed to satisfy constraint: Member must not be null")
    caller = call.caller
    arn = f"arn:{caller.partition}:sts::{caller.account}:federated-user/{name}"
    given_out = _credentials(call, _session(call, of_user=True, federated=name))
    return {"Credentials": given_out, "FederatedUser": {"FederatedUserId": f"{caller.account}:{name}", "Arn": arn}}


def _credentials(call: ApiCall, session: Session) -> dict[str, Any]:
    """Temporary credentials of the calling user or root."""
    caller = call.caller
    if credentials.is_temporary(caller.access_key):
        raise ServiceError("AccessDenied", f"Cannot call {call.operation} with session credentials", 403)
    backend = backend_of(caller.account, caller.partition)
    long_term = backend.access_keys.get(caller.access_key)
    key = backend.create_temp_access_key()
    key.user_name = long_term.user_name if long_term else None
    credentials.begin_session(key.access_key_id, session)
    expiration = datetime.now(UTC) + timedelta(seconds=int(call.text("DurationSeconds") or _TWELVE_HOURS))
    return {
        "AccessKeyId": key.access_key_id,
        "SecretAccessKey": key.secret_access_key,
        "SessionToken": uuid4().hex,
        "Expiration": f"{expiration:%Y-%m-%dT%H:%M:%SZ}",
    }


def _session(call: ApiCall, **more: Any) -> Session:
    arns = tuple(str(value) for name, value in call.params.items() if _POLICY_ARN.fullmatch(name))
    return Session(call.text("Policy"), arns, call.tags(), **more)


def _xml(operation: str, result: dict[str, Any]) -> Response:
    body = (
        f'<{operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
        f"<{operation}Result>{_elements(result)}</{operation}Result>"
        f"<ResponseMetadata><RequestId>{uuid4()}</RequestId></ResponseMetadata></{operation}Response>"
    )
    return Response(body, content_type="text/xml")


def _elements(value: Any) -> str:
    if not isinstance(value, dict):
        return escape(str(value))
    return "".join(f"<{name}>{_elements(item)}</{name}>" for name, item in value.items())


_OPERATIONS = {
    "GetCallerIdentity": _caller_identity,
    "GetFederationToken": _federation_token,
    "GetSessionToken": _session_token,
}
