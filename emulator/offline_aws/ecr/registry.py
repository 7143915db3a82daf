"""The registry that container builders talk to: the OCI distribution protocol under `/v2/`."""

from __future__ import annotations

from typing import Any, NamedTuple

from moto.core.exceptions import ServiceException
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from offline_aws.ecr import (
    blob_endpoints,
    listing_endpoints,
    manifest_endpoints,
    upload_endpoints,
)
from offline_aws.ecr.access import Access
from offline_aws.ecr.addresses import endpoint, repository_at
from offline_aws.ecr.endpoint import Call, Endpoint
from offline_aws.ecr.oci_error import OciError
from offline_aws.ecr.token import USER, InvalidTokenError, Token


class _Route(NamedTuple):
    method: str
    path: str
    #: The API action that AWS checks, from the documentation of repository policies.
    action: str
    answer: Endpoint


_ROUTES = [
    _Route("GET", "manifests/<reference>", "BatchGetImage", manifest_endpoints.read),
    _Route("PUT", "manifests/<reference>", "PutImage", manifest_endpoints.push),
    _Route("DELETE", "manifests/<reference>", "BatchDeleteImage", manifest_endpoints.delete),
    _Route("HEAD", "blobs/<reference>", "BatchCheckLayerAvailability", blob_endpoints.read),
    _Route("GET", "blobs/<reference>", "GetDownloadUrlForLayer", blob_endpoints.read),
    _Route("DELETE", "blobs/<reference>", "BatchDeleteImage", blob_endpoints.delete),
    _Route("POST", "blobs/uploads/", "InitiateLayerUpload", upload_endpoints.start),
    _Route("GET", "blobs/uploads/<reference>", "UploadLayerPart", upload_endpoints.status),
    _Route("PATCH", "blobs/uploads/<reference>", "UploadLayerPart", upload_endpoints.append),
    _Route("PUT", "blobs/uploads/<reference>", "CompleteLayerUpload", upload_endpoints.finish),
    _Route("DELETE", "blobs/uploads/<reference>", "UploadLayerPart", upload_endpoints.cancel),
    _Route("GET", "tags/list", "ListImages", listing_endpoints.tags),
    _Route("GET", "referrers/<reference>", "ListImageReferrers", listing_endpoints.referrers),
]  # fmt: skip

_MAP = Map(
    [
        Rule("/v2/", methods=["GET"], endpoint=None),
        *(
            Rule(f"/v2/<path:name>/{route.path}", methods=[route.method], endpoint=route)
            for route in _ROUTES
        ),
    ],
    strict_slashes=False,
    merge_slashes=False,
)


class Registry:
    """Answers requests with the repositories of moto."""

    def __init__(self, access: Access) -> None:
        self._access = access

    def __call__(self, environ: dict[str, Any]) -> Response:
        try:
            answer = self._answer(Request(environ))
        except OciError as error:
            answer = error.response()
        except ServiceException as error:
            answer = OciError(400, "UNSUPPORTED", error.message).response()
        except HTTPException as error:
            answer = OciError(error.code or 400, "UNSUPPORTED", error.description or error.name).response()
        answer.headers["Docker-Distribution-Api-Version"] = "registry/2.0"
        return answer

    def _answer(self, request: Request) -> Response:
        token = _token_of(request)
        route, values = _MAP.bind_to_environ(request.environ).match()
        if route is None:
            return Response("{}", content_type="application/json")
        caller = token.caller
        call = Call(
            request,
            caller,
            repository_at(values["name"], caller),
            values["name"],
            values.get("reference", ""),
        )
        self._access.check(caller, route.action, call.repository)
        return route.answer(call)


def _token_of(request: Request) -> Token:
    """The caller of the request, from its login."""
    given = request.authorization
    if given is None or given.type != "basic" or given.username != USER:
        raise _unauthorized("no basic auth credentials")
    try:
        token = Token.parse(given.password or "")
    except InvalidTokenError:
        raise _unauthorized("the password is not from GetAuthorizationToken") from None
    if token.has_expired:
        raise OciError(
            403, "DENIED", "Your authorization token has expired. Reauthenticate and try again."
        )
    return token


def _unauthorized(message: str) -> OciError:
    challenge = f'Basic realm="{endpoint()}/",service="ecr.amazonaws.com"'
    return OciError(401, "UNAUTHORIZED", message, {"WWW-Authenticate": challenge})
