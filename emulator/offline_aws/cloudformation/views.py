"""Converts stacks and their parts to botocore's shapes."""

from __future__ import annotations

import json
from typing import Any

from offline_aws.cloudformation.model import ChangeSet, Definition, Event, Resource, Stack
from offline_aws.cloudformation.template import Template

View = dict[str, Any]


def stack(item: Stack) -> View:
    definition = item.definition
    return {
        "StackId": item.id,
        "StackName": item.name,
        "ChangeSetId": item.change_set_id,
        "Description": definition.template.description if definition else None,
        "Parameters": _parameters(definition),
        "CreationTime": item.created,
        "DeletionTime": item.deleted,
        "LastUpdatedTime": item.updated,
        "StackStatus": item.status,
        "StackStatusReason": item.reason,
        "DisableRollback": item.disable_rollback,
        "NotificationARNs": definition.notification_arns if definition else [],
        "Capabilities": definition.capabilities if definition else [],
        "Outputs": [
            _present(
                OutputKey=output.key,
                OutputValue=output.value,
                Description=output.description,
                ExportName=output.export,
            )
            for output in item.outputs
        ],
        "RoleARN": definition.role_arn if definition else None,
        "Tags": [
            {"Key": key, "Value": value} for key, value in (definition.tags if definition else {}).items()
        ],
        "EnableTerminationProtection": item.termination_protection,
        "DriftInformation": {"StackDriftStatus": "NOT_CHECKED"},
        "ParentId": item.parent_id,
        "RootId": item.root_id,
    }


def stack_summary(item: Stack) -> View:
    return {
        "StackId": item.id,
        "StackName": item.name,
        "TemplateDescription": item.definition.template.description if item.definition else None,
        "CreationTime": item.created,
        "LastUpdatedTime": item.updated,
        "DeletionTime": item.deleted,
        "StackStatus": item.status,
        "StackStatusReason": item.reason,
        "DriftInformation": {"StackDriftStatus": "NOT_CHECKED"},
    }


def change_set(owner: Stack, item: ChangeSet) -> View:
    return {
        **change_set_summary(owner, item),
        "Parameters": _parameters(item.definition),
        "NotificationARNs": item.definition.notification_arns,
        "Capabilities": item.definition.capabilities,
        "Tags": [{"Key": key, "Value": value} for key, value in item.definition.tags.items()],
        "Changes": item.changes,
        "OnStackFailure": item.on_failure,
    }


def change_set_summary(owner: Stack, item: ChangeSet) -> View:
    return {
        "ChangeSetName": item.name,
        "ChangeSetId": item.id,
        "StackId": owner.id,
        "StackName": owner.name,
        "Description": item.description,
        "CreationTime": item.created,
        "ExecutionStatus": item.execution_status,
        "Status": item.status,
        "StatusReason": item.reason,
        "IncludeNestedStacks": item.include_nested,
    }


def event(item: Event) -> View:
    return {
        "StackId": item.stack_id,
        "EventId": item.id,
        "StackName": item.stack_name,
        "LogicalResourceId": item.logical_id,
        "PhysicalResourceId": item.physical_id,
        "ResourceType": item.type,
        "Timestamp": item.time,
        "ResourceStatus": item.status,
        "ResourceStatusReason": item.reason,
        "ResourceProperties": None if item.properties is None else json.dumps(item.properties),
        "ClientRequestToken": item.token,
    }


def operation_event(item: Event) -> View:
    kind = "STACK_EVENT" if item.type == "AWS::CloudFormation::Stack" else "RESOURCE_EVENT"
    return {**event(item), "EventType": kind, "OperationType": None}


def stack_resource_summary(item: Resource) -> View:
    return {
        "LogicalResourceId": item.logical_id,
        "PhysicalResourceId": item.physical_id,
        "ResourceType": item.type,
        "LastUpdatedTimestamp": item.time,
        "ResourceStatus": item.status,
        "ResourceStatusReason": item.reason,
        "DriftInformation": {"StackResourceDriftStatus": "NOT_CHECKED"},
    }


def stack_resource(owner: Stack, item: Resource) -> View:
    view = stack_resource_summary(item)
    timestamp = view.pop("LastUpdatedTimestamp")
    return {**view, "StackId": owner.id, "StackName": owner.name, "Timestamp": timestamp}


def stack_resource_detail(owner: Stack, item: Resource) -> View:
    return {
        **stack_resource_summary(item),
        "StackId": owner.id,
        "StackName": owner.name,
        "Metadata": json.dumps(item.metadata),
    }


def template_summary(template: Template) -> View:
    return {
        "Parameters": [
            _present(
                ParameterKey=key,
                DefaultValue=None if "Default" not in body else str(body["Default"]),
                ParameterType=body.get("Type"),
                NoEcho=bool(body.get("NoEcho", False)),
                Description=body.get("Description"),
            )
            for key, body in template.parameters.items()
        ],
        "Description": template.description,
        "ResourceTypes": sorted({body["Type"] for body in template.resources.values()}),
        "Metadata": json.dumps(template.metadata) if template.metadata else None,
        "Version": "2010-09-09",
    }


def _parameters(definition: Definition | None) -> list[View]:
    if definition is None:
        return []
    return [
        _present(
            ParameterKey=parameter.key,
            ParameterValue="****" if parameter.no_echo else parameter.value,
            ResolvedValue=parameter.resolved,
        )
        for parameter in definition.parameters.values()
    ]


def _present(**members: Any) -> View:
    return {key: value for key, value in members.items() if value is not None}
