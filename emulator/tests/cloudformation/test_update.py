"""Updates and their clean-up."""

from __future__ import annotations

import pytest
from stacks import ROLE_ARN, STATEMENT, TRUST, Stacks, image, parameter, template, version

from offline_aws.errors import ServiceError


def values(clients) -> dict[str, str]:
    names = [p["Name"] for p in clients.ssm.describe_parameters()["Parameters"]]
    return {name: clients.ssm.get_parameter(Name=name)["Parameter"]["Value"] for name in names}


def test_an_edit_in_place_keeps_the_resource(stack: Stacks, clients) -> None:
    stack.deploy(template({"P": parameter("1", Name="/p"), "Q": parameter("same", Name="/q")}))
    assert (
        stack.deploy(template({"P": parameter("2", Name="/p"), "Q": parameter("same", Name="/q")}))
        == "UPDATE_COMPLETE"
    )
    assert values(clients) == {"/p": "2", "/q": "same"}
    assert stack.history("P")[-2:] == ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"]
    assert stack.history("Q")[-1] == "CREATE_COMPLETE", "unchanged resources have no events"


def test_a_replacement_is_created_first_and_the_old_one_cleaned_up_last(stack: Stacks, clients) -> None:
    stack.deploy(template({"P": parameter(Name="/old")}))
    stack.deploy(template({"P": parameter(Name="/new"), "Q": parameter({"Ref": "P"}, Name="/q")}))
    assert values(clients) == {"/new": "v", "/q": "/new"}
    events = [(e["LogicalResourceId"], e["ResourceStatus"], e["PhysicalResourceId"]) for e in stack.events()]
    after = events[events.index(("stack", "UPDATE_IN_PROGRESS", stack.describe()["StackId"])) :]
    assert after[1] == ("P", "UPDATE_IN_PROGRESS", "/old")
    assert after[2:4] == [("P", "UPDATE_IN_PROGRESS", "/new"), ("P", "UPDATE_COMPLETE", "/new")]
    assert [event[1] for event in after[-4:]] == [
        "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "DELETE_IN_PROGRESS",
        "DELETE_COMPLETE",
        "UPDATE_COMPLETE",
    ]
    assert after[-3][2] == "/old"
    (reason,) = {
        e["ResourceStatusReason"] for e in stack.events() if "Requested" in e.get("ResourceStatusReason", "")
    }
    assert reason == "Requested update requires the creation of a new physical resource; hence creating one."


@pytest.mark.parametrize("policy", ["Retain", "Delete"])
def test_the_update_replace_policy_applies_to_replaced_resources(stack: Stacks, clients, policy: str) -> None:
    # the deletion policy says the opposite, and must not count
    other = "Delete" if policy == "Retain" else "Retain"
    policies = {"at_UpdateReplacePolicy": policy, "at_DeletionPolicy": other}
    stack.deploy(template({"P": parameter(Name="/old", **policies)}))
    stack.deploy(template({"P": parameter(Name="/new", **policies)}))
    assert ("/old" in values(clients)) is (policy == "Retain")
    assert ("DELETE_SKIPPED" in stack.history("P")) is (policy == "Retain")


@pytest.mark.parametrize("policy", ["Retain", "RetainExceptOnCreate", "Delete"])
def test_the_deletion_policy_applies_to_removed_resources(stack: Stacks, clients, policy: str) -> None:
    other = "Delete" if policy != "Delete" else "Retain"
    removed = parameter(Name="/p", at_DeletionPolicy=policy, at_UpdateReplacePolicy=other)
    stack.deploy(template({"P": removed, "Q": parameter()}))
    stack.deploy(template({"Q": parameter()}))
    assert ("/p" in values(clients)) is (policy != "Delete")
    assert set(stack.resources()) == {"Q"}


def test_another_type_is_a_replacement(stack: Stacks, clients) -> None:
    stack.deploy(template({"R": parameter(Name="/p")}))
    assert stack.deploy(template({"R": image()})) == "UPDATE_COMPLETE"
    assert values(clients) == {}
    assert stack.physical("R").endswith(":image/img")


