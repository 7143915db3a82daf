"""`/v2/<repository>/manifests/<reference>`: a pushed manifest is an image in ECR."""

from __future__ import annotations

import re

from moto.ecr.exceptions import ImageAlreadyExistsException
from moto.ecr.models import Repository
from werkzeug.wrappers import Response

from offline_aws.ecr import images
from offline_aws.ecr.endpoint import Call, created
from offline_aws.ecr.manifest import FORMATS, Manifest, ManifestError, is_digest
from offline_aws.ecr.oci_error import OciError

#: ECR's limit.
_MAX_BYTES = 4 << 20
_TAG = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}")


def read(call: Call) -> Response:
    """GET and HEAD"""
    image = _known(call)
    return Response(
        image.image_manifest,
        content_type=image.image_manifest_media_type,
        headers={"Docker-Content-Digest": image.image_digest},
    )


def push(call: Call) -> Response:
    """PUT by tag, or by digest without one."""
    manifest = _received(call)
    tag = None if is_digest(call.reference) else _checked_tag(call.reference)
    if tag is None and call.reference != manifest.digest:
        raise OciError(400, "DIGEST_INVALID", f"the manifest has the digest '{manifest.digest}'")
    _require_content(call.repository, manifest)
    try:
        images.put(call.repository, manifest, tag)
    except ImageAlreadyExistsException:
        # the API rejects a push that changes nothing, but a registry reports success
        pass
    except images.ImageTagAlreadyExistsException as error:
        raise OciError(400, "TAG_INVALID", error.message) from None
    answer = created(call.url("manifests", manifest.digest), manifest.digest)
    if manifest.subject:
        answer.headers["OCI-Subject"] = manifest.subject
    return answer


def delete(call: Call) -> Response:
    image = _known(call)
    if is_digest(call.reference):
        images.remove(call.repository, image)
    else:
        images.remove_tag(call.repository, call.reference)
    return Response(status=202)


def _known(call: Call) -> images.RegistryImage:
    if is_digest(call.reference):
        image = images.find(call.repository, digest=call.reference)
    else:
        image = images.find(call.repository, tag=_checked_tag(call.reference))
    if image is None or image.image_status != "ACTIVE":
        raise OciError(404, "MANIFEST_UNKNOWN", f"Requested image '{call.reference}' not found")
    return image


def _received(call: Call) -> Manifest:
    # clients that stream do not send the length
    body = call.request.stream.read(_MAX_BYTES + 1)
    if len(body) > _MAX_BYTES:
        raise OciError(413, "SIZE_INVALID", f"a manifest has at most {_MAX_BYTES} bytes")
    try:
        manifest = Manifest.parse(body.decode(), call.request.mimetype or None)
    except (UnicodeDecodeError, ManifestError) as error:
        raise OciError(400, "MANIFEST_INVALID", str(error)) from None
    if manifest.media_type not in FORMATS:
        known = ", ".join(sorted(FORMATS))
        raise OciError(415, "UNSUPPORTED", f"'{manifest.media_type}' cannot be pushed: use {known}")
    return manifest


def _checked_tag(text: str) -> str:
    if not _TAG.fullmatch(text):
        raise OciError(400, "TAG_INVALID", f"'{text}' is not a tag")
    return text


def _require_content(repository: Repository, manifest: Manifest) -> None:
    """Rejects an image whose layers are missing. A subject may be pushed later."""
    missing = [digest for digest in manifest.blobs if digest not in repository.layers]
    if missing:
        raise OciError(404, "MANIFEST_BLOB_UNKNOWN", f"not in the repository: {', '.join(missing)}")
    absent = [digest for digest in manifest.children if images.find(repository, digest=digest) is None]
    if absent:
        raise OciError(404, "MANIFEST_BLOB_UNKNOWN", f"not in the repository: {', '.join(absent)}")
