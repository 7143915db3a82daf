"""The reserved concurrency of functions: how many invocations run at the same time.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
"""

from __future__ import annotations

import threading
from collections import Counter

from offline_aws.lambda_.functions import Target

_running: Counter[str] = Counter()
_lock = threading.Lock()


def enter(target: Target) -> bool:
    """Takes one of the reserved executions; False if there is none left."""
    with _lock:
        if target.concurrency is not None and _running[_key(target)] >= target.concurrency:
            return False
        _running[_key(target)] += 1
        return True


def leave(target: Target) -> None:
    with _lock:
        _running[_key(target)] -= 1


def _key(target: Target) -> str:
    """All versions of a function share its concurrency."""
    return ":".join(target.arn.split(":")[:7])
