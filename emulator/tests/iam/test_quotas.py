"""Quotas of IAM, through its API and through CloudFormation ("IAM and AWS STS quotas" in the IAM User Guide)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from stacks import STATEMENT, TRUST, Stacks, resource, template

DOCUMENT = {"Version": "2012-10-17", "Statement": [STATEMENT]}


def document(characters: int, indent: int | None = None) -> str:
    """A policy with this many characters that are not white space."""

    def dump(filler: str) -> str:
        statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{filler}"}
        return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=indent)

    return dump("x" * (characters - len("".join(dump("").split()))))


def refusal(call: Any, **params: Any) -> tuple[str, int, str]:
    with pytest.raises(ClientError) as error:
        call(**params)
    answer = error.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Message"]


def limit_exceeded(message: str) -> tuple[str, int, str]:
    return "LimitExceeded", 409, message


@pytest.fixture
def principals(clients) -> None:
    clients.iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST))
    clients.iam.create_user(UserName="u")
    clients.iam.create_group(GroupName="g")


@pytest.fixture
def policies(clients) -> list[str]:
    """ARNs of eleven managed policies."""
    return [
        clients.iam.create_policy(PolicyName=f"p{n}", PolicyDocument=document(200))["Policy"]["Arn"]
        for n in range(11)
    ]


@pytest.mark.parametrize(
    ("kind", "maximum", "who"),
    [("Role", 10240, {"RoleName": "r"}), ("User", 2048, {"UserName": "u"}), ("Group", 5120, {"GroupName": "g"})],
)
def test_inline_policies_of_a_principal_share_one_quota(clients, principals, kind, maximum, who) -> None:
    put = getattr(clients.iam, f"put_{kind.lower()}_policy")
    put(PolicyName="first", PolicyDocument=document(1000), **who)
    put(PolicyName="second", PolicyDocument=document(maximum - 1000), **who)
    # a policy that is put again replaces itself
    put(PolicyName="second", PolicyDocument=document(maximum - 1000), **who)
    answer = refusal(put, PolicyName="second", PolicyDocument=document(maximum - 999), **who)
    name = next(iter(who.values()))
    assert answer == limit_exceeded(f"Maximum policy size of {maximum} bytes exceeded for {kind.lower()} {name}")


def test_white_space_does_not_count(clients, principals) -> None:
    policy = document(10240, indent=4)
    assert len(policy) > 10240
    clients.iam.put_role_policy(RoleName="r", PolicyName="p", PolicyDocument=policy)


def test_a_managed_policy_has_at_most_6144_characters(clients) -> None:
    too_long = limit_exceeded("Cannot exceed quota for PolicySize: 6144")
    assert refusal(clients.iam.create_policy, PolicyName="p", PolicyDocument=document(6145)) == too_long
    arn = clients.iam.create_policy(PolicyName="p", PolicyDocument=document(6144, indent=4))["Policy"]["Arn"]
    clients.iam.create_policy_version(PolicyArn=arn, PolicyDocument=document(6144))
    assert refusal(clients.iam.create_policy_version, PolicyArn=arn, PolicyDocument=document(6145)) == too_long


@pytest.mark.parametrize(
    ("kind", "who"), [("Role", {"RoleName": "r"}), ("User", {"UserName": "u"}), ("Group", {"GroupName": "g"})]
)
def test_a_principal_has_at_most_ten_managed_policies(clients, principals, policies, kind, who) -> None:
    attach = getattr(clients.iam, f"attach_{kind.lower()}_policy")
    for arn in policies[:10]:
        attach(PolicyArn=arn, **who)
    attach(PolicyArn=policies[9], **who)
    assert clients.iam.get_policy(PolicyArn=policies[9])["Policy"]["AttachmentCount"] == 1
    answer = refusal(attach, PolicyArn=policies[10], **who)
    assert answer == limit_exceeded(f"Cannot exceed quota for PoliciesPer{kind}: 10")


def test_the_quota_for_managed_policies_of_a_role_can_be_raised(clients, principals, policies) -> None:
    clients.control("POST", "settings", json={"managed_policies_per_role": 11})
    for arn in policies:
        clients.iam.attach_role_policy(RoleName="r", PolicyArn=arn)
    answer = clients.control("POST", "settings", json={"managed_policies_per_role": 26})
    assert answer.status_code == 400
    assert "use an integer from 1 to 25" in answer.text


@pytest.fixture
def stack(clients) -> Stacks:
    return Stacks(clients.cloudformation)


def role(**properties: Any) -> dict[str, Any]:
    return resource("AWS::IAM::Role", RoleName="r", AssumeRolePolicyDocument=TRUST, **properties)


def inline(*characters: int) -> list[dict[str, Any]]:
    return [
        {"PolicyName": f"p{n}", "PolicyDocument": json.loads(document(size))} for n, size in enumerate(characters)
    ]


def test_cloudformation_refuses_inline_policies_of_a_role_that_are_too_long(stack) -> None:
    assert stack.deploy(template({"R": role(Policies=inline(5000, 5241))})) == "ROLLBACK_COMPLETE"
    assert "Maximum policy size of 10240 bytes exceeded for role r (Service: IAM" in stack.reason("R")


def test_cloudformation_counts_policies_of_other_resources(stack) -> None:
    def policy(name: str, size: int, *depends_on: str) -> dict[str, Any]:
        content = {"PolicyName": name, "PolicyDocument": json.loads(document(size)), "Roles": [{"Ref": "R"}]}
        return resource("AWS::IAM::Policy", list(depends_on), **content)

    body = {"R": role(Policies=inline(5000)), "P1": policy("a", 5000), "P2": policy("b", 241, "P1")}
    assert stack.deploy(template(body)) == "ROLLBACK_COMPLETE"
    assert "Maximum policy size of 10240 bytes exceeded for role r" in stack.reason("P2")


def test_cloudformation_refuses_a_managed_policy_that_is_too_long(stack) -> None:
    policy = resource("AWS::IAM::ManagedPolicy", PolicyDocument=json.loads(document(6145)))
    assert stack.deploy(template({"P": policy})) == "ROLLBACK_COMPLETE"
    assert "Cannot exceed quota for PolicySize: 6144" in stack.reason("P")


def test_cloudformation_refuses_an_eleventh_managed_policy(stack, policies) -> None:
    assert stack.deploy(template({"R": role(ManagedPolicyArns=policies)})) == "ROLLBACK_COMPLETE"
    assert "Cannot exceed quota for PoliciesPerRole: 10" in stack.reason("R")


def test_a_managed_policy_that_is_replaced_counts_twice(stack, policies) -> None:
    def body(name: str, attached: int) -> str:
        policy = resource(
            "AWS::IAM::ManagedPolicy", ManagedPolicyName=name, PolicyDocument=DOCUMENT, Roles=[{"Ref": "R"}]
        )
        return template({"R": role(ManagedPolicyArns=policies[:attached]), "P": policy})

    assert stack.deploy(body("one", 9)) == "CREATE_COMPLETE"
    assert stack.deploy(body("two", 9)) == "UPDATE_ROLLBACK_COMPLETE"
    assert "Cannot exceed quota for PoliciesPerRole: 10" in stack.reason("P")
    assert stack.deploy(body("one", 8)) == "UPDATE_COMPLETE"
    assert stack.deploy(body("two", 8)) == "UPDATE_COMPLETE"


def test_new_managed_policies_of_a_role_are_attached_before_old_ones_are_detached(stack, clients, policies) -> None:
    def body(arns: list[str]) -> str:
        return template({"R": role(ManagedPolicyArns=arns)})

    assert stack.deploy(body(policies[:10])) == "CREATE_COMPLETE"
    assert stack.deploy(body(policies[1:])) == "UPDATE_ROLLBACK_COMPLETE"
    attached = clients.iam.list_attached_role_policies(RoleName="r")["AttachedPolicies"]
    assert sorted(policy["PolicyArn"] for policy in attached) == sorted(policies[:10])
