from __future__ import annotations

from typing import Any

import pytest
from stacks import Stacks, parameter, resource, template


@pytest.fixture
def child(clients: Any) -> Any:
    """Puts a child template into a bucket; the parent's resource for it."""
    clients.s3.create_bucket(Bucket="templates")

    def put(key: str, resources: dict[str, Any], **parameters: str) -> dict[str, Any]:
        body = template(
            resources,
            Parameters={name: {"Type": "String"} for name in parameters},
            Outputs={"Name": {"Value": {"Ref": "P"}}},
        )
        clients.s3.put_object(Bucket="templates", Key=key, Body=body)
        url = f"https://s3.us-east-1.amazonaws.com/templates/{key}"
        return resource("AWS::CloudFormation::Stack", TemplateURL=url, Parameters=parameters)

    return put


OUTPUT = {"O": {"Value": {"Fn::GetAtt": ["Child", "Outputs.Name"]}}}


def test_a_nested_stack_is_created_updated_and_deleted_with_its_parent(stack: Stacks, child, clients) -> None:
    one = child("1", {"P": parameter({"Ref": "V"}, Name="/p1")}, V="1")
    assert stack.deploy(template({"Child": one}, Outputs=OUTPUT)) == "CREATE_COMPLETE"
    assert stack.outputs() == {"O": "/p1"}
    assert clients.ssm.get_parameter(Name="/p1")["Parameter"]["Value"] == "1"
    two = child("2", {"P": parameter({"Ref": "V"}, Name="/p2")}, V="2")
    assert stack.deploy(template({"Child": two}, Outputs=OUTPUT)) == "UPDATE_COMPLETE"
    assert stack.outputs() == {"O": "/p2"}
    nested = clients.cloudformation.describe_stacks(StackName=stack.physical("Child"))["Stacks"][0]
    assert nested["StackStatus"] == "UPDATE_COMPLETE"
    assert stack.delete() == "DELETE_COMPLETE"
    assert clients.cloudformation.describe_stacks()["Stacks"] == []
    assert clients.ssm.describe_parameters()["Parameters"] == []


def test_a_failed_child_fails_its_parent_and_leaves_nothing(stack: Stacks, child, clients) -> None:
    bad = child("bad", {"P": parameter(Name="/p"), "Q": parameter("v", Tier="Huge", at_DependsOn="P")})
    assert stack.deploy(template({"Child": bad})) == "ROLLBACK_COMPLETE"
    assert "was not successfully created: The following resource(s) failed to create: [Q]" in stack.reason(
        "Child"
    )
    assert clients.cloudformation.describe_stacks()["Stacks"][0]["StackName"] == "stack"
    assert clients.ssm.describe_parameters()["Parameters"] == []


def test_a_failed_update_of_a_child_is_rolled_back(stack: Stacks, child, clients) -> None:
    good = child("good", {"P": parameter("1", Name="/p")})
    stack.deploy(template({"Child": good}))
    bad = child("bad", {"P": parameter("2", Name="/p"), "Q": parameter("v", Tier="Huge", at_DependsOn="P")})
    assert stack.deploy(template({"Child": bad})) == "UPDATE_ROLLBACK_COMPLETE"
    assert clients.ssm.get_parameter(Name="/p")["Parameter"]["Value"] == "1"
    assert "was not successfully updated: The following resource(s) failed to update: [Q]" in stack.reason("Child")
