"""Evaluates intrinsic functions.

One resolver serves two purposes. *Concrete*: references become the values of deployed
resources. *Symbolic*: references become marks, so that templates can be compared and
dependencies found before anything exists.
"""

from __future__ import annotations

import base64
import ipaddress
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from offline_aws.cloudformation.errors import TemplateError
from offline_aws.cloudformation.model import Parameter
from offline_aws.cloudformation.template import Template

_SUB = re.compile(r"\$\{(!?)([^}]*)\}")
_MARK_OPEN, _MARK_CLOSE = "\u27e6", "\u27e7"

#: The value of `Ref: AWS::NoValue`; it is removed from objects and lists.
NO_VALUE = object()


class References(Protocol):
    """The source of the values of resources."""

    def ref(self, logical_id: str) -> Any: ...

    def attribute(self, logical_id: str, name: str) -> Any: ...

    def imported(self, export: str) -> Any: ...

    def dynamic(self, text: str) -> str:
        """`text` with its `{{resolve:...}}` references replaced."""


@dataclass
class Symbols:
    """References as marks; records which ones were requested."""

    resources: set[str] = field(default_factory=set)
    imports: set[str] = field(default_factory=set)

    def ref(self, logical_id: str) -> str:
        self.resources.add(logical_id)
        return _mark(logical_id)

    def attribute(self, logical_id: str, name: str) -> str:
        self.resources.add(logical_id)
        return _mark(f"{logical_id}.{name}")

    def imported(self, export: str) -> str:
        self.imports.add(export)
        return _mark(f"import {export}")

    def dynamic(self, text: str) -> str:
        return text


def is_symbolic(value: Any) -> bool:
    """Whether a value depends on something that is not deployed yet."""
    return _MARK_OPEN in json.dumps(value, ensure_ascii=False, default=str)


