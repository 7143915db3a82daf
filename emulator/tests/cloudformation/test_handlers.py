"""What the handlers of resource types check and keep."""

from __future__ import annotations

from typing import Any

from stacks import TRUST, Stacks, resource, template

from offline_aws.cloudformation.handlers import handler_for
from offline_aws.cloudformation.schema import schema_for


def test_a_network_for_a_domain(stack: Stacks, clients) -> None:
    body = {
        "V": resource("AWS::EC2::VPC", CidrBlock="10.0.0.0/16"),
        "S": resource("AWS::EC2::Subnet", VpcId={"Ref": "V"}, CidrBlock="10.0.0.0/24"),
        "G": resource("AWS::EC2::SecurityGroup", VpcId={"Ref": "V"}, GroupDescription="d"),
    }
    outputs = {"Default": {"Value": {"Fn::GetAtt": ["V", "DefaultSecurityGroup"]}}}
    assert stack.deploy(template(body, Outputs=outputs)) == "CREATE_COMPLETE"
    subnet = clients.ec2.describe_subnets(SubnetIds=[stack.physical("S")])["Subnets"][0]
    assert subnet["VpcId"] == stack.physical("V")
    assert stack.delete() == "DELETE_COMPLETE"


def test_a_role_whose_policy_is_refused_is_not_left_behind(stack: Stacks, clients) -> None:
    policies = [{"PolicyName": "bad", "PolicyDocument": {"Statement": "nonsense"}}]
    role = resource("AWS::IAM::Role", RoleName="r", AssumeRolePolicyDocument=TRUST, Policies=policies)
    assert stack.deploy(template({"R": role})) == "ROLLBACK_COMPLETE"
    assert [found["RoleName"] for found in clients.iam.list_roles()["Roles"]] == ["any"]


def test_the_tls_policy_of_the_bootstrap_bucket_does_not_deny_requests(stack: Stacks, clients) -> None:
    deny = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": ["arn:aws:s3:::bucket", "arn:aws:s3:::bucket/*"],
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ],
    }
    body = {
        "B": resource("AWS::S3::Bucket", BucketName="bucket"),
        "P": resource("AWS::S3::BucketPolicy", Bucket={"Ref": "B"}, PolicyDocument=deny),
    }
    stack.deploy(template(body))
    clients.s3.put_object(Bucket="bucket", Key="k", Body=b"v")
    assert clients.s3.get_object(Bucket="bucket", Key="k")["Body"].read() == b"v"


def test_generated_names_respect_the_limits_of_services(stack: Stacks) -> None:
    body = {
        "AVeryLongLogicalIdThatGoesOnAndOnAndOnAndOnAndOn": resource(
            "AWS::IAM::Role", AssumeRolePolicyDocument=TRUST
        ),
        "Bucket": resource("AWS::S3::Bucket"),
    }
    assert stack.deploy(template(body)) == "CREATE_COMPLETE"
    role, bucket = (
        stack.physical("AVeryLongLogicalIdThatGoesOnAndOnAndOnAndOnAndOn"),
        stack.physical("Bucket"),
    )
    assert role.startswith("stack-AVeryLong")
    assert len(role) <= 64
    assert bucket == bucket.lower()


def test_the_rules_of_a_security_group_follow_the_template(stack: Stacks, clients) -> None:
    def deploy(**rules: list[dict[str, Any]]) -> tuple[list[Any], list[Any]]:
        group = resource("AWS::EC2::SecurityGroup", VpcId={"Ref": "V"}, GroupDescription="d", **rules)
        stack.deploy(template({"V": resource("AWS::EC2::VPC", CidrBlock="10.0.0.0/16"), "G": group}))
        found = clients.ec2.describe_security_groups(GroupIds=[stack.physical("G")])["SecurityGroups"][0]
        return [
            sorted((p.get("FromPort"), p["IpRanges"][0]["CidrIp"]) for p in found[key])
            for key in ("IpPermissions", "IpPermissionsEgress")
        ]

    def rule(port: int) -> dict[str, Any]:
        return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "CidrIp": "10.0.0.0/8"}

    everywhere = [(None, "0.0.0.0/0")]
    assert deploy(SecurityGroupIngress=[rule(80), rule(81)]) == [
        [(80, "10.0.0.0/8"), (81, "10.0.0.0/8")],
        everywhere,
    ]
    assert deploy(SecurityGroupIngress=[rule(81)], SecurityGroupEgress=[rule(82)]) == [
        [(81, "10.0.0.0/8")],
        [(82, "10.0.0.0/8")],
    ]
    assert deploy() == [[], everywhere]


def test_an_unsupported_property_fails(stack: Stacks) -> None:
    website = resource("AWS::S3::Bucket", WebsiteConfiguration={"IndexDocument": "index.html"})
    assert stack.deploy(template({"R": website})) == "ROLLBACK_COMPLETE"
    assert stack.reason("R") == "the offline AWS does not emulate WebsiteConfiguration of AWS::S3::Bucket"


def test_supported_properties_are_in_the_schema() -> None:
    from offline_aws.cloudformation.handlers import _handlers

    for resource_type, handler in _handlers().items():
        document = schema_for(resource_type, "us-east-1").document
        declared = (handler.supports or frozenset()) | handler.without_effect
        assert declared <= document["properties"].keys(), resource_type


def test_every_handler_has_a_type_in_the_registry() -> None:
    from offline_aws.cloudformation.handlers import _handlers

    for resource_type in _handlers():
        assert schema_for(resource_type, "us-east-1") is not None, resource_type
        assert handler_for(resource_type) is not None