def test_a_changed_attribute_updates_dependents(stack: Stacks, clients) -> None:
    def body(base: str) -> str:
        return template(
            {
                "I": image(),
                "V": {**version(base), "DependsOn": "I"},
                "P": parameter({"Fn::Sub": "${V.Version}"}, Name="/number"),
            }
        )

    stack.deploy(body("1"))
    assert values(clients) == {"/number": "1"}
    stack.deploy(body("2"))
    assert values(clients) == {"/number": "2"}


def test_a_failed_clean_up_does_not_fail_the_update(stack: Stacks, clients) -> None:
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "full"}}
    stack.deploy(template({"B": bucket, "P": parameter()}))
    clients.s3.put_object(Bucket="full", Key="k", Body=b"")
    assert stack.deploy(template({"P": parameter()})) == "UPDATE_COMPLETE"
    assert stack.history("B")[-6:] == ["DELETE_IN_PROGRESS", "DELETE_FAILED"] * 3
    assert [b["Name"] for b in clients.s3.list_buckets()["Buckets"]] == ["full"]


def test_a_clean_up_tries_three_times(stack: Stacks, clients, sagemaker_hook) -> None:
    stack.deploy(template({"I": image(), "P": parameter()}))
    failures = [1, 2]

    def fail_twice() -> None:
        if failures:
            failures.pop()
            raise ServiceError("ResourceInUse", "not now")

    sagemaker_hook("DeleteImage", fail_twice)
    assert stack.deploy(template({"P": parameter()})) == "UPDATE_COMPLETE"
    assert stack.history("I")[-6:] == ["DELETE_IN_PROGRESS", "DELETE_FAILED"] * 2 + [
        "DELETE_IN_PROGRESS",
        "DELETE_COMPLETE",
    ]
    assert clients.sagemaker.list_images()["Images"] == []


def test_parameters_can_change_without_the_template(stack: Stacks, clients) -> None:
    body = template({"P": parameter({"Ref": "Value"}, Name="/p")}, Parameters={"Value": {"Type": "String"}})
    stack.deploy(body, Parameters=[{"ParameterKey": "Value", "ParameterValue": "1"}])
    stack.cfn.update_stack(
        StackName="stack",
        UsePreviousTemplate=True,
        Parameters=[{"ParameterKey": "Value", "ParameterValue": "2"}],
    )
    assert values(clients) == {"/p": "2"}


def test_policies_of_a_role_are_updated(stack: Stacks, clients) -> None:
    def body(arns: list[str], inline: list[str]) -> str:
        policies = [
            {"PolicyName": name, "PolicyDocument": {"Version": "2012-10-17", "Statement": [STATEMENT]}}
            for name in inline
        ]
        trust = TRUST
        role = {
            "AssumeRolePolicyDocument": trust,
            "RoleName": "r",
            "ManagedPolicyArns": arns,
            "Policies": policies,
        }
        return template({"R": {"Type": "AWS::IAM::Role", "Properties": role}})

    def attached() -> tuple[set[str], set[str]]:
        managed = clients.iam.list_attached_role_policies(RoleName="r")["AttachedPolicies"]
        return (
            {p["PolicyName"] for p in managed},
            set(clients.iam.list_role_policies(RoleName="r")["PolicyNames"]),
        )

    prefix = "arn:aws:iam::aws:policy/"
    stack.deploy(body([f"{prefix}ReadOnlyAccess", f"{prefix}IAMFullAccess"], ["a", "b"]))
    assert attached() == ({"ReadOnlyAccess", "IAMFullAccess"}, {"a", "b"})
    stack.deploy(body([f"{prefix}IAMFullAccess", f"{prefix}PowerUserAccess"], ["b", "c"]))
    assert attached() == ({"IAMFullAccess", "PowerUserAccess"}, {"b", "c"})
    assert ROLE_ARN.replace("any", "r") == clients.iam.get_role(RoleName="r")["Role"]["Arn"]
    assert stack.delete() == "DELETE_COMPLETE"
    assert [role["RoleName"] for role in clients.iam.list_roles()["Roles"]] == ["any"]
