"""What depends on what, and whether a template's references make sense."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from offline_aws.cloudformation import pseudo
from offline_aws.cloudformation.errors import TemplateError
from offline_aws.cloudformation.intrinsics import Resolver, Symbols
from offline_aws.cloudformation.schema import schema_for
from offline_aws.cloudformation.template import Template

_SUB_NAME = re.compile(r"\$\{([^!}][^}]*)\}")


#: Attributes of a resource, beside its properties, whose change is a change of the stack.
COMPARED = ("Metadata", "CreationPolicy", "UpdatePolicy", "DeletionPolicy", "UpdateReplacePolicy")


@dataclass(frozen=True)
class Node:
    """A resource whose condition holds, with its properties as far as they are known."""

    logical_id: str
    type: str
    depends_on: frozenset[str]
    #: Properties and everything else that an update compares, references as marks.
    symbolic: dict[str, Any]


def build_graph(template: Template, resolver: Resolver, symbols: Symbols) -> dict[str, Node]:
    """The active resources in template order.

    Raises:
        TemplateError: for references that lead nowhere and circular dependencies.
    """
    active = resolver.active_resources()
    nodes: dict[str, Node] = {}
    for logical_id in active:
        body = template.resources[logical_id]
        symbols.resources.clear()
        symbolic = {
            "Type": body["Type"],
            "Properties": resolver.resolve(body.get("Properties", {})),
            **{name: body.get(name) for name in COMPARED},
        }
        needs = (set(symbols.resources) | set(_depends_on(body))) - {logical_id}
        if logical_id in symbols.resources:
            raise TemplateError(f"Circular dependency between resources: [{logical_id}]")
        missing = sorted(need for need in symbols.resources if need not in active)
        if missing:
            raise TemplateError(
                f"Template format error: Unresolved resource dependencies [{', '.join(missing)}] "
                "in the Resources block of the template"
            )
        # a DependsOn on a resource whose condition is false does not count
        nodes[logical_id] = Node(logical_id, body["Type"], frozenset(needs & set(active)), symbolic)
    _refuse_cycles(nodes)
    return nodes


def check_references(template: Template, region: str) -> None:
    """Refuses names that no section of the template defines, in branches that are not taken too."""
    for logical_id, name in _attributes_of(template):
        resource_type = template.resources[logical_id]["Type"]
        schema = schema_for(resource_type, region)
        if schema is not None and not schema.has_attribute(name):
            raise TemplateError(
                f"Template error: resource {logical_id} does not support attribute type {name} in Fn::GetAtt"
            )
    for logical_id, body in template.resources.items():
        _check_block(template, body.get("Properties", {}), "Resources")
        for need in _depends_on(body):
            if need not in template.resources:
                raise _unresolved([need], "Resources")
        _check_condition(template, body.get("Condition"), f"Resources/{logical_id}")
    for key, body in template.outputs.items():
        if not isinstance(body, dict) or "Value" not in body:
            raise TemplateError(
                f"Template format error: Every Outputs member must contain a Value object ({key})"
            )
        _check_block(template, body, "Outputs")
        _check_condition(template, body.get("Condition"), f"Outputs/{key}")


def _check_block(template: Template, value: Any, block: str) -> None:
    known = {*template.parameters, *template.resources, *pseudo.NAMES}
    missing = sorted({name for name in _referenced(value) if name not in known})
    if missing:
        raise _unresolved(missing, block)


def _check_condition(template: Template, name: Any, where: str) -> None:
    if name is not None and name not in template.conditions:
        raise TemplateError(f"Template format error: Unrecognized condition {name} in {where}")


def _unresolved(names: list[str], block: str) -> TemplateError:
    return TemplateError(
        f"Template format error: Unresolved resource dependencies [{', '.join(names)}] "
        f"in the {block} block of the template"
    )


def _referenced(value: Any) -> Iterator[str]:
    """All names that Ref, Fn::GetAtt and Fn::Sub mention."""
    if isinstance(value, list):
        for item in value:
            yield from _referenced(item)
    if not isinstance(value, dict):
        return
    for key, item in value.items():
        if key == "Ref" and len(value) == 1 and isinstance(item, str):
            yield item
        elif key == "Fn::GetAtt" and len(value) == 1:
            yield item.split(".")[0] if isinstance(item, str) else str(item[0])
        elif key == "Fn::Sub" and len(value) == 1:
            yield from _referenced_in_sub(item)
        else:
            yield from _referenced(item)


def _attributes_of(template: Template) -> Iterator[tuple[str, str]]:
    """(logical id, attribute) of all that Fn::GetAtt and Fn::Sub ask of resources."""
    bodies = [body.get("Properties", {}) for body in template.resources.values()]
    for value in [*bodies, *template.outputs.values()]:
        for logical_id, name in _asked_attributes(value):
            if logical_id in template.resources:
                yield logical_id, name


def _asked_attributes(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, list):
        for item in value:
            yield from _asked_attributes(item)
    if not isinstance(value, dict):
        return
    for key, item in value.items():
        if key == "Fn::GetAtt" and len(value) == 1:
            logical_id, name = item.split(".", 1) if isinstance(item, str) else item
            if isinstance(name, str):
                yield logical_id, name
        elif key == "Fn::Sub" and len(value) == 1:
            text, variables = (item, {}) if isinstance(item, str) else item
            asked = (name.strip() for name in _SUB_NAME.findall(text))
            yield from (
                (name.split(".", 1)[0], name.split(".", 1)[1])
                for name in asked
                if "." in name and name not in variables
            )
            yield from _asked_attributes(variables)
        else:
            yield from _asked_attributes(item)


def _referenced_in_sub(argument: Any) -> Iterator[str]:
    text, variables = (argument, {}) if isinstance(argument, str) else argument
    for name in _SUB_NAME.findall(text):
        if name.strip() not in variables:
            yield name.strip().split(".")[0]
    yield from _referenced(variables)


def _depends_on(body: dict[str, Any]) -> list[str]:
    needs = body.get("DependsOn", [])
    return [needs] if isinstance(needs, str) else needs


def _refuse_cycles(nodes: dict[str, Node]) -> None:
    """Takes away what has no dependencies left until nothing or only cycles remain."""
    left = dict(nodes)
    while True:
        free = [i for i, node in left.items() if not node.depends_on & left.keys()]
        if not free:
            break
        for logical_id in free:
            del left[logical_id]
    # what merely depends on a cycle is not part of it
    while True:
        leaves = [i for i in left if not any(i in node.depends_on for node in left.values())]
        if not leaves:
            break
        for logical_id in leaves:
            del left[logical_id]
    if left:
        raise TemplateError(f"Circular dependency between resources: [{', '.join(sorted(left))}]")
