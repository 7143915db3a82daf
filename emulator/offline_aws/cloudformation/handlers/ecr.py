"""AWS::ECR::*"""

from __future__ import annotations

import json
from typing import Any

from offline_aws.cloudformation.handlers.base import Handler, Physical, Request, existing, ignoring_missing
from offline_aws.cloudformation.handlers.tagging import Tagging


class Repository(Handler):
    type = "AWS::ECR::Repository"
    supports = frozenset({
        "EmptyOnDelete", "EncryptionConfiguration", "ImageScanningConfiguration", "ImageTagMutability",
        "LifecyclePolicy", "RepositoryName", "RepositoryPolicyText", "Tags",
    })  # fmt: skip
    tagging = Tagging("ecr", "resourceArn", "Arn", tags="tags", keys="tagKeys")

    def create(self, request: Request) -> Physical:
        properties = request.properties
        repository = request.call(
            "ecr",
            "CreateRepository",
            repositoryName=properties.get("RepositoryName") or request.generated_name(256, lower=True),
            imageTagMutability=properties.get("ImageTagMutability"),
            imageScanningConfiguration=_lower_keys(properties.get("ImageScanningConfiguration")),
            encryptionConfiguration=_lower_keys(properties.get("EncryptionConfiguration")),
            tags=request.tag_list(),
        )["repository"]
        name = repository["repositoryName"]
        with existing(name):
            self._put_policies(request, name)
        return Physical(name, _attributes(request, name))

    def update(self, request: Request) -> Physical:
        name, new = request.physical_id, request.properties
        request.call(
            "ecr",
            "PutImageTagMutability",
            repositoryName=name,
            imageTagMutability=new.get("ImageTagMutability", "MUTABLE"),
        )
        scanning = _lower_keys(new.get("ImageScanningConfiguration")) or {"scanOnPush": False}
        request.call(
            "ecr", "PutImageScanningConfiguration", repositoryName=name, imageScanningConfiguration=scanning
        )
        self._put_policies(request, name)
        return Physical(name, request.attributes)

    def delete(self, request: Request) -> None:
        ignoring_missing(
            request,
            "ecr",
            "DeleteRepository",
            repositoryName=request.physical_id,
            force=bool(request.properties.get("EmptyOnDelete", False)),
        )

    def _put_policies(self, request: Request, name: str) -> None:
        new, old = request.properties, request.previous
        if "RepositoryPolicyText" in new:
            text = _text(new["RepositoryPolicyText"])
            request.call("ecr", "SetRepositoryPolicy", repositoryName=name, policyText=text)
        elif "RepositoryPolicyText" in old:
            request.call("ecr", "DeleteRepositoryPolicy", repositoryName=name)
        if "LifecyclePolicy" in new:
            text = new["LifecyclePolicy"]["LifecyclePolicyText"]
            request.call("ecr", "PutLifecyclePolicy", repositoryName=name, lifecyclePolicyText=text)
        elif "LifecyclePolicy" in old:
            request.call("ecr", "DeleteLifecyclePolicy", repositoryName=name)


def _attributes(request: Request, name: str) -> dict[str, Any]:
    where = request.environment
    return {
        "Arn": f"arn:{where.partition}:ecr:{where.region}:{where.account}:repository/{name}",
        # templates see the URI as on AWS, not the address of the emulated registry
        "RepositoryUri": f"{where.account}.dkr.ecr.{where.region}.amazonaws.com/{name}",
    }


def _lower_keys(value: dict[str, Any] | None) -> dict[str, Any] | None:
    return None if value is None else {key[0].lower() + key[1:]: item for key, item in value.items()}


def _text(document: Any) -> str:
    return document if isinstance(document, str) else json.dumps(document)
