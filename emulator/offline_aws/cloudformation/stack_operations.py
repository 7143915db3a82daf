"""Operations on whole stacks, without a change set."""

from __future__ import annotations

from offline_aws.cloudformation.changes import describe_changes, only_outputs_or_tags_differ
from offline_aws.cloudformation.errors import validation_error
from offline_aws.cloudformation.model import Stack
from offline_aws.cloudformation.outputs import importers
from offline_aws.cloudformation.preparation import prepare_definition
from offline_aws.cloudformation.service import Params, StackService
from offline_aws.errors import ServiceError
from offline_aws.identity import Caller


class StackOperations(StackService):
    """Create, update, delete, roll back."""

    def op_CreateStack(self, params: Params, caller: Caller) -> Params:
        with self._store.lock:
            name = params["StackName"]
            if self._store.find(name) is not None:
                raise ServiceError("AlreadyExistsException", f"Stack [{name}] already exists")
            stack = self._new_stack(name, caller)
            stack.termination_protection = bool(params.get("EnableTerminationProtection"))
            stack.disable_rollback = bool(params.get("DisableRollback"))
            environment = self._environment(stack, caller, params.get("RoleARN"))
            definition = prepare_definition(stack, params, environment)
            stack.status = "CREATE_IN_PROGRESS"
            self._store.add(stack)
            deployment = self._deployment(stack, definition, caller, params)
        default = "DO_NOTHING" if stack.disable_rollback else "ROLLBACK"
        self._run(stack, lambda: deployment.create(on_failure=params.get("OnFailure", default)))
        return {"StackId": stack.id}

    def op_UpdateStack(self, params: Params, caller: Caller) -> Params:
        with self._store.lock:
            stack = self._find(params["StackName"])
            self._refuse_unless_updatable(stack)
            environment = self._environment(stack, caller, params.get("RoleARN"))
            definition = prepare_definition(stack, params, environment)
            if not describe_changes(stack, definition) and not only_outputs_or_tags_differ(stack, definition):
                raise validation_error("No updates are to be performed.")
            self._begin(stack, "UPDATE_IN_PROGRESS")
            deployment = self._deployment(stack, definition, caller, params)
        self._run(stack, lambda: deployment.update(disable_rollback=bool(params.get("DisableRollback"))))
        return {"StackId": stack.id}

    def op_DeleteStack(self, params: Params, caller: Caller) -> Params:
        with self._store.lock:
            stack = self._store.find(params["StackName"])
            if stack is None or not stack.is_live:
                return {}
            self._refuse_deletion(stack)
            if params.get("RetainResources") and stack.status != "DELETE_FAILED":
                raise validation_error(
                    f"Invalid operation on stack [{stack.id}]. Specify which resources to retain only when "
                    "the stack is in the DELETE_FAILED state."
                )
            if stack.status == "REVIEW_IN_PROGRESS" and stack.definition is None:
                stack.record(None, "DELETE_COMPLETE")
                return {}
            definition = stack.definition
            assert definition is not None, "only a stack under review has no definition"
            deployment = self._deployment(stack, definition, caller, params)
            self._begin(stack, "DELETE_IN_PROGRESS")
        self._run(stack, lambda: deployment.delete(params.get("RetainResources", [])))
        return {}

    def op_RollbackStack(self, params: Params, caller: Caller) -> Params:
        with self._store.lock:
            stack = self._find(params["StackName"])
            if stack.status not in ("CREATE_FAILED", "UPDATE_FAILED"):
                raise validation_error(
                    f"Stack:{stack.id} is in {stack.status} state and can not be rolled back."
                )
            assert stack.definition is not None, "a failed stack has a definition"
            deployment = self._deployment(stack, stack.definition, caller, params)
            creation = stack.stable is None or stack.stable.definition is None
            self._begin(stack, "ROLLBACK_IN_PROGRESS" if creation else "UPDATE_ROLLBACK_IN_PROGRESS")
        undo = deployment.roll_back_creation if creation else deployment.roll_back_update
        self._run(stack, lambda: undo("User Initiated"))
        return {"StackId": stack.id}

    def op_ContinueUpdateRollback(self, params: Params, caller: Caller) -> Params:
        with self._store.lock:
            stack = self._find(params["StackName"])
            if stack.status != "UPDATE_ROLLBACK_FAILED":
                raise validation_error(
                    f"Stack:{stack.id} is in {stack.status} state and can not continue rollback."
                )
            assert stack.definition is not None, "a failed stack has a definition"
            deployment = self._deployment(stack, stack.definition, caller, params)
            self._begin(stack, "UPDATE_ROLLBACK_IN_PROGRESS")
        skip = params.get("ResourcesToSkip", [])
        self._run(stack, lambda: deployment.roll_back_update("User Initiated", skip))
        return {}

    def op_UpdateTerminationProtection(self, params: Params, caller: Caller) -> Params:
        stack = self._find(params["StackName"])
        stack.termination_protection = params["EnableTerminationProtection"]
        return {"StackId": stack.id}

    def _refuse_deletion(self, stack: Stack) -> None:
        if stack.termination_protection:
            raise validation_error(
                f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled"
            )
        if stack.status.endswith("_IN_PROGRESS") and stack.status != "REVIEW_IN_PROGRESS":
            raise validation_error(f"Stack [{stack.name}] cannot be deleted while in status {stack.status}")
        for output in stack.outputs:
            users = importers(self._store, output.export) if output.export else []
            if users:
                names = ", ".join(users)
                raise validation_error(f"Cannot delete export {output.export} as it is in use by {names}.")
