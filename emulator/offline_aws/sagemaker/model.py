"""Validates requests with botocore's service model of SageMaker."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

import botocore.session
import regex
from botocore.model import ListShape, MapShape, OperationModel, ServiceModel, Shape, StructureShape

from offline_aws.errors import ServiceError
from offline_aws.sagemaker import new_members

_PYTHON_TYPES: dict[str, tuple[Any, ...]] = {
    "string": (str,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "boolean": (bool,),
    # seconds since the epoch: the only date format of this protocol
    "timestamp": (int, float),
    "list": (list,),
    "map": (dict,),
    "structure": (dict,),
}


@lru_cache(maxsize=1)
def service_model() -> ServiceModel:
    return botocore.session.get_session().get_service_model("sagemaker")


@lru_cache(maxsize=1)
def known_operations() -> frozenset[str]:
    return frozenset(service_model().operation_names)


@cache
def operation_model(operation: str) -> OperationModel:
    return service_model().operation_model(operation)


def check_request(operation: str, params: dict[str, Any]) -> None:
    """Raises one ValidationException that lists everything wrong with the request."""
    problems: list[str] = []
    shape = operation_model(operation).input_shape
    if shape is not None:
        _check(shape, params, "", problems)
    if problems:
        count = len(problems)
        noun = "error" if count == 1 else "errors"
        raise ServiceError("ValidationException", f"{count} validation {noun} detected: {'; '.join(problems)}")


def _check(shape: Shape, value: Any, path: str, problems: list[str]) -> None:
    allowed = _PYTHON_TYPES.get(shape.type_name, (object,))
    if not isinstance(value, allowed) or (isinstance(value, bool) and bool not in allowed):
        problems.append(_problem(value, path, f"Member must be a {shape.type_name}"))
    elif isinstance(shape, StructureShape):
        _check_structure(shape, value, path, problems)
    elif isinstance(shape, ListShape):
        _check_size(shape, len(value), value, path, problems, "length")
        for index, item in enumerate(value, 1):
            _check(shape.member, item, f"{path}.{index}.member", problems)
    elif isinstance(shape, MapShape):
        _check_size(shape, len(value), value, path, problems, "length")
        for key, item in value.items():
            _check(shape.key, key, f"{path}.key", problems)
            _check(shape.value, item, f"{path}.{key}", problems)
    elif shape.type_name == "string":
        _check_string(shape, value, path, problems)
    elif shape.type_name in ("integer", "long", "float", "double"):
        _check_size(shape, value, value, path, problems, "value")


def _check_structure(shape: StructureShape, value: dict[str, Any], path: str, problems: list[str]) -> None:
    for name in shape.required_members:
        if name not in value:
            problems.append(_problem(None, _join(path, name), "Member must not be null"))
    for name, member in value.items():
        if new_members.has(shape.name, name):
            continue
        if name not in shape.members:
            problems.append(f"unknown member '{_join(path, name)}'")
        else:
            _check(shape.members[name], member, _join(path, name), problems)


def _check_string(shape: Shape, value: str, path: str, problems: list[str]) -> None:
    _check_size(shape, len(value), value, path, problems, "length")
    pattern = shape.metadata.get("pattern")
    if pattern and not regex.fullmatch(pattern, value):
        problems.append(_problem(value, path, f"Member must satisfy regular expression pattern: {pattern}"))
    enum = shape.metadata.get("enum")
    if enum and value not in enum:
        problems.append(_problem(value, path, f"Member must satisfy enum value set: [{', '.join(enum)}]"))


def _check_size(shape: Shape, size: float, value: Any, path: str, problems: list[str], what: str) -> None:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and size < low:
        problems.append(_problem(value, path, f"Member must have {what} greater than or equal to {low}"))
    if high is not None and size > high:
        problems.append(_problem(value, path, f"Member must have {what} less than or equal to {high}"))


def _problem(value: Any, path: str, constraint: str) -> str:
    shown = "null" if value is None else f"'{value}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: {constraint}"


def _join(path: str, name: str) -> str:
    """The name of a member with a lower-case first letter, as in messages of the service."""
    small = name[0].lower() + name[1:]
    return f"{path}.{small}" if path else small
