"""The state of stacks."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from offline_aws.cloudformation.template import Template


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Environment:
    """The account and Region of a stack, and the principal that creates its resources."""

    account: str
    region: str
    partition: str
    #: The access key that handlers sign with: that of the execution role, or of the caller.
    access_key: str
    principal: str
    #: Whether it is the caller's own key, used on its behalf.
    forwarded: bool = False


@dataclass
class Event:
    """One event of a stack."""

    stack_id: str
    stack_name: str
    logical_id: str
    physical_id: str
    type: str
    status: str
    reason: str | None
    token: str | None
    properties: dict[str, Any] | None = None
    id: str = field(default_factory=lambda: str(uuid4()))
    time: datetime = field(default_factory=utc_now)


@dataclass
class Resource:
    """A deployed resource."""

    logical_id: str
    type: str
    physical_id: str | None = None
    status: str = ""
    reason: str | None = None
    time: datetime = field(default_factory=utc_now)
    properties: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    deletion_policy: str = "Delete"
    update_replace_policy: str = "Delete"
    depends_on: frozenset[str] = frozenset()
    #: The stack tags that are applied to it.
    stack_tags: dict[str, str] = field(default_factory=dict)

    def copy(self) -> Resource:
        """Another description of the same physical resource."""
        return replace(self)


@dataclass
class Output:
    key: str
    value: str
    description: str | None = None
    export: str | None = None


@dataclass(frozen=True)
class Parameter:
    """The given value of a parameter, and its resolved value for SSM parameter types."""

    key: str
    value: str
    resolved: str | None = None
    no_echo: bool = False

    @property
    def effective(self) -> str:
        return self.value if self.resolved is None else self.resolved


@dataclass
class Definition:
    """The template, parameters and tags of a stack or of a change set."""

    template: Template
    parameters: dict[str, Parameter] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    role_arn: str | None = None
    capabilities: list[str] = field(default_factory=list)
    notification_arns: list[str] = field(default_factory=list)


@dataclass
class ChangeSet:
    name: str
    id: str
    type: str
    definition: Definition
    status: str
    reason: str | None = None
    execution_status: str = "UNAVAILABLE"
    description: str | None = None
    changes: list[dict[str, Any]] = field(default_factory=list)
    #: The physical ids of the resources to import, by logical id.
    imports: dict[str, str] = field(default_factory=dict)
    on_failure: str | None = None
    include_nested: bool = False
    created: datetime = field(default_factory=utc_now)


@dataclass(frozen=True)
class Stable:
    """The last state that an operation left complete: what a rollback returns to."""

    resources: dict[str, Resource] = field(default_factory=dict)
    definition: Definition | None = None

    def has(self, resource: Resource) -> bool:
        """Whether this physical resource belongs to that state."""
        known = self.resources.get(resource.logical_id)
        return known is not None and known.physical_id == resource.physical_id


@dataclass
class Stack:
    name: str
    id: str
    environment: Environment
    status: str
    reason: str | None = None
    definition: Definition | None = None
    resources: dict[str, Resource] = field(default_factory=dict)
    #: Set during an operation, and after one that failed without a rollback.
    stable: Stable | None = None
    #: Physical resources that operations since then have made and no longer use.
    superseded: list[Resource] = field(default_factory=list)
    outputs: list[Output] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    change_sets: dict[str, ChangeSet] = field(default_factory=dict)
    change_set_id: str | None = None
    created: datetime = field(default_factory=utc_now)
    updated: datetime | None = None
    deleted: datetime | None = None
    termination_protection: bool = False
    disable_rollback: bool = False
    parent_id: str | None = None
    root_id: str | None = None

    @property
    def is_live(self) -> bool:
        return self.status != "DELETE_COMPLETE"

    def record(
        self,
        resource: Resource | None,
        status: str,
        reason: str | None = None,
        *,
        token: str | None = None,
        physical_id: str | None = None,
    ) -> None:
        """Adds an event, for a resource or (None) for the stack itself, and sets its status."""
        target = resource or self
        target.status, target.reason = status, reason
        if resource:
            resource.time = utc_now()
        self.events.append(
            Event(
                stack_id=self.id,
                stack_name=self.name,
                logical_id=resource.logical_id if resource else self.name,
                physical_id=(physical_id or resource.physical_id or "") if resource else self.id,
                type=resource.type if resource else "AWS::CloudFormation::Stack",
                status=status,
                reason=reason,
                token=token,
                properties=resource.properties if resource else None,
                time=self._next_event_time(),
            )
        )

    def _next_event_time(self) -> datetime:
        """Clients sort by time, in milliseconds: no two events may share one."""
        earliest = self.events[-1].time + timedelta(milliseconds=1) if self.events else utc_now()
        return max(utc_now(), earliest)


class StackStore:
    """All stacks of one account and region, the deleted ones too."""

    def __init__(self) -> None:
        self._stacks: dict[str, Stack] = {}
        self.lock = threading.RLock()

    def add(self, stack: Stack) -> None:
        self._stacks[stack.id] = stack

    def remove(self, stack: Stack) -> None:
        self._stacks.pop(stack.id, None)

    def find(self, name_or_id: str) -> Stack | None:
        """Finds a stack by id in any state, or by name if it is not deleted."""
        found = self._stacks.get(name_or_id)
        if found is not None:
            return found
        return next((s for s in self._stacks.values() if s.name == name_or_id and s.is_live), None)

    def all(self) -> list[Stack]:
        return list(self._stacks.values())

    def exports(self) -> dict[str, tuple[Stack, str]]:
        return {
            output.export: (stack, output.value)
            for stack in self._stacks.values()
            if stack.is_live
            for output in stack.outputs
            if output.export
        }
