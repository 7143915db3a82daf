"""The processes that run function code, and their end."""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
#: By the access key that the code calls with.
_running: dict[str, subprocess.Popen[bytes]] = {}
#: Set once everything that was started so far has to end.
_ended = threading.Event()


def epoch() -> threading.Event:
    """What is set when `end_all` is called the next time: waits between retries listen to it."""
    return _ended


@contextmanager
def running(access_key: str, process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Keeps the process in the list, and ends it and its children afterwards."""
    with _lock:
        _running[access_key] = process
    try:
        yield
    finally:
        _kill(process)
        process.wait()
        with _lock:
            _running.pop(access_key, None)


def end(access_key: str) -> bool:
    """Ends the process that calls with this key; whether there was one."""
    with _lock:
        process = _running.get(access_key)
    if process is None:
        return False
    _kill(process)
    return True


def end_all() -> None:
    """Ends every process and every pending retry."""
    global _ended
    _ended.set()
    _ended = threading.Event()
    with _lock:
        processes = list(_running.values())
    for process in processes:
        _kill(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """By group: functions may start programs."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


atexit.register(end_all)
