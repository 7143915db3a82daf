"""ECR images in moto's repositories, with correct digests and sizes, and tags that can move.

moto names an image after its layers (two that differ only in their config become one),
trusts any digest it is given, reports the config's size, and deletes an image whose last
tag moves elsewhere. ECR names it after the bytes of its manifest and keeps it, untagged.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from typing import Any

from moto.core.exceptions import ServiceException
from moto.ecr import models
from moto.ecr.exceptions import (
    ImageAlreadyExistsException,
    InvalidParameterException,
    RepositoryNotFoundException,
)

from offline_aws.ecr.manifest import Manifest, ManifestError
from offline_aws.events import emit
from offline_aws.settings import settings

_lock = threading.RLock()


class ImageTagAlreadyExistsException(ServiceException):
    code = "ImageTagAlreadyExistsException"

    def __init__(self, tag: str, repository: models.Repository) -> None:
        super().__init__(
            f"The image tag '{tag}' already exists in the '{repository.name}' repository "
            "and cannot be overwritten because the tag is immutable."
        )


class ImageDigestDoesNotMatchException(ServiceException):
    code = "ImageDigestDoesNotMatchException"


class RegistryImage(models.Image):
    """moto's image, which knows its manifest."""

    def __init__(self, repository: models.Repository, manifest: Manifest) -> None:
        super().__init__(
            account_id=repository.account_id,
            tag=None,  # type: ignore[arg-type]
            manifest=manifest.text,
            repository=repository.name,
            image_manifest_mediatype=manifest.media_type,
            digest=manifest.digest,
            registry_id=repository.registry_id,
        )
        self.manifest = manifest
        self.artifact_media_type = manifest.artifact_type
        self.size = _size(repository, manifest)
        self.image_status = "ACTIVE"

    def get_image_size_in_bytes(self) -> int:
        return self.size

    def remove_tag(self, tag: str) -> None:
        """Fixes the tag of the image, because moto keeps a tag that was moved away."""
        super().remove_tag(tag)
        if not self.image_tags:
            self.image_tag = None  # type: ignore[assignment]


def put(repository: models.Repository, manifest: Manifest, tag: str | None) -> RegistryImage:
    """Adds an image, adds a tag to an existing image, or moves a tag.

    Raises:
        ImageAlreadyExistsException: nothing would change.
        ImageTagAlreadyExistsException: the tag is taken and cannot move.
    """
    with _lock:
        image = find(repository, digest=manifest.digest)
        if image is not None and (tag is None or tag in image.image_tags):
            raise ImageAlreadyExistsException(
                repository.name, repository.registry_id, manifest.digest, str(tag)
            )
        holder = find(repository, tag=tag) if tag else None
        if holder is not None and tag is not None:
            if _is_fixed(repository, tag):
                raise ImageTagAlreadyExistsException(tag, repository)
            holder.remove_tag(tag)
        if image is None:
            image = RegistryImage(repository, manifest)
            repository.images.append(image)
        if tag is not None:
            image.update_tag(tag)
    _announce(repository, image, tag)
    return image


def _announce(repository: models.Repository, image: RegistryImage, tag: str | None) -> None:
    """Sends the event of a push. The time of an image that was there before does not change.

    https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html
    """
    detail = {
        "result": "SUCCESS",
        "repository-name": repository.name,
        "image-digest": image.image_digest,
        "action-type": "PUSH",
        "image-tag": tag or "",
        "manifest-media-type": image.image_manifest_media_type,
    }
    if image.artifact_media_type:
        detail["artifact-media-type"] = image.artifact_media_type
    emit("aws.ecr", "ECR Image Action", detail, [], repository.account_id, repository.region_name, copies=settings.event_copies)


def find(
    repository: models.Repository, *, tag: str | None = None, digest: str | None = None
) -> RegistryImage | None:
    """Finds the image by tag, digest, or both."""
    return next(
        (
            image
            for image in list(repository.images)
            if isinstance(image, RegistryImage)
            and (tag is None or tag in image.image_tags)
            and (digest is None or digest == image.image_digest)
        ),
        None,
    )


