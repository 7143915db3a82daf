"""App image configs and Studio resources in stacks."""

from __future__ import annotations

from typing import Any

import pytest
from stacks import Stacks, resource, template

ROLE = "arn:aws:iam::123456789012:role/any"


def test_removing_the_app_type_of_an_app_image_config_fails(stack: Stacks) -> None:
    def body(**config: Any) -> str:
        return template({"R": resource("AWS::SageMaker::AppImageConfig", AppImageConfigName="c", **config)})

    stack.deploy(body(KernelGatewayImageConfig={"KernelSpecs": [{"Name": "k"}]}))
    assert stack.deploy(body(JupyterLabAppImageConfig={})) == "UPDATE_ROLLBACK_COMPLETE"
    assert stack.reason("R") == "the offline AWS does not emulate the removal of KernelGatewayImageConfig"


def test_an_app_image_config_of_another_name_may_be_for_another_app(stack: Stacks, clients) -> None:
    def body(name: str, **config: Any) -> str:
        return template({"R": resource("AWS::SageMaker::AppImageConfig", AppImageConfigName=name, **config)})

    stack.deploy(body("one", KernelGatewayImageConfig={"KernelSpecs": [{"Name": "k"}]}))
    assert stack.deploy(body("two", JupyterLabAppImageConfig={})) == "UPDATE_COMPLETE"
    (config,) = clients.sagemaker.list_app_image_configs()["AppImageConfigs"]
    assert config["AppImageConfigName"] == "two"
    assert "KernelGatewayImageConfig" not in config


@pytest.mark.parametrize("kind", ["AWS::SageMaker::AppImageConfig", "AWS::SageMaker::Space"])
def test_tags_of_studio_resources_can_change(stack: Stacks, clients, kind: str) -> None:
    def deploy(value: str) -> dict[str, str]:
        domain = resource(
            "AWS::SageMaker::Domain",
            DomainName="d",
            AuthMode="IAM",
            VpcId={"Ref": "V"},
            SubnetIds=[{"Ref": "S"}],
            DefaultUserSettings={"ExecutionRole": ROLE},
        )
        properties = {
            "AWS::SageMaker::AppImageConfig": {"AppImageConfigName": "c", "CodeEditorAppImageConfig": {}},
            "AWS::SageMaker::Space": {"DomainId": {"Ref": "D"}, "SpaceName": "s"},
        }[kind]
        arn = "AppImageConfigArn" if kind.endswith("Config") else "SpaceArn"
        body = {
            "V": resource("AWS::EC2::VPC", CidrBlock="10.0.0.0/16"),
            "S": resource("AWS::EC2::Subnet", VpcId={"Ref": "V"}, CidrBlock="10.0.0.0/24"),
            "D": domain,
            "R": resource(kind, Tags=[{"Key": "t", "Value": value}], **properties),
        }
        status = stack.deploy(template(body, Outputs={"Arn": {"Value": {"Fn::GetAtt": ["R", arn]}}}))
        assert status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"), stack.history()
        tags = clients.sagemaker.list_tags(ResourceArn=stack.outputs()["Arn"])["Tags"]
        return {tag["Key"]: tag["Value"] for tag in tags}

    assert deploy("1") == {"t": "1"}
    assert deploy("2") == {"t": "2"}
