"""Validates resolved properties against the schema of a resource, with CloudFormation's messages."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import regex

from offline_aws.cloudformation.schema import ResourceSchema

_JSON_NAMES = {
    dict: "JSONObject",
    list: "JSONArray",
    str: "String",
    bool: "Boolean",
    int: "Integer",
    float: "BigDecimal",
    type(None): "Null",
}
_EXPECTED = {
    "object": "JSONObject",
    "array": "JSONArray",
    "string": "String",
    "boolean": "Boolean",
    "integer": "Integer",
    "number": "Number",
}


def coerced(properties: dict[str, Any], schema: ResourceSchema) -> dict[str, Any]:
    """The properties with scalars converted to the types in the schema: "5" to 5, true to "true"."""
    return _coerce(properties, schema.document, schema)


def problems(properties: dict[str, Any], schema: ResourceSchema) -> list[str]:
    """All problems, such as `#: extraneous key [Foo] is not permitted`."""
    read_only = {
        path.removeprefix("/properties/")
        for path in schema.document.get("readOnlyProperties", [])
        if path.count("/") == 2
    }
    given = sorted(read_only & properties.keys())
    if given:
        return [f"#: Encountered unsupported property {name}: it is read-only" for name in given]
    return list(_check(properties, schema.document, "#", schema))


def _coerce(value: Any, node: dict[str, Any], schema: ResourceSchema) -> Any:
    node = _dereferenced(node, schema)
    if isinstance(value, dict):
        return {key: _coerce(item, _member(node, key), schema) for key, item in value.items()}
    if isinstance(value, list):
        return [_coerce(item, node.get("items", {}), schema) for item in value]
    return _coerce_scalar(value, _types(node))


def _coerce_scalar(value: Any, types: list[str]) -> Any:
    if types == ["boolean"] and value in ("true", "false"):
        return value == "true"
    if types == ["string"] and isinstance(value, bool):
        return "true" if value else "false"
    if types == ["string"] and isinstance(value, int | float):
        return str(value)
    if types in (["integer"], ["number"]) and isinstance(value, str):
        try:
            number = float(value)
        except ValueError:
            return value
        return int(number) if number.is_integer() else number
    return value


def _check(value: Any, node: dict[str, Any], path: str, schema: ResourceSchema) -> Iterator[str]:
    node = _dereferenced(node, schema)
    types = _types(node)
    if types and not any(_is(value, kind) for kind in types):
        found = _JSON_NAMES.get(type(value), type(value).__name__)
        yield f"{path}: expected type: {_EXPECTED.get(types[0], types[0])}, found: {found}"
        return
    if isinstance(value, dict):
        yield from _check_object(value, node, path, schema)
    elif isinstance(value, list):
        yield from _check_array(value, node, path, schema)
    elif isinstance(value, str):
        yield from _check_string(value, node, path)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _check_number(value, node, path)
    yield from _check_choices(value, node, path, schema)


def _check_object(
    value: dict[str, Any], node: dict[str, Any], path: str, schema: ResourceSchema
) -> Iterator[str]:
    for key in node.get("required", []):
        if key not in value:
            yield f"{path}: required key [{key}] not found"
    for key, excluded in node.get("dependentExcluded", {}).items():
        for other in excluded:
            if key in value and other in value and key < other:
                yield f"{path}: [{key}] and [{other}] exclude each other"
    closed = node.get("additionalProperties") is False
    for key, item in value.items():
        if closed and not _declares(node, key):
            yield f"{path}: extraneous key [{key}] is not permitted"
        else:
            yield from _check(item, _member(node, key), f"{path}/{key}", schema)


def _check_array(value: list[Any], node: dict[str, Any], path: str, schema: ResourceSchema) -> Iterator[str]:
    if len(value) < node.get("minItems", 0):
        yield f"{path}: expected minimum item count: {node['minItems']}, found: {len(value)}"
    if len(value) > node.get("maxItems", len(value)):
        yield f"{path}: expected maximum item count: {node['maxItems']}, found: {len(value)}"
    if node.get("uniqueItems") and any(item in value[:index] for index, item in enumerate(value)):
        yield f"{path}: array items are not unique"
    for index, item in enumerate(value):
        yield from _check(item, node.get("items", {}), f"{path}/{index}", schema)


def _check_string(value: str, node: dict[str, Any], path: str) -> Iterator[str]:
    if len(value) < node.get("minLength", 0):
        yield f"{path}: expected minLength: {node['minLength']}, actual: {len(value)}"
    if len(value) > node.get("maxLength", len(value)):
        yield f"{path}: expected maxLength: {node['maxLength']}, actual: {len(value)}"
    if "pattern" in node and not _pattern(node["pattern"]).search(value):
        yield f"{path}: failed validation constraint for keyword [pattern] {node['pattern']}"


def _check_number(value: float, node: dict[str, Any], path: str) -> Iterator[str]:
    if value < node.get("minimum", value):
        yield f"{path}: {value} is not greater or equal to {node['minimum']}"
    if value > node.get("maximum", value):
        yield f"{path}: {value} is not less or equal to {node['maximum']}"


def _check_choices(value: Any, node: dict[str, Any], path: str, schema: ResourceSchema) -> Iterator[str]:
    if "enum" in node and value not in node["enum"]:
        yield f"{path}: {value} is not a valid enum value, allowed: {', '.join(map(str, node['enum']))}"
    for part in node.get("allOf", []):
        yield from _check(value, part, path, schema)
    if "anyOf" in node and not any(_fits(value, part, path, schema) for part in node["anyOf"]):
        yield f"{path}: #: no subschema matched out of the total {len(node['anyOf'])} subschemas"
    if "oneOf" in node:
        matches = sum(_fits(value, part, path, schema) for part in node["oneOf"])
        if matches != 1:
            yield f"{path}: #: {matches} subschemas matched instead of one"


def _fits(value: Any, node: dict[str, Any], path: str, schema: ResourceSchema) -> bool:
    return next(_check(value, node, path, schema), None) is None


def _dereferenced(node: dict[str, Any], schema: ResourceSchema) -> dict[str, Any]:
    while "$ref" in node:
        node = schema.resolve_ref(node["$ref"])
    return node


def _types(node: dict[str, Any]) -> list[str]:
    types = node.get("type", [])
    return [types] if isinstance(types, str) else types


def _is(value: Any, kind: str) -> bool:
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    python = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}[kind]
    return isinstance(value, python)


def _declares(node: dict[str, Any], key: str) -> bool:
    return key in node.get("properties", {}) or _pattern_member(node, key) is not None


def _member(node: dict[str, Any], key: str) -> dict[str, Any]:
    declared = node.get("properties", {}).get(key)
    if declared is None:
        declared = _pattern_member(node, key)
    if declared is None:
        declared = node.get("additionalProperties")
    return declared if isinstance(declared, dict) else {}


def _pattern_member(node: dict[str, Any], key: str) -> dict[str, Any] | None:
    patterns = node.get("patternProperties", {})
    return next((member for pattern, member in patterns.items() if _pattern(pattern).search(key)), None)


@cache
def _pattern(pattern: str) -> regex.Pattern[str]:
    # regex, not re: some patterns use \p{L}
    return regex.compile(pattern)
