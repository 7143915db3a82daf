"""Statements and sets of policies."""

from __future__ import annotations

import json
from typing import Any

import pytest

from offline_aws.iam.policy import Effect, Request, judge

IMAGE = "arn:aws:sagemaker:us-east-1:123456789012:image/torch"
VERSION = "arn:aws:sagemaker:us-east-1:123456789012:image-version/torch/1"


def statement(effect: str = "Allow", action: Any = "*", resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def policy(*statements: dict[str, Any], version: str = "2012-10-17") -> dict[str, Any]:
    return {"Version": version, "Statement": list(statements)}


def effect(*policies: Any, action: str = "sagemaker:CreateImage", resource: str = IMAGE, **context: Any) -> Effect:
    return judge(policies, Request(action, resource, context)).effect


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        ("*", True),
        ("sagemaker:*", True),
        ("sagemaker:CreateImage", True),
        ("SageMaker:createimage", True),
        ("sagemaker:Create*", True),
        ("sagemaker:*Image", True),
        ("sagemaker:Create?mage", True),
        ("sagemaker:CreateImag", False),
        ("sagemaker:CreateImageVersion", False),
        ("ecr:*", False),
        (["ecr:*", "sagemaker:CreateImage"], True),
        ([], False),
    ],
)
def test_action_and_its_opposite(patterns: Any, expected: bool) -> None:
    assert (effect(policy(statement(action=patterns))) is Effect.ALLOW) is expected
    opposite = {"Effect": "Allow", "NotAction": patterns, "Resource": "*"}
    assert (effect(policy(opposite)) is Effect.ALLOW) is not expected


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        ("*", True),
        (IMAGE, True),
        ([VERSION, IMAGE], True),
        (VERSION, False),
        ("arn:aws:sagemaker:*:*:image/*", True),
    ],
)
def test_resource_and_its_opposite(patterns: Any, expected: bool) -> None:
    assert (effect(policy(statement(resource=patterns))) is Effect.ALLOW) is expected
    opposite = {"Effect": "Allow", "Action": "*", "NotResource": patterns}
    assert (effect(policy(opposite)) is Effect.ALLOW) is not expected


def test_nothing_allows_by_itself() -> None:
    assert effect() is Effect.IMPLICIT_DENY
    assert effect(policy()) is Effect.IMPLICIT_DENY


@pytest.mark.parametrize("order", [1, -1])
def test_a_deny_wins_in_any_position(order: int) -> None:
    both = [statement(), statement("Deny", "sagemaker:Create*")][::order]
    assert effect(policy(*both)) is Effect.EXPLICIT_DENY
    assert effect(*[policy(one) for one in both]) is Effect.EXPLICIT_DENY


def test_deny_with_not_resource_spares_what_it_lists() -> None:
    only_versions = {"Effect": "Deny", "Action": "*", "NotResource": VERSION}
    assert effect(policy(statement(), only_versions)) is Effect.EXPLICIT_DENY
    assert effect(policy(statement(), only_versions), resource=VERSION) is Effect.ALLOW


def test_deny_with_not_action_spares_what_it_lists() -> None:
    only_sagemaker = {"Effect": "Deny", "NotAction": "sagemaker:*", "Resource": "*"}
    assert effect(policy(statement(), only_sagemaker)) is Effect.ALLOW
    assert effect(policy(statement(), only_sagemaker), action="ecr:X") is Effect.EXPLICIT_DENY


def test_a_statement_with_an_unmet_condition_does_not_apply() -> None:
    unmet = {"StringEquals": {"aws:username": "bob"}}
    context = {"aws:username": "ann"}
    assert effect(policy(statement(Condition=unmet)), **context) is Effect.IMPLICIT_DENY
    assert effect(policy(statement(), statement("Deny", Condition=unmet)), **context) is Effect.ALLOW


def test_an_unknown_operator_neither_allows_nor_denies() -> None:
    unknown = {"StringResembles": {"aws:username": "ann"}}
    assert effect(policy(statement(Condition=unknown)), **{"aws:username": "ann"}) is Effect.IMPLICIT_DENY
    denied = policy(statement(), statement("Deny", Condition=unknown))
    assert effect(denied, **{"aws:username": "ann"}) is Effect.ALLOW


def test_variables_in_resources_follow_the_policy_version() -> None:
    mine = "arn:aws:sagemaker:*:*:image/${aws:username}"
    context = {"aws:username": "torch"}
    assert effect(policy(statement(resource=mine)), **context) is Effect.ALLOW
    old = policy(statement(resource=mine), version="2008-10-17")
    assert effect(old, **context) is Effect.IMPLICIT_DENY


def test_a_document_can_be_a_string_with_a_single_statement() -> None:
    assert effect(json.dumps({"Version": "2012-10-17", "Statement": statement()})) is Effect.ALLOW


@pytest.mark.parametrize("document", ["", "{", "[]", "null", {}])
def test_an_invalid_document_has_no_effect(document: Any) -> None:
    assert effect(document) is Effect.IMPLICIT_DENY
