from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from stacks import Stacks, parameter, resource, template, version

#: Fails at once, since its image does not exist.
BAD = version()


def names(clients) -> set[str]:
    return {p["Name"] for p in clients.ssm.describe_parameters()["Parameters"]}


def test_each_resource_has_its_events(stack: Stacks) -> None:
    stack.deploy(template({"P": parameter(Name="/p")}))
    assert stack.history() == [
        "stack REVIEW_IN_PROGRESS",
        "stack CREATE_IN_PROGRESS",
        "P CREATE_IN_PROGRESS",
        "P CREATE_IN_PROGRESS",
        "P CREATE_COMPLETE",
        "stack CREATE_COMPLETE",
    ]
    initiated = stack.events()[3]
    assert initiated["ResourceStatusReason"] == "Resource creation Initiated"
    assert initiated["PhysicalResourceId"] == "/p"


def test_references_order_the_work(stack: Stacks) -> None:
    body = template(
        {
            "A": parameter({"Ref": "B"}),
            "B": parameter({"Fn::Sub": "${C.Value}"}),
            "C": parameter("c", at_DependsOn=["D"]),
            "D": parameter("d"),
        }
    )
    stack.deploy(body)
    completed = [line for line in stack.history() if line.endswith("CREATE_COMPLETE")]
    assert completed == [f"{name} CREATE_COMPLETE" for name in ("D", "C", "B", "A", "stack")]


def test_conditions_select_resources(stack: Stacks) -> None:
    body = template(
        {
            "A": parameter(),
            "B": parameter("b", at_Condition="No", at_DependsOn="A"),
            "C": parameter(at_DependsOn="B"),
        },
        Conditions={"No": {"Fn::Equals": ["a", "b"]}},
        Outputs={"B": {"Condition": "No", "Value": {"Ref": "B"}}},
    )
    assert stack.deploy(body) == "CREATE_COMPLETE"
    assert set(stack.resources()) == {"A", "C"}
    assert stack.outputs() == {}


def test_a_failed_creation_leaves_nothing(stack: Stacks, clients) -> None:
    assert (
        stack.deploy(template({"P": parameter(Name="/p"), "V": {**BAD, "DependsOn": "P"}}))
        == "ROLLBACK_COMPLETE"
    )
    assert names(clients) == set()
    assert (
        stack.history()[-5:]
        == [
            "stack ROLLBACK_IN_PROGRESS",
            "V DELETE_COMPLETE",
            "P DELETE_IN_PROGRESS",
            "P DELETE_COMPLETE",
            "stack ROLLBACK_COMPLETE",
        ]
        or "P DELETE_COMPLETE" in stack.history()
    )
    reason = next(e for e in stack.events() if e["ResourceStatus"] == "ROLLBACK_IN_PROGRESS")
    assert reason["ResourceStatusReason"] == (
        "The following resource(s) failed to create: [V]. Rollback requested by user."
    )
    assert 'Resource handler returned message: "' in stack.reason("V")
    assert "HandlerErrorCode: NotFound" in stack.reason("V")


@pytest.mark.parametrize(
    ("policy", "kept"), [("Retain", True), ("RetainExceptOnCreate", False), ("Delete", False)]
)
def test_the_deletion_policy_decides_what_a_failed_creation_keeps(
    stack: Stacks, clients, policy: str, kept: bool
) -> None:
    kept_or_not = parameter(Name="/p", at_DeletionPolicy=policy)
    stack.deploy(template({"P": kept_or_not, "V": {**BAD, "DependsOn": "P"}}))
    assert stack.status() == "ROLLBACK_COMPLETE"
    assert names(clients) == ({"/p"} if kept else set())
    assert ("DELETE_SKIPPED" in stack.history("P")) is kept


def test_an_existing_name_fails_and_is_not_taken_over(stack: Stacks, clients) -> None:
    clients.ssm.put_parameter(Name="/p", Value="theirs", Type="String")
    assert stack.deploy(template({"P": parameter("mine", Name="/p")})) == "ROLLBACK_COMPLETE"
    assert "HandlerErrorCode: AlreadyExists" in stack.reason("P")
    assert clients.ssm.get_parameter(Name="/p")["Parameter"]["Value"] == "theirs"


def test_a_failure_cancels_running_resources_and_starts_no_others(stack: Stacks, clients) -> None:
    clients.sagemaker_image("img")
    body = template(
        {
            "Good": version(),
            "Bad": version("1", ImageName="missing"),
            "Never": parameter(at_DependsOn="Good"),
        }
    )
    assert stack.deploy(body) == "ROLLBACK_COMPLETE"
    assert stack.reason("Good") == "Resource creation cancelled"
    assert stack.history("Good")[-1] == "DELETE_COMPLETE"
    assert stack.history("Never") == []


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (
            parameter("v", Foo=1),
            "Properties validation failed for resource R with message:\n"
            "#: extraneous key [Foo] is not permitted",
        ),
        (resource("AWS::SSM::Parameter", Type="String"), "#: required key [Value] not found"),
        (parameter("v", Tier="Huge"), "#/Tier: Huge is not a valid enum value"),
        (
            resource("AWS::DynamoDB::Table", KeySchema=[{"AttributeName": "a", "KeyType": "HASH"}]),
            "the offline AWS does not support the resource type AWS::DynamoDB::Table",
        ),
    ],
)
def test_properties_are_validated_when_the_resource_is_created(stack: Stacks, bad: dict, reason: str) -> None:
    assert stack.deploy(template({"R": bad})) == "ROLLBACK_COMPLETE"
    assert reason in stack.reason("R")


