"""One server for the whole run, emptied before each test."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
import requests

from offline_aws import sagemaker
from offline_aws.launcher import Server
from offline_aws.settings import settings

REGION = "us-east-1"
ACCOUNT = "123456789012"


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    running = Server()
    thread = threading.Thread(target=running.serve, daemon=True)
    thread.start()
    yield running
    running.stop()
    thread.join(timeout=5)


@pytest.fixture(autouse=True)
def emptied(request: pytest.FixtureRequest) -> None:
    """Tests are isolated from each other, and asynchronous changes are quick."""
    if "server" in request.fixturenames or "clients" in request.fixturenames:
        request.getfixturevalue("server").gateway.reset()
    settings.reset()
    settings.apply({"image_seconds": 0.02, "version_seconds": 0.02, "handler_poll_seconds": 0.01})


class Clients:
    """boto3 clients of the server, over HTTP."""

    def __init__(self, url: str, access_key: str = "AKIAIOSFODNN7EXAMPLE") -> None:
        self.url = url
        self._session = boto3.Session(
            aws_access_key_id=access_key, aws_secret_access_key="x", region_name=REGION
        )
        self._clients: dict[str, Any] = {}

    def __getattr__(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = self._session.client(service, endpoint_url=self.url)
        return self._clients[service]

    def sagemaker_call(self, operation: str, **params: Any) -> Any:
        """Calls the emulated service directly, as another user."""
        return sagemaker.call(operation, params, account=ACCOUNT, region=REGION)

    def sagemaker_image(self, name: str) -> None:
        """Creates an image outside of any stack."""
        self.sagemaker_call("CreateImage", ImageName=name, RoleArn=f"arn:aws:iam::{ACCOUNT}:role/any")
        end = time.monotonic() + 5
        while self.sagemaker_call("DescribeImage", ImageName=name)["ImageStatus"] != "CREATED":
            assert time.monotonic() < end, f"the image {name} is never CREATED"
            time.sleep(0.01)

    def control(self, method: str, name: str, **kwargs: Any) -> requests.Response:
        return requests.request(method, f"{self.url}/offline-aws/{name}", timeout=5, **kwargs)


@pytest.fixture(scope="session")
def _session_clients(server: Server) -> Clients:
    return Clients(server.url)


@pytest.fixture
def clients(_session_clients: Clients) -> Clients:
    return _session_clients


@pytest.fixture
def sagemaker_hook(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[[], None]], None]:
    """`hook(operation, act)`: act runs before each call of that operation of SageMaker."""
    hooks: dict[str, Callable[[], None]] = {}
    original = sagemaker.call

    def call(operation: str, params: dict[str, Any], **kwargs: Any) -> Any:
        if operation in hooks:
            hooks[operation]()
        return original(operation, params, **kwargs)

    monkeypatch.setattr(sagemaker, "call", call)
    return hooks.__setitem__


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool]], None]:
    """Waits, for at most five seconds, until a condition holds."""

    def wait(condition: Callable[[], bool]) -> None:
        end = time.monotonic() + 5
        while not condition():
            assert time.monotonic() < end, "it never happened"
            time.sleep(0.02)

    return wait
