"""GetDownloadUrlForLayer, and the URLs that it returns.

On AWS they are presigned and point to S3. Here the host ends with `.localhost`, so that no request leaves this machine,
and functions are redirected to this server.
"""

from __future__ import annotations

import secrets
from typing import Any

from moto.ecr.exceptions import RepositoryNotFoundException
from moto.ecr.models import ecr_backends
from werkzeug.utils import send_file
from werkzeug.wrappers import Response

from offline_aws.ecr import addresses
from offline_aws.ecr.blobs import blobs
from offline_aws.errors import ServiceError
from offline_aws.identity import Caller
from offline_aws.wire import json_response

PREFIX = "/ecr-layers/"
#: The digest behind each URL, by the secret in it.
_digests: dict[str, str] = {}


def url(caller: Caller, params: dict[str, Any]) -> Response:
    """GetDownloadUrlForLayer."""
    account, name = params.get("registryId") or caller.account, str(params.get("repositoryName"))
    digest = str(params.get("layerDigest"))
    repository = ecr_backends[account][caller.region].repositories.get(name)
    if repository is None:
        raise RepositoryNotFoundException(name, account)
    if digest not in repository.layers or not blobs.has(digest):
        message = f"The layer with digest '{digest}' does not exist in the repository with name '{name}' in the registry with id '{account}'"
        raise ServiceError("LayersNotFoundException", message)
    secret = secrets.token_hex(16)
    _digests[secret] = digest
    return json_response({"downloadUrl": f"https://layers.{addresses.host()}{PREFIX}{secret}", "layerDigest": digest})


def serve(environ: dict[str, Any]) -> Response:
    """The bytes of a layer."""
    digest = _digests.get(environ["PATH_INFO"].removeprefix(PREFIX))
    if digest is None or not blobs.has(digest):
        return Response("<Error><Code>AccessDenied</Code></Error>", status=403)
    return send_file(blobs.path(digest), environ, mimetype="application/octet-stream")


def forget() -> None:
    _digests.clear()