def test_a_missing_import_fails_the_resource(stack: Stacks) -> None:
    assert stack.deploy(template({"P": parameter({"Fn::ImportValue": "nothing"})})) == "ROLLBACK_COMPLETE"
    assert stack.reason("P") == "No export named nothing found."


def test_a_missing_dynamic_reference_fails_the_resource(stack: Stacks, clients) -> None:
    body = template({"A": parameter(), "B": parameter("{{resolve:ssm:/none}}", at_DependsOn="A")})
    assert stack.deploy(body) == "ROLLBACK_COMPLETE"
    assert stack.reason("B") == "Parameter /none not found in the parameter store"
    assert names(clients) == set()


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({"Fn::ImportValue": "nothing"}, "No export named nothing found"),
        ("{{resolve:ssm:/none}}", "Parameter /none not found in the parameter store"),
    ],
)
def test_an_unresolved_output_fails_the_stack(
    stack: Stacks, clients, value: Any, reason: str
) -> None:
    body = template({"P": parameter()}, Outputs={"O": {"Value": value}})
    assert stack.deploy(body) == "ROLLBACK_COMPLETE"
    (why,) = [
        e["ResourceStatusReason"] for e in stack.events() if e["ResourceStatus"] == "ROLLBACK_IN_PROGRESS"
    ]
    assert why == f"{reason}. Rollback requested by user."
    assert names(clients) == set()


def test_without_rollback_the_stack_can_be_repaired(stack: Stacks, clients) -> None:
    no_rollback = {"DisableRollback": True}
    broken = template({"P": parameter(Name="/p"), "V": {**BAD, "DependsOn": "P"}})
    assert stack.deploy(broken, execute=no_rollback) == "CREATE_FAILED"
    assert names(clients) == {"/p"}
    assert stack.deploy(template({"P": parameter(Name="/p"), "Q": parameter()})) == "UPDATE_COMPLETE"
    assert set(stack.resources()) == {"P", "Q"}


def test_without_rollback_the_stack_can_be_rolled_back_later(stack: Stacks, clients) -> None:
    broken = template({"P": parameter(Name="/p"), "V": {**BAD, "DependsOn": "P"}})
    stack.deploy(broken, execute={"DisableRollback": True})
    stack.cfn.rollback_stack(StackName="stack")
    assert stack.status() == "ROLLBACK_COMPLETE"
    assert names(clients) == set()


def test_create_stack_works_like_a_change_set(stack: Stacks, clients) -> None:
    created = stack.cfn.create_stack(
        StackName="stack", TemplateBody=template({"P": parameter()}), EnableTerminationProtection=True
    )
    assert stack.describe()["StackId"] == created["StackId"]
    assert stack.status() == "CREATE_COMPLETE"
    with pytest.raises(ClientError, match="AlreadyExistsException"):
        stack.cfn.create_stack(StackName="stack", TemplateBody=template({"P": parameter()}))
    with pytest.raises(ClientError, match="No updates are to be performed"):
        stack.cfn.update_stack(StackName="stack", TemplateBody=template({"P": parameter()}))
    stack.cfn.update_stack(StackName="stack", TemplateBody=template({"P": parameter("2")}))
    assert stack.status() == "UPDATE_COMPLETE"
    with pytest.raises(ClientError, match="TerminationProtection is enabled"):
        stack.cfn.delete_stack(StackName="stack")
    stack.cfn.update_termination_protection(StackName="stack", EnableTerminationProtection=False)
    assert stack.delete() == "DELETE_COMPLETE"


def test_on_failure_delete_removes_the_stack(stack: Stacks) -> None:
    created = stack.cfn.create_stack(StackName="stack", TemplateBody=template({"V": BAD}), OnFailure="DELETE")
    assert stack.status() is None
    by_id = stack.cfn.describe_stacks(StackName=created["StackId"])["Stacks"][0]
    assert by_id["StackStatus"] == "DELETE_COMPLETE"


def test_an_operation_can_run_in_the_background(stack: Stacks, clients, eventually) -> None:
    """With answer_seconds=0 the API answers at once, as AWS does."""
    clients.control("POST", "settings", json={"answer_seconds": 0, "version_seconds": 0.3})
    clients.sagemaker_image("img")
    stack.deploy(template({"V": version()}))
    assert stack.status() == "CREATE_IN_PROGRESS"
    with pytest.raises(ClientError, match="cannot be deleted while in status CREATE_IN_PROGRESS"):
        stack.cfn.delete_stack(StackName="stack")
    eventually(lambda: stack.status() == "CREATE_COMPLETE")
