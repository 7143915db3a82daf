"""Reads templates: JSON or YAML with CloudFormation's short tags, and their overall shape."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from offline_aws.cloudformation.errors import validation_error

_SECTIONS = {
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Hooks",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Rules",
    "Transform",
}

_RESOURCE_KEYS = {
    "Condition",
    "CreationPolicy",
    "DeletionPolicy",
    "DependsOn",
    "Description",
    "Metadata",
    "Properties",
    "Type",
    "UpdatePolicy",
    "UpdateReplacePolicy",
}

_POLICIES = {
    "DeletionPolicy": ("Delete", "Retain", "RetainExceptOnCreate", "Snapshot"),
    "UpdateReplacePolicy": ("Delete", "Retain", "Snapshot"),
}

_WITH_SNAPSHOTS = {
    "AWS::DocDB::DBCluster",
    "AWS::EC2::Volume",
    "AWS::ElastiCache::CacheCluster",
    "AWS::ElastiCache::ReplicationGroup",
    "AWS::Neptune::DBCluster",
    "AWS::RDS::DBCluster",
    "AWS::RDS::DBInstance",
    "AWS::Redshift::Cluster",
}

_NAMED = r"AWS::(EC2|Route53)::[A-Za-z]+::[A-Za-z.]+"
_PLAIN = rf"String|CommaDelimitedList|{_NAMED}|List<(String|{_NAMED})>"
_PARAMETER_TYPE = re.compile(
    rf"Number|List<Number>|{_PLAIN}|AWS::SSM::Parameter::Name|AWS::SSM::Parameter::Value<({_PLAIN})>"
)


@dataclass(frozen=True)
class Template:
    """A template's sections, each a plain dictionary."""

    text: str
    description: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    parameters: dict[str, dict[str, Any]] = field(default_factory=dict)
    mappings: dict[str, Any] = field(default_factory=dict)
    conditions: dict[str, Any] = field(default_factory=dict)
    rules: dict[str, dict[str, Any]] = field(default_factory=dict)
    resources: dict[str, dict[str, Any]] = field(default_factory=dict)
    outputs: dict[str, dict[str, Any]] = field(default_factory=dict)

    def body(self) -> Any:
        """The parsed document."""
        return _load(self.text)


def parse_template(text: str) -> Template:
    """The template in `text`.

    Raises:
        ServiceError: `Template format error: ...`, with CloudFormation's message.
    """
    body = _load(text)
    if not isinstance(body, dict):
        raise _format_error("unsupported structure.")
    _check_sections(body)
    _check_parameters(body.get("Parameters") or {})
    _check_resources(body["Resources"])
    return Template(
        text=text,
        description=body.get("Description"),
        metadata=body.get("Metadata") or {},
        parameters=body.get("Parameters") or {},
        mappings=body.get("Mappings") or {},
        conditions=body.get("Conditions") or {},
        rules=body.get("Rules") or {},
        resources=body["Resources"],
        outputs=body.get("Outputs") or {},
    )


def _check_sections(body: dict[str, Any]) -> None:
    unknown = sorted(set(body) - _SECTIONS)
    if unknown:
        raise validation_error(f"Invalid template property or properties [{', '.join(unknown)}]")
    if body.get("Transform"):
        raise validation_error(f"the offline AWS does not support transforms: {body['Transform']}")
    for section in ("Parameters", "Mappings", "Conditions", "Rules", "Resources", "Outputs"):
        if not isinstance(body.get(section) or {}, dict):
            raise _format_error(f"[/{section}] must be an object.")
    if not body.get("Resources"):
        raise _format_error("At least one Resources member must be defined.")


def _check_resources(resources: dict[str, Any]) -> None:
    for logical_id, resource in resources.items():
        if not logical_id.isalnum() or not logical_id.isascii():
            raise _format_error(f"Resource name {logical_id} is non alphanumeric.")
        if not isinstance(resource, dict):
            raise _format_error("Any Resources member must be an object.")
        if not isinstance(resource.get("Type"), str):
            raise _format_error(
                f"[/Resources/{logical_id}] Every Resources object must contain a Type member."
            )
        if not isinstance(resource.get("Properties", {}), dict):
            raise _format_error(f"[/Resources/{logical_id}/Properties] must be an object.")
        unknown = sorted(set(resource) - _RESOURCE_KEYS)
        if unknown:
            raise validation_error(
                f"Invalid template resource property '{unknown[0]}' in resource '{logical_id}'"
            )
        needs = resource.get("DependsOn", [])
        if not isinstance(needs, str) and not (
            isinstance(needs, list) and all(isinstance(n, str) for n in needs)
        ):
            raise _format_error("DependsOn must be a string or list of strings.")
        _check_policies(logical_id, resource)


def _check_policies(logical_id: str, resource: dict[str, Any]) -> None:
    for attribute, allowed in _POLICIES.items():
        policy = resource.get(attribute, "Delete")
        if not isinstance(policy, str):
            raise _format_error(f"Every {attribute} member must be a string.")
        if policy not in allowed:
            raise _format_error(f"Unrecognized {attribute} {policy} for resource {logical_id}")
        if policy == "Snapshot" and resource["Type"] not in _WITH_SNAPSHOTS:
            raise _error(f"resource type {resource['Type']} does not support {attribute} Snapshot")


def _check_parameters(parameters: dict[str, Any]) -> None:
    for key, declaration in parameters.items():
        kind = declaration.get("Type") if isinstance(declaration, dict) else None
        if not isinstance(kind, str):
            raise _format_error(f"[/Parameters/{key}] Every Parameters object must contain a Type member.")
        if not _PARAMETER_TYPE.fullmatch(kind):
            raise _format_error(f"Unrecognized parameter type: {kind}")


def _error(message: str) -> Exception:
    return validation_error(f"Template error: {message}")


def _format_error(message: str) -> Exception:
    return validation_error(f"Template format error: {message}")


def _load(text: str) -> Any:
    try:
        if text.lstrip().startswith("{"):
            return json.loads(text)
        return yaml.load(text, Loader=_Loader)
    except ValueError as error:
        raise _format_error(f"JSON not well-formed. ({error})") from None
    except yaml.YAMLError as error:
        raise _format_error(f"YAML not well-formed. ({error})") from None


class _Loader(yaml.CSafeLoader):
    """YAML as CloudFormation reads it: with short tags, and dates as strings."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def _short_tag(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    value = _plain(loader, node)
    if name == "Fn::GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {name: value}


def _plain(loader: _Loader, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_mapping(node, deep=True)


_Loader.add_multi_constructor("!", _short_tag)
