"""Functions in a VPC: whether their subnets and security groups exist, and whether their role may use them.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html ("Required IAM permissions")

The code of a function runs without a network of its own, whatever its VPC.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from offline_aws.errors import ServiceError
from offline_aws.iam.enforcement import judge_need
from offline_aws.iam.needs.call import Need
from offline_aws.iam.service_roles import assumed_by
from offline_aws.identity import Caller
from offline_aws.settings import settings

_SERVICE = "lambda.amazonaws.com"


def check(config: dict[str, Any], caller: Caller) -> None:
    """Checks the configuration that a function is about to get.

    Raises:
        ServiceError: InvalidParameterValueException.
    """
    vpc = config.get("VpcConfig") or {}
    subnets, groups = vpc.get("SubnetIds") or [], vpc.get("SecurityGroupIds") or []
    if not (subnets or groups):
        return
    if not (subnets and groups):
        raise _invalid("SubnetIds and SecurityIds must coexist or be both empty list.")
    _require_existing(subnets, groups, caller)
    if settings.enforce_iam:
        _require_permissions(config["Role"], subnets, groups, caller)


def vpc_of(subnet: str, account: str, region: str) -> str:
    """The VPC of a subnet; an empty string if the subnet has been deleted."""
    from moto.ec2.models import ec2_backends

    found = ec2_backends[account][region].describe_subnets(filters={"subnet-id": [subnet]})
    return str(found[0].vpc_id) if found else ""


def _require_existing(subnets: list[str], groups: list[str], caller: Caller) -> None:
    from moto.ec2.exceptions import InvalidSubnetIdError
    from moto.ec2.models import ec2_backends

    backend = ec2_backends[caller.account][caller.region]
    for subnet in subnets:
        try:
            backend.get_subnet(subnet)
        except InvalidSubnetIdError:
            problem = f"InvalidSubnetID.NotFound. EC2 Error Message: The subnet ID '{subnet}' does not exist"
            raise _invalid(f"Error occurred while DescribeSubnets. EC2 Error Code: {problem}") from None
    for group in groups:
        if backend.get_security_group_from_id(group) is None:
            problem = f"InvalidGroup.NotFound. EC2 Error Message: The security group '{group}' does not exist"
            raise _invalid(f"Error occurred while DescribeSecurityGroups. EC2 Error Code: {problem}")


def _require_permissions(role: str, subnets: list[str], groups: list[str], caller: Caller) -> None:
    session = assumed_by(role, _SERVICE, "lambda")
    if session is None:
        raise _invalid("The role defined for the function cannot be assumed by Lambda.")
    for need in _needs(subnets, groups, caller):
        if not judge_need(session, need, caller.region).allowed:
            operation = need.action.removeprefix("ec2:")
            raise _invalid(
                f"The provided execution role does not have permissions to call {operation} on EC2"
            )


def _needs(subnets: list[str], groups: list[str], caller: Caller) -> Iterator[Need]:
    """The permissions that the role needs.

    AWS documents the actions, but not the resources for which Lambda checks them. As a guess, each
    is checked for the resources that its API call has in the service authorization reference of EC2: a
    policy for all resources passes, and so does one for these subnets, security groups and `network-interface/*`.
    """
    root = f"arn:{caller.partition}:ec2:{caller.region}:{caller.account}"
    vpc = {"ec2:vpc": f"{root}:vpc/{vpc_of(subnets[0], caller.account, caller.region)}"}
    for group in groups:
        yield Need("ec2:CreateNetworkInterface", f"{root}:security-group/{group}", vpc)
    for subnet in subnets:
        arn = f"{root}:subnet/{subnet}"
        yield Need("ec2:CreateNetworkInterface", arn, vpc)
        yield Need("ec2:CreateNetworkInterface", f"{root}:network-interface/*", {**vpc, "ec2:subnet": arn})
    yield Need("ec2:DescribeNetworkInterfaces")
    yield Need("ec2:DescribeSubnets")
    yield Need("ec2:DeleteNetworkInterface", f"{root}:network-interface/*", vpc)


def _invalid(message: str) -> ServiceError:
    return ServiceError("InvalidParameterValueException", message)
