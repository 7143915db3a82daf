"""Archived images: UpdateImageStorageClass.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/archive-image.html
"""

from __future__ import annotations

from typing import Any

from moto.ecr.exceptions import ImageNotFoundException, RepositoryNotFoundException
from moto.ecr.models import Repository, ecr_backends
from werkzeug.wrappers import Response

from offline_aws.ecr.images import find
from offline_aws.errors import ServiceError
from offline_aws.identity import Caller
from offline_aws.wire import json_response

_STATUS = {"STANDARD": "ACTIVE", "ARCHIVE": "ARCHIVED"}


def update(caller: Caller, params: dict[str, Any]) -> Response:
    """UpdateImageStorageClass. A restore takes up to 20 minutes on AWS; here it is immediate."""
    wanted, target = params.get("imageId") or {}, params.get("targetStorageClass")
    if target not in _STATUS:
        raise ServiceError("InvalidParameterException", f"Invalid parameter at 'targetStorageClass': '{target}'")
    repository = repository_of(caller, params)
    tag, digest = wanted.get("imageTag"), wanted.get("imageDigest")
    image = find(repository, tag=tag, digest=digest) if tag or digest else None
    if image is None:
        name = f"{{imageDigest:'{digest or 'null'}', imageTag:'{tag or 'null'}'}}"
        raise ImageNotFoundException(image_id=name, repository_name=repository.name, registry_id=repository.registry_id)
    image.image_status = _STATUS[target]
    answer = {"registryId": repository.registry_id, "repositoryName": repository.name, "imageId": wanted}
    return json_response({**answer, "imageStatus": image.image_status})


def repository_of(caller: Caller, params: dict[str, Any]) -> Repository:
    account = params.get("registryId") or caller.account
    name = str(params.get("repositoryName"))
    repository = ecr_backends[account][caller.region].repositories.get(name)
    if repository is None:
        raise RepositoryNotFoundException(name, account)
    return repository
