"""The details of a modified resource in a change set: what changes, why, and whether that replaces it.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChangeDetail.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from offline_aws.cloudformation.intrinsics import is_symbolic
from offline_aws.cloudformation.schema import ResourceSchema, values_at

Detail = dict[str, Any]


@dataclass(frozen=True)
class Properties:
    """The properties of one resource, before and after, with marks for what is not known yet."""

    schema: ResourceSchema | None
    before: dict[str, Any]
    after: dict[str, Any]
    #: As in the template.
    written_before: dict[str, Any]
    written_after: dict[str, Any]


def direct(properties: Properties, changed_parameters: Iterable[str]) -> list[Detail]:
    """The properties whose template or parameters changed."""
    before, after = properties.before, properties.after
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return [detail for name in names for detail in _property(properties, name, changed_parameters)]


def dynamic(properties: Properties, replaced: set[str]) -> list[Detail]:
    """The properties that refer to resources that are or may be replaced."""
    found = []
    for name, value in properties.after.items():
        for causing in _mentioned(value, replaced):
            recreation = _recreation(properties, name, lambda path: bool(_mentioned(list(values_at(properties.after, path)), replaced)))
            source = "ResourceAttribute" if "." in causing else "ResourceReference"
            found.append(_detail({"Attribute": "Properties", "Name": name, "RequiresRecreation": recreation}, "Dynamic", source, causing))
    return found


def of_attribute(name: str) -> Detail:
    """A changed attribute of the resource, such as Metadata or DeletionPolicy."""
    return _detail({"Attribute": name, "RequiresRecreation": "Never"}, "Static", "DirectModification")


def replacement(details: list[Detail]) -> str:
    """Whether the resource is replaced: the detail with the most impact decides."""
    impacts = {(detail["Target"]["RequiresRecreation"], detail["Evaluation"]) for detail in details}
    if ("Always", "Static") in impacts:
        return "True"
    return "Conditional" if any(recreation != "Never" for recreation, _ in impacts) else "False"


def _property(properties: Properties, name: str, changed_parameters: Iterable[str]) -> list[Detail]:
    before, after = properties.before, properties.after
    kind = "Add" if name not in before else "Remove" if name not in after else "Modify"
    target = {
        "Attribute": "Properties",
        "Name": name,
        "RequiresRecreation": _recreation(
            properties, name, lambda path: list(values_at(before, path)) != list(values_at(after, path))
        ),
        "Path": f"/Properties/{name}",
        "AttributeChangeType": kind,
    }
    evaluation = "Dynamic" if is_symbolic(after.get(name)) else "Static"
    written = properties.written_after.get(name)
    causes = [parameter for parameter in changed_parameters if _uses(written, parameter)]
    if written != properties.written_before.get(name) or not causes:
        return [_detail(target, evaluation, "DirectModification")]
    # the template says the same as before
    return [
        *(_detail(target, evaluation, "ParameterReference", parameter) for parameter in causes),
        _detail(target, "Dynamic", "DirectModification"),
    ]


def _recreation(properties: Properties, name: str, changes: Callable[[str], bool]) -> str:
    """Whether the changed paths of a property require that the resource is created again."""
    schema = properties.schema
    if schema is None:
        return "Never"
    for paths, answer in ((schema.create_only, "Always"), (schema.conditional_create_only, "Conditionally")):
        if any(path.split("/")[0] == name and changes(path) for path in paths):
            return answer
    return "Never"


def _detail(target: dict[str, Any], evaluation: str, source: str, causing: str | None = None) -> Detail:
    entity = {"CausingEntity": causing} if causing else {}
    return {"Target": target, "Evaluation": evaluation, "ChangeSource": source, **entity}


def _mentioned(value: Any, logical_ids: set[str]) -> list[str]:
    """The references in a value to one of these resources: `Id` or `Id.Attribute`."""
    references = re.findall(r"\u27e6([\w.]+)\u27e7", str(value))
    return [reference for reference in dict.fromkeys(references) if reference.split(".")[0] in logical_ids]


def _uses(written: Any, parameter: str) -> bool:
    text = json.dumps(written, default=str)
    return f'{{"Ref": "{parameter}"}}' in text or f"${{{parameter}}}" in text
