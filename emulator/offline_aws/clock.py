"""Time as the emulated services see it, and how the CloudFormation engine stretches it.

Asynchronous changes are computed lazily: a resource remembers when it is `due` and
compares that with `now()` whenever it is read. Only images and image versions are also
looked at in the background when they are due, because their changes are events.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from fnmatch import fnmatchcase

from offline_aws.settings import settings

_held: Counter[str] = Counter()
_held_since: dict[str, float] = {}
_slow: dict[str, float] = {}
_lock = threading.Lock()


def now() -> float:
    """Seconds since the epoch."""
    return time.time()


def due(seconds: float, arn: str = "") -> float:
    """The moment at which a change that takes `seconds` (unscaled) has ended.

    A resource that was slowed down takes its own time.
    """
    with _lock:
        own = next((slow for pattern, slow in _slow.items() if fnmatchcase(arn, pattern)), None)
    return now() + (seconds * settings.time_scale if own is None else own)


def slow_down(arn_pattern: str, seconds: float) -> None:
    """Makes later changes of matching resources take `seconds`, unscaled."""
    with _lock:
        _slow[arn_pattern] = seconds


def sleep(seconds: float) -> None:
    """Waits for `seconds`, scaled; never less than a tick, so that polling cannot spin."""
    time.sleep(max(seconds * settings.time_scale, 0.005))


def forget_slow() -> None:
    """Restores the usual duration for all resources."""
    with _lock:
        _slow.clear()


def hold(key: str) -> None:
    """Keeps the asynchronous changes named `key` that begin from now on from ending until it is released.

    The engine's worst order uses this to keep image versions CREATING while unrelated
    resources start. The key of all versions of one image is `version_key(...)`.
    """
    with _lock:
        _held[key] += 1
        _held_since.setdefault(key, now())


def release(key: str) -> None:
    """Releases one `hold`."""
    with _lock:
        _held[key] -= 1
        if _held[key] <= 0:
            del _held[key]
            del _held_since[key]


def is_held(key: str, begun: float = float("inf")) -> bool:
    """Whether the change named `key` that began at this moment is held, even if its time is over."""
    with _lock:
        return key in _held_since and begun >= _held_since[key]


def version_key(account: str, region: str, image_name: str) -> str:
    """The key that holds all versions of one image."""
    return f"sagemaker:{region}:{account}:image-version/{image_name.lower()}"


def reset() -> None:
    with _lock:
        _held.clear()
        _held_since.clear()
        _slow.clear()
