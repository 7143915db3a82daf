"""Parameter values: given, previous, default, or read from the parameter store."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from offline_aws.cloudformation.errors import HandlerError, validation_error
from offline_aws.cloudformation.intrinsics import as_text
from offline_aws.cloudformation.model import Parameter
from offline_aws.cloudformation.template import Template

_SSM_VALUE = re.compile(r"AWS::SSM::Parameter::Value<(.+)>")

#: Looks a name up in the parameter store.
SsmLookup = Callable[[str], str]


def resolve_parameters(
    template: Template,
    given: list[dict[str, Any]],
    previous: dict[str, Parameter],
    lookup: SsmLookup,
) -> dict[str, Parameter]:
    """A value for each of the template's parameters.

    Raises:
        ServiceError: when one is missing, unknown, or breaks its constraints.
    """
    by_key = {parameter["ParameterKey"]: parameter for parameter in given}
    unknown = sorted(by_key.keys() - template.parameters.keys())
    if unknown:
        raise validation_error(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    values = {
        key: _value(key, declaration, by_key.get(key), previous.get(key))
        for key, declaration in template.parameters.items()
    }
    missing = [key for key, value in values.items() if value is None]
    if missing:
        raise validation_error(f"Parameters: [{', '.join(missing)}] must have values")
    return {
        key: _parameter(key, template.parameters[key], str(value), lookup) for key, value in values.items()
    }


def _value(
    key: str, declaration: dict[str, Any], given: dict[str, Any] | None, previous: Parameter | None
) -> str | None:
    if given is not None and given.get("UsePreviousValue"):
        if previous is None:
            raise validation_error(
                f"Invalid input for parameter key {key}. Cannot specify usePreviousValue as true "
                "for a parameter key not in the previous template"
            )
        return previous.value
    if given is not None:
        return given.get("ParameterValue", "")
    if "Default" in declaration:
        return _default_text(declaration["Default"])
    return None


def _default_text(default: Any) -> str:
    return ",".join(map(str, default)) if isinstance(default, list) else as_text(default, "Default")


def _parameter(key: str, declaration: dict[str, Any], value: str, lookup: SsmLookup) -> Parameter:
    kind = str(declaration.get("Type", "String"))
    no_echo = str(declaration.get("NoEcho", "false")).lower() == "true"
    if _SSM_VALUE.fullmatch(kind):
        try:
            # the name is kept as the value, so that an update looks it up again
            return Parameter(key, value, resolved=lookup(value), no_echo=no_echo)
        except HandlerError as error:
            if error.code == "AccessDenied":
                raise validation_error("AccessDenied. User doesn't have permission to call ssm:GetParameters") from None
            raise validation_error(
                f"Unable to fetch parameters [{value}] from parameter store for this account."
            ) from None
    if kind == "AWS::SSM::Parameter::Name":
        return Parameter(key, value, no_echo=no_echo)
    _check_constraints(key, declaration, value)
    return Parameter(key, value, no_echo=no_echo)


def _check_constraints(key: str, declaration: dict[str, Any], value: str) -> None:
    kind = str(declaration.get("Type", "String"))
    items = value.split(",") if kind == "CommaDelimitedList" or kind.startswith("List<") else [value]
    for item in items:
        _check_item(key, declaration, kind, item.strip() if len(items) > 1 else item)


def _check_item(key: str, declaration: dict[str, Any], kind: str, item: str) -> None:
    def refuse(rule: str) -> Exception:
        text = declaration.get("ConstraintDescription", rule)
        return validation_error(
            f"Parameter '{key}' {text}"
            if text == rule
            else f"Parameter {key} failed to satisfy constraint: {text}"
        )

    allowed = [as_text(v, "AllowedValues") for v in declaration.get("AllowedValues", [])]
    if allowed and item not in allowed:
        raise refuse(f"must be one of AllowedValues [{', '.join(allowed)}]")
    pattern = declaration.get("AllowedPattern")
    if pattern and not re.fullmatch(pattern, item):
        raise refuse(f"must match pattern {pattern}")
    if len(item) < int(declaration.get("MinLength", 0)):
        raise refuse(f"must contain at least {declaration['MinLength']} characters")
    if len(item) > int(declaration.get("MaxLength", len(item))):
        raise refuse(f"must contain at most {declaration['MaxLength']} characters")
    if kind in ("Number", "List<Number>"):
        _check_number(declaration, item, refuse)


def _check_number(declaration: dict[str, Any], item: str, refuse: Callable[[str], Exception]) -> None:
    try:
        number = float(item)
    except ValueError:
        raise refuse("must be a number") from None
    if number < float(declaration.get("MinValue", number)):
        raise refuse(f"must be a number not less than {declaration['MinValue']}")
    if number > float(declaration.get("MaxValue", number)):
        raise refuse(f"must be a number not greater than {declaration['MaxValue']}")
