"""The values that a setting accepts: choices, seconds, counts and flags."""

from __future__ import annotations

from dataclasses import Field, field
from typing import Any


class SettingsError(ValueError):
    """A key or value that the settings do not accept."""


def choice(default: str, *others: str, help: str) -> Any:
    return field(default=default, metadata={"choices": (default, *others), "help": help})


def seconds(default: float, help: str) -> Any:
    return field(default=default, metadata={"minimum": 0.0, "help": help})


def count(default: int, maximum: int, help: str) -> Any:
    return field(default=default, metadata={"maximum": maximum, "help": help})


def flag(default: bool, help: str) -> Any:
    return field(default=default, metadata={"help": help})


def checked(known: Field[Any], value: Any) -> Any:
    """The value of a setting, from its own type or from a string.

    Raises:
        SettingsError: with the key, the value and the allowed values.
    """
    if isinstance(known.default, bool):
        return _as_flag(known.name, value)
    if isinstance(known.default, int):
        return _as_count(known.name, value, known.metadata["maximum"])
    if isinstance(known.default, float):
        return _as_number(known.name, value, known.metadata["minimum"])
    return _as_choice(known.name, value, known.metadata["choices"])


def _as_flag(key: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).lower() in ("true", "false"):
        return str(value).lower() == "true"
    raise SettingsError(f"setting '{key}' cannot be {value!r}: use true or false")


def _as_count(key: str, value: Any, maximum: int) -> int:
    digits = str(value)
    if digits.isdecimal() and 1 <= int(digits) <= maximum:
        return int(digits)
    raise SettingsError(f"setting '{key}' cannot be {value!r}: use an integer from 1 to {maximum}")


def _as_number(key: str, value: Any, minimum: float) -> float:
    allowed = f"use a number of at least {minimum:g}"
    try:
        number = float(value) if not isinstance(value, bool) else float("nan")
    except (TypeError, ValueError):
        raise SettingsError(f"setting '{key}' cannot be {value!r}: {allowed}") from None
    # NaN compares false, infinity would never end
    if not minimum <= number < float("inf"):
        raise SettingsError(f"setting '{key}' cannot be {value!r}: {allowed}")
    return number


def _as_choice(key: str, value: Any, choices: tuple[str, ...]) -> str:
    if value in choices:
        return str(value)
    raise SettingsError(f"setting '{key}' cannot be {value!r}: use {' or '.join(choices)}")
