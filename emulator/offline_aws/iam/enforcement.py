"""Checks the permissions of each request before its service handles it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from werkzeug.wrappers import Response

from offline_aws import credentials
from offline_aws.errors import ServiceError
from offline_aws.gateway import JUDGED, VIA, form_action
from offline_aws.iam.identities import Identity, identity_of
from offline_aws.iam.journal import Entry, journal
from offline_aws.iam.judgement import Judgement, judge_call
from offline_aws.iam.needs import needs_of
from offline_aws.iam.needs.call import Need, read
from offline_aws.iam.policy import Request
from offline_aws.iam.principals import Principal
from offline_aws.iam.resource_policies import guard_of
from offline_aws.identity import Caller, anonymous
from offline_aws.settings import settings
from offline_aws.wire import aws_error

#: Services that deny with the code AccessDenied and status 403.
_SHORT_CODE = frozenset({"cloudformation", "iam", "s3", "sts"})
#: Error codes for an invalid key; other services, which use JSON, answer UnrecognizedClientException.
_BAD_KEY = {
    **dict.fromkeys(("cloudformation", "iam", "sts"), ("InvalidClientTokenId", 403)),
    "ec2": ("AuthFailure", 401),
    "lambda": ("UnrecognizedClientException", 403),
    "s3": ("InvalidAccessKeyId", 403),
}
_OTHER_CODES = {"ec2": "UnauthorizedOperation"}


def enforce(environ: dict[str, Any], caller: Caller | None, operation: str) -> Response | None:
    """Returns the denial, or None if the request is allowed."""
    if caller is None:
        return _enforce_unsigned(environ, operation) if settings.enforce_iam else None
    if credentials.is_refused(caller.access_key, caller.account, caller.partition, caller.service):
        return aws_error(caller.service, environ, _bad_key(caller.service))
    identity = identity_of(caller.principal, caller.access_key)
    denial: str | None = None
    for need in needs_of(read(environ, caller, operation)):
        judgement = judge_need(identity, need, caller.region, environ.get(VIA))
        environ.setdefault(JUDGED, []).append({"action": need.action, "resource": need.resource})
        if not judgement.allowed:
            denial = denial or judgement.message
    if denial is None or not settings.enforce_iam:
        return None
    return aws_error(caller.service, environ, access_denied(caller.service, denial))


def _enforce_unsigned(environ: dict[str, Any], operation: str) -> Response | None:
    """Bucket policies may allow anonymous requests; all other services require a signature."""
    if "HTTP_X_AMZ_TARGET" in environ:
        unsigned = ServiceError("MissingAuthenticationTokenException", "Missing Authentication Token")
        return aws_error("sagemaker", environ, unsigned)
    if form_action(environ):
        unsigned = ServiceError("MissingAuthenticationToken", "Request is missing Authentication Token", 403)
        return aws_error("sts", environ, unsigned)
    nobody = Identity(Principal(""), context={"aws:principaltype": "Anonymous", "aws:userid": "anonymous"})
    for need in needs_of(read(environ, anonymous(), operation)):
        if not judge_need(nobody, need, anonymous().region).allowed:
            return aws_error("s3", environ, ServiceError("AccessDenied", "Access Denied", 403))
    return None


def judge_need(identity: Identity, need: Need, region: str, via: str | None = None) -> Judgement:
    """Checks and records a permission. `via` is the service that makes the call for the identity, if any."""
    guard = guard_of(need.action, need.resource)
    context = _context(need, region, guard.account) | _called_via(via) | identity.context | need.context
    judgement = judge_call(identity, Request(need.action, need.resource, context), guard)
    verdict = "allowed" if judgement.allowed else "denied"
    entry = Entry(time.time(), identity.principal.arn, need.action, need.resource, verdict, judgement.message)
    journal.add(entry)
    return judgement


def access_denied(service: str, message: str) -> ServiceError:
    """The denial in the form of this service."""
    if service in _SHORT_CODE or service in _OTHER_CODES:
        return ServiceError(_OTHER_CODES.get(service, "AccessDenied"), message, 403)
    return ServiceError("AccessDeniedException", message, 403 if service == "lambda" else 400)


def _called_via(service: str | None) -> dict[str, Any]:
    if service is None:
        return {"aws:viaawsservice": "false"}
    chain = {"aws:calledvia": [service], "aws:calledviafirst": service, "aws:calledvialast": service}
    return {"aws:viaawsservice": "true", **chain}


def _bad_key(service: str) -> ServiceError:
    code, status = _BAD_KEY.get(service, ("UnrecognizedClientException", 400))
    return ServiceError(code, "The security token included in the request is invalid.", status)


def _context(need: Need, region: str, account: str | None) -> dict[str, Any]:
    """Condition keys of every request. The transport counts as TLS, as on AWS."""
    now = datetime.now(UTC)
    service = need.action.split(":")[0]
    owner = {"aws:resourceaccount": account, f"{service}:resourceaccount": account} if account else {}
    return {
        "aws:currenttime": now.isoformat(),
        "aws:epochtime": str(int(now.timestamp())),
        "aws:requestedregion": region,
        "aws:securetransport": "true",
        "aws:sourceip": "127.0.0.1",
        **owner,
    }
