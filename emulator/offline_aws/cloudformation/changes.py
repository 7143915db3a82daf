"""Computes the changes of a change set from the two templates."""

from __future__ import annotations

from typing import Any

from offline_aws.cloudformation.graph import COMPARED, Node
from offline_aws.cloudformation.intrinsics import is_symbolic
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
        change = _change(stack, old.get(logical_id), node, replaced, retagged)
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
    stack: Stack, old: Node | None, new: Node, replaced: set[str], retagged: bool
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
    before, after = old.symbolic["Properties"], new.symbolic["Properties"]
    details = [_detail(name, before, after) for name in _differing(before, after)]
    dynamic = [name for name, value in after.items() if _mentions(value, replaced)]
    details += [_dynamic_detail(name) for name in dynamic if name not in _differing(before, after)]
    scope = ["Properties"] if details else []
    attributes = [name for name in COMPARED if old.symbolic[name] != new.symbolic[name]]
    if retagged and follows_stack_tags(new.type, stack.environment.region):
        attributes.append("Tags")
    scope += attributes
    details += [_attribute_detail(name) for name in attributes]
    failed = resource.status.endswith("_FAILED")
    if not scope and not failed:
        return None
    return _modification(resource, new, scope, _replacement(stack, new, before, after, dynamic), details)


def _replacement(
    stack: Stack, node: Node, before: dict[str, Any], after: dict[str, Any], dynamic: list[str]
) -> str:
    schema = schema_for(node.type, stack.environment.region)
    if schema is None:
        return "False"
    paths = schema.changes_that_replace(before, after)
    certain = any(not is_symbolic(after.get(path.split("/")[0])) for path in paths)
    if certain:
        return "True"
    touched = {path.split("/")[0] for path in schema.changes_that_replace({}, {name: 1 for name in dynamic})}
    return "Conditional" if paths or touched else "False"


def _differing(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [name for name in {**before, **after} if before.get(name) != after.get(name)]


def _mentions(value: Any, logical_ids: set[str]) -> bool:
    text = str(value)
    return any(f"\u27e6{i}\u27e7" in text or f"\u27e6{i}." in text for i in logical_ids)


def _detail(name: str, before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    kind = "Add" if name not in before else "Remove" if name not in after else "Modify"
    target = {
        "Attribute": "Properties",
        "Name": name,
        "RequiresRecreation": "Never",
        "Path": f"/Properties/{name}",
        "AttributeChangeType": kind,
    }
    return {"Target": target, "Evaluation": "Static", "ChangeSource": "DirectModification"}


def _dynamic_detail(name: str) -> dict[str, Any]:
    target = {"Attribute": "Properties", "Name": name, "RequiresRecreation": "Never"}
    return {"Target": target, "Evaluation": "Dynamic", "ChangeSource": "ResourceReference"}


def _attribute_detail(name: str) -> dict[str, Any]:
    target = {"Attribute": name, "RequiresRecreation": "Never"}
    return {"Target": target, "Evaluation": "Static", "ChangeSource": "DirectModification"}


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
