"""Lets handlers call services: through the gateway, in process, signed as the role of the stack."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import botocore.session
from botocore import UNSIGNED, xform_name
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError
from werkzeug.test import Client, EnvironBuilder

from offline_aws.cloudformation.errors import HandlerError
from offline_aws.cloudformation.model import Environment
from offline_aws.errors import ServiceError
from offline_aws.gateway import VIA
from offline_aws.settings import settings

#: The HandlerErrorCodes of CloudFormation's registry, with the service error codes that map to them.
_HANDLER_CODES = {
    "NotFound": {
        "NoSuchBucket", "NoSuchEntity", "NotFoundException", "ParameterNotFound",
        "RepositoryNotFoundException", "ResourceNotFound", "ResourceNotFoundException",
        "AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist",
    },
    "AlreadyExists": {
        "BucketAlreadyExists", "BucketAlreadyOwnedByYou", "EntityAlreadyExists", "ParameterAlreadyExists",
        "AlreadyExistsException", "RepositoryAlreadyExistsException", "ResourceAlreadyExistsException",
    },
    "AccessDenied": {"AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation"},
    "Throttling": {
        "RequestLimitExceeded", "SlowDown", "Throttling", "ThrottlingException", "TooManyRequestsException",
    },
    "ResourceConflict": {
        "ConflictException", "DeleteConflict", "ResourceConflictException", "ResourceInUse",
        "ResourceInUseException", "BucketNotEmpty", "RepositoryNotEmptyException",
    },
    "ServiceLimitExceeded": {"LimitExceeded", "LimitExceededException", "ResourceLimitExceeded"},
    "ServiceInternalError": {"InternalFailure", "InternalServerError", "ServiceUnavailable"},
    "InvalidRequest": {
        "InvalidParameterException", "InvalidParameterValue", "InvalidParameterValueException",
        "MalformedPolicyDocument", "ValidationError", "ValidationException",
    },
}  # fmt: skip

_CODES = {code: handler_code for handler_code, codes in _HANDLER_CODES.items() for code in codes}

_SERVICE = "cloudformation.amazonaws.com"
_SESSION = "AWSCloudFormation"

_environment: ContextVar[Environment] = ContextVar("environment")
_gateway: Callable[..., Any] | None = None


def connect(gateway: Callable[..., Any]) -> None:
    """Sets the gateway for all calls of handlers."""
    global _gateway
    _gateway = gateway


def call(environment: Environment, service: str, operation: str, **params: Any) -> dict[str, Any]:
    """One API call as the role of the stack.

    Raises:
        HandlerError: with the registry's code for the error of the service.
    """
    client = _client(service, environment.region)
    token = _environment.set(environment)
    try:
        given = {name: value for name, value in params.items() if value is not None}
        return getattr(client, xform_name(operation))(**given)
    except ClientError as error:
        answer = error.response["Error"]
        status = error.response["ResponseMetadata"].get("HTTPStatusCode", 400)
        name = client.meta.service_model.service_id
        raise handler_error(name, answer.get("Code", ""), answer.get("Message", ""), status) from None
    except ParamValidationError as error:
        raise HandlerError("InvalidRequest", str(error)) from None
    finally:
        _environment.reset(token)


def handler_error(service: str, code: str, message: str, status: int) -> HandlerError:
    text = f"{message} (Service: {service}, Status Code: {status}, Error Code: {code})"
    # EC2 has a code for each kind of resource, such as InvalidRouteTableID.NotFound
    fallback = "NotFound" if code.endswith(".NotFound") else "GeneralServiceException"
    return HandlerError(_CODES.get(code, fallback), text)


def assume_role(role_arn: str, region: str, partition: str, account: str) -> tuple[str, str]:
    """The access key and session ARN under which CloudFormation acts for a stack with a role.

    Raises:
        ServiceError: if IAM is enforced and the role does not trust CloudFormation.
    """
    from moto.sts.models import sts_backends

    from offline_aws.iam.service_roles import assumed_by

    if settings.enforce_iam and assumed_by(role_arn, _SERVICE, _SESSION) is None:
        raise ServiceError("ValidationError", f"Role {role_arn} is invalid or cannot be assumed")
    session = sts_backends[account][partition].assume_role(
        region_name=region,
        role_session_name=_SESSION,
        role_arn=role_arn,
        policy="",
        duration=3600,
        external_id="",
    )
    return session.access_key_id, session.arn


@cache
def _client(service: str, region: str) -> BaseClient:
    config = Config(
        signature_version=UNSIGNED,
        retries={"total_max_attempts": 1},
        s3={"addressing_style": "path"},
        # the SageMaker emulation validates requests itself
        parameter_validation=service != "sagemaker",
    )
    client = botocore.session.Session().create_client(
        service, region_name=region, endpoint_url="http://localhost", config=config
    )
    signing_name = client.meta.service_model.signing_name

    def answer(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        request.headers["Authorization"] = _authorization(signing_name, region)
        return _send(request)

    client.meta.events.register("before-send", answer)
    return client


def _authorization(service: str, region: str) -> str:
    """Signatures are not verified: only the scope, with the key and the service, counts."""
    scope = f"{_environment.get().access_key}/20250101/{region}/{service}/aws4_request"
    return f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"


def _send(request: AWSPreparedRequest) -> AWSResponse:
    if _gateway is None:
        raise RuntimeError("no gateway is connected")
    url = urlsplit(request.url)
    body = request.body.read() if hasattr(request.body, "read") else request.body
    headers = [(name, _text(value)) for name, value in request.headers.items()]
    builder = EnvironBuilder(
        path=url.path or "/",
        base_url=f"{url.scheme}://{url.netloc}",
        query_string=url.query,
        method=request.method,
        headers=headers,
        data=body or b"",
        environ_overrides={VIA: _SERVICE} if _environment.get().forwarded else None,
    )
    response = Client(_gateway).open(builder)
    return AWSResponse(request.url, response.status_code, response.headers, _Raw(response.get_data()))


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value


class _Raw(io.BytesIO):
    """A body that botocore can stream."""

    def stream(self, amount: int = 65536, decode_content: bool | None = None) -> Iterator[bytes]:
        while chunk := self.read(amount):
            yield chunk
