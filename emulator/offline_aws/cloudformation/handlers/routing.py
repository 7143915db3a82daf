"""AWS::EC2::*: gateways and routes, as the CDK's `ec2.Vpc` creates them. Nothing is routed."""

from __future__ import annotations

from offline_aws.cloudformation.handlers.base import Handler, Physical, Request, ignoring_missing
from offline_aws.cloudformation.handlers.ec2 import TAGGING, Ec2Tagging, tag_specifications


class _Fixed(Handler):
    """A resource that only changes by replacement, except for its tags."""

    def update(self, request: Request) -> Physical:
        return Physical(request.physical_id, request.attributes)


class InternetGateway(_Fixed):
    type = "AWS::EC2::InternetGateway"
    tagging = TAGGING

    def create(self, request: Request) -> Physical:
        tags = tag_specifications(request, "internet-gateway")
        gateway = request.call("ec2", "CreateInternetGateway", TagSpecifications=tags)["InternetGateway"]
        return Physical(gateway["InternetGatewayId"], {"InternetGatewayId": gateway["InternetGatewayId"]})

    def delete(self, request: Request) -> None:
        ignoring_missing(request, "ec2", "DeleteInternetGateway", InternetGatewayId=request.physical_id)


class GatewayAttachment(Handler):
    type = "AWS::EC2::VPCGatewayAttachment"
    supports = frozenset({"InternetGatewayId", "VpcId"})

    def create(self, request: Request) -> Physical:
        request.call("ec2", "AttachInternetGateway", **request.properties)
        return Physical(f"IGW|{request.properties['VpcId']}", {"AttachmentType": "IGW"})

    def update(self, request: Request) -> Physical:
        request.call("ec2", "DetachInternetGateway", **request.previous)
        return self.create(request)

    def delete(self, request: Request) -> None:
        ignoring_missing(request, "ec2", "DetachInternetGateway", **request.properties)


class RouteTable(_Fixed):
    type = "AWS::EC2::RouteTable"
    tagging = TAGGING

    def create(self, request: Request) -> Physical:
        tags = tag_specifications(request, "route-table")
        vpc = request.properties["VpcId"]
        table = request.call("ec2", "CreateRouteTable", VpcId=vpc, TagSpecifications=tags)["RouteTable"]
        return Physical(table["RouteTableId"], {"RouteTableId": table["RouteTableId"]})

    def delete(self, request: Request) -> None:
        ignoring_missing(request, "ec2", "DeleteRouteTable", RouteTableId=request.physical_id)


class RouteTableAssociation(_Fixed):
    type = "AWS::EC2::SubnetRouteTableAssociation"

    def create(self, request: Request) -> Physical:
        association = request.call("ec2", "AssociateRouteTable", **request.properties)["AssociationId"]
        return Physical(association, {"Id": association})

    def delete(self, request: Request) -> None:
        ignoring_missing(request, "ec2", "DisassociateRouteTable", AssociationId=request.physical_id)


class Route(Handler):
    type = "AWS::EC2::Route"
    supports = frozenset({"DestinationCidrBlock", "GatewayId", "NatGatewayId", "RouteTableId"})

    def create(self, request: Request) -> Physical:
        request.call("ec2", "CreateRoute", **request.properties)
        destination = request.properties["DestinationCidrBlock"]
        return Physical(f"{request.properties['RouteTableId']}|{destination}", {"CidrBlock": destination})

    def update(self, request: Request) -> Physical:
        request.call("ec2", "ReplaceRoute", **request.properties)
        return Physical(request.physical_id, request.attributes)

    def delete(self, request: Request) -> None:
        keys = ("DestinationCidrBlock", "RouteTableId")
        ignoring_missing(request, "ec2", "DeleteRoute", **{key: request.properties[key] for key in keys})


class ElasticIp(_Fixed):
    type = "AWS::EC2::EIP"
    supports = frozenset({"Domain", "Tags"})
    tagging = Ec2Tagging(attribute="AllocationId")

    def create(self, request: Request) -> Physical:
        tags = tag_specifications(request, "elastic-ip")
        address = request.call("ec2", "AllocateAddress", Domain="vpc", TagSpecifications=tags)
        return Physical(address["PublicIp"], {key: address[key] for key in ("AllocationId", "PublicIp")})

    def delete(self, request: Request) -> None:
        ignoring_missing(request, "ec2", "ReleaseAddress", AllocationId=request.attributes["AllocationId"])


class NatGateway(_Fixed):
    type = "AWS::EC2::NatGateway"
    supports = frozenset({"AllocationId", "ConnectivityType", "SubnetId", "Tags"})
    tagging = TAGGING

    def create(self, request: Request) -> Physical:
        given = {key: value for key, value in request.properties.items() if key != "Tags"}
        tags = tag_specifications(request, "natgateway")
        gateway = request.call("ec2", "CreateNatGateway", **given, TagSpecifications=tags)["NatGateway"]
        return Physical(gateway["NatGatewayId"], {"NatGatewayId": gateway["NatGatewayId"]})

    def delete(self, request: Request) -> None:
        ignoring_missing(request, "ec2", "DeleteNatGateway", NatGatewayId=request.physical_id)
