"""What becomes of a base image when a version is created.

The image's role pulls it at that moment, so that is when its permissions count, also
while nothing else is judged by policies. How SageMaker words a failure is not known:
the texts are those of STS, ECR and IAM for the call that fails.
"""

from __future__ import annotations

import re
from typing import Any

from offline_aws.iam.enforcement import judge_need
from offline_aws.iam.identities import Identity
from offline_aws.iam.needs.call import Need
from offline_aws.iam.service_roles import assumed_by

_SERVICE = "sagemaker.amazonaws.com"
_PULL = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")

_ECR = re.compile(
    r"(?P<host>(?P<account>\d{12})\.dkr(?P<kind>[.-])ecr(-fips)?\.(?P<region>[a-z0-9-]+)\.(?P<suffix>[a-z0-9.-]+))"
    r"/(?P<repository>[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(:(?P<tag>\w[\w.-]{0,127}))?(@(?P<digest>sha256:[0-9a-f]{64}))?"
)


class _PullError(Exception):
    """Why the container image cannot be had."""


def resolve(base_image: str, role_arn: str, account: str, region: str) -> tuple[str, str | None]:
    """The container image by digest, and why the version cannot be made of it, if so."""
    try:
        return _pulled(base_image, role_arn, account, region), None
    except _PullError as error:
        return base_image, str(error)


def _pulled(base_image: str, role_arn: str, account: str, region: str) -> str:
    uri = _ECR.fullmatch(base_image)
    if uri is None or uri["suffix"] != _suffix(uri):
        raise _PullError(f"Base image {base_image} is not a valid Amazon ECR image URI.")
    if uri["region"] != region:
        raise _PullError(f"Base image {base_image} is in the Region {uri['region']}, but the image is in {region}.")
    partition = _partition(region)
    _require_pull(_session(role_arn, account, region), uri, partition)
    digest = _digest(uri)
    return f"{uri['host']}/{uri['repository']}@{digest}"


def _suffix(uri: re.Match[str]) -> str:
    """What the host has to end with: a registry is at one of two addresses.

    https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html
    """
    if uri["kind"] == "-":
        return "on.aws"
    return "amazonaws.com.cn" if _partition(uri["region"]) == "aws-cn" else "amazonaws.com"


def _session(role_arn: str, account: str, region: str) -> Identity:
    """SageMaker under the image's role.

    Which of the two documented source ARNs it passes here is not known, so both are good.
    """
    root = f"arn:{_partition(region)}:sagemaker:{region}:{account}"
    sources = [{"aws:sourceaccount": account, "aws:sourcearn": f"{root}:{kind}"} for kind in ("image", "image-version")]
    session = assumed_by(role_arn, _SERVICE, "SageMaker", *sources)
    if session is None:
        raise _PullError(
            f"Could not assume role {role_arn}. Please ensure that the role exists and allows principal "
            f"'{_SERVICE}' to assume the role."
        )
    return session


def _require_pull(session: Identity, uri: re.Match[str], partition: str) -> None:
    arn = f"arn:{partition}:ecr:{uri['region']}:{uri['account']}:repository/{uri['repository']}"
    for action in _PULL:
        judgement = judge_need(session, Need(action, arn), uri["region"])
        if not judgement.allowed:
            raise _PullError(judgement.message)


def _digest(uri: re.Match[str]) -> str:
    from moto.ecr.models import ecr_backends

    from offline_aws.ecr import images

    repository = ecr_backends[uri["account"]][uri["region"]].repositories.get(uri["repository"])
    if repository is None:
        raise _PullError(
            f"The repository with name '{uri['repository']}' does not exist in the registry with id '{uri['account']}'"
        )
    # without a tag or a digest, as container tools do; with both, the digest counts
    wanted: dict[str, Any] = {"digest": uri["digest"]} if uri["digest"] else {"tag": uri["tag"] or "latest"}
    image = images.find(repository, **wanted)
    if image is None:
        named = uri["digest"] or uri["tag"] or "latest"
        raise _PullError(f"Requested image not found: '{named}' in the repository '{uri['repository']}'")
    return image.image_digest


def _partition(region: str) -> str:
    from moto.utilities.utils import get_partition

    return str(get_partition(region))
