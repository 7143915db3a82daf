"""The gateway."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.test import Client
from werkzeug.wrappers import Response

from offline_aws.gateway import Gateway


def test_a_request_that_arrives_during_a_reset_waits_for_its_end() -> None:
    happened: list[str] = []
    begun, go_on = threading.Event(), threading.Event()

    def moto(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        happened.append("answer")
        go_on.set()
        return Response("{}")(environ, start_response)

    def slow_reset() -> None:
        begun.set()
        # a request that does not wait ends this at once
        go_on.wait(1)
        happened.append("reset")

    gateway = Gateway(moto)
    gateway.on_reset(slow_reset)
    resetting = threading.Thread(target=gateway.reset)
    resetting.start()
    assert begun.wait(30)
    Client(gateway).post("/", headers={"X-Amz-Target": "Service.Operation"})
    resetting.join(30)
    assert happened == ["reset", "answer"]


def test_moto_answers_one_request_at_a_time_and_no_hook_meanwhile() -> None:
    at_work: list[str] = []
    at_once: list[int] = []
    second_has_come = threading.Event()

    def work(who: str) -> None:
        if at_work:
            second_has_come.set()
        at_work.append(who)
        at_once.append(len(at_work))
        # a second one that does not wait ends this at once
        second_has_come.wait(0.3)
        at_work.remove(who)

    def moto(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        work("moto")
        return Response("{}")(environ, start_response)

    gateway = Gateway(moto)
    gateway.before(lambda environ, caller, operation: work("hook"))
    requests = [
        threading.Thread(target=lambda: Client(gateway).post("/", headers={"X-Amz-Target": "Service.Operation"}))
        for _ in range(2)
    ]
    for request in requests:
        request.start()
    for request in requests:
        request.join(30)
    assert at_once == [1, 1, 1, 1]
