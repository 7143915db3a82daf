"""Principal and NotPrincipal, mostly in trust policies."""

from __future__ import annotations

from typing import Any

import pytest

from offline_aws.iam.policy import Effect, Request, Verdict, judge
from offline_aws.iam.principals import Naming, Principal, service_principal

ROLE = "arn:aws:iam::123456789012:role/path/dev"
SESSION = "arn:aws:sts::123456789012:assumed-role/dev/me"
USER = "arn:aws:iam::123456789012:user/ann"
ROOT = "arn:aws:iam::123456789012:root"

AS_SESSION = Principal(SESSION, "123456789012", frozenset({ROLE, SESSION}))
AS_USER = Principal(USER, "123456789012", frozenset({USER}))
AS_ROOT = Principal(ROOT, "123456789012")
AS_SAGEMAKER = service_principal("sagemaker.amazonaws.com")
AS_GITHUB = Principal("web", federated="token.actions.githubusercontent.com")


def verdict(who: Principal | None, *statements: dict[str, Any], **context: str) -> Verdict:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    return judge([document], Request("sts:AssumeRole", ROLE, context, who))


def trust(principal: Any, effect: str = "Allow", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Principal": principal, "Action": "sts:AssumeRole", **more}


@pytest.mark.parametrize(
    ("element", "who", "expected"),
    [
        ("*", AS_USER, Naming.DIRECT),
        ("*", AS_SAGEMAKER, Naming.DIRECT),
        ({"AWS": "*"}, AS_SESSION, Naming.DIRECT),
        ({"AWS": "123456789012"}, AS_USER, Naming.ACCOUNT),
        ({"AWS": ROOT}, AS_USER, Naming.ACCOUNT),
        ({"AWS": ROOT}, AS_SESSION, Naming.ACCOUNT),
        ({"AWS": ROOT}, AS_ROOT, Naming.ACCOUNT),
        ({"AWS": "arn:aws:iam::210987654321:root"}, AS_USER, None),
        ({"AWS": "210987654321"}, AS_ROOT, None),
        ({"AWS": ROOT}, AS_SAGEMAKER, None),
        ({"AWS": USER}, AS_USER, Naming.DIRECT),
        ({"AWS": USER}, AS_SESSION, None),
        ({"AWS": [USER, ROLE]}, AS_SESSION, Naming.DIRECT),
        ({"AWS": SESSION}, AS_SESSION, Naming.DIRECT),
        ({"AWS": SESSION[:-1]}, AS_SESSION, None),
        # the more specific match counts
        ({"AWS": [ROOT, USER]}, AS_USER, Naming.DIRECT),
        # wildcards inside of an ARN mean nothing in a Principal
        ({"AWS": "arn:aws:iam::123456789012:user/*"}, AS_USER, None),
        ({"Service": "sagemaker.amazonaws.com"}, AS_SAGEMAKER, Naming.DIRECT),
        ({"Service": ["lambda.amazonaws.com", "sagemaker.amazonaws.com"]}, AS_SAGEMAKER, Naming.DIRECT),
        ({"Service": "lambda.amazonaws.com"}, AS_SAGEMAKER, None),
        ({"AWS": "sagemaker.amazonaws.com"}, AS_SAGEMAKER, None),
        ({"Service": "sagemaker.amazonaws.com"}, AS_ROOT, None),
        ({"Federated": "token.actions.githubusercontent.com"}, AS_GITHUB, Naming.DIRECT),
        ({"Federated": "accounts.google.com"}, AS_GITHUB, None),
        ({"CanonicalUser": "abc"}, AS_USER, None),
        ({}, AS_USER, None),
        ("123456789012", AS_USER, None),
    ],
)
def test_principal(element: Any, who: Principal, expected: Naming | None) -> None:
    answer = verdict(who, trust(element))
    assert (answer.naming if answer.allows else None) == expected


@pytest.mark.parametrize(
    ("listed", "who", "denied"),
    [
        ({"AWS": USER}, AS_USER, False),
        ({"AWS": USER}, AS_SESSION, True),
        ({"AWS": ROLE}, AS_SESSION, False),
        # listing the account spares its root only
        ({"AWS": ROOT}, AS_USER, True),
        ({"AWS": ROOT}, AS_ROOT, False),
        ({"Service": "sagemaker.amazonaws.com"}, AS_SAGEMAKER, False),
        ({"Service": "sagemaker.amazonaws.com"}, AS_USER, True),
    ],
)
def test_not_principal(listed: Any, who: Principal, denied: bool) -> None:
    everyone_else = {"Effect": "Deny", "NotPrincipal": listed, "Action": "*"}
    answer = verdict(who, trust("*"), everyone_else)
    assert answer.effect is (Effect.EXPLICIT_DENY if denied else Effect.ALLOW)


def test_a_denied_principal() -> None:
    assert verdict(AS_SESSION, trust({"AWS": ROOT}), trust({"AWS": ROLE}, "Deny")).denies
    assert verdict(AS_USER, trust({"AWS": ROOT}), trust({"AWS": ROLE}, "Deny")).allows


def test_the_action_of_a_trust_policy_must_match() -> None:
    tag_only = trust({"AWS": USER}) | {"Action": "sts:TagSession"}
    assert not verdict(AS_USER, tag_only).allows


def test_external_id() -> None:
    needed = trust({"AWS": ROOT}, Condition={"StringEquals": {"sts:ExternalId": "secret"}})
    assert not verdict(AS_USER, needed).allows
    assert not verdict(AS_USER, needed, **{"sts:externalid": "wrong"}).allows
    assert verdict(AS_USER, needed, **{"sts:externalid": "secret"}).allows


def test_without_a_caller_no_principal_is_named() -> None:
    assert not verdict(None, trust("*")).allows
    assert not verdict(None, {"Effect": "Allow", "NotPrincipal": {"AWS": USER}, "Action": "*"}).allows
