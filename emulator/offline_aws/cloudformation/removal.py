"""Deletes resources: decides which are retained, and the order of the others."""

from __future__ import annotations

from offline_aws.cloudformation.model import Resource
from offline_aws.cloudformation.scheduler import Scheduler, Task, reversed_dependencies
from offline_aws.cloudformation.work import Worker, is_eager
from offline_aws.settings import settings

#: A clean-up that cannot delete a resource does not fail: it retries and then leaves the resource behind.
_CLEANUP_ATTEMPTS = 3


def remove(worker: Worker, resources: list[tuple[Resource, str]], *, cleanup: bool = False) -> list[str]:
    """Deletes resources according to their policies, dependents first; returns the logical ids that remain."""
    left = [resource for resource, policy in resources if not _is_spared(worker, resource, policy)]
    serial = cleanup and settings.cleanup == "serial"
    for _ in range(_CLEANUP_ATTEMPTS if cleanup else 1):
        Scheduler(_tasks(worker, left), stop_on_failure=False, serial=serial).run()
        left = [resource for resource in left if resource.status != "DELETE_COMPLETE"]
    return [resource.logical_id for resource in left]


def policy_on_rollback(resource: Resource) -> str:
    """RetainExceptOnCreate does not retain resources that the current operation created."""
    return "Retain" if resource.deletion_policy == "Retain" else "Delete"


def _is_spared(worker: Worker, resource: Resource, policy: str) -> bool:
    if resource.status in ("DELETE_COMPLETE", "DELETE_SKIPPED"):
        return True
    if policy in ("Retain", "RetainExceptOnCreate") and resource.physical_id:
        worker.skip(resource)
        return True
    return False


def _tasks(worker: Worker, resources: list[Resource]) -> list[Task]:
    # one logical id may have several physical resources
    keyed = {f"{index}:{resource.logical_id}": resource for index, resource in enumerate(resources)}
    keys: dict[str, set[str]] = {}
    for key, resource in keyed.items():
        keys.setdefault(resource.logical_id, set()).add(key)
    needs = {
        key: frozenset(k for need in resource.depends_on for k in keys.get(need, ()))
        for key, resource in keyed.items()
    }
    after = reversed_dependencies(needs)
    return [_task(worker, key, resource, after[key]) for key, resource in keyed.items()]


def _task(worker: Worker, key: str, resource: Resource, after: frozenset[str]) -> Task:
    return Task(
        id=key,
        after=after,
        start=lambda: worker.delete(resource),
        eager=is_eager(resource.type),
        hold_key=lambda: worker.hold_key(resource) if resource.physical_id else None,
    )
