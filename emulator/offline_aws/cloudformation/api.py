"""CloudFormation's operations."""

from __future__ import annotations

import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

from offline_aws.cloudformation import aws, views
from offline_aws.cloudformation.changes import describe_changes, only_outputs_or_tags_differ
from offline_aws.cloudformation.deployment import Deployment
from offline_aws.cloudformation.errors import validation_error
from offline_aws.cloudformation.model import ChangeSet, Definition, Environment, Event, Stack, StackStore
from offline_aws.cloudformation.outputs import importers
from offline_aws.cloudformation.preparation import check_template, prepare_definition, requested_template
from offline_aws.errors import ServiceError
from offline_aws.identity import Caller
from offline_aws.settings import settings

_NO_CHANGES = (
    "The submitted information didn't contain changes. Submit different information to create a change set."
)

#: Where an update may start from.
_UPDATABLE = frozenset(
    {
        "CREATE_COMPLETE",
        "CREATE_FAILED",
        "IMPORT_COMPLETE",
        "UPDATE_COMPLETE",
        "UPDATE_FAILED",
        "UPDATE_ROLLBACK_COMPLETE",
    }
)

Params = dict[str, Any]


class CloudFormation:
    """The operations of one account and region, by name; parameters and results in botocore's shape."""

    def __init__(self) -> None:
        self._store = StackStore()

    def call(self, operation: str, params: Params, caller: Caller) -> Params:
        """Runs one operation in the caller's name."""
        method = getattr(self, f"op_{operation}", None)
        if method is None:
            raise NotImplementedError(operation)
        return method(params, caller) or {}

    # --- change sets -----------------------------------------------------------------

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
            if change_set.execution_status != "AVAILABLE":
                raise ServiceError(
                    "InvalidChangeSetStatus",
                    f"ChangeSet [{change_set.id}] cannot be executed in its current status of "
                    f"[{change_set.status}]",
                )
            change_set.execution_status = "EXECUTE_IN_PROGRESS"
            # the others were computed against a stack that is no more
            stack.change_sets = {change_set.name: change_set}
            stack.change_set_id = change_set.id
            stack.disable_rollback = bool(params.get("DisableRollback"))
            deployment = self._deployment(stack, change_set.definition, caller, params)
            creates = stack.status == "REVIEW_IN_PROGRESS"
            stack.status = "CREATE_IN_PROGRESS" if creates else "UPDATE_IN_PROGRESS"

        def work() -> None:
            if creates:
                on_failure = change_set.on_failure or ("DO_NOTHING" if stack.disable_rollback else "ROLLBACK")
                deployment.create(on_failure=on_failure)
            else:
                deployment.update(disable_rollback=stack.disable_rollback)
            change_set.execution_status = "EXECUTE_COMPLETE" if _is_good(stack) else "EXECUTE_FAILED"

        self._run(stack, work)
        return {}

    # --- stacks ----------------------------------------------------------------------

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
            stack.status = "UPDATE_IN_PROGRESS"
            deployment = self._deployment(stack, definition, caller, params)
        self._run(stack, lambda: deployment.update(disable_rollback=bool(params.get("DisableRollback"))))
        return {"StackId": stack.id}

    def op_DeleteStack(self, params: Params, caller: Caller) -> Params:
        with self._store.lock:
            stack = self._store.find(params["StackName"])
            if stack is None or not stack.is_live:
                return {}
            self._refuse_deletion(stack)
            if stack.status == "REVIEW_IN_PROGRESS" and stack.definition is None:
                stack.record(None, "DELETE_COMPLETE")
                return {}
            definition = stack.definition
            assert definition is not None, "only a stack under review has no definition"
            deployment = self._deployment(stack, definition, caller, params)
            stack.status = "DELETE_IN_PROGRESS"
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
            stack.status = "ROLLBACK_IN_PROGRESS" if creation else "UPDATE_ROLLBACK_IN_PROGRESS"
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
            stack.status = "UPDATE_ROLLBACK_IN_PROGRESS"
        skip = params.get("ResourcesToSkip", [])
        self._run(stack, lambda: deployment.roll_back_update("User Initiated", skip))
        return {}

    def op_DescribeStacks(self, params: Params, caller: Caller) -> Params:
        if "StackName" in params:
            return {"Stacks": [views.stack(self._find(params["StackName"]))]}
        return {"Stacks": [views.stack(s) for s in self._store.all() if s.is_live]}

    def op_ListStacks(self, params: Params, caller: Caller) -> Params:
        wanted = params.get("StackStatusFilter")
        stacks = [s for s in self._store.all() if not wanted or s.status in wanted]
        return {"StackSummaries": [views.stack_summary(s) for s in stacks]}

    def op_UpdateTerminationProtection(self, params: Params, caller: Caller) -> Params:
        stack = self._find(params["StackName"])
        stack.termination_protection = params["EnableTerminationProtection"]
        return {"StackId": stack.id}

    # --- what is in a stack ----------------------------------------------------------

    def op_DescribeStackEvents(self, params: Params, caller: Caller) -> Params:
        stack = self._find(params["StackName"])
        return {"StackEvents": [views.event(e) for e in reversed(stack.events)]}

    def op_DescribeEvents(self, params: Params, caller: Caller) -> Params:
        stack = self._find(params["StackName"]) if "StackName" in params else self._find_change_set(params)[0]
        failed_only = params.get("Filters", {}).get("FailedEvents", False)
        events = [e for e in reversed(stack.events) if not failed_only or _has_failed(e)]
        return {"OperationEvents": [views.operation_event(e) for e in events]}

    def op_DescribeStackResources(self, params: Params, caller: Caller) -> Params:
        if "StackName" in params:
            stack = self._find(params["StackName"])
        else:
            stack = self._owner(params["PhysicalResourceId"])
        wanted = params.get("LogicalResourceId")
        resources = [r for r in stack.resources.values() if wanted in (None, r.logical_id)]
        return {"StackResources": [views.stack_resource(stack, r) for r in resources]}

    def op_DescribeStackResource(self, params: Params, caller: Caller) -> Params:
        stack = self._find(params["StackName"])
        resource = stack.resources.get(params["LogicalResourceId"])
        if resource is None:
            raise validation_error(
                f"Resource {params['LogicalResourceId']} does not exist for stack {stack.name}"
            )
        return {"StackResourceDetail": views.stack_resource_detail(stack, resource)}

    def op_ListStackResources(self, params: Params, caller: Caller) -> Params:
        stack = self._find(params["StackName"])
        return {"StackResourceSummaries": [views.stack_resource_summary(r) for r in stack.resources.values()]}

    def op_ListExports(self, params: Params, caller: Caller) -> Params:
        return {
            "Exports": [
                {"ExportingStackId": owner.id, "Name": name, "Value": value}
                for name, (owner, value) in self._store.exports().items()
            ]
        }

    def op_ListImports(self, params: Params, caller: Caller) -> Params:
        return {"Imports": importers(self._store, params["ExportName"])}

    # --- templates -------------------------------------------------------------------

    def op_GetTemplate(self, params: Params, caller: Caller) -> Params:
        if "ChangeSetName" in params:
            definition: Definition | None = self._find_change_set(params)[1].definition
        else:
            stack = self._find(params["StackName"])
            definition = stack.definition
        body = definition.template.text if definition else "{}"
        return {"TemplateBody": body, "StagesAvailable": ["Original", "Processed"]}

    def op_GetTemplateSummary(self, params: Params, caller: Caller) -> Params:
        stack = (
            self._find(params["StackName"]) if "StackName" in params else self._new_stack("summary", caller)
        )
        if "StackName" in params and stack.definition:
            template = stack.definition.template
        else:
            template = requested_template(params, stack.environment, None)
        return views.template_summary(template)

    def op_ValidateTemplate(self, params: Params, caller: Caller) -> Params:
        environment = self._new_stack("validation", caller).environment
        template = requested_template(params, environment, None)
        check_template(template, environment.region)
        return views.template_summary(template)

    # --- helpers ---------------------------------------------------------------------

    def _find(self, name_or_id: str) -> Stack:
        stack = self._store.find(name_or_id)
        if stack is None:
            raise validation_error(f"Stack with id {name_or_id} does not exist")
        return stack

    def _find_change_set(self, params: Params) -> tuple[Stack, ChangeSet]:
        name = params["ChangeSetName"]
        stacks = [self._find(params["StackName"])] if "StackName" in params else self._store.all()
        for stack in stacks:
            for change_set in stack.change_sets.values():
                if name in (change_set.name, change_set.id):
                    return stack, change_set
        raise ServiceError("ChangeSetNotFound", f"ChangeSet [{name}] does not exist", 404)

    def _owner(self, physical_id: str) -> Stack:
        for stack in self._store.all():
            if stack.is_live and any(r.physical_id == physical_id for r in stack.resources.values()):
                return stack
        raise validation_error(f"Stack for {physical_id} does not exist")

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
        if kind != "UPDATE":
            raise validation_error(f"the offline AWS does not run change sets of type {kind}")
        if stack is None:
            raise validation_error(f"Stack [{name}] does not exist")
        if stack.status != "REVIEW_IN_PROGRESS":
            self._refuse_unless_updatable(stack)
        return stack

    def _refuse_unless_updatable(self, stack: Stack) -> None:
        if stack.status not in _UPDATABLE:
            raise validation_error(f"Stack:{stack.id} is in {stack.status} state and can not be updated.")

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

    def _new_stack(self, name: str, caller: Caller) -> Stack:
        where = f"{caller.partition}:cloudformation:{caller.region}:{caller.account}"
        environment = Environment(
            caller.account, caller.region, caller.partition, caller.access_key, caller.principal
        )
        return Stack(name=name, id=f"arn:{where}:stack/{name}/{uuid4()}", environment=environment, status="")

    def _change_set(
        self, stack: Stack, name: str, kind: str, definition: Definition, params: Params
    ) -> ChangeSet:
        changes = describe_changes(stack, definition)
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
            on_failure=params.get("OnStackFailure"),
            include_nested=bool(params.get("IncludeNestedStacks")),
        )

    def _environment(self, stack: Stack, caller: Caller, role_arn: str | None) -> Environment:
        """In whose name the stack's resources are handled: the role, remembered or given, else the caller."""
        role_arn = role_arn or (stack.definition.role_arn if stack.definition else None)
        here = stack.environment
        if role_arn is None:
            return replace(here, access_key=caller.access_key, principal=caller.principal)
        key, principal = aws.assume_role(role_arn, here.region, here.partition, here.account)
        return replace(here, access_key=key, principal=principal)

    def _deployment(self, stack: Stack, definition: Definition, caller: Caller, params: Params) -> Deployment:
        environment = self._environment(stack, caller, params.get("RoleARN") or definition.role_arn)
        return Deployment(stack, self._store, environment, definition, params.get("ClientRequestToken"))

    def _run(self, stack: Stack, work: Callable[[], None]) -> None:
        """Starts an operation and waits for its end: a CLI that polls every five seconds need not."""

        def guarded() -> None:
            try:
                work()
            except Exception as error:  # an operation that never ends would be polled for ever
                traceback.print_exc(file=sys.stderr)
                verb = stack.status.split("_")[0]
                stack.record(
                    None, f"{verb}_FAILED", f"the offline AWS failed: {type(error).__name__}: {error}"
                )

        thread = threading.Thread(target=guarded, daemon=True)
        thread.start()
        thread.join(settings.answer_seconds)


def _is_good(stack: Stack) -> bool:
    return stack.status in ("CREATE_COMPLETE", "UPDATE_COMPLETE")


def _has_failed(event: Event) -> bool:
    return event.status.endswith("_FAILED")
