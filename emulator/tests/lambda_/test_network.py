"""Functions in a VPC, and the architectures of functions."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from conftest import ACCOUNT, REGION, Clients
from stacks import Stacks, resource, template

CODE = "exports.handler = async () => 1"
ACTIONS = ["CreateNetworkInterface", "DescribeNetworkInterfaces", "DescribeSubnets", "DeleteNetworkInterface"]
LAMBDA_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


@pytest.fixture
def vpc(clients: Clients) -> dict[str, str]:
    network = clients.ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = clients.ec2.create_subnet(VpcId=network, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    group = clients.ec2.create_security_group(GroupName="g", Description="d", VpcId=network)["GroupId"]
    return {"vpc": network, "subnet": subnet, "group": group}


@pytest.fixture
def config(vpc: dict[str, str]) -> dict[str, list[str]]:
    return {"SubnetIds": [vpc["subnet"]], "SecurityGroupIds": [vpc["group"]]}


@pytest.fixture
def allow(clients: Clients) -> Callable[..., None]:
    """`allow(action, resource)`, one pair or more: what the role of functions may do."""

    def put(*pairs: tuple[str, Any]) -> None:
        statements = [{"Effect": "Allow", "Action": action, "Resource": on} for action, on in pairs]
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        clients.iam.put_role_policy(RoleName="runner", PolicyName="p", PolicyDocument=document)

    return put


def refusal(call: Callable[..., Any], *args: Any, **params: Any) -> str:
    with pytest.raises(ClientError) as error:
        call(*args, **params)
    assert error.value.response["Error"]["Code"] == "InvalidParameterValueException"
    return str(error.value.response["Error"]["Message"])


def test_a_function_in_a_vpc_knows_its_vpc(functions, vpc, config) -> None:
    functions.create(CODE, VpcConfig=config)
    assert functions.client.get_function_configuration(FunctionName="f")["VpcConfig"] == {**config, "VpcId": vpc["vpc"]}
    assert functions.call()["Payload"] == 1


def test_subnets_and_security_groups_must_exist(functions, config) -> None:
    missing = {**config, "SubnetIds": ["subnet-0"]}
    assert refusal(functions.create, CODE, VpcConfig=missing) == (
        "Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound. "
        "EC2 Error Message: The subnet ID 'subnet-0' does not exist"
    )
    missing = {**config, "SecurityGroupIds": ["sg-0"]}
    assert "The security group 'sg-0' does not exist" in refusal(functions.create, CODE, VpcConfig=missing)


def test_subnets_come_with_security_groups(functions, config) -> None:
    alone = {"SubnetIds": config["SubnetIds"], "SecurityGroupIds": []}
    message = "SubnetIds and SecurityIds must coexist or be both empty list."
    assert refusal(functions.create, CODE, VpcConfig=alone) == message


@pytest.mark.parametrize("missing", ACTIONS)
def test_the_role_of_a_function_in_a_vpc_needs_permissions_on_ec2(clients, functions, config, allow, missing) -> None:
    clients.control("POST", "settings", json={"enforce_iam": True})
    allow(*((f"ec2:{action}", "*") for action in ACTIONS if action != missing))
    message = f"The provided execution role does not have permissions to call {missing} on EC2"
    assert refusal(functions.create, CODE, VpcConfig=config) == message
    allow(*((f"ec2:{action}", "*") for action in ACTIONS))
    functions.create(CODE, VpcConfig=config)


def test_permissions_on_the_resources_of_the_vpc_suffice(clients, functions, vpc, config, allow) -> None:
    clients.control("POST", "settings", json={"enforce_iam": True})
    root = f"arn:aws:ec2:{REGION}:{ACCOUNT}"
    interfaces, subnet, group = (
        f"{root}:network-interface/*", f"{root}:subnet/{vpc['subnet']}", f"{root}:security-group/{vpc['group']}"
    )  # fmt: skip
    read = ("ec2:Describe*", "*")
    allow(read, ("ec2:*NetworkInterface", [interfaces, subnet]))
    assert "CreateNetworkInterface" in refusal(functions.create, CODE, VpcConfig=config)
    allow(read, ("ec2:*NetworkInterface", [interfaces, subnet, group]))
    functions.create(CODE, VpcConfig=config)


def test_an_update_that_moves_a_function_into_a_vpc_is_checked(clients, functions, config) -> None:
    clients.control("POST", "settings", json={"enforce_iam": True})
    functions.create(CODE)
    update = functions.client.update_function_configuration
    assert "CreateNetworkInterface" in refusal(update, FunctionName="f", VpcConfig=config)
    update(FunctionName="f", Timeout=5)


def test_a_new_role_of_a_function_in_a_vpc_is_checked(clients, functions, config, allow) -> None:
    clients.control("POST", "settings", json={"enforce_iam": True})
    allow(("ec2:*", "*"))
    functions.create(CODE, VpcConfig=config)
    other = clients.iam.create_role(RoleName="other", AssumeRolePolicyDocument=json.dumps(LAMBDA_TRUST))
    update = functions.client.update_function_configuration
    assert "CreateNetworkInterface" in refusal(update, FunctionName="f", Role=other["Role"]["Arn"])
    update(FunctionName="f", Timeout=5)


def test_without_enforcement_the_role_needs_nothing(functions, config) -> None:
    functions.create(CODE, VpcConfig=config)


@pytest.fixture
def stack(clients: Clients) -> Stacks:
    return Stacks(clients.cloudformation)


def in_stack(**properties: Any) -> dict[str, Any]:
    role = resource("AWS::IAM::Role", RoleName="runner", AssumeRolePolicyDocument=LAMBDA_TRUST)
    function = resource(
        "AWS::Lambda::Function",
        FunctionName="f",
        Code={"ZipFile": CODE},
        Handler="index.handler",
        Runtime="nodejs20.x",
        Role={"Fn::GetAtt": ["Role", "Arn"]},
        **properties,
    )
    return {
        "Vpc": resource("AWS::EC2::VPC", CidrBlock="10.0.0.0/16"),
        "Subnet": resource("AWS::EC2::Subnet", VpcId={"Ref": "Vpc"}, CidrBlock="10.0.0.0/24"),
        "Group": resource("AWS::EC2::SecurityGroup", VpcId={"Ref": "Vpc"}, GroupDescription="d"),
        "Role": role,
        "F": function,
    }


IN_VPC = {"SubnetIds": [{"Ref": "Subnet"}], "SecurityGroupIds": [{"Fn::GetAtt": ["Group", "GroupId"]}]}


def test_cloudformation_moves_a_function_into_a_vpc_and_out_of_it(stack, clients) -> None:
    def deployed(**properties: Any) -> Any:
        assert stack.deploy(template(in_stack(**properties))).endswith("ATE_COMPLETE"), stack.history()
        function = getattr(clients, "lambda").get_function_configuration(FunctionName="f")
        return function.get("VpcConfig", {}).get("VpcId")

    assert deployed(VpcConfig=IN_VPC) == stack.physical("Vpc")
    assert deployed() is None
    assert deployed(VpcConfig=IN_VPC) == stack.physical("Vpc")
    assert stack.delete() == "DELETE_COMPLETE"


def test_cloudformation_reports_what_the_role_lacks(stack, clients) -> None:
    clients.control("POST", "settings", json={"enforce_iam": True})
    assert stack.deploy(template(in_stack(VpcConfig=IN_VPC))) == "ROLLBACK_COMPLETE"
    message = "The provided execution role does not have permissions to call CreateNetworkInterface on EC2 (Service: Lambda"
    assert message in stack.reason("F")


def test_a_function_has_one_of_two_architectures(stack, clients) -> None:
    def deployed(*architectures: str) -> list[str]:
        more = {"Architectures": list(architectures)} if architectures else {}
        assert stack.deploy(template(in_stack(**more))).endswith("ATE_COMPLETE"), stack.history()
        function = getattr(clients, "lambda")
        answer = function.invoke(FunctionName="f")
        assert json.loads(answer["Payload"].read()) == 1
        return function.get_function_configuration(FunctionName="f")["Architectures"]

    assert deployed("arm64") == ["arm64"]
    assert deployed("x86_64") == ["x86_64"]
    assert deployed("arm64") == ["arm64"]
    assert deployed() == ["x86_64"]