def remove_tag(repository: models.Repository, tag: str) -> None:
    """Removes a tag; the image is deleted with its last tag, as documented for BatchDeleteImage."""
    with _lock:
        image = find(repository, tag=tag)
        if image is not None:
            image.remove_tag(tag)
            if not image.image_tags:
                repository.images.remove(image)


def remove(repository: models.Repository, image: RegistryImage) -> None:
    with _lock:
        repository.images.remove(image)


def patch_moto() -> None:
    """Makes moto's API use this class for images."""
    models.ECRBackend.put_image = _put_image  # type: ignore[method-assign]
    models.ECRBackend.batch_get_image = _batch_get_image  # type: ignore[method-assign]


def _put_image(
    self: models.ECRBackend,
    repository_name: str,
    image_manifest: str,
    image_tag: str | None = None,
    image_manifest_mediatype: str | None = None,
    digest: str | None = None,
) -> models.Image:
    """PutImage. Unlike ECR it takes a manifest whose layers were never pushed, which tests rely on."""
    repository = self.repositories.get(repository_name)
    if repository is None:
        raise RepositoryNotFoundException(repository_name, self.account_id)
    try:
        manifest = Manifest.parse(image_manifest, image_manifest_mediatype)
    except ManifestError as error:
        raise InvalidParameterException(
            f"Invalid parameter at 'ImageManifest' failed to satisfy constraint: '{error}'"
        ) from None
    if digest is not None and digest != manifest.digest:
        raise ImageDigestDoesNotMatchException(
            f"Image digest '{digest}' does not match the calculated digest '{manifest.digest}'"
        )
    return put(repository, manifest, image_tag)


def _batch_get_image(
    self: models.ECRBackend,
    repository_name: str,
    registry_id: str | None = None,
    image_ids: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """BatchGetImage, answering with the requested tag; moto mixes up tags and digests."""
    repository = self._get_repository(repository_name, registry_id)
    answer: dict[str, list[Any]] = {"images": [], "failures": []}
    for wanted in image_ids or []:
        tag, digest = wanted.get("imageTag"), wanted.get("imageDigest")
        image = find(repository, tag=tag, digest=digest) if tag or digest else None
        # an archived image cannot be pulled
        if image is None or image.image_status != "ACTIVE":
            reason = {"failureCode": "ImageNotFound", "failureReason": "Requested image not found"}
            answer["failures"].append({"imageId": wanted, **reason})
        else:
            answer["images"].append(_seen_as(image, tag))
    return answer


def _seen_as(image: RegistryImage, tag: str | None) -> dict[str, Any]:
    return {
        "registryId": image.registry_id,
        "repositoryName": image.repository_name,
        "imageId": {"imageDigest": image.image_digest, **({"imageTag": tag} if tag else {})},
        "imageManifest": image.image_manifest,
        "imageManifestMediaType": image.image_manifest_media_type,
    }


def _is_fixed(repository: models.Repository, tag: str) -> bool:
    """Whether the repository refuses to move the tag."""
    excluded = any(
        _matches(entry["filter"], tag) for entry in repository.image_tag_mutability_exclusion_filters or []
    )
    return repository.is_tag_immutable() != excluded


def _matches(wildcards: str, tag: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, wildcards.split("*"))), tag) is not None


def _size(repository: models.Repository, manifest: Manifest) -> int:
    """The size in DescribeImages; for an index, the size of its largest image."""
    if not manifest.children:
        return sum(manifest.blobs.values())
    return max(_sizes(repository, manifest.children), default=0)


def _sizes(repository: models.Repository, digests: list[str]) -> Iterable[int]:
    for digest in digests:
        image = find(repository, digest=digest)
        if image is not None:
            yield image.size
