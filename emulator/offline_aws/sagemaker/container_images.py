"""Resolves the base image when a version is created.

The role of the image pulls it at that moment, so its permissions are checked then, even while
IAM is not enforced. The wording of SageMaker's failures is not documented: the messages are
those of STS, ECR and IAM for the call that fails.
"""

from __future__ import annotations

import re
from typing import Any

from offline_aws.iam.enforcement import judge_need
from offline_aws.iam.identities import Identity
from offline_aws.iam.needs.call import Need
from offline_aws.iam.service_roles import assumed_by
from offline_aws.partitions import dns_suffix, partition_of
from offline_aws.settings import settings

_SERVICE = "sagemaker.amazonaws.com"
_PULL = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")

_ECR = re.compile(
    r"(?P<host>(?P<account>\d{12})\.dkr(?P<kind>[.-])ecr(-fips)?\.(?P<region>[a-z0-9-]+)\.(?P<suffix>[a-z0-9.-]+))"
    r"/(?P<repository>[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(:(?P<tag>\w[\w.-]{0,127}))?(@(?P<digest>sha256:[0-9a-f]{64}))?"
)


class _PullError(Exception):
    """The reason why the container image cannot be pulled."""


def resolve(base_image: str, role_arn: str, version_arn: str) -> tuple[str, str | None]:
    """The container image with its digest, and the failure reason, if any."""
    try:
        return _pulled(base_image, role_arn, version_arn), None
    except _PullError as error:
        return base_image, str(error)


def _pulled(base_image: str, role_arn: str, version_arn: str) -> str:
    region = version_arn.split(":")[3]
    uri = _ECR.fullmatch(base_image)
    if uri is None or uri["suffix"] != _suffix(uri):
        raise _PullError(f"Base image {base_image} is not a valid Amazon ECR image URI.")
    if uri["region"] != region:
        raise _PullError(f"Base image {base_image} is in the Region {uri['region']}, but the image is in {region}.")
    partition = partition_of(region)
    _require_pull(_session(role_arn, version_arn), uri, partition)
    digest = _digest(uri)
    return f"{uri['host']}/{uri['repository']}@{digest}"


def _suffix(uri: re.Match[str]) -> str:
    """The two possible suffixes of a registry host name.

    https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html
    """
    if uri["kind"] == "-":
        return "on.aws"
    return dns_suffix(partition_of(uri["region"]))


def _session(role_arn: str, version_arn: str) -> Identity:
    """SageMaker under the image's role.

    The newer page on confused deputies has `image-version/*` in aws:SourceArn, and no aws:SourceAccount; the older
    one has `image` and `image-version`. So the source is a setting.
    https://docs.aws.amazon.com/sagemaker/latest/dg/security-confused-deputy-prevention.html
    """
    session = assumed_by(role_arn, _SERVICE, "SageMaker", _source(version_arn))
    if session is None:
        raise _PullError(
            f"Could not assume role {role_arn}. Please ensure that the role exists and allows principal "
            f"'{_SERVICE}' to assume the role."
        )
    return session


def _source(version_arn: str) -> dict[str, str]:
    """The condition keys that tell for which resource SageMaker assumes the role."""
    *root, resource = version_arn.split(":")
    name, number = resource.split("/")[1:]
    forms = {"image/*": f"image/{name}", "image-version/*": f"image-version/{name}/{number}"}
    form = settings.image_role_source_arn
    source = {"aws:sourcearn": ":".join([*root, forms.get(form, form)])}
    return source | ({"aws:sourceaccount": root[4]} if settings.image_role_source_account == "sent" else {})


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
    # the default tag is latest, as in container tools; a digest takes precedence over a tag
    wanted: dict[str, Any] = {"digest": uri["digest"]} if uri["digest"] else {"tag": uri["tag"] or "latest"}
    image = images.find(repository, **wanted)
    # a request for an archived image fails as if there were none
    if image is None or image.image_status != "ACTIVE":
        named = uri["digest"] or uri["tag"] or "latest"
        raise _PullError(f"Requested image not found: '{named}' in the repository '{uri['repository']}'")
    return image.image_digest
