"""Creates, replaces and updates the resources of a stack to match a definition."""

from __future__ import annotations

from offline_aws.cloudformation.errors import reason_of
from offline_aws.cloudformation.graph import Node
from offline_aws.cloudformation.intrinsics import Resolver
from offline_aws.cloudformation.model import Definition, Resource, Stable, Stack
from offline_aws.cloudformation.naming import named_without_dependency
from offline_aws.cloudformation.scheduler import Scheduler, Task, Work
from offline_aws.cloudformation.schema import follows_stack_tags, is_custom
from offline_aws.cloudformation.symbolic import build_nodes
from offline_aws.cloudformation.work import Worker, is_eager, is_grant

_REPLACING = "Requested update requires the creation of a new physical resource; hence creating one."


class Forward:
    """Creates, replaces and updates resources in the order of their dependencies."""

    def __init__(
        self, stack: Stack, stable: Stable, definition: Definition, resolver: Resolver, worker: Worker
    ) -> None:
        self._stack = stack
        self._stable = stable
        self._definition = definition
        self._resolver = resolver
        self._worker = worker

    def run(self) -> list[str]:
        """Returns the logical ids that failed; nothing else starts after the first failure."""
        nodes = build_nodes(self._stack, self._definition)
        names = named_without_dependency(nodes)
        tasks = [self._task(node, names[node.logical_id]) for node in nodes.values()]
        scheduler = Scheduler(tasks, stop_on_failure=True)
        scheduler.on_stop(lambda running: self._worker.cancel())
        scheduler.run()
        return scheduler.failed

    def adopt(self, physical_ids: dict[str, str]) -> list[str]:
        """Imports resources; returns the logical ids that failed, and stops after the first failure."""
        nodes = build_nodes(self._stack, self._definition)
        imported: list[str] = []
        while len(imported) < len(physical_ids):
            waiting = physical_ids.keys() - imported
            logical_id = next(i for i in nodes if i in waiting and not nodes[i].depends_on & waiting)
            target = self._target(nodes[logical_id])
            self._resolve(target)
            self._stack.resources[logical_id] = target
            if not self._worker.adopt(target, physical_ids[logical_id]):
                return [logical_id]
            imported.append(logical_id)
        return []

    def _task(self, node: Node, names: frozenset[str]) -> Task:
        target = self._target(node)
        return Task(
            id=node.logical_id,
            after=node.depends_on,
            start=lambda: self._deploy(target),
            eager=is_eager(node.type),
            runs_function=is_custom(node.type),
            grants=is_grant(node.type),
            names=names,
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
            stack_tags=self._definition.tags
            if follows_stack_tags(node.type, self._stack.environment.region)
            else {},
        )

    def _hold_key(self, target: Resource) -> str | None:
        """No hold for a resource that does not change."""
        try:
            self._resolve(target)
            current = self._stack.resources.get(target.logical_id)
            return None if current and is_same(current, target) else self._worker.hold_key(target)
        except Exception:  # the same error occurs again when the resource is deployed
            return None

    def _resolve(self, target: Resource) -> None:
        body = self._definition.template.resources[target.logical_id]
        target.properties = self._worker.coerced(
            target.type, self._resolver.resolve(body.get("Properties", {}))
        )

    def _deploy(self, target: Resource) -> Work:
        """Deploys one resource; any error counts as a failure of this resource."""
        verb = "UPDATE" if target.logical_id in self._stack.resources else "CREATE"
        try:
            return (yield from self._converge(target))
        except Exception as error:
            known = self._stack.resources.setdefault(target.logical_id, target)
            self._worker.fail(known, verb, reason_of(error))
            return False

    def _converge(self, target: Resource) -> Work:
        resources = self._stack.resources
        current = resources.get(target.logical_id)
        self._resolve(target)
        if current is not None and _never_completed(current):
            # left over by a creation that failed and was not rolled back
            if not (yield from self._worker.delete(current)):
                return False
            current = None
        if current is not None and is_same(current, target):
            _keep(current, target)
            resources[target.logical_id] = target
            return True
        replaces = current is not None and self._is_replacement(current, target)
        refusal = self._worker.refusal(target, current) if current is not None and not replaces else None
        if current is not None and refusal is not None:
            self._worker.fail(current, "UPDATE", refusal)
            return False
        resources[target.logical_id] = target
        if current is None:
            return (yield from self._worker.create(target))
        if replaces:
            return (yield from self._replace(current, target))
        return (yield from self._update(current, target))

    def _is_replacement(self, current: Resource, target: Resource) -> bool:
        return current.type != target.type or self._worker.is_replacement(target, current)

    def _replace(self, current: Resource, target: Resource) -> Work:
        self._supersede(current)
        # events show the old physical id until the new one is known
        shown = current.physical_id
        return (yield from self._worker.create(target, verb="UPDATE", reason=_REPLACING, shown_id=shown))

    def _update(self, current: Resource, target: Resource) -> Work:
        _keep(current, target)
        succeeded = yield from self._worker.update(target, current)
        if target.physical_id != current.physical_id:
            # a custom resource may answer an update with another physical id
            self._supersede(current)
        return succeeded

    def _supersede(self, resource: Resource) -> None:
        """Remembers a physical resource that only this unfinished operation knows."""
        if not self._stable.has(resource):
            self._stack.superseded.append(resource)


def is_same(current: Resource, target: Resource) -> bool:
    return (
        current.type == target.type
        and current.properties == target.properties
        and current.stack_tags == target.stack_tags
        and not current.status.endswith("_FAILED")
    )


def _never_completed(resource: Resource) -> bool:
    return resource.status == "CREATE_FAILED" or resource.physical_id is None


def _keep(current: Resource, target: Resource) -> None:
    """The new description of a resource that stays the same physical one."""
    target.physical_id = current.physical_id
    target.attributes = current.attributes
    target.status, target.reason, target.time = current.status, current.reason, current.time
