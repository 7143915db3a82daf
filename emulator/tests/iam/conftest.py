from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from conftest import ACCOUNT, Clients

ROOT_TRUST = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}

Statement = dict[str, Any]


def allow(action: Any, resource: Any = "*", **more: Any) -> Statement:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: Any, resource: Any = "*", **more: Any) -> Statement:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def policy(*statements: Statement) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def denied(code: str, status: int, message: str, call: Any, **params: Any) -> None:
    """Expects that the call is denied with exactly this message."""
    with pytest.raises(ClientError) as raised:
        call(**params)
    response = raised.value.response
    assert response["Error"]["Message"] == message
    assert (response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]) == (code, status)


def text(action: str, resource: str, why: str | None = None, who: str = f"arn:aws:iam::{ACCOUNT}:user/ann") -> str:
    """The message of a denial."""
    reason = why or f"because no identity-based policy allows the {action} action"
    return f"User: {who} is not authorized to perform: {action} on resource: {resource} {reason}"


class People:
    """Makes users and roles, and clients that act as them. Enforcement is on."""

    def __init__(self, admin: Clients) -> None:
        self.admin = admin

    def user(self, *statements: Statement, name: str = "ann", **more: Any) -> Clients:
        self.admin.iam.create_user(UserName=name, **more)
        if statements:
            self.admin.iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=policy(*statements))
        return Clients(self.admin.url, self.admin.iam.create_access_key(UserName=name)["AccessKey"]["AccessKeyId"])

    def role(self, *statements: Statement, name: str = "dev", trust: Any = ROOT_TRUST, **more: Any) -> str:
        created = self.admin.iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(trust), **more)
        if statements:
            self.admin.iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=policy(*statements))
        return str(created["Role"]["Arn"])

    def assume(self, role: str, by: Clients | None = None, **more: Any) -> Clients:
        answer = (by or self.admin).sts.assume_role(RoleArn=role, RoleSessionName="me", **more)
        return Clients(self.admin.url, answer["Credentials"]["AccessKeyId"])


@pytest.fixture
def people(clients: Clients) -> People:
    clients.control("POST", "settings", json={"enforce_iam": True})
    return People(clients)


@pytest.fixture
def judged(clients: Clients) -> Callable[..., list[tuple[str, str, str]]]:
    """`judged(principal)`: (action, resource, verdict) of the checks for a principal."""

    def read(principal: str = "") -> list[tuple[str, str, str]]:
        entries = clients.control("GET", "permissions", params={"principal": principal}).json()
        return [(entry["action"], entry["resource"], entry["verdict"]) for entry in entries]

    return read
