"""Operations on a whole stack: create, update, roll back, delete."""

from __future__ import annotations

from collections.abc import Iterable

from offline_aws.cloudformation.backward import Backward
from offline_aws.cloudformation.errors import TemplateError
from offline_aws.cloudformation.forward import Forward
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
from offline_aws.cloudformation.symbolic import build_nodes
from offline_aws.cloudformation.work import Worker


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
        self._worker = Worker(stack, environment, token)
        self._resolver = Resolver(
            definition.template,
            definition.parameters,
            pseudo_parameters(stack, definition.notification_arns),
            Deployed(stack, store, environment),
        )

    def create(self, *, on_failure: str = "ROLLBACK") -> None:
        """Creates the stack; rolls back after a failure."""
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

    def import_resources(self, physical_ids: dict[str, str]) -> None:
        """Adds existing resources to the stack; removes all of them from it after a failure, and deletes none."""
        self._begin("IMPORT_IN_PROGRESS")
        forward = Forward(self._stack, self._stable, self._definition, self._resolver, self._worker)
        failed = forward.adopt(physical_ids)
        if not failed:
            self._settle("IMPORT_COMPLETE")
            return
        self._record("IMPORT_ROLLBACK_IN_PROGRESS", _failure_reason("import", failed))
        for logical_id in self._stack.resources.keys() & physical_ids.keys():
            self._stack.record(self._stack.resources.pop(logical_id), "IMPORT_ROLLBACK_COMPLETE", token=self._token)
        self._stack.definition = self._stable.definition
        self._settle("IMPORT_ROLLBACK_COMPLETE")

    def update(self, *, disable_rollback: bool = False) -> None:
        """Updates the stack to its new definition; rolls back to the last stable state after a failure."""
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
        """Deletes what a failed creation has created."""
        self._record("ROLLBACK_IN_PROGRESS", reason)
        self._undo_creation("ROLLBACK_COMPLETE", "ROLLBACK_FAILED")

    def roll_back_update(self, reason: str, skip: Iterable[str] = ()) -> None:
        """Returns to the last stable state; `skip` names resources to leave as they are."""
        stack, stable = self._stack, self._stable
        assert stable.definition is not None, "a rolled back update has something to return to"
        self._record("UPDATE_ROLLBACK_IN_PROGRESS", reason)
        # failures and cancellations of the update do not count in the rollback
        self._worker = Worker(stack, self._environment, self._token)
        failed = Backward(stack, stable, self._worker, self._token).run(set(skip))
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
        """Deletes all resources."""
        stack = self._stack
        self._record("DELETE_IN_PROGRESS", "User Initiated")
        for logical_id in set(retain) & stack.resources.keys():
            self._worker.skip(stack.resources.pop(logical_id))
        doomed = [(r, r.deletion_policy) for r in stack.resources.values()]
        left = remove(self._worker, doomed + self._replaced())
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

    def _apply(self, verb: str) -> str | None:
        """Creates and updates all resources; returns the reason of a failure."""
        forward = Forward(self._stack, self._stable, self._definition, self._resolver, self._worker)
        failed = forward.run()
        if failed:
            return _failure_reason(verb, failed)
        try:
            publish_outputs(self._stack, self._store, self._resolver)
        except TemplateError as error:
            return f"{str(error).rstrip('. ')}. "
        return None

    def _clean_up(self) -> None:
        """Deletes what the update left behind; a failure there does not fail the update."""
        stack = self._stack
        active = build_nodes(stack, self._definition)
        dropped = [r for i, r in stack.resources.items() if i not in active and not self._stable.has(r)]
        stack.resources = {i: r for i, r in stack.resources.items() if i in active}
        self._record("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        dropped += [r for i, r in self._stable.resources.items() if i not in active]
        left_behind = [(r, r.deletion_policy) for r in dropped]
        remove(self._worker, left_behind + self._replaced(), cleanup=True)
        self._settle("UPDATE_COMPLETE")

    def _replaced(self) -> list[tuple[Resource, str]]:
        """The replaced resources and their policies, also of updates before that failed without a rollback."""
        stable = self._stack.stable.resources if self._stack.stable else {}
        replaced = [
            old
            for logical_id, old in stable.items()
            if logical_id in self._stack.resources
            and self._stack.resources[logical_id].physical_id != old.physical_id
        ]
        return [
            (old, self._stack.resources.get(old.logical_id, old).update_replace_policy)
            for old in [*self._stack.superseded, *replaced]
        ]

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


def _failure_reason(verb: str, failed: list[str]) -> str:
    return f"The following resource(s) failed to {verb}: [{', '.join(sorted(failed))}]. "
