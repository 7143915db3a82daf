"""ECR's API: moto's, with the addresses of this process and tokens for its registry."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from functools import partial
from typing import Any

from moto.core.exceptions import ServiceException
from moto.ecr import models
from werkzeug.wrappers import Response

from offline_aws.ecr import addresses, describe_images, layer_urls, storage_class
from offline_aws.ecr.blobs import blobs
from offline_aws.ecr.token import USER, Token
from offline_aws.errors import ServiceError
from offline_aws.gateway import CALLER, OPERATION, Service
from offline_aws.identity import Caller
from offline_aws.wire import json_response, peek_body


class Api:
    """Answers the requests that are signed for ECR."""

    def __init__(self, moto: Service) -> None:
        self._moto = moto

    def __call__(self, environ: dict[str, Any]) -> Response:
        caller: Caller = environ[CALLER]
        params = json.loads(peek_body(environ) or b"{}")
        own = _OPERATIONS.get(environ[OPERATION])
        if own is not None:
            return _answered(own, caller, params)
        registry = params.get("registryId")
        if registry:
            # moto always uses the caller's account, even if the request names another registry
            environ["HTTP_X_MOTO_ACCOUNT_ID"] = registry
        answer = self._moto(environ)
        if environ[OPERATION] == "DescribeImages" and answer.status_code == 200:
            answer = _answered(partial(describe_images.refined, answer), caller, params)
        return _with_own_addresses(answer, caller)


def _answered(operation: Callable[[Caller, dict[str, Any]], Response], caller: Caller, params: dict[str, Any]) -> Response:
    """The answer of an operation of our own, which may raise errors of moto."""
    try:
        return operation(caller, params)
    except ServiceException as error:
        raise ServiceError(str(error.code), str(error.message)) from None


def _authorization(caller: Caller, params: dict[str, Any]) -> Response:
    """All registries share one address: the deprecated `registryIds` has no effect."""
    token = Token.issued_to(caller)
    password = base64.b64encode(f"{USER}:{token.password}".encode()).decode()
    entry = {
        "authorizationToken": password,
        "expiresAt": token.expires_at,
        "proxyEndpoint": addresses.endpoint(),
    }
    return json_response({"authorizationData": [entry]})


_OPERATIONS = {
    "GetAuthorizationToken": _authorization,
    "GetDownloadUrlForLayer": layer_urls.url,
    "UpdateImageStorageClass": storage_class.update,
}


def _with_own_addresses(answer: Response, caller: Caller) -> Response:
    """Replaces each repositoryUri, so that a push to the URI from the API can only reach this server."""
    if b'"repositoryUri"' not in answer.get_data():
        return answer
    body = json.loads(answer.get_data())
    for repository in [*body.get("repositories", []), *([body["repository"]] if "repository" in body else [])]:
        repository["repositoryUri"] = addresses.uri_of(
            repository["registryId"], caller.region, repository["repositoryName"]
        )
    answer.set_data(json.dumps(body))
    return answer


def keep_layers_of_api() -> None:
    """Stores the bytes of layers that are uploaded through the API: moto only counts them."""
    original = models.ECRBackend.complete_layer_upload

    def complete_layer_upload(
        self: models.ECRBackend, repository_name: str, upload_id: str, *args: Any, **kwargs: Any
    ) -> dict[str, Any]:
        repository = self.repositories.get(repository_name)
        upload = repository.uploads.get(upload_id) if repository else None
        if upload is not None:
            blobs.add(bytes(upload.layer_parts))
        return original(self, repository_name, upload_id, *args, **kwargs)

    models.ECRBackend.complete_layer_upload = complete_layer_upload  # type: ignore[method-assign]
