"""What becomes of a base image when a version is created."""

from __future__ import annotations

import hashlib
import re

_ECR = re.compile(
    r"(?P<account>\d{12})\.dkr[.-]ecr(-fips)?\.(?P<region>[a-z0-9-]+)\.[a-z0-9.-]+"
    r"/(?P<repository>[a-z0-9._/-]+)(:(?P<tag>[\w.-]+))?(@(?P<digest>sha256:[0-9a-f]{64}))?"
)


def resolve(base_image: str, role_arn: str, account: str, region: str) -> tuple[str, str | None]:
    """The container image by digest, and why the version cannot be made of it, if so."""
    uri = _ECR.fullmatch(base_image)
    if uri is None:
        return base_image, f"Base image {base_image} is not a valid Amazon ECR image URI."
    if uri["region"] != region:
        return base_image, f"Base image {base_image} is not in the Region {region}."
    digest = uri["digest"] or "sha256:" + hashlib.sha256(base_image.encode()).hexdigest()
    repository = base_image.split("@")[0].removesuffix(f":{uri['tag']}" if uri["tag"] else "")
    return f"{repository}@{digest}", None
