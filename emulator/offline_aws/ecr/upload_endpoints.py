"""`/v2/<repository>/blobs/uploads/`: a blob at once, as a stream, in chunks, or from another repository."""

from __future__ import annotations

from werkzeug.wrappers import Response

from offline_aws.ecr.addresses import repository_at
from offline_aws.ecr.blobs import Upload, blobs
from offline_aws.ecr.endpoint import Call, checked_digest, created, first_byte
from offline_aws.ecr.oci_error import OciError


def start(call: Call) -> Response:
    """POST: begins an upload, or ends it at once with `digest` or `mount`."""
    mounted = call.request.args.get("mount")
    if mounted and _mount(call, mounted):
        return created(call.url("blobs", mounted), mounted)
    key = blobs.start()
    if "digest" in call.request.args:
        return _finish(call, key)
    return _progress(call, key, 202)


def append(call: Call) -> Response:
    """PATCH: the next piece."""
    _receive(call, call.reference)
    return _progress(call, call.reference, 202)


def finish(call: Call) -> Response:
    """PUT: the last piece, if any, and the digest of the whole."""
    _upload(call.reference)
    return _finish(call, call.reference)


def status(call: Call) -> Response:
    """GET: reports how much has arrived."""
    return _progress(call, call.reference, 204)


def cancel(call: Call) -> Response:
    """DELETE"""
    _upload(call.reference)
    blobs.abandon(call.reference)
    return Response(status=204)


def _finish(call: Call, key: str) -> Response:
    digest = checked_digest(call.request.args.get("digest", ""))
    upload = _receive(call, key)
    if upload.digest != digest:
        blobs.abandon(key)
        raise OciError(400, "DIGEST_INVALID", f"the content has the digest '{upload.digest}', not '{digest}'")
    blobs.finish(key)
    call.repository.layers[digest] = upload.size
    return created(call.url("blobs", digest), digest)


def _receive(call: Call, key: str) -> Upload:
    upload = _upload(key)
    start = first_byte(call.request)
    if start is not None and start != upload.size:
        raise OciError(
            416,
            "BLOB_UPLOAD_INVALID",
            f"the next byte is {upload.size}, not {start}",
            {"Location": call.url("blobs/uploads", key), "Range": _range(upload)},
        )
    upload.append(call.request.stream)
    return upload


def _mount(call: Call, digest: str) -> bool:
    """Whether the other repository has it; if not, the client uploads it."""
    source = call.request.args.get("from")
    if source is None or not blobs.has(checked_digest(digest)):
        return False
    try:
        size = repository_at(source, call.caller).layers.get(digest)
    except OciError:
        return False
    if size is None:
        return False
    call.repository.layers[digest] = size
    return True


def _progress(call: Call, key: str, status: int) -> Response:
    headers = {
        "Location": call.url("blobs/uploads", key),
        "Range": _range(_upload(key)),
        "Docker-Upload-UUID": key,
    }
    return Response(status=status, headers=headers)


def _range(upload: Upload) -> str:
    """Both ends are inclusive, so that an empty and a one-byte upload look the same."""
    return f"0-{max(upload.size - 1, 0)}"


def _upload(key: str) -> Upload:
    upload = blobs.upload(key)
    if upload is None:
        raise OciError(404, "BLOB_UPLOAD_UNKNOWN", f"Upload with id '{key}' could not be found")
    return upload
