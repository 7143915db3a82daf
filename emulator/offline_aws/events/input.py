"""The input of a target: the event, a part of it, a constant, or a template.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
"""

from __future__ import annotations

import json
import re
from typing import Any

_VARIABLE = re.compile(r"<([A-Za-z0-9_.-]+)>")
#: A string of JSON, with the variables in it, or a variable outside of strings.
STRING_OR_VARIABLE = re.compile(r'"(?:[^"\\]|\\.)*"|<[A-Za-z0-9_.-]+>')
#: The variables that every template may use.
RESERVED = frozenset(
    f"aws.events.{name}" for name in ("rule-arn", "rule-name", "event", "event.json", "event.ingestion-time")
)
_MISSING = object()


def render(target: dict[str, Any], event: dict[str, Any], of_rule: dict[str, str]) -> str:
    """The text that the target gets. `of_rule` are the values of `<aws.events.…>` that are not in the event."""
    if "Input" in target:
        return str(target["Input"])
    if "InputPath" in target:
        return json.dumps(_at(event, target["InputPath"], None))
    if "InputTransformer" not in target:
        return json.dumps(event)
    transformer = target["InputTransformer"]
    values = {name: _at(event, path) for name, path in transformer.get("InputPathsMap", {}).items()}
    reserved: dict[str, Any] = {f"aws.events.{name}": value for name, value in of_rule.items()}
    reserved["aws.events.event"] = {key: value for key, value in event.items() if key != "detail"}
    reserved["aws.events.event.json"] = event
    return _fill(transformer["InputTemplate"], values | reserved)


def _fill(template: str, values: dict[str, Any]) -> str:
    def one(match: re.Match[str]) -> str:
        text = match[0]
        if text.startswith("<"):
            return _json(values[text[1:-1]])
        return _VARIABLE.sub(lambda variable: _inside_string(values[variable[1]]), text)

    return STRING_OR_VARIABLE.sub(one, template)


def _inside_string(value: Any) -> str:
    """In a string, a value has no quotes of its own, and objects lose theirs."""
    if value is _MISSING:
        return ""
    return json.dumps(value)[1:-1] if isinstance(value, str) else json.dumps(value).replace('"', "")


def _json(value: Any) -> str:
    # a path without a value renders nothing, which is not valid JSON in most places
    return "" if value is _MISSING else json.dumps(value)


def _at(event: Any, path: str, missing: Any = _MISSING) -> Any:
    """The value at a path such as `$.detail.name`."""
    value = event
    for index, name in re.findall(r"\[(\d+)\]|\.([^.\[]+)", path.removeprefix("$")):
        if index:
            value = value[int(index)] if isinstance(value, list) and int(index) < len(value) else _MISSING
        else:
            value = value.get(name, _MISSING) if isinstance(value, dict) else _MISSING
        if value is _MISSING:
            return missing
    return value
