"""SageMaker's actions and the resources that each is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from offline_aws.iam.needs.call import ApiCall, Need, pass_role
from offline_aws.sagemaker import tags
from offline_aws.sagemaker.state import Call, judged
from offline_aws.sagemaker.version_selection import number_of

#: Replaces a part of an ARN that the request does not contain.
_ANY = "*"

#: The resources of each operation, which must all be allowed. Other operations have no resource type: `*`.
_RESOURCES = {
    "CreateImage": ("image/{ImageName}",),
    "DescribeImage": ("image/{ImageName}",),
    "UpdateImage": ("image/{ImageName}",),
    "DeleteImage": ("image/{ImageName}",),
    # a version that does not exist yet has no ARN, and a list of versions belongs to the image
    "CreateImageVersion": ("image/{ImageName}",),
    "ListImageVersions": ("image/{ImageName}",),
    "DescribeImageVersion": ("image-version/{ImageName}/{Version}",),
    "UpdateImageVersion": ("image-version/{ImageName}/{Version}",),
    "DeleteImageVersion": ("image-version/{ImageName}/{Version}",),
    "ListAliases": ("image/{ImageName}", "image-version/{ImageName}/{Version}"),
    "CreateAppImageConfig": ("app-image-config/{AppImageConfigName}",),
    "DescribeAppImageConfig": ("app-image-config/{AppImageConfigName}",),
    "UpdateAppImageConfig": ("app-image-config/{AppImageConfigName}",),
    "DeleteAppImageConfig": ("app-image-config/{AppImageConfigName}",),
    "CreateDomain": ("domain/{DomainId}",),
    "DescribeDomain": ("domain/{DomainId}",),
    "UpdateDomain": ("domain/{DomainId}",),
    "DeleteDomain": ("domain/{DomainId}",),
    "CreateUserProfile": ("user-profile/{DomainId}/{UserProfileName}",),
    "DescribeUserProfile": ("user-profile/{DomainId}/{UserProfileName}",),
    "UpdateUserProfile": ("user-profile/{DomainId}/{UserProfileName}",),
    "DeleteUserProfile": ("user-profile/{DomainId}/{UserProfileName}",),
    "CreatePresignedDomainUrl": ("user-profile/{DomainId}/{UserProfileName}",),
    "CreateSpace": ("space/{DomainId}/{SpaceName}",),
    "DescribeSpace": ("space/{DomainId}/{SpaceName}",),
    "UpdateSpace": ("space/{DomainId}/{SpaceName}",),
    "DeleteSpace": ("space/{DomainId}/{SpaceName}",),
    "CreateApp": ("app/{DomainId}/{UserProfileName}/{AppType}/{AppName}",),
    "DescribeApp": ("app/{DomainId}/{UserProfileName}/{AppType}/{AppName}",),
    "DeleteApp": ("app/{DomainId}/{UserProfileName}/{AppType}/{AppName}",),
}

_TAG_OPERATIONS = ("AddTags", "DeleteTags", "ListTags")


def needs(call: ApiCall) -> list[Need]:
    """The action on each of its resources, and iam:PassRole for the roles in the request."""
    action = f"sagemaker:{call.operation}"
    context = call.request_tags()
    own = [Need(action, arn, context | _resource_tags(call, arn)) for arn in _arns(call)]
    passed = [need for role in _roles(call.params) for need in pass_role(role, "sagemaker.amazonaws.com")]
    # creating a resource with tags also needs the permission to add tags
    tagging = [Need("sagemaker:AddTags", need.resource, context) for need in own] if _tags_at_creation(call) else []
    return [*own, *tagging, *passed]


def _arns(call: ApiCall) -> list[str]:
    if call.operation in _TAG_OPERATIONS:
        return [call.text("ResourceArn") or _ANY]
    templates = _RESOURCES.get(call.operation)
    if templates is None:
        return [_ANY]
    values = {name: judged(value) for name, value in call.params.items() if isinstance(value, str)}
    values["Version"] = _version(call)
    return [call.arn(template.format_map(_Unknown(values))) for template in templates]


class _Unknown(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return _ANY


def _version(call: ApiCall) -> str:
    """The version's number: given, named by an alias, or the latest. Which ARN AWS judges for the latter two is a guess."""
    if "Version" in call.params:
        return str(call.params["Version"])
    name, alias = call.text("ImageName") or "", call.text("Alias")
    if alias is None and call.operation == "ListAliases":
        return _ANY
    found = number_of(_where(call), name, alias)
    return _ANY if found is None else str(found)


def _roles(params: Mapping[str, Any]) -> Iterator[object]:
    yield params.get("RoleArn")
    for block in ("DefaultUserSettings", "DefaultSpaceSettings", "UserSettings"):
        settings = params.get(block)
        if isinstance(settings, dict):
            yield settings.get("ExecutionRole")


def _tags_at_creation(call: ApiCall) -> bool:
    return call.operation.startswith("Create") and bool(call.params.get("Tags"))


def _resource_tags(call: ApiCall, arn: str) -> dict[str, str]:
    prefixes = ("aws:resourcetag", "sagemaker:resourcetag")
    existing = tags.of(_where(call), arn)
    return {f"{prefix}/{key}".lower(): value for prefix in prefixes for key, value in existing.items()}


def _where(call: ApiCall) -> Call:
    return Call(call.caller.account, call.caller.region)
