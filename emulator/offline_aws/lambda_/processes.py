"""The processes that run function code."""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_lock = threading.Lock()
#: Processes by the access key of the code.
_running: dict[str, subprocess.Popen[bytes]] = {}
#: Set when everything that was started so far has to end.
_ended = threading.Event()


def epoch() -> threading.Event:
    """An event that the next `end_all` sets, to interrupt waits between retries."""
    return _ended


@contextmanager
def running(access_key: str, process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Keeps the process in the list while the block runs, then ends it and its children."""
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
    """Ends the process group, because functions may start programs."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


atexit.register(end_all)
