"""Tags that change while their resource stays: each service has its own words for it."""

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
    #: The attribute that it takes; the physical id without one.
    attribute: str | None = None
    tag: str = "TagResource"
    untag: str = "UntagResource"
    tags: str = "Tags"
    keys: str = "TagKeys"
    listed: Callable[[dict[str, str]], Any] = _PAIRS
    listed_keys: Callable[[list[str]], Any] = list
    more: dict[str, Any] = field(default_factory=dict)

    def follow(self, request: Request) -> None:
        """Makes the resource's tags what they are now, without those that others have put on it."""
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
