"""Finds resources that refer to another one by a literal name without depending on it: their order is left to chance."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from offline_aws.cloudformation.graph import Node
from offline_aws.cloudformation.scheduler import ancestors

_DYNAMIC = re.compile(r"\{\{resolve:ssm:([^:}]+)")

#: Resources in a policy statement do not need to exist.
_POLICY_RESOURCES = ("Resource", "NotResource")


def named_without_dependency(nodes: Mapping[str, Node]) -> dict[str, frozenset[str]]:
    """For each resource, the other resources that its properties name."""
    after = {node.logical_id: node.depends_on for node in nodes.values()}
    owners: dict[str, set[str]] = {}
    for node in nodes.values():
        for name in _own_names(node):
            owners.setdefault(name, set()).add(node.logical_id)
    found = {}
    for logical_id, node in nodes.items():
        spoken = {owner for name in _spoken(node.symbolic["Properties"]) for owner in owners.get(name, ())}
        found[logical_id] = frozenset(spoken - ancestors([logical_id], after) - {logical_id})
    return found


def _own_names(node: Node) -> Iterator[str]:
    """The name that the template gives: `RoleName` of a Role, `Name` of a Parameter."""
    noun = node.type.rsplit("::", 1)[-1]
    for key in (f"{noun}Name", "Name"):
        name = node.symbolic["Properties"].get(key)
        if isinstance(name, str):
            yield name


def _spoken(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key not in _POLICY_RESOURCES:
                yield from _spoken(item)
    elif isinstance(value, list):
        for item in value:
            yield from _spoken(item)
    elif isinstance(value, str):
        yield value
        yield from _DYNAMIC.findall(value)
        if value.startswith("arn:"):
            yield re.split("[:/]", value)[-1]
