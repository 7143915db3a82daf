"""The dependency graph of a template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from offline_aws.cloudformation.errors import TemplateError
from offline_aws.cloudformation.intrinsics import Resolver, Symbols
from offline_aws.cloudformation.template import Template

#: Resource attributes other than Properties that count as a change of the stack.
COMPARED = ("Metadata", "CreationPolicy", "UpdatePolicy", "DeletionPolicy", "UpdateReplacePolicy")


@dataclass(frozen=True)
class Node:
    """A resource whose condition is true, with its properties as far as they are known."""

    logical_id: str
    type: str
    depends_on: frozenset[str]
    #: Properties and everything else that an update compares, references as marks.
    symbolic: dict[str, Any]


def build_graph(template: Template, resolver: Resolver, symbols: Symbols) -> dict[str, Node]:
    """The active resources in template order.

    Raises:
        TemplateError: for unresolved references and circular dependencies.
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
        needs = (set(symbols.resources) | set(depends_on(body))) - {logical_id}
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


def depends_on(body: dict[str, Any]) -> list[str]:
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
    # a resource that only depends on a cycle is not part of it
    while True:
        leaves = [i for i in left if not any(i in node.depends_on for node in left.values())]
        if not leaves:
            break
        for logical_id in leaves:
            del left[logical_id]
    if left:
        raise TemplateError(f"Circular dependency between resources: [{', '.join(sorted(left))}]")
