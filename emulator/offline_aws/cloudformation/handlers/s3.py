"""AWS::S3::*"""

from __future__ import annotations

import json
from typing import Any

from offline_aws.cloudformation.errors import LegacyHandlerError
from offline_aws.cloudformation.handlers.base import Handler, Physical, Request, existing, ignoring_missing


class Bucket(Handler):
    type = "AWS::S3::Bucket"
    supports = frozenset({
        "BucketEncryption", "BucketName", "LifecycleConfiguration", "PublicAccessBlockConfiguration",
        "Tags", "VersioningConfiguration",
    })  # fmt: skip
    # access depends on policies only
    without_effect = frozenset({"AccessControl", "OwnershipControls"})

    def create(self, request: Request) -> Physical:
        name = request.properties.get("BucketName") or request.generated_name(63, lower=True)
        region = request.environment.region
        # S3 represents us-east-1 as no location
        location = None if region == "us-east-1" else {"LocationConstraint": region}
        request.call("s3", "CreateBucket", Bucket=name, CreateBucketConfiguration=location)
        with existing(name):
            self._configure(request, name)
        return Physical(name, _attributes(request, name))

    def update(self, request: Request) -> Physical:
        self._configure(request, request.physical_id)
        return Physical(request.physical_id, request.attributes)

    def delete(self, request: Request) -> None:
        ignoring_missing(request, "s3", "DeleteBucket", Bucket=request.physical_id)

    def _configure(self, request: Request, name: str) -> None:
        self._configure_encryption(request, name)
        self._configure_versioning(request, name)
        self._configure_public_access(request, name)
        self._configure_lifecycle(request, name)
        self._configure_tags(request, name)

    def _configure_encryption(self, request: Request, name: str) -> None:
        if "BucketEncryption" in request.properties:
            rules = request.properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
            configuration = {"Rules": [_encryption_rule(rule) for rule in rules]}
            request.call(
                "s3", "PutBucketEncryption", Bucket=name, ServerSideEncryptionConfiguration=configuration
            )
        elif "BucketEncryption" in request.previous:
            request.call("s3", "DeleteBucketEncryption", Bucket=name)

    def _configure_versioning(self, request: Request, name: str) -> None:
        if "VersioningConfiguration" in request.properties:
            request.call(
                "s3",
                "PutBucketVersioning",
                Bucket=name,
                VersioningConfiguration=request.properties["VersioningConfiguration"],
            )
        elif "VersioningConfiguration" in request.previous:
            suspended = {"Status": "Suspended"}
            request.call("s3", "PutBucketVersioning", Bucket=name, VersioningConfiguration=suspended)

    def _configure_public_access(self, request: Request, name: str) -> None:
        if "PublicAccessBlockConfiguration" in request.properties:
            request.call(
                "s3",
                "PutPublicAccessBlock",
                Bucket=name,
                PublicAccessBlockConfiguration=request.properties["PublicAccessBlockConfiguration"],
            )
        elif "PublicAccessBlockConfiguration" in request.previous:
            request.call("s3", "DeletePublicAccessBlock", Bucket=name)

    def _configure_lifecycle(self, request: Request, name: str) -> None:
        if "LifecycleConfiguration" in request.properties:
            rules = [_lifecycle_rule(rule) for rule in request.properties["LifecycleConfiguration"]["Rules"]]
            request.call(
                "s3",
                "PutBucketLifecycleConfiguration",
                Bucket=name,
                LifecycleConfiguration={"Rules": rules},
            )
        elif "LifecycleConfiguration" in request.previous:
            request.call("s3", "DeleteBucketLifecycle", Bucket=name)

    def _configure_tags(self, request: Request, name: str) -> None:
        tags = request.tag_list()
        if tags:
            request.call("s3", "PutBucketTagging", Bucket=name, Tagging={"TagSet": tags})
        elif request.previous_tags():
            request.call("s3", "DeleteBucketTagging", Bucket=name)


class BucketPolicy(Handler):
    type = "AWS::S3::BucketPolicy"
    grants = True

    def create(self, request: Request) -> Physical:
        self._put(request)
        return Physical(request.properties["Bucket"])

    def update(self, request: Request) -> Physical:
        self._put(request)
        return Physical(request.physical_id)

    def delete(self, request: Request) -> None:
        ignoring_missing(request, "s3", "DeleteBucketPolicy", Bucket=request.physical_id)

    def _put(self, request: Request) -> None:
        document = request.properties["PolicyDocument"]
        text = document if isinstance(document, str) else json.dumps(document)
        request.call("s3", "PutBucketPolicy", Bucket=request.properties["Bucket"], Policy=text)


def _attributes(request: Request, name: str) -> dict[str, Any]:
    environment = request.environment
    return {
        "Arn": f"arn:{environment.partition}:s3:::{name}",
        "DomainName": f"{name}.s3.amazonaws.com",
        "DualStackDomainName": f"{name}.s3.dualstack.{environment.region}.amazonaws.com",
        "RegionalDomainName": f"{name}.s3.{environment.region}.amazonaws.com",
        "WebsiteURL": f"http://{name}.s3-website-{environment.region}.amazonaws.com",
    }


def _encryption_rule(rule: dict[str, Any]) -> dict[str, Any]:
    default = rule.get("ServerSideEncryptionByDefault", {})
    by_default = {"SSEAlgorithm": default.get("SSEAlgorithm", "AES256")}
    if "KMSMasterKeyID" in default:
        by_default["KMSMasterKeyID"] = default["KMSMasterKeyID"]
    return {
        "ApplyServerSideEncryptionByDefault": by_default,
        "BucketKeyEnabled": rule.get("BucketKeyEnabled", False),
    }


_LIFECYCLE = frozenset({
    "AbortIncompleteMultipartUpload", "ExpirationInDays", "Id", "NoncurrentVersionExpiration",
    "NoncurrentVersionExpirationInDays", "Prefix", "Status",
})  # fmt: skip


def _lifecycle_rule(rule: dict[str, Any]) -> dict[str, Any]:
    """The parts that decide about expiry; CloudFormation and S3 spell them differently."""
    unknown = sorted(rule.keys() - _LIFECYCLE)
    if unknown:
        raise LegacyHandlerError(f"the offline AWS does not emulate {', '.join(unknown)} of a lifecycle rule")
    api: dict[str, Any] = {"Status": rule["Status"], "Filter": {"Prefix": rule.get("Prefix", "")}}
    if "Id" in rule:
        api["ID"] = rule["Id"]
    for same in ("AbortIncompleteMultipartUpload", "NoncurrentVersionExpiration"):
        if same in rule:
            api[same] = rule[same]
    if "NoncurrentVersionExpirationInDays" in rule:
        api["NoncurrentVersionExpiration"] = {"NoncurrentDays": rule["NoncurrentVersionExpirationInDays"]}
    if "ExpirationInDays" in rule:
        api["Expiration"] = {"Days": rule["ExpirationInDays"]}
    return api
