"""`/v2/<repository>/blobs/<digest>`"""

from __future__ import annotations

from werkzeug.utils import send_file
from werkzeug.wrappers import Response

from offline_aws.ecr.blobs import blobs
from offline_aws.ecr.endpoint import Call, checked_digest
from offline_aws.ecr.oci_error import OciError


def read(call: Call) -> Response:
    """GET and HEAD, whole or in ranges. ECR redirects to S3; here the bytes come at once."""
    digest = _known(call)
    answer = send_file(
        blobs.path(digest),
        call.request.environ,
        mimetype="application/octet-stream",
        etag=digest,
        conditional=True,
    )
    answer.headers["Docker-Content-Digest"] = digest
    return answer


def delete(call: Call) -> Response:
    """Removes the blob from the repository; other repositories may still have it."""
    del call.repository.layers[_known(call)]
    return Response(status=202)


def _known(call: Call) -> str:
    digest = checked_digest(call.reference)
    # a layer that was uploaded before the store was emptied is known to moto only
    if digest not in call.repository.layers or not blobs.has(digest):
        raise OciError(404, "BLOB_UNKNOWN", f"Layer '{digest}' does not exist in '{call.repository.name}'")
    return digest
