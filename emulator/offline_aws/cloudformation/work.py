"""Processes a single resource: calls its handler and writes its events."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from offline_aws.cloudformation.errors import HandlerError, LegacyHandlerError, reason_of
from offline_aws.cloudformation.handlers import handler_for
from offline_aws.cloudformation.handlers.base import Handler, Physical, Request
from offline_aws.cloudformation.model import Environment, Resource, Stack
from offline_aws.cloudformation.retries import with_retries
from offline_aws.cloudformation.schema import is_custom, schema_for
from offline_aws.cloudformation.validation import coerced, problems

_CANCELLED = {"CREATE": "Resource creation cancelled", "UPDATE": "Resource update cancelled"}


@dataclass
class Worker:
    """Runs handlers for the resources of one stack in one operation."""

    stack: Stack
    environment: Environment
    token: str | None = None
    _cancelled: bool = False

    def cancel(self) -> None:
        """Records everything that ends from now on as cancelled."""
        self._cancelled = True

    def create(
        self,
        resource: Resource,
        *,
        verb: str = "CREATE",
        reason: str | None = None,
        shown_id: str | None = None,
    ) -> Generator[None, None, bool]:
        """Creates `resource` and fills in its physical id and attributes."""
        self.stack.record(resource, f"{verb}_IN_PROGRESS", reason, token=self.token, physical_id=shown_id)
        try:
            self._validate(resource)
            request = self._request(resource)
            initiated = False
            run = self._handled(resource, "create", request)
            while True:
                try:
                    physical_id = next(run)
                except StopIteration as end:
                    physical = end.value
                    break
                if physical_id and not initiated:
                    initiated = True
                    resource.physical_id = physical_id
                    self._record(resource, f"{verb}_IN_PROGRESS", "Resource creation Initiated")
                yield
        except HandlerError as error:
            resource.physical_id = resource.physical_id or error.physical_id
            return self._failed(resource, verb, error)
        _adopt(resource, physical)
        if not initiated:
            self._record(resource, f"{verb}_IN_PROGRESS", "Resource creation Initiated")
        return self._complete(resource, verb)

    def update(self, resource: Resource, previous: Resource) -> Generator[None, None, bool]:
        """Updates `resource`, which has its new properties, in place."""
        self._record(resource, "UPDATE_IN_PROGRESS")
        try:
            self._validate(resource)
            run = self._handled(resource, "update", self._request(resource, previous))
            physical = yield from _silently(run)
        except HandlerError as error:
            return self._failed(resource, "UPDATE", error)
        _adopt(resource, physical)
        return self._complete(resource, "UPDATE")

    def delete(self, resource: Resource) -> Generator[None, None, bool]:
        """Deletes `resource`; one that was never created needs no call."""
        self._record(resource, "DELETE_IN_PROGRESS")
        if resource.physical_id:
            try:
                yield from _silently(self._handled(resource, "delete", self._request(resource)))
            except HandlerError as error:
                if error.code != "NotFound":
                    self._record(resource, "DELETE_FAILED", error.reason())
                    return False
        self._record(resource, "DELETE_COMPLETE")
        return True

    def adopt(self, resource: Resource, physical_id: str) -> bool:
        """Imports an existing resource."""
        resource.physical_id = physical_id
        self._record(resource, "IMPORT_IN_PROGRESS", "Resource import started.")
        try:
            self._validate(resource)
            physical = _handler(resource).read(self._request(resource))
            if physical is None:
                raise HandlerError("NotFound", f"Resource of type '{resource.type}' with identifier '{physical_id}' was not found.")
        except HandlerError as error:
            self._record(resource, "IMPORT_FAILED", error.reason())
            return False
        _adopt(resource, physical)
        self._record(resource, "IMPORT_COMPLETE", "Resource import completed.")
        return True

    def skip(self, resource: Resource) -> None:
        self._record(resource, "DELETE_SKIPPED")

    def fail(self, resource: Resource, verb: str, reason: str) -> None:
        self._record(resource, f"{verb}_FAILED", reason)

    def coerced(self, resource_type: str, properties: dict[str, Any]) -> dict[str, Any]:
        """Converts scalars to the types in the schema."""
        schema = schema_for(resource_type, self.environment.region)
        return properties if schema is None else coerced(properties, schema)

    def hold_key(self, resource: Resource) -> str | None:
        handler = handler_for(resource.type)
        return handler.hold_key(self._request(resource)) if handler else None

    def is_replacement(self, resource: Resource, previous: Resource) -> bool:
        """Whether the new properties require a replacement."""
        schema = schema_for(resource.type, self.environment.region)
        if schema and schema.changes_that_replace(previous.properties, resource.properties):
            return True
        handler = handler_for(resource.type)
        return bool(handler and handler.replaces(self._request(resource, previous)))

    def refusal(self, resource: Resource, previous: Resource) -> str | None:
        """Why the new properties are rejected before the update starts."""
        handler = handler_for(resource.type)
        return handler.refusal(self._request(resource, previous)) if handler else None

    def _validate(self, resource: Resource) -> None:
        schema = schema_for(resource.type, self.environment.region)
        if schema is None:
            raise LegacyHandlerError(f"Unrecognized resource type: {resource.type}")
        found = problems(resource.properties, schema)
        if found:
            details = "\n".join(found)
            raise LegacyHandlerError(
                f"Properties validation failed for resource {resource.logical_id} with message:\n{details}"
            )
        missing = _handler(resource).not_emulated(resource.properties)
        if missing:
            raise LegacyHandlerError(
                f"the offline AWS does not emulate {', '.join(missing)} of {resource.type}"
            )

    def _handled(
        self, resource: Resource, verb: str, request: Request
    ) -> Generator[str | None, None, Physical]:
        """Runs a method of a handler; any failure becomes a HandlerError."""
        handler = _handler(resource)
        try:
            result = yield from with_retries(lambda: getattr(handler, verb)(request))
            if verb == "update" and handler.tagging:
                handler.tagging.follow(request)
            return result
        except HandlerError:
            raise
        except Exception as error:
            raise LegacyHandlerError(reason_of(error)) from error

    def _request(self, resource: Resource, previous: Resource | None = None) -> Request:
        return Request(
            environment=self.environment,
            stack_name=self.stack.name,
            stack_id=self.stack.id,
            logical_id=resource.logical_id,
            type=resource.type,
            properties=resource.properties,
            previous=previous.properties if previous else {},
            physical_id=resource.physical_id or "",
            attributes=resource.attributes,
            stack_tags=resource.stack_tags,
            previous_stack_tags=previous.stack_tags if previous else {},
            token=str(uuid4()),
        )

    def _failed(self, resource: Resource, verb: str, error: HandlerError) -> bool:
        cancelled = self._cancelled and verb in _CANCELLED
        self._record(resource, f"{verb}_FAILED", _CANCELLED[verb] if cancelled else error.reason())
        return False

    def _complete(self, resource: Resource, verb: str) -> bool:
        if self._cancelled:
            self._record(resource, f"{verb}_FAILED", _CANCELLED[verb])
            return False
        self._record(resource, f"{verb}_COMPLETE")
        return True

    def _record(self, resource: Resource, status: str, reason: str | None = None) -> None:
        self.stack.record(resource, status, reason, token=self.token)


def _silently(run: Generator[Any, None, Physical]) -> Generator[None, None, Physical]:
    """Yields while the handler waits, without the values that it yields."""
    while True:
        try:
            next(run)
        except StopIteration as end:
            return end.value
        yield


def is_eager(resource_type: str) -> bool:
    handler = handler_for(resource_type)
    return is_custom(resource_type) or bool(handler and handler.eager)


def is_grant(resource_type: str) -> bool:
    handler = handler_for(resource_type)
    return bool(handler and handler.grants)


def _handler(resource: Resource) -> Handler:
    handler = handler_for(resource.type)
    if handler is None:
        raise LegacyHandlerError(f"the offline AWS does not support the resource type {resource.type}")
    return handler


def _adopt(resource: Resource, physical: Physical) -> None:
    resource.physical_id = physical.id
    resource.attributes = dict(physical.attributes)
