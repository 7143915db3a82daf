"""Operations on a whole stack: create, update, roll back, delete."""

from __future__ import annotations

from collections.abc import Iterable

from offline_aws.cloudformation.errors import TemplateError
from offline_aws.cloudformation.graph import Node
from offline_aws.cloudformation.intrinsics import Resolver
from offline_aws.cloudformation.model import (
    Definition,
    Environment,
    Resource,
    Stable,
    Stack,
    StackStore,
    utc_now,
)
from offline_aws.cloudformation.outputs import publish_outputs
from offline_aws.cloudformation.pseudo import pseudo_parameters
from offline_aws.cloudformation.references import Deployed
from offline_aws.cloudformation.removal import policy_on_rollback, remove
from offline_aws.cloudformation.scheduler import Scheduler, Task, Work
from offline_aws.cloudformation.schema import is_custom
from offline_aws.cloudformation.symbolic import build_nodes
from offline_aws.cloudformation.work import Worker, is_eager

_REPLACING = "Requested update requires the creation of a new physical resource; hence creating one."


class Deployment:
    """One operation on one stack."""

    def __init__(
        self,
        stack: Stack,
        store: StackStore,
        environment: Environment,
        definition: Definition,
        token: str | None = None,
    ) -> None:
        self._stack = stack
        self._store = store
        self._environment = environment
        self._definition = definition
        self._token = token
        self._worker = Worker(stack, environment, definition.tags, token)
        self._resolver = Resolver(
            definition.template,
            definition.parameters,
            pseudo_parameters(stack, definition.notification_arns),
            Deployed(stack, store, environment),
        )

    def create(self, *, on_failure: str = "ROLLBACK") -> None:
        """From nothing to CREATE_COMPLETE, or back to nothing."""
        self._begin("CREATE_IN_PROGRESS")
        reason = self._apply("create")
        if reason is None:
            self._settle("CREATE_COMPLETE")
        elif on_failure == "DO_NOTHING":
            self._record("CREATE_FAILED", reason)
        elif on_failure == "DELETE":
            self._record("DELETE_IN_PROGRESS", reason)
            self._undo_creation("DELETE_COMPLETE", "DELETE_FAILED")
        else:
            self.roll_back_creation(f"{reason}Rollback requested by user.")

    def update(self, *, disable_rollback: bool = False) -> None:
        """From one definition to the next, or back to the last stable state."""
        self._stack.updated = utc_now()
        self._begin("UPDATE_IN_PROGRESS")
        reason = self._apply("update")
        if reason is None:
            self._clean_up()
        elif disable_rollback:
            self._record("UPDATE_FAILED", reason)
        elif self._stable.definition is None:
            self.roll_back_creation(reason)
        else:
            self.roll_back_update(reason)

    def roll_back_creation(self, reason: str) -> None:
        """Deletes what a creation has made so far."""
        self._record("ROLLBACK_IN_PROGRESS", reason)
        self._undo_creation("ROLLBACK_COMPLETE", "ROLLBACK_FAILED")

    def roll_back_update(self, reason: str, skip: Iterable[str] = ()) -> None:
        """Returns to the last stable state; `skip` names resources to leave as they are."""
        stack, stable = self._stack, self._stable
        assert stable.definition is not None, "a rolled back update has something to return to"
        self._record("UPDATE_ROLLBACK_IN_PROGRESS", reason)
        # what failed or was cancelled before says nothing about the way back
        self._worker = Worker(stack, self._environment, stable.definition.tags, self._token)
        failed = self._restore(set(skip))
        if failed:
            self._record("UPDATE_ROLLBACK_FAILED", _failure_reason("update", failed))
            return
        self._record("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
        made = [
            resource for resource in stack.resources.values() if resource.logical_id not in stable.resources
        ]
        doomed = made + stack.superseded
        stack.resources = {i: stack.resources[i] for i in stable.resources}
        stack.definition = stable.definition
        remove(self._worker, [(r, policy_on_rollback(r)) for r in doomed], cleanup=True)
        self._settle("UPDATE_ROLLBACK_COMPLETE")

    def delete(self, retain: Iterable[str] = ()) -> None:
        """Takes everything apart."""
        stack = self._stack
        self._record("DELETE_IN_PROGRESS", "User Initiated")
        for logical_id in set(retain) & stack.resources.keys():
            self._worker.skip(stack.resources.pop(logical_id))
        doomed = [*stack.resources.values(), *stack.superseded]
        left = remove(self._worker, [(r, r.deletion_policy) for r in doomed])
        self._finish_removal(left, "DELETE_COMPLETE", "DELETE_FAILED")

    @property
    def _stable(self) -> Stable:
        assert self._stack.stable is not None, "every operation begins by remembering"
        return self._stack.stable

    def _begin(self, status: str) -> None:
        stack = self._stack
        if stack.stable is None:
            stack.stable = Stable(dict(stack.resources), stack.definition)
        stack.definition = self._definition
        self._record(status, "User Initiated")

    def _settle(self, status: str) -> None:
        self._stack.stable = None
        self._stack.superseded = []
        self._record(status)

    # --- forward ---------------------------------------------------------------------

    def _apply(self, verb: str) -> str | None:
        """Brings all resources to what the definition says; the reason when that fails."""
        nodes = build_nodes(self._stack, self._definition)
        scheduler = Scheduler([self._task(node) for node in nodes.values()], stop_on_failure=True)
        scheduler.on_stop(lambda running: self._worker.cancel())
        scheduler.run()
        if scheduler.failed:
            return _failure_reason(verb, scheduler.failed)
        try:
            publish_outputs(self._stack, self._store, self._resolver)
        except TemplateError as error:
            return str(error)
        return None

    def _task(self, node: Node) -> Task:
        target = self._target(node)
        return Task(
            id=node.logical_id,
            after=node.depends_on,
            start=lambda: self._deploy(target),
            eager=is_eager(node.type),
            hold_key=lambda: self._hold_key(target),
        )

    def _target(self, node: Node) -> Resource:
        body = self._definition.template.resources[node.logical_id]
        return Resource(
            logical_id=node.logical_id,
            type=node.type,
            metadata=body.get("Metadata", {}),
            deletion_policy=body.get("DeletionPolicy", "Delete"),
            update_replace_policy=body.get("UpdateReplacePolicy", "Delete"),
            depends_on=node.depends_on,
        )

    def _hold_key(self, target: Resource) -> str | None:
        """Nothing is held for a resource that stays as it is."""
        try:
            self._resolve(target)
        except TemplateError:
            return None
        current = self._stack.resources.get(target.logical_id)
        return None if current and _is_same(current, target) else self._worker.hold_key(target)

    def _resolve(self, target: Resource) -> None:
        body = self._definition.template.resources[target.logical_id]
        target.properties = self._worker.coerced(
            target.type, self._resolver.resolve(body.get("Properties", {}))
        )

    def _deploy(self, target: Resource) -> Work:
        """Brings one resource to what the definition says."""
        resources = self._stack.resources
        current = resources.get(target.logical_id)
        try:
            self._resolve(target)
        except TemplateError as error:
            resources.setdefault(target.logical_id, target)
            self._worker.fail(current or target, "UPDATE" if current else "CREATE", str(error))
            return False
        if current is not None and _never_completed(current):
            # left over by a creation that failed and was not rolled back
            if not (yield from self._worker.delete(current)):
                return False
            current = None
        if current is not None and _is_same(current, target):
            _keep(current, target)
            resources[target.logical_id] = target
            return True
        same_type = current is not None and current.type == target.type
        refusal = self._worker.refusal(target, current.properties) if same_type else None
        if current is not None and refusal is not None:
            self._worker.fail(current, "UPDATE", refusal)
            return False
        resources[target.logical_id] = target
        if current is None:
            return (yield from self._worker.create(target))
        if self._is_replacement(current, target):
            return (yield from self._replace(current, target))
        return (yield from self._update(current, target))

    def _is_replacement(self, current: Resource, target: Resource) -> bool:
        return current.type != target.type or self._worker.is_replacement(target, current.properties)

    def _replace(self, current: Resource, target: Resource) -> Work:
        self._supersede(current)
        # events show the old physical id until the new one is known
        shown = current.physical_id
        return (yield from self._worker.create(target, verb="UPDATE", reason=_REPLACING, shown_id=shown))

    def _update(self, current: Resource, target: Resource) -> Work:
        _keep(current, target)
        succeeded = yield from self._worker.update(target, current.properties)
        if target.physical_id != current.physical_id:
            # a custom resource may answer an update with another physical id
            self._supersede(current)
        return succeeded

    def _supersede(self, resource: Resource) -> None:
        """Remembers a physical resource that only this unfinished operation knows."""
        if not self._is_stable(resource):
            self._stack.superseded.append(resource)

    def _is_stable(self, resource: Resource) -> bool:
        """Whether the last stable state has this very physical resource."""
        stable = self._stable.resources.get(resource.logical_id)
        return stable is not None and stable.physical_id == resource.physical_id

    def _clean_up(self) -> None:
        """Deletes what the update left behind; a failure there does not fail the update."""
        stack = self._stack
        active = build_nodes(stack, self._definition)
        dropped = [r for i, r in stack.resources.items() if i not in active and not self._is_stable(r)]
        stack.resources = {i: r for i, r in stack.resources.items() if i in active}
        self._record("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        left_behind = [(r, r.deletion_policy) for r in dropped + stack.superseded]
        for logical_id, old in self._stable.resources.items():
            new = stack.resources.get(logical_id)
            if new is None:
                left_behind.append((old, old.deletion_policy))
            elif new.physical_id != old.physical_id:
                left_behind.append((old, new.update_replace_policy))
        remove(self._worker, left_behind, cleanup=True)
        self._settle("UPDATE_COMPLETE")

    # --- backward --------------------------------------------------------------------

    def _restore(self, skip: set[str]) -> list[str]:
        """Puts changed resources back; the logical ids for which that failed."""
        tasks = []
        for logical_id, old in self._stable.resources.items():
            new = self._stack.resources.get(logical_id, old)
            if new is old:
                continue
            if logical_id in skip or _is_same(new, old):
                self._stack.resources[logical_id] = old
            elif new.physical_id == old.physical_id or (is_custom(old.type) and new.physical_id):
                tasks.append(self._restore_task(old, self._restore_in_place(old, new)))
            else:
                tasks.append(self._restore_task(old, self._restore_replaced(old, new)))
        scheduler = Scheduler(tasks, stop_on_failure=False)
        scheduler.run()
        return scheduler.failed

    def _restore_task(self, old: Resource, work: Work) -> Task:
        return Task(old.logical_id, old.depends_on, lambda: work, eager=is_eager(old.type))

    def _restore_in_place(self, old: Resource, new: Resource) -> Work:
        target = old.copy()
        target.physical_id = new.physical_id
        self._stack.resources[old.logical_id] = target
        succeeded = yield from self._worker.update(target, new.properties)
        if not succeeded:
            # tried again by ContinueUpdateRollback
            self._stack.resources[old.logical_id] = new
        elif target.physical_id != new.physical_id:
            self._stack.superseded.append(new)
        return succeeded

    def _restore_replaced(self, old: Resource, new: Resource) -> Work:
        self._stack.superseded.append(new)
        self._stack.resources[old.logical_id] = old
        self._stack.record(old, "UPDATE_IN_PROGRESS", token=self._token)
        self._stack.record(old, "UPDATE_COMPLETE", token=self._token)
        return True
        yield

    def _undo_creation(self, done: str, failed: str) -> None:
        made = [*self._stack.resources.values(), *self._stack.superseded]
        left = remove(self._worker, [(r, policy_on_rollback(r)) for r in made])
        self._finish_removal(left, done, failed)

    def _finish_removal(self, left: list[str], done: str, failed: str) -> None:
        stack = self._stack
        if left:
            self._record(failed, f"The following resource(s) failed to delete: [{', '.join(sorted(left))}]. ")
            return
        if done == "DELETE_COMPLETE":
            stack.deleted = utc_now()
        stack.outputs = []
        self._settle(done)

    def _record(self, status: str, reason: str | None = None) -> None:
        self._stack.record(None, status, reason, token=self._token)


def _is_same(current: Resource, target: Resource) -> bool:
    return (
        current.type == target.type
        and current.properties == target.properties
        and not current.status.endswith("_FAILED")
    )


def _never_completed(resource: Resource) -> bool:
    return resource.status == "CREATE_FAILED" or resource.physical_id is None


def _keep(current: Resource, target: Resource) -> None:
    """The new description of a resource that stays the same physical one."""
    target.physical_id = current.physical_id
    target.attributes = current.attributes
    target.status, target.reason, target.time = current.status, current.reason, current.time


def _failure_reason(verb: str, failed: list[str]) -> str:
    return f"The following resource(s) failed to {verb}: [{', '.join(sorted(failed))}]. "
