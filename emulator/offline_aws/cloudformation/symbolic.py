"""Evaluates a definition before its resources exist."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from offline_aws.cloudformation.errors import TemplateError
from offline_aws.cloudformation.graph import Node, build_graph
from offline_aws.cloudformation.intrinsics import Resolver, Symbols
from offline_aws.cloudformation.model import Definition, Stack
from offline_aws.cloudformation.pseudo import pseudo_parameters


def symbolic_resolver(stack: Stack, definition: Definition) -> tuple[Resolver, Symbols]:
    """A resolver that turns references into marks, and the record of these references."""
    symbols = Symbols()
    pseudo = pseudo_parameters(stack, definition.notification_arns)
    return Resolver(definition.template, definition.parameters, pseudo, symbols), symbols


def build_nodes(stack: Stack, definition: Definition) -> dict[str, Node]:
    """The dependency graph of a definition."""
    return build_graph(definition.template, *symbolic_resolver(stack, definition))


def symbolic_outputs(stack: Stack, definition: Definition) -> dict[str, Any]:
    """The active outputs, comparable between definitions."""
    resolver, _ = symbolic_resolver(stack, definition)
    return {
        key: resolver.resolve({name: item for name, item in body.items() if name != "Condition"})
        for key, body in definition.template.outputs.items()
        if "Condition" not in body or resolver.condition(body["Condition"])
    }


def check_outputs(stack: Stack, definition: Definition, active: Container[str]) -> None:
    """Rejects outputs that refer to a resource whose condition is false, or that are not strings."""
    resolver, symbols = symbolic_resolver(stack, definition)
    for key, body in definition.template.outputs.items():
        if "Condition" in body and not resolver.condition(body["Condition"]):
            continue
        value = resolver.resolve(body["Value"])
        if not isinstance(value, str | int | float):
            raise TemplateError(
                f"Template format error: Output {key} is malformed. The Value field of every Outputs member "
                "must evaluate to a String."
            )
    missing = sorted(name for name in symbols.resources if name not in active)
    if missing:
        raise TemplateError(
            f"Template format error: Unresolved resource dependencies [{', '.join(missing)}] "
            "in the Outputs block of the template"
        )


def imported_exports(stack: Stack, definition: Definition) -> set[str]:
    """The exports that a definition imports."""
    resolver, symbols = symbolic_resolver(stack, definition)
    for logical_id in resolver.active_resources():
        resolver.resolve(definition.template.resources[logical_id].get("Properties", {}))
    for body in definition.template.outputs.values():
        if "Condition" not in body or resolver.condition(body["Condition"]):
            resolver.resolve(body.get("Value"))
    return symbols.imports
