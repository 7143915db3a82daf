"""Tags of a stack reach its resources, and follow when they change."""

from __future__ import annotations

from typing import Any

import pytest
from stacks import ROLE_ARN, TRUST, Stacks, image, parameter, resource, template, version

from offline_aws.cloudformation.schema import schema_for

FUNCTION = {
    "Code": {"ZipFile": "1"}, "Role": ROLE_ARN, "Handler": "index.handler", "Runtime": "nodejs20.x",
}  # fmt: skip

#: A resource, and how its service lists its tags: `service.operation(parameter=attribute or Ref)[path]`.
TAGGED = [
    (image(), "sagemaker", "list_tags", "ResourceArn", "ImageArn", "Tags"),
    (
        resource("AWS::SageMaker::AppImageConfig", AppImageConfigName="c", JupyterLabAppImageConfig={}),
        "sagemaker", "list_tags", "ResourceArn", "AppImageConfigArn", "Tags",
    ),
    (
        resource("AWS::IAM::Role", AssumeRolePolicyDocument=TRUST),
        "iam", "list_role_tags", "RoleName", None, "Tags",
    ),
    (resource("AWS::S3::Bucket"), "s3", "get_bucket_tagging", "Bucket", None, "TagSet"),
    (resource("AWS::ECR::Repository"), "ecr", "list_tags_for_resource", "resourceArn", "Arn", "tags"),
    (resource("AWS::KMS::Key"), "kms", "list_resource_tags", "KeyId", None, "Tags"),
    (resource("AWS::Lambda::Function", **FUNCTION), "lambda", "list_tags", "Resource", "Arn", "Tags"),
    (resource("AWS::Logs::LogGroup"), "logs", "list_tags_log_group", "logGroupName", None, "tags"),
]  # fmt: skip


def listed(answer: Any) -> dict[str, str]:
    """Converts the shapes of all services to one."""
    if isinstance(answer, dict):
        return answer
    return {item.get("Key", item.get("TagKey", item.get("key"))): list(item.values())[1] for item in answer}


def tags(**values: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in values.items()]


@pytest.mark.parametrize("case", TAGGED, ids=lambda case: case[0]["Type"])
def test_a_changed_tag_of_the_stack_is_put_on_the_resource(stack: Stacks, clients, case: tuple) -> None:
    body, service, operation, name, attribute, path = case
    value = {"Fn::GetAtt": ["R", attribute]} if attribute else {"Ref": "R"}
    whole = template({"R": body}, Outputs={"O": {"Value": value}})

    def found() -> dict[str, str]:
        answer = getattr(getattr(clients, service), operation)(**{name: stack.outputs()["O"]})
        return listed(answer.get(path, {}))

    assert stack.deploy(whole, Tags=tags(t="1", gone="1")) == "CREATE_COMPLETE"
    assert found() == {"t": "1", "gone": "1"}
    assert stack.deploy(whole, Tags=tags(t="2", new="1")) == "UPDATE_COMPLETE"
    assert found() == {"t": "2", "new": "1"}


def test_stack_tags_reach_parameters_and_networks(stack: Stacks, clients) -> None:
    body = {
        "P": parameter(Name="/p", Tags={"own": "1"}),
        "V": resource("AWS::EC2::VPC", CidrBlock="10.0.0.0/16"),
    }

    def found() -> tuple[dict[str, str], dict[str, str]]:
        ssm = clients.ssm.list_tags_for_resource(ResourceType="Parameter", ResourceId="/p")["TagList"]
        vpc = clients.ec2.describe_vpcs(VpcIds=[stack.physical("V")])["Vpcs"][0]["Tags"]
        return listed(ssm), listed(vpc)

    stack.deploy(template(body), Tags=tags(t="1", gone="1"))
    assert found() == ({"t": "1", "gone": "1", "own": "1"}, {"t": "1", "gone": "1"})
    stack.deploy(template(body), Tags=tags(t="2"))
    assert found() == ({"t": "2", "own": "1"}, {"t": "2"})


def test_the_change_set_shows_changed_tags(stack: Stacks) -> None:
    body = template({"I": image(), "V": {**version(), "DependsOn": "I"}})
    stack.deploy(body, Tags=tags(t="1"))
    (change,) = stack.change_set(body, Tags=tags(t="2"))["Changes"]
    assert change["ResourceChange"]["LogicalResourceId"] == "I", "a version has no tags"
    assert change["ResourceChange"]["Scope"] == ["Tags"]
    assert change["ResourceChange"]["Replacement"] == "False"


def test_a_tag_of_the_resource_overrides_that_of_the_stack(stack: Stacks, clients) -> None:
    stack.deploy(template({"I": image(Tags=tags(t="own"))}), Tags=tags(t="stack"))
    stack.deploy(template({"I": image()}), Tags=tags(t="stack"))
    found = clients.sagemaker.list_tags(ResourceArn=stack.physical("I"))["Tags"]
    assert listed(found) == {"t": "stack"}


def test_tags_are_rolled_back_with_the_rest(stack: Stacks, clients) -> None:
    stack.deploy(template({"I": image()}), Tags=tags(t="1"))
    bad = version(ImageName="missing", at_DependsOn="I")
    result = stack.deploy(template({"I": image(), "Bad": bad}), Tags=tags(t="2", new="1"))
    assert result == "UPDATE_ROLLBACK_COMPLETE"
    found = clients.sagemaker.list_tags(ResourceArn=stack.physical("I"))["Tags"]
    assert listed(found) == {"t": "1"}


def test_types_of_sagemaker_get_no_system_tags(stack: Stacks, clients) -> None:
    """`cloudFormationSystemTags` is false in their schemas; it is true for images, which the emulator does not follow."""
    domain = resource(
        "AWS::SageMaker::Domain", DomainName="d", AuthMode="IAM", VpcId="vpc-1", SubnetIds=["subnet-1"],
        DefaultUserSettings={"ExecutionRole": ROLE_ARN},
    )  # fmt: skip
    resources = {
        "C": resource("AWS::SageMaker::AppImageConfig", AppImageConfigName="c", JupyterLabAppImageConfig={}),
        "D": domain,
        "U": resource("AWS::SageMaker::UserProfile", DomainId={"Ref": "D"}, UserProfileName="u"),
        "S": resource("AWS::SageMaker::Space", DomainId={"Ref": "D"}, SpaceName="s"),
    }
    for name, kind in {"C": "AppImageConfig", "D": "Domain", "U": "UserProfile", "S": "Space"}.items():
        assert schema_for(f"AWS::SageMaker::{kind}", "us-east-1").document["tagging"]["cloudFormationSystemTags"] is False, name
    arns = {"C": "AppImageConfigArn", "D": "DomainArn", "U": "UserProfileArn", "S": "SpaceArn"}
    outputs = {name: {"Value": {"Fn::GetAtt": [name, attribute]}} for name, attribute in arns.items()}
    stack.deploy(template(resources, Outputs=outputs), Tags=[{"Key": "team", "Value": "vision"}])
    for arn in stack.outputs().values():
        assert clients.sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "team", "Value": "vision"}], arn
