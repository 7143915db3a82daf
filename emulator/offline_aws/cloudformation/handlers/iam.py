"""AWS::IAM::*"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from offline_aws.cloudformation.errors import HandlerError
from offline_aws.cloudformation.handlers.base import (
    Handler,
    Physical,
    Request,
    difference,
    existing,
    ignoring_missing,
)
from offline_aws.cloudformation.handlers.tagging import Tagging


def _document(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


class Role(Handler):
    type = "AWS::IAM::Role"
    tagging = Tagging("iam", "RoleName", tag="TagRole", untag="UntagRole")

    def create(self, request: Request) -> Physical:
        properties = request.properties
        name = properties.get("RoleName") or request.generated_name(64)
        role = request.call(
            "iam",
            "CreateRole",
            RoleName=name,
            AssumeRolePolicyDocument=_document(properties["AssumeRolePolicyDocument"]),
            Path=properties.get("Path"),
            Description=properties.get("Description"),
            MaxSessionDuration=properties.get("MaxSessionDuration"),
            PermissionsBoundary=properties.get("PermissionsBoundary"),
            Tags=request.tag_list(),
        )["Role"]
        with existing(name):
            self._sync_policies(request, name, {})
        return Physical(name, {"Arn": role["Arn"], "RoleId": role["RoleId"]})

    def update(self, request: Request) -> Physical:
        name, new, old = request.physical_id, request.properties, request.previous
        request.call(
            "iam",
            "UpdateAssumeRolePolicy",
            RoleName=name,
            PolicyDocument=_document(new["AssumeRolePolicyDocument"]),
        )
        request.call(
            "iam",
            "UpdateRole",
            RoleName=name,
            Description=new.get("Description", ""),
            MaxSessionDuration=new.get("MaxSessionDuration", 3600),
        )
        self._sync_boundary(request, name)
        self._sync_policies(request, name, old)
        return Physical(name, request.attributes)

    def delete(self, request: Request) -> None:
        name = request.physical_id
        for arn in request.properties.get("ManagedPolicyArns", []):
            ignoring_missing(request, "iam", "DetachRolePolicy", RoleName=name, PolicyArn=arn)
        for policy in request.properties.get("Policies", []):
            ignoring_missing(
                request, "iam", "DeleteRolePolicy", RoleName=name, PolicyName=policy["PolicyName"]
            )
        ignoring_missing(request, "iam", "DeleteRole", RoleName=name)

    def _sync_boundary(self, request: Request, name: str) -> None:
        new, old = request.properties.get("PermissionsBoundary"), request.previous.get("PermissionsBoundary")
        if new and new != old:
            request.call("iam", "PutRolePermissionsBoundary", RoleName=name, PermissionsBoundary=new)
        elif old and not new:
            request.call("iam", "DeleteRolePermissionsBoundary", RoleName=name)

    def _sync_policies(self, request: Request, name: str, old: dict[str, Any]) -> None:
        new = request.properties
        attach, detach = difference(new.get("ManagedPolicyArns", []), old.get("ManagedPolicyArns", []))
        for arn in attach:
            request.call("iam", "AttachRolePolicy", RoleName=name, PolicyArn=arn)
        for arn in detach:
            ignoring_missing(request, "iam", "DetachRolePolicy", RoleName=name, PolicyArn=arn)
        inline = {policy["PolicyName"]: policy["PolicyDocument"] for policy in new.get("Policies", [])}
        for policy_name, document in inline.items():
            request.call(
                "iam",
                "PutRolePolicy",
                RoleName=name,
                PolicyName=policy_name,
                PolicyDocument=_document(document),
            )
        _, removed = difference(inline, [policy["PolicyName"] for policy in old.get("Policies", [])])
        for policy_name in removed:
            ignoring_missing(request, "iam", "DeleteRolePolicy", RoleName=name, PolicyName=policy_name)


#: The property that names principals, the kind of principal in operation names, its parameter.
_PRINCIPALS = (("Roles", "Role", "RoleName"), ("Users", "User", "UserName"), ("Groups", "Group", "GroupName"))


def _principals(properties: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(kind, parameter, name) of each principal that a policy is attached to."""
    for listed, kind, parameter in _PRINCIPALS:
        for name in properties.get(listed, []):
            yield kind, parameter, name


