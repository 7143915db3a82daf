"""Imports of existing resources into a stack, by a change set of type IMPORT.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources.html
"""

from __future__ import annotations

from typing import Any

from offline_aws.cloudformation.changes import describe_changes
from offline_aws.cloudformation.errors import validation_error
from offline_aws.cloudformation.handlers import handler_for
from offline_aws.cloudformation.model import Definition, Stack
from offline_aws.cloudformation.schema import schema_for
from offline_aws.cloudformation.symbolic import symbolic_outputs
from offline_aws.cloudformation.template import Template


def physical_ids(stack: Stack, definition: Definition, requested: list[dict[str, Any]]) -> dict[str, str]:
    """The physical ids of the resources to import, by logical id.

    Raises:
        ServiceError: for what CloudFormation rejects before it reads a resource.
    """
    if not requested:
        raise validation_error("ResourcesToImport must be specified for a change set of type IMPORT")
    found = {item["LogicalResourceId"]: _physical_id(stack, definition, item) for item in requested}
    unsafe = [name for name in found if "DeletionPolicy" not in definition.template.resources[name]]
    if unsafe:
        raise validation_error(
            f"The following resources to import [{', '.join(unsafe)}] must have DeletionPolicy attribute specified in the template."
        )
    return found


def changes(stack: Stack, definition: Definition, ids: dict[str, str]) -> list[dict[str, Any]]:
    """The `Changes` of DescribeChangeSet.

    Raises:
        ServiceError: if anything else changes.
    """
    described = [change["ResourceChange"] for change in describe_changes(stack, definition)]
    others = [change["LogicalResourceId"] for change in described if change["LogicalResourceId"] not in ids]
    if symbolic_outputs(stack, definition) != (symbolic_outputs(stack, stack.definition) if stack.definition else {}):
        others.append("Outputs")
    if others:
        raise validation_error(f"As part of the import operation, you cannot modify or add [{', '.join(others)}]")
    return [
        {
            "Type": "Resource",
            "ResourceChange": {
                **change,
                "Action": "Import",
                "PhysicalResourceId": ids[change["LogicalResourceId"]],
            },
        }
        for change in described
    ]


def identifiers(resource_type: str, region: str) -> list[str]:
    """The properties that identify a resource to import; none if the type cannot be imported."""
    schema, handler = schema_for(resource_type, region), handler_for(resource_type)
    return schema.primary_identifier if schema and handler and handler.can_read() else []


def summaries(template: Template, region: str) -> list[dict[str, Any]]:
    """The `ResourceIdentifierSummaries` of GetTemplateSummary."""
    by_type: dict[str, list[str]] = {}
    for logical_id, body in template.resources.items():
        by_type.setdefault(body["Type"], []).append(logical_id)
    return [
        {"ResourceType": kind, "LogicalResourceIds": logical_ids, "ResourceIdentifiers": [",".join(names)]}
        for kind, logical_ids in by_type.items()
        if (names := identifiers(kind, region))
    ]


def _physical_id(stack: Stack, definition: Definition, item: dict[str, Any]) -> str:
    logical_id, kind, given = item["LogicalResourceId"], item["ResourceType"], item["ResourceIdentifier"]
    body = definition.template.resources.get(logical_id)
    if body is None:
        raise validation_error(f"Resources [{logical_id}] to import are not in the template")
    if logical_id in stack.resources:
        raise validation_error(f"Resources [{logical_id}] to import are already in the stack")
    if body["Type"] != kind:
        raise validation_error(f"Resource {logical_id} is of type {body['Type']} in the template, not {kind}")
    names = identifiers(kind, stack.environment.region)
    if not names:
        raise validation_error(f"ResourceTypes [{kind}] are not supported for Import")
    if set(given) != set(names):
        raise validation_error(
            f"Invalid resource identifier for {logical_id}: [{', '.join(given)}], expected [{', '.join(names)}]"
        )
    for name in names:
        written = body.get("Properties", {}).get(name)
        if isinstance(written, str) and written != given[name]:
            raise validation_error(
                f"{name} of {logical_id} is {written} in the template, but {given[name]} in its resource identifier"
            )
    return "|".join(given[name] for name in names)
