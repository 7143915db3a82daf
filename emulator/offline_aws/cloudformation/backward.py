"""Restores the resources of a stack after an update that failed."""

from __future__ import annotations

from offline_aws.cloudformation.forward import is_same
from offline_aws.cloudformation.model import Resource, Stable, Stack
from offline_aws.cloudformation.scheduler import Scheduler, Task, Work
from offline_aws.cloudformation.schema import is_custom
from offline_aws.cloudformation.work import Worker, is_eager, is_grant


class Backward:
    """Restores changed and replaced resources; what the update created is deleted by the clean-up."""

    def __init__(self, stack: Stack, stable: Stable, worker: Worker, token: str | None) -> None:
        self._stack = stack
        self._stable = stable
        self._worker = worker
        self._token = token

    def run(self, skip: set[str]) -> list[str]:
        """Returns the logical ids that failed; `skip` names resources to leave as they are."""
        tasks = []
        for logical_id, old in self._stable.resources.items():
            new = self._stack.resources.get(logical_id, old)
            if new is old:
                if old.status == "UPDATE_FAILED":
                    # rejected before the resource was changed
                    self._stack.record(old, "UPDATE_COMPLETE", token=self._token)
                continue
            if logical_id in skip or is_same(new, old):
                self._stack.resources[logical_id] = old
            elif new.physical_id == old.physical_id or (is_custom(old.type) and new.physical_id):
                tasks.append(self._task(old, self._in_place(old, new)))
            else:
                tasks.append(self._task(old, self._replaced(old, new)))
        scheduler = Scheduler(tasks, stop_on_failure=False)
        scheduler.run()
        return scheduler.failed

    def _task(self, old: Resource, work: Work) -> Task:
        return Task(
            old.logical_id,
            old.depends_on,
            lambda: work,
            eager=is_eager(old.type),
            runs_function=is_custom(old.type),
            grants=is_grant(old.type),
        )

    def _in_place(self, old: Resource, new: Resource) -> Work:
        target = old.copy()
        target.physical_id = new.physical_id
        self._stack.resources[old.logical_id] = target
        succeeded = yield from self._worker.update(target, new)
        if not succeeded:
            # tried again by ContinueUpdateRollback
            self._stack.resources[old.logical_id] = new
        elif target.physical_id != new.physical_id:
            self._stack.superseded.append(new)
        return succeeded

    def _replaced(self, old: Resource, new: Resource) -> Work:
        self._stack.superseded.append(new)
        self._stack.resources[old.logical_id] = old
        self._stack.record(old, "UPDATE_IN_PROGRESS", token=self._token)
        self._stack.record(old, "UPDATE_COMPLETE", token=self._token)
        return True
        yield
