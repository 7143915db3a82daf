"""Checks a registry request for the ECR permission that AWS requires."""

from __future__ import annotations

import json
import time
from typing import Any

from moto.ecr.models import Repository
from werkzeug.test import EnvironBuilder

from offline_aws.ecr.oci_error import OciError
from offline_aws.errors import ServiceError
from offline_aws.gateway import CALLER, Gateway
from offline_aws.identity import Caller
from offline_aws.request_log import Entry

_TARGET = "AmazonEC2ContainerRegistry_V20150921"
_DENIALS = ("AccessDeniedException", "UnrecognizedClientException")


class Access:
    """Calls the hooks of the gateway (policies, injected faults) and writes its log."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def check(self, caller: Caller, action: str, repository: Repository) -> None:
        """Checks that the caller may perform the request.

        Raises:
            OciError: DENIED, with the reason that the API would give, or a failure that a test requested.
        """
        started, outcome = time.time(), "ok"
        # Every registry has the address of this process, and the CDK logs in once per address: the token that it
        # shows to the registry of another account or Region is not the one that it would show to AWS.
        foreign = (caller.account, caller.region) != (repository.account_id, repository.region_name)
        try:
            if not foreign:
                self._judge(caller, action, repository)
        except ServiceError as error:
            outcome = error.code
            raise _oci_error(error) from None
        finally:
            self._gateway.log.add(Entry(started, "ecr", action, caller.principal, outcome))

    def _judge(self, caller: Caller, action: str, repository: Repository) -> None:
        environ = _api_request(caller, action, repository)
        answer = self._gateway.ask_hooks(environ, caller, action)
        if answer is not None:
            told = json.loads(answer.get_data())
            raise ServiceError(told["__type"], told["message"], answer.status_code)


def _oci_error(error: ServiceError) -> OciError:
    """Converts an API error to an error of the registry."""
    if error.code == "ThrottlingException":
        return OciError(429, "TOOMANYREQUESTS", error.message)
    if error.code in _DENIALS:
        return OciError(403, "DENIED", error.message)
    return OciError(error.status, "UNKNOWN", f"{error.code}: {error.message}")


def _api_request(caller: Caller, action: str, repository: Repository) -> dict[str, Any]:
    """The API call that would need the same permission."""
    scope = f"{caller.access_key}/20250101/{caller.region}/ecr/aws4_request"
    environ = EnvironBuilder(
        method="POST",
        headers=[
            ("X-Amz-Target", f"{_TARGET}.{action}"),
            ("Authorization", f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"),
        ],
        content_type="application/x-amz-json-1.1",
        data=json.dumps({"registryId": repository.registry_id, "repositoryName": repository.name}),
    ).get_environ()
    environ[CALLER] = caller
    environ["HTTP_X_MOTO_ACCOUNT_ID"] = caller.account
    return environ
