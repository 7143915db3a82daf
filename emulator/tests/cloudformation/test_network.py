"""Networks: what the CDK's `ec2.Vpc` deploys."""

from __future__ import annotations

from typing import Any

from stacks import Stacks, resource, template

ANYWHERE = "0.0.0.0/0"


def ref(logical_id: str) -> dict[str, str]:
    return {"Ref": logical_id}


def network(**more: Any) -> dict[str, Any]:
    """A public and a private subnet; the private one reaches the internet through a NAT gateway."""
    public = {"RouteTableId": ref("PublicTable"), "DestinationCidrBlock": ANYWHERE, "GatewayId": ref("Internet")}
    private = {"RouteTableId": ref("PrivateTable"), "DestinationCidrBlock": ANYWHERE, "NatGatewayId": ref("Nat")}
    address = {"Fn::GetAtt": ["Address", "AllocationId"]}
    return {
        "Vpc": resource("AWS::EC2::VPC", CidrBlock="10.0.0.0/16", EnableDnsHostnames=True, EnableDnsSupport=True),
        "Public": resource("AWS::EC2::Subnet", VpcId=ref("Vpc"), CidrBlock="10.0.0.0/24", MapPublicIpOnLaunch=True),
        "Private": resource("AWS::EC2::Subnet", VpcId=ref("Vpc"), CidrBlock="10.0.1.0/24"),
        "Internet": resource("AWS::EC2::InternetGateway"),
        "Attachment": resource(
            "AWS::EC2::VPCGatewayAttachment", VpcId=ref("Vpc"), InternetGatewayId=ref("Internet")
        ),
        "PublicTable": resource("AWS::EC2::RouteTable", VpcId=ref("Vpc")),
        "PrivateTable": resource("AWS::EC2::RouteTable", VpcId=ref("Vpc")),
        "PublicAssociation": resource(
            "AWS::EC2::SubnetRouteTableAssociation", SubnetId=ref("Public"), RouteTableId=ref("PublicTable")
        ),
        "PublicRoute": resource("AWS::EC2::Route", ["Attachment"], **public),
        "Address": resource("AWS::EC2::EIP", Domain="vpc", **more),
        "Nat": resource(
            "AWS::EC2::NatGateway", ["PublicRoute"], SubnetId=ref("Public"), AllocationId=address, **more
        ),
        "PrivateRoute": resource("AWS::EC2::Route", **private),
    }


def test_a_network_is_created_tagged_and_deleted(stack: Stacks, clients) -> None:
    def tags() -> list[str]:
        address = clients.ec2.describe_addresses(PublicIps=[stack.physical("Address")])["Addresses"][0]
        gateway = clients.ec2.describe_nat_gateways(NatGatewayIds=[stack.physical("Nat")])["NatGateways"][0]
        return [found["Tags"][0]["Value"] for found in (address, gateway)]

    def named(name: str) -> str:
        return template(network(Tags=[{"Key": "Name", "Value": name}]))

    assert stack.deploy(named("one")) == "CREATE_COMPLETE", stack.history()
    assert tags() == ["one", "one"]
    tables = clients.ec2.describe_route_tables(RouteTableIds=[stack.physical("PrivateTable")])["RouteTables"]
    assert stack.physical("Nat") in [route.get("NatGatewayId") for route in tables[0]["Routes"]]
    assert stack.deploy(named("two")) == "UPDATE_COMPLETE", stack.history()
    assert tags() == ["two", "two"]
    vpc = stack.physical("Vpc")
    assert stack.delete() == "DELETE_COMPLETE"
    assert vpc not in [found["VpcId"] for found in clients.ec2.describe_vpcs()["Vpcs"]]


def test_a_route_follows_the_template(stack: Stacks, clients) -> None:
    def deployed(target: dict[str, Any]) -> dict[str, Any]:
        body = network()
        body["PrivateRoute"]["Properties"] = {
            "RouteTableId": ref("PrivateTable"), "DestinationCidrBlock": ANYWHERE, **target
        }  # fmt: skip
        assert stack.deploy(template(body)).endswith("ATE_COMPLETE"), stack.history()
        tables = clients.ec2.describe_route_tables(RouteTableIds=[stack.physical("PrivateTable")])["RouteTables"]
        return next(route for route in tables[0]["Routes"] if route["DestinationCidrBlock"] == ANYWHERE)

    assert deployed({"NatGatewayId": ref("Nat")})["NatGatewayId"] == stack.physical("Nat")
    assert deployed({"GatewayId": ref("Internet")})["GatewayId"] == stack.physical("Internet")


def test_a_missing_resource_counts_as_deleted(stack: Stacks, clients) -> None:
    body = {"Vpc": resource("AWS::EC2::VPC", CidrBlock="10.0.0.0/16")}
    body["Table"] = resource("AWS::EC2::RouteTable", VpcId=ref("Vpc"))
    stack.deploy(template(body))
    clients.ec2.delete_route_table(RouteTableId=stack.physical("Table"))
    assert stack.delete() == "DELETE_COMPLETE"
