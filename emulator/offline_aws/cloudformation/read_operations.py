"""Read-only operations."""

from __future__ import annotations

from offline_aws.cloudformation import imports, views
from offline_aws.cloudformation.errors import validation_error
from offline_aws.cloudformation.model import Definition, Event, Stack
from offline_aws.cloudformation.outputs import importers
from offline_aws.cloudformation.preparation import check_template, requested_template
from offline_aws.cloudformation.service import Params, StackService
from offline_aws.identity import Caller

_PAGE = 100


class ReadOperations(StackService):
    """Stacks, their resources and events, exports, templates."""

    def op_DescribeStacks(self, params: Params, caller: Caller) -> Params:
        if "StackName" in params:
            return {"Stacks": [views.stack(self._find(params["StackName"]))]}
        return {"Stacks": [views.stack(s) for s in self._store.all() if s.is_live]}

    def op_ListStacks(self, params: Params, caller: Caller) -> Params:
        wanted = params.get("StackStatusFilter")
        stacks = [s for s in self._store.all() if not wanted or s.status in wanted]
        return _page("StackSummaries", [views.stack_summary(s) for s in stacks], params)

    def op_DescribeStackEvents(self, params: Params, caller: Caller) -> Params:
        stack = self._find(params["StackName"])
        return _page("StackEvents", [views.event(e) for e in reversed(stack.events)], params)

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
        summaries = [views.stack_resource_summary(r) for r in stack.resources.values()]
        return _page("StackResourceSummaries", summaries, params)

    def op_ListExports(self, params: Params, caller: Caller) -> Params:
        return {
            "Exports": [
                {"ExportingStackId": owner.id, "Name": name, "Value": value}
                for name, (owner, value) in self._store.exports().items()
            ]
        }

    def op_ListImports(self, params: Params, caller: Caller) -> Params:
        return {"Imports": importers(self._store, params["ExportName"])}

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
        identifiers = imports.summaries(template, stack.environment.region)
        return {**views.template_summary(template), "ResourceIdentifierSummaries": identifiers}

    def op_ValidateTemplate(self, params: Params, caller: Caller) -> Params:
        environment = self._new_stack("validation", caller).environment
        template = requested_template(params, environment, None)
        check_template(template, environment.region)
        return views.template_summary(template)

    def _owner(self, physical_id: str) -> Stack:
        for stack in self._store.all():
            if stack.is_live and any(r.physical_id == physical_id for r in stack.resources.values()):
                return stack
        raise validation_error(f"Stack for {physical_id} does not exist")


def _page(key: str, items: list[Params], params: Params) -> Params:
    """One page of a list; the token is the start of the next page."""
    token = params.get("NextToken", "0")
    if not token.isdecimal():
        raise validation_error(f"Invalid NextToken: {token}")
    end = int(token) + _PAGE
    return {key: items[int(token) : end], "NextToken": str(end) if end < len(items) else None}


def _has_failed(event: Event) -> bool:
    return event.status.endswith("_FAILED")
