"""DescribeImages: moto's answer with the status of each image, without the images that the filter excludes, in pages."""

from __future__ import annotations

import json
from typing import Any

from moto.ecr.exceptions import ImageNotFoundException
from werkzeug.wrappers import Response

from offline_aws.ecr.images import RegistryImage, find
from offline_aws.ecr.storage_class import repository_of
from offline_aws.errors import ServiceError
from offline_aws.identity import Caller
from offline_aws.settings import settings

_PAGE = 100
_LONGEST_PAGE = 1000


def refined(answer: Response, caller: Caller, params: dict[str, Any]) -> Response:
    """Changes the answer of moto."""
    body = json.loads(answer.get_data())
    repository = repository_of(caller, params)
    details = []
    for detail in body["imageDetails"]:
        image = find(repository, digest=detail["imageDigest"])
        described = {**detail, "imageStatus": image.image_status if isinstance(image, RegistryImage) else "ACTIVE"}
        if _is_wanted(described, params.get("filter") or {}):
            details.append(described)
    if params.get("imageIds"):
        if "maxResults" in params or "nextToken" in params:
            raise ServiceError("InvalidParameterException", "maxResults and nextToken cannot be used with imageIds")
        if not details:
            name = json.dumps(params["imageIds"][0])
            raise ImageNotFoundException(image_id=name, repository_name=repository.name, registry_id=repository.registry_id)
        page = {"imageDetails": details}
    else:
        page = _page(details, params)
    answer.set_data(json.dumps({**body, **page}))
    return answer


def _is_wanted(detail: dict[str, Any], wanted: dict[str, Any]) -> bool:
    status = wanted.get("imageStatus") or ("ANY" if settings.archived_images == "described" else "ACTIVE")
    tagged = "TAGGED" if detail.get("imageTags") else "UNTAGGED"
    return status in ("ANY", detail["imageStatus"]) and wanted.get("tagStatus", "ANY") in ("ANY", tagged)


def _page(details: list[dict[str, Any]], params: dict[str, Any]) -> dict[str, Any]:
    size, token = params.get("maxResults", _PAGE), str(params.get("nextToken", "0"))
    if not 1 <= size <= _LONGEST_PAGE:
        raise ServiceError("InvalidParameterException", f"Invalid parameter at 'maxResults': {size} is not between 1 and {_LONGEST_PAGE}")
    if not token.isdecimal():
        raise ServiceError("InvalidParameterException", "Invalid parameter at 'nextToken'")
    start = int(token)
    more = {"nextToken": str(start + size)} if start + size < len(details) else {}
    return {"imageDetails": details[start : start + size]} | more
