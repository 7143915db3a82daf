"""Template errors that do not depend on parameter values, including those in branches that are not taken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from offline_aws.cloudformation import pseudo
from offline_aws.cloudformation.errors import TemplateError
from offline_aws.cloudformation.functions import DECIDING, calls, check_arguments
from offline_aws.cloudformation.graph import depends_on
from offline_aws.cloudformation.schema import schema_for
from offline_aws.cloudformation.template import Template

_SUB_NAME = re.compile(r"\$\{([^!}][^}]*)\}")


def check_statically(template: Template, region: str) -> None:
    """Rejects templates that are invalid for any parameter values.

    Raises:
        TemplateError: with CloudFormation's message, where it is known.
    """
    _check_types(template, region)
    _check_outputs(template)
    _check_functions(template)
    _check_conditions(template)
    _check_attributes(template, region)
    for logical_id, body in template.resources.items():
        _check_block(template, body.get("Properties", {}), "Resources")
        for need in depends_on(body):
            if need not in template.resources:
                raise _unresolved([need], "Resources")
            if need == logical_id:
                raise TemplateError(f"Circular dependency between resources: [{logical_id}]")
    _check_block(template, [*template.outputs.values()], "Outputs")


def _check_types(template: Template, region: str) -> None:
    types = {body["Type"] for body in template.resources.values()}
    unknown = sorted(kind for kind in types if schema_for(kind, region) is None)
    if unknown:
        raise TemplateError(f"Template format error: Unrecognized resource types: [{', '.join(unknown)}]")


def _check_outputs(template: Template) -> None:
    for key, body in template.outputs.items():
        if not isinstance(body, dict) or "Value" not in body:
            raise TemplateError(
                f"Template format error: Every Outputs member must contain a Value object ({key})"
            )
        if not isinstance(body.get("Export", {}), dict):
            raise TemplateError(f"Template format error: [/Outputs/{key}/Export] must be an object.")


def _check_functions(template: Template) -> None:
    blocks = {
        "Resources": [body.get("Properties", {}) for body in template.resources.values()],
        "Outputs": [*template.outputs.values()],
        "Conditions": [*template.conditions.values()],
    }
    for block, values in blocks.items():
        for name, argument in calls(values):
            check_arguments(name, argument)
            if name in DECIDING and block != "Conditions":
                raise TemplateError(f"Template format error: {name} is not supported in the {block} block")
            if name == "Fn::If":
                _check_condition(template, argument[0], block)


def _check_conditions(template: Template) -> None:
    for section, bodies in (("Resources", template.resources), ("Outputs", template.outputs)):
        for key, body in bodies.items():
            if "Condition" in body:
                _check_condition(template, body["Condition"], f"{section}/{key}")
    known = {*template.parameters, *pseudo.NAMES}
    missing = sorted({name for name in _referenced([*template.conditions.values()]) if name not in known})
    if missing:
        raise TemplateError(
            f"Template format error: Unresolved dependencies [{', '.join(missing)}]. "
            "Cannot reference resources in the Conditions block of the template"
        )
    for name, body in template.conditions.items():
        if not isinstance(body, dict) or len(body) != 1 or not body.keys() <= DECIDING | {"Condition"}:
            raise TemplateError("Template format error: Every Condition must be a boolean expression")
        for need in _conditions_in(body):
            _check_condition(template, need, f"Conditions/{name}")
    for name in template.conditions:
        _refuse_circular_condition(template, name, [])


def _check_condition(template: Template, name: Any, where: str) -> None:
    if not isinstance(name, str) or name not in template.conditions:
        raise TemplateError(f"Template format error: Unrecognized condition {name} in {where}")


def _refuse_circular_condition(template: Template, name: str, path: list[str]) -> None:
    if name in path:
        cycle = ", ".join(sorted(path[path.index(name) :]))
        raise TemplateError(f"Template format error: Circular dependency between conditions: [{cycle}]")
    for need in _conditions_in(template.conditions[name]):
        _refuse_circular_condition(template, need, [*path, name])


def _conditions_in(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _conditions_in(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "Condition":
                yield item
            else:
                yield from _conditions_in(item)


def _check_attributes(template: Template, region: str) -> None:
    values = [
        *(body.get("Properties", {}) for body in template.resources.values()),
        *template.outputs.values(),
    ]
    for logical_id, name in _asked_attributes(values):
        body = template.resources.get(logical_id)
        schema = schema_for(body["Type"], region) if body else None
        if schema is not None and not schema.has_attribute(name):
            raise TemplateError(
                f"Template error: resource {logical_id} does not support attribute type {name} in Fn::GetAtt"
            )


def _check_block(template: Template, value: Any, block: str) -> None:
    known = {*template.parameters, *template.resources, *pseudo.NAMES}
    missing = sorted({name for name in _referenced(value) if name not in known})
    if missing:
        raise _unresolved(missing, block)


def _unresolved(names: list[str], block: str) -> TemplateError:
    return TemplateError(
        f"Template format error: Unresolved resource dependencies [{', '.join(names)}] "
        f"in the {block} block of the template"
    )


def _referenced(value: Any) -> Iterator[str]:
    """All names in Ref, Fn::GetAtt and Fn::Sub."""
    for function, argument in calls(value):
        if function == "Ref":
            yield argument
        elif function == "Fn::GetAtt":
            yield argument.split(".")[0] if isinstance(argument, str) else argument[0]
        elif function == "Fn::Sub":
            yield from (name.split(".")[0] for name in _names_in_sub(argument))


def _asked_attributes(value: Any) -> Iterator[tuple[str, str]]:
    """(logical id, attribute) of each Fn::GetAtt and each attribute in Fn::Sub."""
    for function, argument in calls(value):
        if function == "Fn::GetAtt":
            logical_id, name = argument.split(".", 1) if isinstance(argument, str) else argument
            if isinstance(name, str):
                yield logical_id, name
        elif function == "Fn::Sub":
            for full in _names_in_sub(argument):
                logical_id, _, name = full.partition(".")
                if name:
                    yield logical_id, name


def _names_in_sub(argument: Any) -> Iterator[str]:
    text, variables = (argument, {}) if isinstance(argument, str) else argument
    yield from (name.strip() for name in _SUB_NAME.findall(text) if name.strip() not in variables)
