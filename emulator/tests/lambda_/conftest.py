from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


def zipped(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


class Functions:
    """Creates and invokes functions."""

    def __init__(self, clients: Any) -> None:
        self._clients = clients
        self.client = getattr(clients, "lambda")
        role = clients.iam.create_role(RoleName="runner", AssumeRolePolicyDocument=json.dumps(TRUST))
        self.role = role["Role"]["Arn"]

    def create(self, code: str | dict[str, str], name: str = "f", **more: Any) -> str:
        files = code if isinstance(code, dict) else {"index.js": code}
        self.client.create_function(
            FunctionName=name,
            Code={"ZipFile": zipped(files)},
            **{"Role": self.role, "Handler": "index.handler", "Runtime": "nodejs20.x", "Timeout": 10, **more},
        )
        return name

    def call(self, event: Any = None, name: str = "f", **more: Any) -> dict[str, Any]:
        """The answer with its payload read."""
        answer = self.client.invoke(FunctionName=name, Payload=json.dumps(event), **more)
        return {**answer, "Payload": json.loads(answer["Payload"].read() or "null")}

    def run(self, code: str | dict[str, str], event: Any = None, **more: Any) -> Any:
        """Creates a function and returns its answer to an event."""
        self.create(code, **more)
        return self.call(event)["Payload"]

    def runs(self, name: str = "f") -> list[dict[str, Any]]:
        return self._clients.control("GET", "lambda-log", params={"function": name}).json()


@pytest.fixture
def functions(clients: Any) -> Functions:
    return Functions(clients)


@pytest.fixture
def runs(functions: Functions, eventually: Any) -> Callable[[int], list[dict[str, Any]]]:
    """Waits for a number of runs of the function."""

    def wait(count: int) -> list[dict[str, Any]]:
        eventually(lambda: len(functions.runs()) >= count)
        return functions.runs()

    return wait
