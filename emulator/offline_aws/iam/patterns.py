"""Wildcards and policy variables, as IAM reads them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

#: The condition values of a request, by lower-case key.
Context = Mapping[str, str | Sequence[str]]

_TOKEN = re.compile(r"\$\{(?P<variable>[^}]*)\}|(?P<wildcard>[*?])|(?P<text>[^*?$]+|\$)")
_DEFAULT = re.compile(r"(?P<key>[^,]+),\s*'(?P<default>[^']*)'")

#: `${*}`, `${?}` and `${$}` are how a policy writes these characters literally.
_ESCAPES = frozenset("*?$")

#: An ARN has six parts; a wildcard matches a colon only in the last one.
_ARN_COLONS = 5


def values_of(context: Context, key: str) -> list[str]:
    """The values of a condition key; empty if the request does not have it."""
    value = context.get(key.lower())
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)


def matches(pattern: str, value: str, context: Context | None = None, *, ignore_case: bool = False) -> bool:
    """Whether `value` matches a pattern with `*` and `?`; variables are replaced if a context is given."""
    expression = _expression(pattern, context, arn=False)
    return expression is not None and _compiled(expression, ignore_case).fullmatch(value) is not None


def matches_arn(pattern: str, arn: str, context: Context | None = None) -> bool:
    """Like `matches`, part by part of an ARN."""
    expression = _expression(pattern, context, arn=True)
    return expression is not None and _compiled(expression, False).fullmatch(arn) is not None


def matches_resource(pattern: str, arn: str, context: Context | None = None) -> bool:
    """Like `matches_arn`; IAM completes a Resource of fewer than six parts with wildcards."""
    if pattern == "*":
        return True
    missing = _ARN_COLONS - _without_variables(pattern).count(":")
    return matches_arn(pattern + ":*" * max(missing, 0), arn, context)


def filled(text: str, context: Context | None) -> str | None:
    """The pattern with its variables replaced and wildcards kept; None if a variable has no value."""
    if context is None:
        return text
    parts: list[str] = []
    for token in _TOKEN.finditer(text):
        part = token[0] if token["variable"] is None else _variable(token["variable"], context)
        if part is None:
            return None
        parts.append(part)
    return "".join(parts)


def _expression(pattern: str, context: Context | None, *, arn: bool) -> str | None:
    parts: list[str] = []
    for part, colons in _tokens(pattern, context is not None):
        if part["wildcard"]:
            anything = "[^:]" if arn and colons < _ARN_COLONS else "."
            parts.append(anything + ("*" if part["wildcard"] == "*" else ""))
        elif part["variable"] is not None and context is not None:
            value = _variable(part["variable"], context)
            if value is None:
                return None
            parts.append(re.escape(value))
        else:
            parts.append(re.escape(part[0]))
    return "".join(parts)


def _tokens(pattern: str, with_variables: bool) -> Iterator[tuple[re.Match[str], int]]:
    """Each token with the number of colons before it; colons in a variable do not count."""
    colons = 0
    for token in _TOKEN.finditer(pattern):
        yield token, colons
        if token["variable"] is None or not with_variables:
            colons += token[0].count(":")


def _variable(name: str, context: Context) -> str | None:
    """The value of a variable; None if it has no value or several."""
    if name in _ESCAPES:
        return name
    default = _DEFAULT.fullmatch(name)
    found = values_of(context, (default["key"] if default else name).strip())
    if len(found) == 1:
        return found[0]
    return default["default"] if default and not found else None


def _without_variables(pattern: str) -> str:
    return re.sub(r"\$\{[^}]*\}", "", pattern)


@cache
def _compiled(expression: str, ignore_case: bool) -> re.Pattern[str]:
    return re.compile(expression, re.DOTALL | (re.IGNORECASE if ignore_case else 0))
