"""The intrinsic functions in a template, and their arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from offline_aws.cloudformation.errors import TemplateError

#: Condition functions, allowed in the Conditions and Rules sections only.
DECIDING = frozenset({"Fn::And", "Fn::Contains", "Fn::Equals", "Fn::Not", "Fn::Or"})


def calls(value: Any) -> Iterator[tuple[str, Any]]:
    """All functions in a value with their arguments, outer ones first."""
    if isinstance(value, list):
        for item in value:
            yield from calls(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if len(value) == 1 and (key == "Ref" or key.startswith("Fn::")):
                yield key, item
            yield from calls(item)


def check_arguments(name: str, argument: Any) -> None:
    """Rejects unknown functions and invalid arguments."""
    if name not in _ARGUMENTS:
        raise TemplateError(f"Template error: unsupported function {name}")
    what, fits = _ARGUMENTS[name]
    if not fits(argument):
        raise TemplateError(f"Template error: every {name} object requires {what}")


def _text(value: Any) -> bool:
    """A string, or a function that may return one."""
    return isinstance(value, str | dict)


def _list(value: Any) -> bool:
    return isinstance(value, list | dict)


def _any(value: Any) -> bool:
    return True


def _index(value: Any) -> bool:
    return isinstance(value, int | dict) or (isinstance(value, str) and value.isdecimal())


def _name(value: Any) -> bool:
    return isinstance(value, str)


def _of(*members: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """A list with exactly these items."""

    def fits(value: Any) -> bool:
        return (
            isinstance(value, list)
            and len(value) == len(members)
            and all(member(item) for member, item in zip(members, value, strict=True))
        )

    return fits


def _or(*choices: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: any(choice(value) for choice in choices)


def _conditions(value: Any) -> bool:
    return isinstance(value, list) and 2 <= len(value) <= 10


_ARGUMENTS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "Ref": ("one string", _name),
    "Fn::And": ("2 to 10 conditions", _conditions),
    "Fn::Base64": ("one string", _text),
    "Fn::Cidr": ("a block, a count and, if wanted, the bits", _or(_of(_text, _any), _of(_text, _any, _any))),
    "Fn::Contains": ("a list of strings and a string", _of(_list, _any)),
    "Fn::Equals": ("two values", _of(_any, _any)),
    # a default needs a transform
    "Fn::FindInMap": ("a map name, a top-level key and a second-level key", _of(_text, _text, _text)),
    "Fn::GetAZs": ("a region", _text),
    "Fn::GetAtt": (
        "two non-empty parameters, the resource name and the resource attribute",
        _or(lambda value: isinstance(value, str) and "." in value, _of(_name, _text)),
    ),
    "Fn::If": ("a condition name and two values", _of(_name, _any, _any)),
    "Fn::ImportValue": ("the name of an export", _text),
    "Fn::Join": (
        "two parameters, (1) a string delimiter and (2) a list of strings to be joined",
        _of(_name, _list),
    ),
    "Fn::Not": ("one condition", _of(_any)),
    "Fn::Or": ("2 to 10 conditions", _conditions),
    "Fn::Select": ("two parameters, an index and a list of values", _of(_index, _list)),
    "Fn::Split": ("two parameters, (1) a string delimiter and (2) a string to be split", _of(_name, _text)),
    "Fn::Sub": (
        "a string, alone or with a map of variables",
        _or(_name, _of(_name, lambda value: isinstance(value, dict))),
    ),
}
