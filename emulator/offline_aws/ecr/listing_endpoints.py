"""`/v2/<repository>/tags/list` and `/v2/<repository>/referrers/<digest>`"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from werkzeug.wrappers import Response

from offline_aws.ecr.endpoint import Call, checked_digest
from offline_aws.ecr.images import RegistryImage
from offline_aws.ecr.manifest import OCI_INDEX
from offline_aws.ecr.oci_error import OciError
from offline_aws.wire import json_response


def tags(call: Call) -> Response:
    """All tags in order, or `n` of them after `last`."""
    names = sorted(tag for image in list(call.repository.images) for tag in image.image_tags)
    last = call.request.args.get("last")
    if last is not None:
        names = [name for name in names if name > last]
    count = _count(call)
    page = names if count is None else names[:count]
    answer = json_response({"name": call.path, "tags": page})
    if page and len(page) < len(names):
        query = urlencode({"n": len(page), "last": page[-1]})
        answer.headers["Link"] = f'<{call.url("tags", "list")}?{query}>; rel="next"'
    return answer


def referrers(call: Call) -> Response:
    """Artifacts that refer to an image (signatures, SBOMs), even if the image does not exist."""
    subject = checked_digest(call.reference)
    wanted = call.request.args.get("artifactType")
    found = [
        _descriptor(image)
        for image in list(call.repository.images)
        if isinstance(image, RegistryImage)
        and image.manifest.subject == subject
        and wanted in (None, image.manifest.artifact_type)
    ]
    answer = json_response({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": found})
    answer.content_type = OCI_INDEX
    if wanted is not None:
        answer.headers["OCI-Filters-Applied"] = "artifactType"
    return answer


def _count(call: Call) -> int | None:
    text = call.request.args.get("n")
    if text is None:
        return None
    if not text.isdecimal():
        raise OciError(400, "PAGINATION_NUMBER_INVALID", f"n '{text}' is not a number")
    return int(text)


def _descriptor(image: RegistryImage) -> dict[str, Any]:
    manifest = image.manifest
    optional = {"artifactType": manifest.artifact_type, "annotations": manifest.annotations}
    return {
        "mediaType": manifest.media_type,
        "digest": manifest.digest,
        "size": len(manifest.text.encode()),
        **{key: value for key, value in optional.items() if value},
    }
