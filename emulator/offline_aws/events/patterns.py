"""Checks event patterns: EventBridge rejects an unknown operator, where moto would match every value.

The rules and messages are those of EventBridge's own matcher: https://github.com/aws/event-ruler (JsonRuleCompiler)
"""

from __future__ import annotations

import json
import re
from typing import Any

from offline_aws.errors import ServiceError

_TEXT_OPERATORS = ("prefix", "suffix", "equals-ignore-case", "wildcard", "cidr", "exactly")
#: Operators that can be combined with others: the operators that they take instead of a string.
_COMBINED = {
    "prefix": ("equals-ignore-case",),
    "suffix": ("equals-ignore-case",),
    "anything-but": ("prefix", "suffix", "equals-ignore-case", "wildcard"),
}
_ESCAPE = re.compile(r"\\(.?)")


def check(text: str) -> None:
    """Raises InvalidEventPatternException. Text that is not JSON is left to moto."""
    try:
        pattern = json.loads(text)
    except ValueError:
        return
    _check_object(pattern)


def _check_object(node: Any) -> None:
    if not isinstance(node, dict):
        raise _invalid("Filter is not an object")
    if not node:
        raise _invalid("Empty objects are not allowed")
    for name, value in node.items():
        if name == "$or" and isinstance(value, list) and len(value) > 1:
            for alternative in value:
                _check_object(alternative)
        elif isinstance(value, dict):
            _check_object(value)
        elif isinstance(value, list):
            _check_values(value)
        else:
            raise _invalid(f'"{name}" must be an object or an array')


def _check_values(values: list[Any]) -> None:
    if not values:
        raise _invalid("Empty arrays are not allowed")
    for value in values:
        if isinstance(value, dict):
            _check_match(*_only_member(value))
        elif isinstance(value, list):
            raise _invalid("Match value must be String, number, true, false, or null")


def _check_match(operator: str, value: Any) -> None:
    if isinstance(value, dict) and operator in _COMBINED:
        inner, texts = _only_member(value)
        if inner not in _COMBINED[operator]:
            raise _invalid(f"Unsupported {operator} pattern: {inner}")
        several = operator == "anything-but" and isinstance(texts, list) and texts
        for text in texts if several else [texts]:
            _check_text(inner, text)
            if operator == "anything-but" and text == "" and inner in ("prefix", "suffix"):
                raise _invalid("Null prefix/suffix not allowed")
    elif operator == "anything-but":
        _check_anything_but(value)
    elif operator in _TEXT_OPERATORS:
        _check_text(operator, value)
    elif operator == "exists":
        if not isinstance(value, bool):
            raise _invalid("exists match pattern must be either true or false.")
    elif operator == "numeric":
        if not isinstance(value, list):
            raise _invalid("Value of numeric must be an array.")
    else:
        raise _invalid(f"Unrecognized match type {operator}")


def _check_anything_but(value: Any) -> None:
    if isinstance(value, list):
        kinds = {_kind(item) for item in value}
        if kinds not in ({"string"}, {"number"}):
            raise _invalid("Inside anything but list, either all values are number or string, mixed type is not supported")
    elif _kind(value) is None:
        raise _invalid("Value of anything-but must be an array or single string/number value.")


def _check_text(operator: str, value: Any) -> None:
    if not isinstance(value, str):
        raise _invalid(f"{operator} match pattern must be a string")
    if operator == "wildcard":
        if any(escaped not in ("*", "\\") for escaped in _ESCAPE.findall(value)):
            raise _invalid("Invalid escape character")
        if "**" in _ESCAPE.sub("", value):
            raise _invalid("Consecutive wildcard characters")


def _only_member(match: dict[str, Any]) -> tuple[str, Any]:
    if not match:
        raise _invalid("Match expression name not found")
    if len(match) > 1:
        raise _invalid("Only one key allowed in match expression")
    return next(iter(match.items()))


def _kind(value: Any) -> str | None:
    if isinstance(value, str):
        return "string"
    return "number" if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _invalid(reason: str) -> ServiceError:
    return ServiceError("InvalidEventPatternException", f"Event pattern is not valid. Reason: {reason}")
