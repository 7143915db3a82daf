"""S3: the method, path and sub-resource determine the action."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote
from xml.etree import ElementTree

from offline_aws.iam.needs.call import ApiCall, Need
from offline_aws.rest import bucket_and_key
from offline_aws.wire import peek_body

#: Sub-resources of a bucket whose permissions have other names.
_BUCKET_PARTS = {
    "acl": "BucketAcl",
    "cors": "BucketCORS",
    "encryption": "EncryptionConfiguration",
    "lifecycle": "LifecycleConfiguration",
    "location": "BucketLocation",
    "logging": "BucketLogging",
    "notification": "BucketNotification",
    "object-lock": "BucketObjectLockConfiguration",
    "ownershipControls": "BucketOwnershipControls",
    "policy": "BucketPolicy",
    "policyStatus": "BucketPolicyStatus",
    "publicAccessBlock": "BucketPublicAccessBlock",
    "replication": "ReplicationConfiguration",
    "tagging": "BucketTagging",
    "versioning": "BucketVersioning",
    "website": "BucketWebsite",
}
_VERBS = {"GET": "Get", "HEAD": "Get", "PUT": "Put", "DELETE": "Delete"}


def needs(call: ApiCall) -> list[Need]:
    method = call.environ.get("REQUEST_METHOD", "GET")
    query = parse_qs(call.environ.get("QUERY_STRING", ""), keep_blank_values=True)
    bucket, key = bucket_and_key(call.environ)
    if not bucket:
        return [Need("s3:ListAllMyBuckets")]
    root = f"arn:{call.caller.partition}:s3:::{bucket}"
    if not key and method == "POST" and "delete" in query:
        return [Need("s3:DeleteObject", f"{root}/{one}") for one in _listed_keys(call)]
    if not key:
        return [Need(f"s3:{_bucket_action(method, query)}", root, _list_context(query))]
    wanted = [Need(f"s3:{_object_action(method, query)}", f"{root}/{key}")]
    source = call.environ.get("HTTP_X_AMZ_COPY_SOURCE")
    if method == "PUT" and source:
        name = unquote(source.split("?")[0]).lstrip("/")
        wanted.append(Need("s3:GetObject", f"arn:{call.caller.partition}:s3:::{name}"))
    return wanted


def _listed_keys(call: ApiCall) -> list[str]:
    """The permissions of DeleteObjects. AWS answers for each key; here one denied key denies the whole request."""
    try:
        elements = ElementTree.fromstring(peek_body(call.environ)).iter()
    except ElementTree.ParseError:
        return ["*"]
    return [element.text or "" for element in elements if element.tag.rsplit("}", 1)[-1] == "Key"] or ["*"]


def _bucket_action(method: str, query: dict[str, list[str]]) -> str:
    for part, name in _BUCKET_PARTS.items():
        if part in query:
            # deleting a configuration needs the Put permission, except for policies and websites
            own_verb = part in ("policy", "website")
            return (_VERBS.get(method, "Get") if own_verb or method != "DELETE" else "Put") + name
    if method in ("PUT", "DELETE"):
        return "CreateBucket" if method == "PUT" else "DeleteBucket"
    if "versions" in query:
        return "ListBucketVersions"
    return "ListBucketMultipartUploads" if "uploads" in query else "ListBucket"


def _object_action(method: str, query: dict[str, list[str]]) -> str:
    version = "Version" if "versionId" in query else ""
    if "uploadId" in query and method in ("GET", "DELETE"):
        return "ListMultipartUploadParts" if method == "GET" else "AbortMultipartUpload"
    verb = _VERBS.get(method, "Put")
    for part, suffix in (("tagging", "Tagging"), ("acl", "Acl"), ("retention", "Retention")):
        if part in query:
            return f"{verb}Object{version}{suffix}"
    return f"{verb}Object{'' if verb == 'Put' else version}"


def _list_context(query: dict[str, list[str]]) -> dict[str, str]:
    return {f"s3:{key}": query[key][0] for key in ("prefix", "delimiter") if key in query}
