"""IAM: roles, users, groups and policies by ARN, paths included."""

from __future__ import annotations

from typing import Any

from offline_aws.iam.attached import backend_of, find_role
from offline_aws.iam.needs.call import ApiCall, Need

#: The parameter that names the resource, and how its ARN begins; the first one that the request has.
_NAMES = (("RoleName", "role"), ("UserName", "user"), ("GroupName", "group"), ("InstanceProfileName", "instance-profile"))

#: Operations on managed policies, where PolicyArn is the resource and not a condition.
_ON_POLICIES = frozenset(
    {
        "CreatePolicyVersion", "DeletePolicy", "DeletePolicyVersion", "GetPolicy", "GetPolicyVersion",
        "ListEntitiesForPolicy", "ListPolicyVersions", "SetDefaultPolicyVersion", "TagPolicy", "UntagPolicy",
    }
)  # fmt: skip


def needs(call: ApiCall) -> list[Need]:
    optional = {"iam:policyarn": call.text("PolicyArn"), "iam:permissionsboundary": call.text("PermissionsBoundary")}
    context: dict[str, Any] = {key: value for key, value in optional.items() if value is not None}
    context |= call.request_tags()
    resource = _arn(call)
    wanted = [Need(f"iam:{call.operation}", resource, context | _resource_tags(call))]
    if call.request_tags() and call.operation in ("CreateRole", "CreateUser", "CreatePolicy"):
        wanted.append(Need(call.operation.replace("Create", "iam:Tag"), resource, context))
    if call.operation == "AddRoleToInstanceProfile":
        role = call.text("RoleName")
        wanted.append(Need("iam:PassRole", _global(call, "role", "/", role or "*"), {"iam:passedtoservice": "ec2.amazonaws.com"}))
    return wanted


def _arn(call: ApiCall) -> str:
    if call.operation in _ON_POLICIES:
        return call.text("PolicyArn") or "*"
    if call.operation == "SimulatePrincipalPolicy":
        return call.text("PolicySourceArn") or "*"
    if call.text("PolicyName") and call.operation == "CreatePolicy":
        return _global(call, "policy", call.text("Path") or "/", str(call.text("PolicyName")))
    if call.operation == "AddRoleToInstanceProfile":
        return _global(call, "instance-profile", "/", call.text("InstanceProfileName") or "*")
    for parameter, kind in _NAMES:
        name = call.text(parameter)
        if name:
            return _existing_role(call, name) if kind == "role" else _global(call, kind, call.text("Path") or "/", name)
    return "*"


def _existing_role(call: ApiCall, name: str) -> str:
    """The ARN of a role contains its path, which only the role itself has."""
    role = find_role(backend_of(call.caller.account, call.caller.partition), name=name)
    return role.arn if role else _global(call, "role", call.text("Path") or "/", name)


def _global(call: ApiCall, kind: str, path: str, name: str) -> str:
    return f"arn:{call.caller.partition}:iam::{call.caller.account}:{kind}{path}{name}"


def _resource_tags(call: ApiCall) -> dict[str, str]:
    name = call.text("RoleName")
    role = find_role(backend_of(call.caller.account, call.caller.partition), name=name) if name else None
    tags = role.tags if role else []
    return {f"{prefix}/{tag['Key']}".lower(): tag["Value"] for prefix in ("aws:resourcetag", "iam:resourcetag") for tag in tags}
