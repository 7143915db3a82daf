"""Reads manifests of all supported formats."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

DOCKER_IMAGE = "application/vnd.docker.distribution.manifest.v2+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
OCI_IMAGE = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"

#: Formats that can be pushed. ECR still accepts schema 1, but no current builder produces it.
FORMATS = frozenset({DOCKER_IMAGE, DOCKER_LIST, OCI_IMAGE, OCI_INDEX})

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


class ManifestError(ValueError):
    """An invalid manifest."""


def digest_of(data: bytes) -> str:
    """The digest of content: the SHA-256 hash of its bytes."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def is_digest(text: str) -> bool:
    return _DIGEST.fullmatch(text) is not None


@dataclass(frozen=True)
class Manifest:
    """A manifest as it was pushed, and what it refers to."""

    text: str
    media_type: str
    #: The artifact type, for the list of referrers.
    artifact_type: str | None
    annotations: dict[str, str] | None
    #: Config and layers, each with the size that the manifest claims.
    blobs: dict[str, int]
    #: Manifests of an index.
    children: list[str]
    #: The manifest that this one refers to (as a signature or SBOM does).
    subject: str | None

    @property
    def digest(self) -> str:
        return digest_of(self.text.encode())

    @staticmethod
    def parse(text: str, media_type: str | None = None) -> Manifest:
        """Reads a manifest; `media_type` comes from the client.

        Raises:
            ManifestError: describing the problem.
        """
        body = _json_object(text)
        own_type = body.get("mediaType")
        if own_type is None and media_type is None:
            raise ManifestError("image manifest mediatype not provided in manifest or parameter")
        if own_type is not None and media_type is not None and own_type != media_type:
            raise ManifestError(f"the manifest says that it is '{own_type}', the request '{media_type}'")
        config, subject = _optional(body, "config"), _optional(body, "subject")
        described = [*([config] if config else []), *_list(body, "layers")]
        return Manifest(
            text=text,
            media_type=str(own_type or media_type),
            artifact_type=body.get("artifactType") or (config.get("mediaType") if config else None),
            annotations=body.get("annotations"),
            # foreign layers are fetched from elsewhere and never pushed
            blobs={_digest(one): _size(one) for one in described if not one.get("urls")},
            children=[_digest(one) for one in _list(body, "manifests")],
            subject=_digest(subject) if subject else None,
        )


def _json_object(text: str) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except ValueError:
        raise ManifestError("Invalid JSON syntax") from None
    if not isinstance(body, dict):
        raise ManifestError("a manifest must be a JSON object")
    return body


def _list(body: dict[str, Any], key: str) -> list[dict[str, Any]]:
    value = body.get(key) or []
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise ManifestError(f"'{key}' is not a list of descriptors")
    return value


def _optional(body: dict[str, Any], key: str) -> dict[str, Any] | None:
    value = body.get(key)
    if value is not None and not isinstance(value, dict):
        raise ManifestError(f"'{key}' is not a descriptor")
    return value


def _digest(descriptor: dict[str, Any]) -> str:
    digest = descriptor.get("digest")
    if not isinstance(digest, str) or not is_digest(digest):
        raise ManifestError(f"{digest!r} is not a digest: use sha256: and 64 hexadecimal digits")
    return digest


def _size(descriptor: dict[str, Any]) -> int:
    size = descriptor.get("size", 0)
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise ManifestError(f"{size!r} is not a size in bytes")
    return size
