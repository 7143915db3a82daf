"""Identifies the caller from the signature of a request. Signatures are not verified."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from offline_aws.credentials import session_of

_SCOPE = re.compile(r"Credential=([^/,\s]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
_DEFAULT_REGION = "us-east-1"
_TOKENS_ACCOUNT = re.compile(r"\d{12}")


@dataclass(frozen=True)
class Caller:
    """The signer of a request and the service that the request was signed for."""

    access_key: str
    account: str
    region: str
    service: str
    principal: str

    @property
    def partition(self) -> str:
        from moto.utilities.utils import get_partition

        return get_partition(self.region)


def caller_of(environ: Mapping[str, Any]) -> Caller | None:
    """The caller of a WSGI request; None when it is not signed."""
    scope = _scope_of(environ)
    if scope is None:
        return None
    access_key, region, service = scope
    account = account_of(access_key)
    return Caller(access_key, account, region, service, principal_of(access_key, account, region))


def anonymous() -> Caller:
    """The caller of an unsigned request; only S3 accepts these."""
    return Caller("", "", _DEFAULT_REGION, "s3", "")


def account_of(access_key: str) -> str:
    """The account of an access key. A key of twelve digits is the root of that account."""
    from moto.iam.models import get_account_id_from

    if _TOKENS_ACCOUNT.fullmatch(access_key):
        return access_key
    return get_account_id_from(access_key)


def principal_of(access_key: str, account: str, region: str) -> str:
    """The ARN that GetCallerIdentity would answer for this access key."""
    from moto.iam.models import iam_backends
    from moto.sts.models import sts_backends
    from moto.utilities.utils import get_partition

    partition = get_partition(region)
    session = session_of(access_key)
    if session is not None and session.federated is not None:
        return f"arn:{partition}:sts::{account}:federated-user/{session.federated}"
    role = sts_backends[account][partition].get_assumed_role_from_access_key(access_key)
    if role is not None:
        return role.arn
    backend = iam_backends[account][partition]
    key = backend.access_keys.get(access_key)
    user = backend.users.get(key.user_name) if key is not None and key.user_name else None
    return user.arn if user is not None else f"arn:{partition}:iam::{account}:root"


def _scope_of(environ: Mapping[str, Any]) -> tuple[str, str, str] | None:
    header = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
    if header:
        return header.group(1), header.group(2), header.group(3)
    query = parse_qs(environ.get("QUERY_STRING", ""))
    presigned = query.get("X-Amz-Credential", [""])[0].split("/")
    if len(presigned) == 5:
        # moto routes every presigned request to S3, whatever service it was signed for
        return presigned[0], presigned[2], "s3"
    # signature version 2, still used by SDKs in some Regions, does not name a Region
    older = query.get("AWSAccessKeyId")
    return (older[0], _DEFAULT_REGION, "s3") if older else None
