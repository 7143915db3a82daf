"""Change sets: how the CDK deploys."""

from __future__ import annotations

from uuid import uuid4

from offline_aws.cloudformation import imports, views
from offline_aws.cloudformation.changes import describe_changes, only_outputs_or_tags_differ
from offline_aws.cloudformation.errors import validation_error
from offline_aws.cloudformation.model import ChangeSet, Definition, Stack
from offline_aws.cloudformation.preparation import prepare_definition
from offline_aws.cloudformation.service import Params, StackService
from offline_aws.errors import ServiceError
from offline_aws.identity import Caller

_NO_CHANGES = (
    "The submitted information didn't contain changes. Submit different information to create a change set."
)


class ChangeSetOperations(StackService):
    """Create, describe, execute, delete."""

    def op_CreateChangeSet(self, params: Params, caller: Caller) -> Params:
        kind = params.get("ChangeSetType", "UPDATE")
        with self._store.lock:
            stack = self._stack_for_change_set(params["StackName"], kind, caller)
            name = params["ChangeSetName"]
            if name in stack.change_sets:
                raise ServiceError("AlreadyExistsException", f"ChangeSet {name} already exists")
            environment = self._environment(stack, caller, params.get("RoleARN"))
            definition = prepare_definition(stack, params, environment)
            change_set = self._change_set(stack, name, kind, definition, params)
            if self._store.find(stack.id) is None:
                stack.record(None, "REVIEW_IN_PROGRESS", "User Initiated", token=params.get("ClientToken"))
                self._store.add(stack)
            stack.change_sets[name] = change_set
            return {"Id": change_set.id, "StackId": stack.id}

    def op_DescribeChangeSet(self, params: Params, caller: Caller) -> Params:
        stack, change_set = self._find_change_set(params)
        return views.change_set(stack, change_set)

    def op_DeleteChangeSet(self, params: Params, caller: Caller) -> Params:
        try:
            stack, change_set = self._find_change_set(params)
        except ServiceError as error:
            if error.code == "ChangeSetNotFound":
                return {}
            raise
        del stack.change_sets[change_set.name]
        return {}

    def op_ListChangeSets(self, params: Params, caller: Caller) -> Params:
        stack = self._find(params["StackName"])
        return {"Summaries": [views.change_set_summary(stack, c) for c in stack.change_sets.values()]}

    def op_ExecuteChangeSet(self, params: Params, caller: Caller) -> Params:
        with self._store.lock:
            stack, change_set = self._find_change_set(params)
            creates = stack.status == "REVIEW_IN_PROGRESS"
            if not creates:
                self._refuse_unless_updatable(stack)
            _refuse_unless_executable(change_set)
            deployment = self._deployment(stack, change_set.definition, caller, params)
            is_import = change_set.type == "IMPORT"
            change_set.execution_status = "EXECUTE_IN_PROGRESS"
            stack.change_sets = {change_set.name: change_set}
            stack.change_set_id = change_set.id
            stack.disable_rollback = bool(params.get("DisableRollback"))
            verb = "IMPORT" if is_import else "CREATE" if creates else "UPDATE"
            self._begin(stack, f"{verb}_IN_PROGRESS")

        def work() -> None:
            if is_import:
                deployment.import_resources(change_set.imports)
            elif creates:
                on_failure = change_set.on_failure or ("DO_NOTHING" if stack.disable_rollback else "ROLLBACK")
                deployment.create(on_failure=on_failure)
            else:
                deployment.update(disable_rollback=stack.disable_rollback)
            change_set.execution_status = "EXECUTE_COMPLETE" if _is_good(stack) else "EXECUTE_FAILED"

        self._run(stack, work)
        return {}

    def _stack_for_change_set(self, name: str, kind: str, caller: Caller) -> Stack:
        stack = self._store.find(name)
        if stack is not None and not stack.is_live:
            stack = None
        if kind == "CREATE":
            if stack is not None and stack.status != "REVIEW_IN_PROGRESS":
                raise validation_error(
                    f"Stack [{name}] already exists and cannot be created again with the changeSet."
                )
            return stack or self._new_stack(name, caller)
        if kind == "IMPORT" and stack is None:
            return self._new_stack(name, caller)
        if kind not in ("UPDATE", "IMPORT"):
            raise validation_error(f"the offline AWS does not support change sets of type {kind}")
        if stack is None:
            raise validation_error(f"Stack [{name}] does not exist")
        if stack.status != "REVIEW_IN_PROGRESS":
            self._refuse_unless_updatable(stack)
        return stack

    def _change_set(
        self, stack: Stack, name: str, kind: str, definition: Definition, params: Params
    ) -> ChangeSet:
        requested = params.get("ResourcesToImport", [])
        ids = imports.physical_ids(stack, definition, requested) if kind == "IMPORT" else {}
        changes = imports.changes(stack, definition, ids) if ids else describe_changes(stack, definition)
        differs = bool(changes) or only_outputs_or_tags_differ(stack, definition)
        return ChangeSet(
            name=name,
            id=f"{stack.id.split(':stack/')[0]}:changeSet/{name}/{uuid4()}",
            type=kind,
            definition=definition,
            status="CREATE_COMPLETE" if differs else "FAILED",
            reason=None if differs else _NO_CHANGES,
            execution_status="AVAILABLE" if differs else "UNAVAILABLE",
            description=params.get("Description"),
            changes=changes,
            imports=ids,
            on_failure=params.get("OnStackFailure"),
            include_nested=bool(params.get("IncludeNestedStacks")),
        )


def _refuse_unless_executable(change_set: ChangeSet) -> None:
    if change_set.execution_status == "AVAILABLE":
        return
    if change_set.status == "CREATE_COMPLETE":
        state = f"execution status of [{change_set.execution_status}]"
    else:
        state = f"status of [{change_set.status}]"
    raise ServiceError(
        "InvalidChangeSetStatus", f"ChangeSet [{change_set.id}] cannot be executed in its current {state}"
    )


def _is_good(stack: Stack) -> bool:
    return stack.status in ("CREATE_COMPLETE", "IMPORT_COMPLETE", "UPDATE_COMPLETE")
