"""Archived images: UpdateImageStorageClass, and what the other operations answer about them.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/archive-image.html
"""

from __future__ import annotations

import json
from typing import Any

from moto.ecr.exceptions import ImageNotFoundException, RepositoryNotFoundException
from moto.ecr.models import Repository, ecr_backends
from werkzeug.wrappers import Response

from offline_aws.ecr.images import RegistryImage, find
from offline_aws.errors import ServiceError
from offline_aws.identity import Caller
from offline_aws.settings import settings
from offline_aws.wire import json_response

_STATUS = {"STANDARD": "ACTIVE", "ARCHIVE": "ARCHIVED"}


def update(caller: Caller, params: dict[str, Any]) -> Response:
    """UpdateImageStorageClass. A restore takes up to 20 minutes on AWS; here it is immediate."""
    wanted, target = params.get("imageId") or {}, params.get("targetStorageClass")
    if target not in _STATUS:
        raise ServiceError("InvalidParameterException", f"Invalid parameter at 'targetStorageClass': '{target}'")
    repository = _repository(caller, params)
    tag, digest = wanted.get("imageTag"), wanted.get("imageDigest")
    image = find(repository, tag=tag, digest=digest) if tag or digest else None
    if image is None:
        name = f"{{imageDigest:'{digest or 'null'}', imageTag:'{tag or 'null'}'}}"
        raise ImageNotFoundException(image_id=name, repository_name=repository.name, registry_id=repository.registry_id)
    image.image_status = _STATUS[target]
    answer = {"registryId": repository.registry_id, "repositoryName": repository.name, "imageId": wanted}
    return json_response({**answer, "imageStatus": image.image_status})


def filtered(answer: Response, caller: Caller, params: dict[str, Any]) -> Response:
    """DescribeImages with the status of each image, without those that the filter excludes."""
    body = json.loads(answer.get_data())
    repository = _repository(caller, params)
    asked = (params.get("filter") or {}).get("imageStatus")
    status = asked or ("ANY" if settings.archived_images == "described" else "ACTIVE")
    details = []
    for detail in body["imageDetails"]:
        image = find(repository, digest=detail["imageDigest"])
        own = image.image_status if isinstance(image, RegistryImage) else "ACTIVE"
        if status in ("ANY", own):
            details.append({**detail, "imageStatus": own})
    if params.get("imageIds") and not details:
        name = json.dumps(params["imageIds"][0])
        raise ImageNotFoundException(image_id=name, repository_name=repository.name, registry_id=repository.registry_id)
    answer.set_data(json.dumps({**body, "imageDetails": details}))
    return answer


def _repository(caller: Caller, params: dict[str, Any]) -> Repository:
    account = params.get("registryId") or caller.account
    name = str(params.get("repositoryName"))
    repository = ecr_backends[account][caller.region].repositories.get(name)
    if repository is None:
        raise RepositoryNotFoundException(name, account)
    return repository
