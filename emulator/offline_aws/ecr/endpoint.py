"""Shared code of the registry endpoints."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from moto.ecr.models import Repository
from werkzeug.wrappers import Request, Response

from offline_aws.ecr.manifest import is_digest
from offline_aws.ecr.oci_error import OciError
from offline_aws.identity import Caller

_RANGE = re.compile(r"(?:bytes[ =])?(\d+)-(\d+)(?:/.*)?")


@dataclass(frozen=True)
class Call:
    """One request for something in a repository."""

    request: Request
    caller: Caller
    repository: Repository
    #: The repository's name as the client writes it.
    path: str
    #: A tag, a digest or the id of an upload, where the address has one.
    reference: str = ""

    def url(self, kind: str, reference: str) -> str:
        return f"/v2/{self.path}/{kind}/{reference}"


Endpoint = Callable[[Call], Response]


def checked_digest(text: str) -> str:
    """A digest that this registry can check; ECR knows SHA-256 only."""
    if not is_digest(text):
        raise OciError(400, "DIGEST_INVALID", f"'{text}' is not a digest: use sha256: and 64 hexadecimal digits")
    return text


def first_byte(request: Request) -> int | None:
    """The offset of the content of the request, if it has a Content-Range header.

    Raises:
        OciError: if the header is invalid.
    """
    header = request.headers.get("Content-Range")
    if header is None:
        return None
    found = _RANGE.fullmatch(header.strip())
    if found is None:
        raise OciError(416, "BLOB_UPLOAD_INVALID", f"Content-Range '{header}' is not '<first>-<last>'")
    return int(found.group(1))


def created(location: str, digest: str) -> Response:
    return Response(status=201, headers={"Location": location, "Docker-Content-Digest": digest})
