"""The values of deployed resources, exports and the parameter store, for concrete resolution."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from offline_aws.cloudformation import aws
from offline_aws.cloudformation.errors import HandlerError, TemplateError
from offline_aws.cloudformation.model import Environment, Resource, Stack, StackStore
from offline_aws.cloudformation.schema import is_custom

_DYNAMIC = re.compile(r"\{\{resolve:([a-z-]+):([^}]*)\}\}")


class Deployed:
    """References to the current state of a stack."""

    def __init__(self, stack: Stack, store: StackStore, environment: Environment) -> None:
        self._stack = stack
        self._store = store
        self._environment = environment

    def ref(self, logical_id: str) -> str:
        resource = self._stack.resources.get(logical_id)
        if resource is None or resource.physical_id is None:
            raise TemplateError(f"Template error: resource {logical_id} does not exist yet")
        return resource.physical_id

    def attribute(self, logical_id: str, name: str) -> Any:
        resource = self._stack.resources.get(logical_id)
        if resource is None:
            raise TemplateError(f"Template error: resource {logical_id} does not exist yet")
        if name in resource.attributes:
            return resource.attributes[name]
        found = _nested(resource.attributes, name)
        if found is None:
            raise TemplateError(self._missing(resource, name))
        return found

    def _missing(self, resource: Resource, name: str) -> str:
        if is_custom(resource.type):
            return (
                f"CustomResource attribute error: Vendor response doesn't contain {name} attribute in object "
                f"{self._stack.id}|{resource.logical_id}"
            )
        return f"Template error: resource {resource.logical_id} ({resource.type}) has no attribute {name}"

    def imported(self, export: str) -> str:
        exports = self._store.exports()
        if export not in exports:
            raise TemplateError(f"No export named {export} found.")
        return exports[export][1]

    def dynamic(self, text: str) -> str:
        return _DYNAMIC.sub(self._dynamic_value, text)

    def _dynamic_value(self, match: re.Match[str]) -> str:
        service, argument = match.groups()
        if service not in ("ssm", "ssm-secure"):
            raise TemplateError(
                f"the offline AWS resolves {{{{resolve:ssm:...}}}} only, not {match.group(0)}"
            )
        try:
            return ssm_lookup(self._environment)(argument)
        except HandlerError as error:
            raise TemplateError(error.message) from None


def ssm_lookup(environment: Environment) -> Callable[[str], str]:
    """Reads parameters as the principal of the stack; a name may end in `:version`."""

    def lookup(name: str) -> str:
        answer = aws.call(environment, "ssm", "GetParameters", Names=[name], WithDecryption=True)
        if not answer["Parameters"]:
            raise HandlerError("NotFound", f"Parameter {name} not found in the parameter store")
        return answer["Parameters"][0]["Value"]

    return lookup


def _nested(attributes: dict[str, Any], name: str) -> Any:
    """A nested value in the response of a custom resource; None if it does not exist."""
    value: Any = attributes
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value
