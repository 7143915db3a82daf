"""Updates of tags in place; each service has its own operations and shapes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from offline_aws.cloudformation.handlers.base import Request


def pairs(key: str, value: str) -> Callable[[dict[str, str]], Any]:
    """Tags as a list of objects with these members."""
    return lambda tags: [{key: k, value: v} for k, v in tags.items()]


_PAIRS = pairs("Key", "Value")


@dataclass(frozen=True)
class Tagging:
    """How a service adds and removes tags."""

    service: str
    #: The parameter that names the resource.
    resource: str
    #: The attribute that identifies the resource; None uses the physical id.
    attribute: str | None = None
    tag: str = "TagResource"
    untag: str = "UntagResource"
    tags: str = "Tags"
    keys: str = "TagKeys"
    listed: Callable[[dict[str, str]], Any] = _PAIRS
    listed_keys: Callable[[list[str]], Any] = list
    more: dict[str, Any] = field(default_factory=dict)

    def follow(self, request: Request) -> None:
        """Updates the tags of the resource, and keeps tags that others added."""
        new, old = request.tags(), request.previous_tags()
        named = {self.resource: self._target(request), **self.more}
        gone = sorted(old.keys() - new.keys())
        if gone:
            request.call(self.service, self.untag, **named, **{self.keys: self.listed_keys(gone)})
        changed = {key: value for key, value in new.items() if old.get(key) != value}
        if changed:
            request.call(self.service, self.tag, **named, **{self.tags: self.listed(changed)})

    def _target(self, request: Request) -> str:
        return str(request.attributes[self.attribute]) if self.attribute else request.physical_id