class Policy(Handler):
    """An inline policy, put on each of its principals."""

    type = "AWS::IAM::Policy"
    grants = True

    def create(self, request: Request) -> Physical:
        self._put(request)
        name = request.generated_name(128)
        return Physical(name, {"Id": name})

    def update(self, request: Request) -> Physical:
        self._put(request)
        kept = set(_principals(request.properties))
        renamed = request.properties["PolicyName"] != request.previous["PolicyName"]
        for principal in _principals(request.previous):
            if renamed or principal not in kept:
                self._remove(request, request.previous["PolicyName"], *principal)
        return Physical(request.physical_id, request.attributes)

    def delete(self, request: Request) -> None:
        for principal in _principals(request.properties):
            self._remove(request, request.properties["PolicyName"], *principal)

    def _put(self, request: Request) -> None:
        for kind, parameter, name in _principals(request.properties):
            request.call(
                "iam",
                f"Put{kind}Policy",
                PolicyName=request.properties["PolicyName"],
                PolicyDocument=_document(request.properties["PolicyDocument"]),
                **{parameter: name},
            )

    def _remove(self, request: Request, policy: str, kind: str, parameter: str, name: str) -> None:
        ignoring_missing(request, "iam", f"Delete{kind}Policy", PolicyName=policy, **{parameter: name})


class ManagedPolicy(Handler):
    type = "AWS::IAM::ManagedPolicy"
    grants = True

    def create(self, request: Request) -> Physical:
        properties = request.properties
        policy = request.call(
            "iam",
            "CreatePolicy",
            PolicyName=properties.get("ManagedPolicyName") or request.generated_name(128),
            PolicyDocument=_document(properties["PolicyDocument"]),
            Path=properties.get("Path"),
            Description=properties.get("Description"),
        )["Policy"]
        arn = policy["Arn"]
        with existing(arn):
            self._sync_principals(request, arn, {})
        return Physical(arn, {"PolicyArn": arn, "PolicyId": policy["PolicyId"]})

    def update(self, request: Request) -> Physical:
        arn = request.physical_id
        if request.properties["PolicyDocument"] != request.previous["PolicyDocument"]:
            self._drop_old_versions(request, arn)
            request.call(
                "iam",
                "CreatePolicyVersion",
                PolicyArn=arn,
                PolicyDocument=_document(request.properties["PolicyDocument"]),
                SetAsDefault=True,
            )
        self._sync_principals(request, arn, request.previous)
        return Physical(arn, request.attributes)

    def delete(self, request: Request) -> None:
        arn = request.physical_id
        for principal in _principals(request.properties):
            self._detach(request, arn, *principal)
        try:
            self._drop_old_versions(request, arn)
        except HandlerError as error:
            if error.code == "NotFound":
                return
            raise
        ignoring_missing(request, "iam", "DeletePolicy", PolicyArn=arn)

    def _drop_old_versions(self, request: Request, arn: str) -> None:
        """IAM keeps at most five versions, and cannot delete a policy that has more than one."""
        for version in request.call("iam", "ListPolicyVersions", PolicyArn=arn)["Versions"]:
            if not version["IsDefaultVersion"]:
                request.call("iam", "DeletePolicyVersion", PolicyArn=arn, VersionId=version["VersionId"])

    def _sync_principals(self, request: Request, arn: str, old: dict[str, Any]) -> None:
        new_principals, old_principals = set(_principals(request.properties)), set(_principals(old))
        for kind, parameter, name in sorted(new_principals - old_principals):
            request.call("iam", f"Attach{kind}Policy", PolicyArn=arn, **{parameter: name})
        for principal in sorted(old_principals - new_principals):
            self._detach(request, arn, *principal)

    def _detach(self, request: Request, arn: str, kind: str, parameter: str, name: str) -> None:
        ignoring_missing(request, "iam", f"Detach{kind}Policy", PolicyArn=arn, **{parameter: name})
