from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from conftest import ACCOUNT, Clients

ROOT_TRUST = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}

Statement = dict[str, Any]


def allow(action: Any, resource: Any = "*", **more: Any) -> Statement:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def policy(*statements: Statement) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


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


