"""A missing dependency on something that is named by a literal value fails every time."""

from __future__ import annotations

from typing import Any

import pytest
from stacks import ROLE_ARN, STATEMENT, TRUST, Stacks, image, parameter, resource, template, version

from offline_aws.cloudformation.graph import Node
from offline_aws.cloudformation.naming import named_without_dependency

POLICY = {"Version": "2012-10-17", "Statement": [STATEMENT]}
ROLE = resource("AWS::IAM::Role", RoleName="lit", AssumeRolePolicyDocument=TRUST)

PAIRS = {
    "a policy of a role": (
        ROLE,
        resource("AWS::IAM::Policy", PolicyName="p", Roles=["lit"], PolicyDocument=POLICY),
    ),
    "a managed policy of a role": (
        ROLE,
        resource("AWS::IAM::ManagedPolicy", Roles=["lit"], PolicyDocument=POLICY),
    ),
    "a managed policy by its ARN": (
        resource("AWS::IAM::ManagedPolicy", ManagedPolicyName="lit", PolicyDocument=POLICY),
        resource(
            "AWS::IAM::Role",
            AssumeRolePolicyDocument=TRUST,
            ManagedPolicyArns=[{"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/lit"}],
        ),
    ),
    "a dynamic reference": (parameter(Name="/lit"), parameter("{{resolve:ssm:/lit}}")),
    "a version of an image": (image("img"), version()),
}


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("backwards", [False, True])
def test_it_fails_whatever_is_declared_first(stack: Stacks, name: str, backwards: bool) -> None:
    named, speaker = PAIRS[name]
    body = {"Named": named, "Speaker": speaker}
    assert stack.deploy(template(dict(sorted(body.items(), reverse=backwards)))) == "ROLLBACK_COMPLETE"
    assert "FAILED" in "".join(stack.history("Speaker"))
    stack.delete()
    assert stack.deploy(template({**body, "Speaker": {**speaker, "DependsOn": "Named"}})) == "CREATE_COMPLETE"


def node(logical_id: str, kind: str, *after: str, **properties: Any) -> Node:
    return Node(logical_id, kind, frozenset(after), {"Properties": properties})


def named_by(**properties: Any) -> set[str]:
    nodes = [
        node("R", "AWS::IAM::Role", RoleName="lit"),
        node("I", "AWS::SageMaker::Image", ImageName="lit-image"),
        node("C", "AWS::SageMaker::AppImageConfig", AppImageConfigName="lit-config"),
        node("X", "AWS::X::X", **properties),
    ]
    return set(named_without_dependency({n.logical_id: n for n in nodes})["X"])


def test_names_are_found_as_they_are_and_at_the_end_of_arns() -> None:
    assert named_by(A={"B": ["lit"]}, C=["lit-image"], D="lit-config") == {"R", "I", "C"}
    assert named_by(A=ROLE_ARN.replace("any", "lit")) == {"R"}
    assert named_by(A="a string that contains lit") == set()


def test_resources_in_a_policy_do_not_need_to_exist() -> None:
    statement = {"Action": "*", "Resource": ["arn:aws:sagemaker:us-east-1:1:image/lit-image"]}
    assert named_by(PolicyDocument={"Statement": statement}) == set()


def test_a_direct_or_indirect_dependency_sets_the_order() -> None:
    nodes = {
        "R": node("R", "AWS::IAM::Role", RoleName="lit"),
        "M": node("M", "AWS::X::X", "R"),
        "P": node("P", "AWS::X::X", "M", Roles=["lit"]),
    }
    assert named_without_dependency(nodes)["P"] == frozenset()
