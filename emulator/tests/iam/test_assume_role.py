"""Who may assume a role."""

from __future__ import annotations

from conftest import ACCOUNT
from iam.conftest import allow, denied
from stacks import TRUST


def assume_denied(role: str, who: str = f"arn:aws:iam::{ACCOUNT}:user/ann") -> str:
    return f"User: {who} is not authorized to perform: sts:AssumeRole on resource: {role}"


def test_a_role_that_trusts_the_account_needs_permission_to_assume_it(people) -> None:
    role = people.role(allow("sagemaker:ListImages"))
    people.assume(role, people.user(allow("sts:AssumeRole", role))).sagemaker.list_images()
    denied("AccessDenied", 403, assume_denied(role, f"arn:aws:iam::{ACCOUNT}:user/bob"),
           people.user(name="bob").sts.assume_role, RoleArn=role, RoleSessionName="me")


def test_a_role_that_names_its_user_needs_no_other_permission(people) -> None:
    ann = people.user()
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/ann"}, "Action": "sts:AssumeRole"}
    people.assume(people.role(allow("sagemaker:ListImages"), trust=trust), ann).sagemaker.list_images()


def test_administrators_cannot_assume_a_role_that_trusts_a_service(people, clients) -> None:
    role = people.role(trust=TRUST["Statement"][0])
    denied("AccessDenied", 403, assume_denied(role, f"arn:aws:iam::{ACCOUNT}:root"), clients.sts.assume_role, RoleArn=role, RoleSessionName="me")


def test_conditions_of_a_trust_policy_are_checked(people, clients) -> None:
    trust = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole",
             "Condition": {"StringEquals": {"sts:ExternalId": "secret"}}}
    role = people.role(trust=trust)
    assert people.assume(role, ExternalId="secret")
    denied("AccessDenied", 403, assume_denied(role, f"arn:aws:iam::{ACCOUNT}:root"), clients.sts.assume_role, RoleArn=role, RoleSessionName="me")


def test_a_role_that_does_not_exist_cannot_be_assumed(people, clients) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/none"
    denied("AccessDenied", 403, assume_denied(role, f"arn:aws:iam::{ACCOUNT}:root"), clients.sts.assume_role, RoleArn=role, RoleSessionName="me")
