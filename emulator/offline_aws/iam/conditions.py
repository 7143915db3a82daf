"""The Condition element of a policy statement.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from offline_aws.iam.patterns import Context, filled, matches, matches_arn, values_of

#: (value in the policy, value in the request, context for variables) -> whether they match.
Test = Callable[[str, str, Context | None], bool]

_OPERATOR = re.compile(
    r"(?:(?P<set>ForAllValues|ForAnyValue):)?(?P<name>[A-Za-z]+?)(?P<if_exists>IfExists)?", re.IGNORECASE
)


def conditions_hold(conditions: Mapping[str, Any], context: Context, *, variables: bool) -> bool:
    """Whether all conditions hold. An unknown operator never matches."""
    return all(
        _holds(operator, key, _texts(wanted), context, context if variables else None)
        for operator, keys in conditions.items()
        for key, wanted in keys.items()
    )


def _holds(operator: str, key: str, wanted: list[str], context: Context, variables: Context | None) -> bool:
    parts = _OPERATOR.fullmatch(operator)
    if parts is None:
        return False
    name = parts["name"].lower()
    present = values_of(context, key)
    if operator.lower() == "null":
        return any((text.lower() == "true") == (not present) for text in wanted)
    test, negated = _test_of(name)
    if test is None:
        return False
    if not present and parts["if_exists"]:
        return True

    def fits(value: str) -> bool:
        return any(test(text, value, variables) for text in wanted) is not negated

    quantifier = (parts["set"] or "").lower()
    if quantifier == "forallvalues":
        return all(fits(value) for value in present)
    if quantifier == "foranyvalue":
        return any(fits(value) for value in present)
    if negated:
        # a negated operator matches a missing key
        return all(fits(value) for value in present)
    return any(fits(value) for value in present)


def _test_of(name: str) -> tuple[Test | None, bool]:
    """The comparison of an operator, and whether it is negated."""
    if name in _TESTS:
        return _TESTS[name], False
    return _TESTS.get(_NEGATIONS.get(name, "")), True


def _texts(value: Any) -> list[str]:
    """Converts JSON booleans and numbers to strings, because IAM compares strings."""
    items = value if isinstance(value, list) else [value]
    return [str(item).lower() if isinstance(item, bool) else str(item) for item in items]


def _equal(text: str, value: str, variables: Context | None) -> bool:
    return filled(text, variables) == value


def _equal_ignoring_case(text: str, value: str, variables: Context | None) -> bool:
    wanted = filled(text, variables)
    return wanted is not None and wanted.casefold() == value.casefold()


def _like(text: str, value: str, variables: Context | None) -> bool:
    return matches(text, value, variables)


def _arn_like(text: str, value: str, variables: Context | None) -> bool:
    return matches_arn(text, value, variables)


def _same_bool(text: str, value: str, variables: Context | None) -> bool:
    return text.lower() == value.lower()


def _same_bytes(text: str, value: str, variables: Context | None) -> bool:
    try:
        return base64.b64decode(text, validate=True) == base64.b64decode(value, validate=True)
    except binascii.Error:
        return False


def _in_network(text: str, value: str, variables: Context | None) -> bool:
    try:
        return ipaddress.ip_address(value) in ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False


def _compared(read: Callable[[str], float], accept: Callable[[float, float], bool]) -> Test:
    """Compares two parsed values; a value that cannot be parsed does not match."""

    def test(text: str, value: str, variables: Context | None) -> bool:
        try:
            return accept(read(value), read(text))
        except ValueError:
            return False

    return test


def _seconds(text: str) -> float:
    """A date of ISO 8601, or seconds since the epoch."""
    try:
        return float(text)
    except ValueError:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


_ORDERS: dict[str, Callable[[float, float], bool]] = {
    "equals": lambda value, wanted: value == wanted,
    "lessthan": lambda value, wanted: value < wanted,
    "lessthanequals": lambda value, wanted: value <= wanted,
    "greaterthan": lambda value, wanted: value > wanted,
    "greaterthanequals": lambda value, wanted: value >= wanted,
}

_TESTS: dict[str, Test] = {
    "stringequals": _equal,
    "stringequalsignorecase": _equal_ignoring_case,
    "stringlike": _like,
    "arnequals": _arn_like,
    "arnlike": _arn_like,
    "bool": _same_bool,
    "binaryequals": _same_bytes,
    "ipaddress": _in_network,
    **{f"numeric{name}": _compared(float, order) for name, order in _ORDERS.items()},
    **{f"date{name}": _compared(_seconds, order) for name, order in _ORDERS.items()},
}

_NEGATIONS = {
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
    "arnnotequals": "arnequals",
    "arnnotlike": "arnlike",
    "notipaddress": "ipaddress",
    "numericnotequals": "numericequals",
    "datenotequals": "dateequals",
}
