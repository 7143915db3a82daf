"""AWS::EC2::*: as much network as a Studio domain needs."""

from __future__ import annotations

from typing import Any

from offline_aws.cloudformation.handlers.base import Handler, Physical, Request, ignoring_missing
from offline_aws.cloudformation.handlers.tagging import Tagging


def _tag_specifications(request: Request, kind: str) -> list[dict[str, Any]] | None:
    tags = request.tag_list()
    return [{"ResourceType": kind, "Tags": tags}] if tags else None


class _Ec2Tagging(Tagging):
    def _target(self, request: Request) -> Any:
        return [request.physical_id]


_TAGGING = _Ec2Tagging(
    "ec2",
    "Resources",
    tag="CreateTags",
    untag="DeleteTags",
    keys="Tags",
    listed_keys=lambda keys: [{"Key": key} for key in keys],
)


class Vpc(Handler):
    type = "AWS::EC2::VPC"
    tagging = _TAGGING

    def create(self, request: Request) -> Physical:
        vpc = request.call(
            "ec2",
            "CreateVpc",
            CidrBlock=request.properties.get("CidrBlock"),
            InstanceTenancy=request.properties.get("InstanceTenancy"),
            TagSpecifications=_tag_specifications(request, "vpc"),
        )["Vpc"]
        group = request.call(
            "ec2",
            "DescribeSecurityGroups",
            Filters=[
                {"Name": "vpc-id", "Values": [vpc["VpcId"]]},
                {"Name": "group-name", "Values": ["default"]},
            ],
        )["SecurityGroups"][0]
        return Physical(
            vpc["VpcId"],
            {
                "VpcId": vpc["VpcId"],
                "CidrBlock": vpc["CidrBlock"],
                "DefaultSecurityGroup": group["GroupId"],
            },
        )

    def update(self, request: Request) -> Physical:
        return Physical(request.physical_id, request.attributes)

    def delete(self, request: Request) -> None:
        ignoring_missing(request, "ec2", "DeleteVpc", VpcId=request.physical_id)


class Subnet(Handler):
    type = "AWS::EC2::Subnet"
    tagging = _TAGGING

    def create(self, request: Request) -> Physical:
        subnet = request.call(
            "ec2",
            "CreateSubnet",
            VpcId=request.properties["VpcId"],
            CidrBlock=request.properties.get("CidrBlock"),
            AvailabilityZone=request.properties.get("AvailabilityZone"),
            TagSpecifications=_tag_specifications(request, "subnet"),
        )["Subnet"]
        keys = ("AvailabilityZone", "CidrBlock", "SubnetId", "VpcId")
        return Physical(subnet["SubnetId"], {key: subnet[key] for key in keys})

    def update(self, request: Request) -> Physical:
        return Physical(request.physical_id, request.attributes)

    def delete(self, request: Request) -> None:
        ignoring_missing(request, "ec2", "DeleteSubnet", SubnetId=request.physical_id)


class SecurityGroup(Handler):
    type = "AWS::EC2::SecurityGroup"
    tagging = _TAGGING

    def create(self, request: Request) -> Physical:
        properties = request.properties
        group = request.call(
            "ec2",
            "CreateSecurityGroup",
            GroupName=properties.get("GroupName") or request.generated_name(255),
            Description=properties["GroupDescription"],
            VpcId=properties.get("VpcId"),
            TagSpecifications=_tag_specifications(request, "security-group"),
        )["GroupId"]
        attributes = {"GroupId": group, "Id": group, "VpcId": properties.get("VpcId", "")}
        return Physical(group, attributes)

    def update(self, request: Request) -> Physical:
        return Physical(request.physical_id, request.attributes)

    def delete(self, request: Request) -> None:
        ignoring_missing(request, "ec2", "DeleteSecurityGroup", GroupId=request.physical_id)
