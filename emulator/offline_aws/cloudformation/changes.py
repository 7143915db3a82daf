"""Computes the changes of a change set from the two templates."""

from __future__ import annotations

from typing import Any

from offline_aws.cloudformation import change_details
from offline_aws.cloudformation.graph import COMPARED, Node
from offline_aws.cloudformation.model import Definition, Resource, Stack
from offline_aws.cloudformation.schema import follows_stack_tags, schema_for
from offline_aws.cloudformation.symbolic import build_nodes, symbolic_outputs


def describe_changes(stack: Stack, proposed: Definition) -> list[dict[str, Any]]:
    """The `Changes` of DescribeChangeSet."""
    old = build_nodes(stack, stack.definition) if stack.definition and stack.resources else {}
    new = build_nodes(stack, proposed)
    changes: list[dict[str, Any]] = []
    replaced: set[str] = set()
    retagged = stack.definition is not None and stack.definition.tags != proposed.tags
    for logical_id in _in_dependency_order(new):
        node = new[logical_id]
        change = _change(stack, proposed, old.get(logical_id), node, replaced, retagged)
        if change is not None:
            changes.append(change)
            if change.get("Replacement") in ("True", "Conditional"):
                replaced.add(logical_id)
    for logical_id, resource in stack.resources.items():
        if logical_id not in new:
            changes.append(_removal(resource))
    return [{"Type": "Resource", "ResourceChange": change} for change in changes]


def only_outputs_or_tags_differ(stack: Stack, proposed: Definition) -> bool:
    """Whether the stack changes even though no resource does."""
    current = stack.definition
    if current is None:
        return True
    return current.tags != proposed.tags or symbolic_outputs(stack, current) != symbolic_outputs(
        stack, proposed
    )


def _in_dependency_order(nodes: dict[str, Node]) -> list[str]:
    ordered: list[str] = []
    left = dict(nodes)
    while left:
        free = [i for i, node in left.items() if not node.depends_on & left.keys()]
        ordered += free
        for logical_id in free:
            del left[logical_id]
    return ordered


def _change(
    stack: Stack, proposed: Definition, old: Node | None, new: Node, replaced: set[str], retagged: bool
) -> dict[str, Any] | None:
    resource = stack.resources.get(new.logical_id)
    if resource is None or old is None:
        return {
            "Action": "Add",
            "LogicalResourceId": new.logical_id,
            "ResourceType": new.type,
            "Scope": [],
            "Details": [],
        }
    if old.type != new.type:
        return _modification(resource, new, ["Properties"], "True", [])
    properties = _properties(stack, proposed, old, new)
    details = change_details.direct(properties, _changed_parameters(stack, proposed))
    direct = {detail["Target"]["Name"] for detail in details}
    details += [d for d in change_details.dynamic(properties, replaced) if d["Target"]["Name"] not in direct]
    scope = ["Properties"] if details else []
    attributes = [name for name in COMPARED if old.symbolic[name] != new.symbolic[name]]
    if retagged and follows_stack_tags(new.type, stack.environment.region):
        attributes.append("Tags")
    scope += attributes
    details += [change_details.of_attribute(name) for name in attributes]
    failed = resource.status.endswith("_FAILED")
    if not scope and not failed:
        return None
    return _modification(resource, new, scope, change_details.replacement(details), details)


def _properties(stack: Stack, proposed: Definition, old: Node, new: Node) -> change_details.Properties:
    def written(definition: Definition | None) -> dict[str, Any]:
        body = definition.template.resources.get(new.logical_id, {}) if definition else {}
        return body.get("Properties") or {}

    return change_details.Properties(
        schema_for(new.type, stack.environment.region),
        before=old.symbolic["Properties"],
        after=new.symbolic["Properties"],
        written_before=written(stack.definition),
        written_after=written(proposed),
    )


def _changed_parameters(stack: Stack, proposed: Definition) -> list[str]:
    current = stack.definition.parameters if stack.definition else {}
    return [
        key
        for key, parameter in proposed.parameters.items()
        if key in current and current[key].effective != parameter.effective
    ]


def _modification(
    resource: Resource, node: Node, scope: list[str], replacement: str, details: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "Action": "Modify",
        "LogicalResourceId": resource.logical_id,
        "PhysicalResourceId": resource.physical_id,
        "ResourceType": node.type,
        "Replacement": replacement,
        "Scope": scope,
        "Details": details,
    }


def _removal(resource: Resource) -> dict[str, Any]:
    return {
        "Action": "Remove",
        "LogicalResourceId": resource.logical_id,
        "PhysicalResourceId": resource.physical_id,
        "ResourceType": resource.type,
        "PolicyAction": "Retain" if resource.deletion_policy != "Delete" else "Delete",
        "Scope": [],
        "Details": [],
    }
