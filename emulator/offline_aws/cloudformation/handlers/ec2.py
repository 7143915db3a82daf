"""AWS::EC2::*: networks for Studio domains and functions."""

from __future__ import annotations

from typing import Any

from offline_aws.cloudformation.errors import LegacyHandlerError
from offline_aws.cloudformation.handlers.base import Handler, Physical, Request, existing, ignoring_missing
from offline_aws.cloudformation.handlers.tagging import Tagging


def tag_specifications(request: Request, kind: str) -> list[dict[str, Any]] | None:
    tags = request.tag_list()
    return [{"ResourceType": kind, "Tags": tags}] if tags else None


class Ec2Tagging(Tagging):
    """Tags by resource id; EC2 takes a list of resources."""

    def __init__(self, attribute: str | None = None) -> None:
        super().__init__(
            "ec2",
            "Resources",
            attribute,
            tag="CreateTags",
            untag="DeleteTags",
            keys="Tags",
            listed_keys=lambda keys: [{"Key": key} for key in keys],
        )

    def _target(self, request: Request) -> Any:
        return [super()._target(request)]


TAGGING = Ec2Tagging()


class Vpc(Handler):
    type = "AWS::EC2::VPC"
    supports = frozenset({"CidrBlock", "EnableDnsHostnames", "EnableDnsSupport", "InstanceTenancy", "Tags"})
    tagging = TAGGING

    def create(self, request: Request) -> Physical:
        vpc = request.call(
            "ec2",
            "CreateVpc",
            CidrBlock=request.properties.get("CidrBlock"),
            InstanceTenancy=request.properties.get("InstanceTenancy"),
            TagSpecifications=tag_specifications(request, "vpc"),
        )["Vpc"]
        with existing(vpc["VpcId"]):
            self._set_dns(request, vpc["VpcId"])
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
        self._set_dns(request, request.physical_id)
        return Physical(request.physical_id, request.attributes)

    def delete(self, request: Request) -> None:
        ignoring_missing(request, "ec2", "DeleteVpc", VpcId=request.physical_id)

    def _set_dns(self, request: Request, vpc: str) -> None:
        for name, default in (("EnableDnsSupport", True), ("EnableDnsHostnames", False)):
            value = request.properties.get(name, default)
            if value != request.previous.get(name, default):
                request.call("ec2", "ModifyVpcAttribute", VpcId=vpc, **{name: {"Value": value}})


class Subnet(Handler):
    type = "AWS::EC2::Subnet"
    supports = frozenset({"AvailabilityZone", "CidrBlock", "MapPublicIpOnLaunch", "Tags", "VpcId"})
    tagging = TAGGING

    def create(self, request: Request) -> Physical:
        subnet = request.call(
            "ec2",
            "CreateSubnet",
            VpcId=request.properties["VpcId"],
            CidrBlock=request.properties.get("CidrBlock"),
            AvailabilityZone=request.properties.get("AvailabilityZone"),
            TagSpecifications=tag_specifications(request, "subnet"),
        )["Subnet"]
        with existing(subnet["SubnetId"]):
            self._set_public(request, subnet["SubnetId"])
        keys = ("AvailabilityZone", "CidrBlock", "SubnetId", "VpcId")
        return Physical(subnet["SubnetId"], {key: subnet[key] for key in keys})

    def update(self, request: Request) -> Physical:
        self._set_public(request, request.physical_id)
        return Physical(request.physical_id, request.attributes)

    def delete(self, request: Request) -> None:
        ignoring_missing(request, "ec2", "DeleteSubnet", SubnetId=request.physical_id)

    def _set_public(self, request: Request, subnet: str) -> None:
        value = request.properties.get("MapPublicIpOnLaunch", False)
        if value != request.previous.get("MapPublicIpOnLaunch", False):
            request.call(
                "ec2", "ModifySubnetAttribute", SubnetId=subnet, MapPublicIpOnLaunch={"Value": value}
            )


class SecurityGroup(Handler):
    type = "AWS::EC2::SecurityGroup"
    tagging = TAGGING

    def create(self, request: Request) -> Physical:
        properties = request.properties
        group = request.call(
            "ec2",
            "CreateSecurityGroup",
            GroupName=properties.get("GroupName") or request.generated_name(255),
            Description=properties["GroupDescription"],
            VpcId=properties.get("VpcId"),
            TagSpecifications=tag_specifications(request, "security-group"),
        )["GroupId"]
        with existing(group):
            self._sync_rules(request, group)
        attributes = {"GroupId": group, "Id": group, "VpcId": properties.get("VpcId", "")}
        return Physical(group, attributes)

    def update(self, request: Request) -> Physical:
        self._sync_rules(request, request.physical_id)
        return Physical(request.physical_id, request.attributes)

    def delete(self, request: Request) -> None:
        ignoring_missing(request, "ec2", "DeleteSecurityGroup", GroupId=request.physical_id)

    def _sync_rules(self, request: Request, group: str) -> None:
        for direction in ("Ingress", "Egress"):
            new, old = _rules(request.properties, direction), _rules(request.previous, direction)
            gone = [rule for rule in old if rule not in new]
            added = [rule for rule in new if rule not in old]
            for operation, rules in (("Revoke", gone), ("Authorize", added)):
                if rules:
                    request.call(
                        "ec2", f"{operation}SecurityGroup{direction}", GroupId=group, IpPermissions=rules
                    )


#: The default egress rule of EC2.
_EVERYWHERE = [{"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}]

#: A source or destination in a template, the API's list for it, and the member of the list's items.
_PEERS = {
    "CidrIp": ("IpRanges", "CidrIp"),
    "CidrIpv6": ("Ipv6Ranges", "CidrIpv6"),
    "SourcePrefixListId": ("PrefixListIds", "PrefixListId"),
    "DestinationPrefixListId": ("PrefixListIds", "PrefixListId"),
    "SourceSecurityGroupId": ("UserIdGroupPairs", "GroupId"),
    "DestinationSecurityGroupId": ("UserIdGroupPairs", "GroupId"),
}


def _rules(properties: dict[str, Any], direction: str) -> list[dict[str, Any]]:
    default = _EVERYWHERE if direction == "Egress" else []
    return [_permission(rule) for rule in properties.get(f"SecurityGroup{direction}") or default]


def _permission(rule: dict[str, Any]) -> dict[str, Any]:
    """Converts a rule in a template to the API's shape."""
    permission: dict[str, Any] = {key: rule[key] for key in ("IpProtocol", "FromPort", "ToPort") if key in rule}
    unknown = sorted(rule.keys() - permission.keys() - _PEERS.keys() - {"Description"})
    if unknown:
        raise LegacyHandlerError(
            f"the offline AWS does not emulate {', '.join(unknown)} of a security group rule"
        )
    about = {"Description": rule["Description"]} if "Description" in rule else {}
    for key, (listed, member) in _PEERS.items():
        if key in rule:
            permission[listed] = [{member: rule[key], **about}]
    return permission