@dataclass
class Resolver:
    """Evaluates values of one template, with its parameters, for one set of references."""

    template: Template
    parameters: Mapping[str, Parameter]
    pseudo: Mapping[str, Any]
    references: References
    _conditions: dict[str, bool] = field(default_factory=dict)

    def resolve(self, value: Any) -> Any:
        """The value without intrinsic functions; NO_VALUE for AWS::NoValue."""
        if isinstance(value, str):
            return self.references.dynamic(value) if "{{resolve:" in value else value
        if isinstance(value, list):
            items = (self.resolve(item) for item in value)
            return [item for item in items if item is not NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            name, argument = next(iter(value.items()))
            function = self._function(name)
            if function is not None:
                return _called(name, function, argument)
        resolved = {key: self.resolve(item) for key, item in value.items()}
        return {key: item for key, item in resolved.items() if item is not NO_VALUE}

    def condition(self, name: str) -> bool:
        """Whether the named condition is true."""
        if name not in self._conditions:
            if name not in self.template.conditions:
                raise TemplateError(f"Template error: unresolved condition dependency {name}")
            self._conditions[name] = self._truth(self.template.conditions[name])
        return self._conditions[name]

    def active_resources(self) -> list[str]:
        """The logical ids of resources whose condition is true, in template order."""
        return [
            logical_id
            for logical_id, resource in self.template.resources.items()
            if "Condition" not in resource or self.condition(resource["Condition"])
        ]

    def _function(self, name: str) -> Callable[[Any], Any] | None:
        if name == "Ref":
            return self._ref
        if name == "Condition":
            # also a plain key, in IAM policies and in resources
            return None
        if not name.startswith("Fn::"):
            return None
        function = getattr(self, f"_fn_{name.removeprefix('Fn::').lower()}", None)
        if function is None:
            raise TemplateError(f"Template error: unsupported function {name}")
        return function

    def _ref(self, name: Any) -> Any:
        if name == "AWS::NoValue":
            return NO_VALUE
        if name in self.pseudo:
            return self.pseudo[name]
        if name in self.parameters:
            return self._parameter(name)
        if name in self.template.resources:
            return self.references.ref(name)
        raise TemplateError(f"Template format error: Unresolved resource dependencies [{name}]")

    def _parameter(self, name: str) -> Any:
        kind = str(self.template.parameters.get(name, {}).get("Type", "String"))
        value = self.parameters[name].effective
        if "CommaDelimitedList" in kind or "List<" in kind:
            return [item.strip() for item in value.split(",")]
        return value

    def _fn_getatt(self, argument: Any) -> Any:
        parts = argument.split(".", 1) if isinstance(argument, str) else argument
        logical_id, name = str(parts[0]), self.resolve(parts[1])
        if logical_id not in self.template.resources:
            raise TemplateError(
                f"Template error: instance of Fn::GetAtt references undefined resource {logical_id}"
            )
        return self.references.attribute(logical_id, str(name))

    def _fn_sub(self, argument: Any) -> str:
        text, variables = (argument, {}) if isinstance(argument, str) else argument

        def substitute(match: re.Match[str]) -> str:
            literal, name = match.group(1), match.group(2).strip()
            if literal:
                return "${" + name + "}"
            if name in variables:
                return as_text(self.resolve(variables[name]), "Fn::Sub")
            if "." in name:
                return as_text(self._fn_getatt(name), "Fn::Sub")
            return as_text(self._ref(name), "Fn::Sub")

        substituted = _SUB.sub(substitute, text)
        return self.references.dynamic(substituted) if "{{resolve:" in substituted else substituted

    def _fn_join(self, argument: Any) -> str:
        delimiter, values = argument
        items = self.resolve(values)
        if isinstance(items, str) and is_symbolic(items):
            return _mark(f"join {delimiter} {items}")
        if not isinstance(items, list):
            raise TemplateError(
                "Template error: every Fn::Join object requires two parameters, (1) a string "
                "delimiter and (2) a list of strings to be joined"
            )
        joined = str(delimiter).join(as_text(item, "Fn::Join") for item in items)
        return self.references.dynamic(joined) if "{{resolve:" in joined else joined

    def _fn_split(self, argument: Any) -> Any:
        delimiter, value = argument[0], self.resolve(argument[1])
        if is_symbolic(value):
            return [_mark(f"split {delimiter} {value}")]
        return as_text(value, "Fn::Split").split(delimiter)

    def _fn_select(self, argument: Any) -> Any:
        index, items = int(self.resolve(argument[0])), self.resolve(argument[1])
        if is_symbolic(items):
            return _mark(f"select {index} {json.dumps(items, ensure_ascii=False)}")
        if not isinstance(items, list) or not 0 <= index < len(items):
            raise TemplateError(
                f"Template error: Fn::Select cannot select nonexistent value at index {index}"
            )
        return items[index]

    def _fn_findinmap(self, argument: Any) -> Any:
        name, first, second = (str(self.resolve(item)) for item in argument)
        try:
            return self.resolve(self.template.mappings[name][first][second])
        except KeyError:
            raise TemplateError(
                f"Template error: Unable to get mapping for {name}::{first}::{second}"
            ) from None

    def _fn_if(self, argument: Any) -> Any:
        name, then, otherwise = argument
        return self.resolve(then if self.condition(name) else otherwise)

    def _fn_base64(self, argument: Any) -> str:
        return base64.b64encode(as_text(self.resolve(argument), "Fn::Base64").encode()).decode()

    def _fn_importvalue(self, argument: Any) -> Any:
        return self.references.imported(as_text(self.resolve(argument), "Fn::ImportValue"))

    def _fn_getazs(self, argument: Any) -> list[str]:
        region = self.resolve(argument) or self.pseudo["AWS::Region"]
        return [f"{region}{zone}" for zone in "abc"]

    def _fn_cidr(self, argument: Any) -> Any:
        block, count, bits = (*[self.resolve(item) for item in argument], 8)[:3]
        if is_symbolic(block):
            return [_mark(f"cidr {index} {block}") for index in range(int(count))]
        network = ipaddress.ip_network(str(block))
        prefix = network.max_prefixlen - int(bits)
        subnets = network.subnets(new_prefix=prefix)
        return [str(subnet) for subnet, _ in zip(subnets, range(int(count)), strict=False)]

    def _fn_equals(self, argument: Any) -> bool:
        left, right = (self.resolve(item) for item in argument)
        return _comparable(left) == _comparable(right)

    def _fn_not(self, argument: Any) -> bool:
        return not self._truth(argument[0])

    def _fn_and(self, argument: Any) -> bool:
        return all(self._truth(item) for item in argument)

    def _fn_or(self, argument: Any) -> bool:
        return any(self._truth(item) for item in argument)

    def _fn_contains(self, argument: Any) -> bool:
        items, wanted = self.resolve(argument[0]), self.resolve(argument[1])
        return wanted in items

    def _truth(self, expression: Any) -> bool:
        if isinstance(expression, dict) and set(expression) == {"Condition"}:
            return self.condition(expression["Condition"])
        result = self.resolve(expression)
        if isinstance(result, str) and result in ("true", "false"):
            return result == "true"
        if not isinstance(result, bool):
            raise TemplateError("Template format error: Every Condition must be a boolean expression")
        return result


def _called(name: str, function: Callable[[Any], Any], argument: Any) -> Any:
    """Reports arguments that are invalid only after they are resolved."""
    try:
        return function(argument)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise TemplateError(f"Template error: {name} cannot be evaluated: {error}") from error


def as_text(value: Any, function: str) -> str:
    """A scalar as CloudFormation converts it to a string."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise TemplateError(f"Template error: {function} needs a string, got {json.dumps(value, default=str)}")


def _comparable(value: Any) -> Any:
    return as_text(value, "Fn::Equals") if isinstance(value, str | int | float | bool) else value


def _mark(text: str) -> str:
    return f"{_MARK_OPEN}{text}{_MARK_CLOSE}"
