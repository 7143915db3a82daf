"""SimulatePrincipalPolicy."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from conftest import Clients
from iam.conftest import policy

PULL = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
TORCH = "arn:aws:ecr:us-east-1:111122223333:repository/torch"
TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})


def allow(*actions: str, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": "*", **more}


def role(clients: Clients, *statements: dict[str, Any], **more: Any) -> str:
    arn = str(clients.iam.create_role(RoleName="torch", AssumeRolePolicyDocument=TRUST, **more)["Role"]["Arn"])
    if statements:
        clients.iam.put_role_policy(RoleName="torch", PolicyName="p", PolicyDocument=policy(*statements))
    return arn


def simulate(clients: Clients, arn: str) -> list[dict[str, Any]]:
    answer = clients.iam.simulate_principal_policy(PolicySourceArn=arn, ActionNames=PULL, ResourceArns=[TORCH])
    return list(answer["EvaluationResults"])


def decisions(clients: Clients, arn: str) -> list[str]:
    return [result["EvalDecision"] for result in simulate(clients, arn)]


def test_what_no_policy_mentions_is_denied_implicitly(clients: Clients) -> None:
    assert decisions(clients, role(clients)) == ["implicitDeny", "implicitDeny"]


def test_each_action_has_its_own_result(clients: Clients) -> None:
    assert decisions(clients, role(clients, allow(PULL[1]))) == ["implicitDeny", "allowed"]


def test_a_denial_is_explicit(clients: Clients) -> None:
    denial = {"Effect": "Deny", "Action": "ecr:*", "Resource": TORCH}
    assert decisions(clients, role(clients, allow("ecr:*"), denial)) == ["explicitDeny", "explicitDeny"]


def test_a_boundary_limits_the_role(clients: Clients) -> None:
    boundary = clients.iam.create_policy(PolicyName="b", PolicyDocument=policy(allow("s3:*")))["Policy"]["Arn"]
    arn = role(clients, allow("ecr:*"), PermissionsBoundary=boundary)
    assert decisions(clients, arn) == ["implicitDeny", "implicitDeny"]


def test_condition_keys_that_are_missing_are_listed_for_the_resource(clients: Clients) -> None:
    arn = role(clients, allow("ecr:*", Condition={"StringEquals": {"aws:SourceVpc": "vpc-1"}}))
    (result, _) = simulate(clients, arn)
    assert result["EvalDecision"] == "implicitDeny"
    assert result["MissingContextValues"] == []
    (specific,) = result["ResourceSpecificResults"]
    assert (specific["EvalResourceName"], specific["MissingContextValues"]) == (TORCH, ["aws:SourceVpc"])


def test_a_missing_role_is_an_error(clients: Clients) -> None:
    with pytest.raises(ClientError, match="NoSuchEntity"):
        simulate(clients, "arn:aws:iam::111122223333:role/none")
