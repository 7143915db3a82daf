"""Outputs and exports of a stack, and who imports them."""

from __future__ import annotations

from collections.abc import Iterator

from offline_aws.cloudformation.errors import TemplateError
from offline_aws.cloudformation.intrinsics import Resolver, as_text
from offline_aws.cloudformation.model import Output, Stack, StackStore
from offline_aws.cloudformation.symbolic import imported_exports


def publish_outputs(stack: Stack, store: StackStore, resolver: Resolver) -> None:
    """Evaluates the outputs and makes them the stack's.

    Raises:
        TemplateError: if a value cannot be resolved, or an export exists already or is in use.
    """
    outputs = list(_evaluate(resolver))
    _refuse_taken(stack, store, outputs)
    _refuse_changing_used(stack, store, outputs)
    stack.outputs = outputs


def importers(store: StackStore, export: str) -> list[str]:
    """The names of the live stacks that import `export`."""
    return [
        stack.name
        for stack in store.all()
        if stack.is_live and stack.definition and export in imported_exports(stack, stack.definition)
    ]


def _evaluate(resolver: Resolver) -> Iterator[Output]:
    for key, body in resolver.template.outputs.items():
        if "Condition" in body and not resolver.condition(body["Condition"]):
            continue
        export = body.get("Export", {}).get("Name")
        yield Output(
            key=key,
            value=as_text(resolver.resolve(body["Value"]), f"output {key}"),
            description=body.get("Description"),
            export=None if export is None else as_text(resolver.resolve(export), "Export"),
        )


def _refuse_taken(stack: Stack, store: StackStore, outputs: list[Output]) -> None:
    taken = {name: owner.name for name, (owner, _) in store.exports().items() if owner is not stack}
    for output in outputs:
        if output.export in taken:
            raise TemplateError(
                f"Export with name {output.export} is already exported by stack {taken[output.export]}. "
            )


def _refuse_changing_used(stack: Stack, store: StackStore, outputs: list[Output]) -> None:
    new = {output.export: output.value for output in outputs if output.export}
    for old in stack.outputs:
        if old.export is None or new.get(old.export) == old.value:
            continue
        users = importers(store, old.export)
        if users:
            verb = "update" if old.export in new else "delete"
            raise TemplateError(
                f"Cannot {verb} export {old.export} as it is in use by {' and '.join(users)}. "
            )
