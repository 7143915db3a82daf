"""The registry's resource schemas, as they ship with cfn-lint."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_CUSTOM = "AWS::CloudFormation::CustomResource"
_DEFAULT_REGION = "us-east-1"
_MISSING = object()

#: Documented attributes that the schemas lack.
_DOCUMENTED_ATTRIBUTES = {
    "AWS::SNS::Topic": ("TopicName",),
    "AWS::SQS::Queue": ("QueueName",),
    "AWS::SSM::Parameter": ("Type", "Value"),
}


@dataclass(frozen=True)
class ResourceSchema:
    """One resource type's schema."""

    type: str
    document: dict[str, Any]

    def changes_that_replace(self, old: dict[str, Any], new: dict[str, Any]) -> list[str]:
        """The create-only property paths that differ."""
        return [path for path in self.create_only if list(values_at(old, path)) != list(values_at(new, path))]

    @property
    def create_only(self) -> list[str]:
        """The property paths (`ImageName`, `A/B`) whose change requires a replacement."""
        # changing the ServiceToken is an error, and only a new physical id means a replacement
        return [] if is_custom(self.type) else self._paths("createOnlyProperties")

    @property
    def conditional_create_only(self) -> list[str]:
        """The property paths whose change may require a replacement."""
        return self._paths("conditionalCreateOnlyProperties")

    @property
    def primary_identifier(self) -> list[str]:
        """The properties that identify a resource."""
        return self._paths("primaryIdentifier")

    def has_attribute(self, name: str) -> bool:
        """Whether Fn::GetAtt supports the attribute."""
        if is_custom(self.type) or name in _DOCUMENTED_ATTRIBUTES.get(self.type, ()):
            return True
        if self.type == "AWS::CloudFormation::Stack" and name.startswith("Outputs."):
            return True
        path = f"/properties/{name.replace('.', '/')}"
        return any(
            path == known or path.startswith(f"{known}/")
            for known in self.document.get("readOnlyProperties", [])
        )

    @property
    def follows_stack_tags(self) -> bool:
        """Whether changed stack tags change resources of this type."""
        tagging = self.document.get("tagging", {})
        return bool(tagging.get("taggable")) and tagging.get("tagUpdatable", True)

    def _paths(self, kind: str) -> list[str]:
        return [path.removeprefix("/properties/") for path in self.document.get(kind, [])]

    def resolve_ref(self, pointer: str) -> dict[str, Any]:
        """The definition that a `#/definitions/X` pointer names."""
        found: Any = self.document
        for part in pointer.removeprefix("#/").split("/"):
            found = found[part]
        return found


def schema_for(resource_type: str, region: str) -> ResourceSchema | None:
    """The schema of a type, None when CloudFormation does not know it."""
    if is_custom(resource_type):
        resource_type = _CUSTOM
    digest = _index(region).get(resource_type)
    return None if digest is None else _load(resource_type, digest)


def follows_stack_tags(resource_type: str, region: str) -> bool:
    schema = schema_for(resource_type, region)
    return schema is not None and schema.follows_stack_tags


def is_custom(resource_type: str) -> bool:
    return resource_type.startswith("Custom::") or resource_type == _CUSTOM


@cache
def _index(region: str) -> dict[str, str]:
    providers = _root() / "providers"
    path = providers / f"{region}.json"
    return json.loads((path if path.exists() else providers / f"{_DEFAULT_REGION}.json").read_bytes())


@cache
def _load(resource_type: str, digest: str) -> ResourceSchema:
    document = json.loads((_root() / "resources" / f"{digest}.json").read_bytes())
    if resource_type == _CUSTOM:
        # the schema omits boolean, but templates may pass it
        document["patternProperties"] = {".*": {}}
    return ResourceSchema(resource_type, document)


@cache
def _root() -> Path:
    # found, not imported: importing cfn-lint costs more than a second
    spec = find_spec("cfnlint")
    if spec is None or spec.origin is None:
        raise RuntimeError("cfn-lint is not installed: its resource schemas are needed")
    return Path(spec.origin).parent / "data" / "schemas"


def values_at(value: Any, path: str) -> Iterator[Any]:
    """All values at a slash-separated path, where `*` matches list items."""
    head, _, rest = path.partition("/")
    if head == "*":
        children = value if isinstance(value, list) else []
    else:
        children = [value.get(head, _MISSING)] if isinstance(value, dict) else [_MISSING]
    for child in children:
        if rest:
            yield from values_at(child, rest)
        else:
            yield child
