"""The order in which resources are processed.

CloudFormation promises nothing beyond the dependencies, so by default this picks the worst
order that they allow, and always the same one:

1. image versions, domains and custom resources ("eager") as soon as their own dependencies
   are there, siblings at the same time;
2. resources that other eager resources still wait for;
3. everything unrelated, last declared first;
4. in 2 and 3, a resource that names another one by a literal value, without depending on it, before
   the other one;
5. a policy after each custom resource that does not depend on it, because the function may need it;
6. eager resources finish last: an image version stays CREATING until then,
   so that every possible collision with it happens.

Work is a generator that yields while it waits: no threads, hence nothing left to chance.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass

from offline_aws import clock
from offline_aws.settings import settings

#: Yields while it waits; returns whether it succeeded.
Work = Generator[None, None, bool]

#: Unrelated work that waits for a held resource would never end.
_LONGEST_HOLD_SECONDS = 3.0


@dataclass(frozen=True)
class Task:
    """The work on one resource, which starts after its dependencies."""

    id: str
    after: frozenset[str]
    start: Callable[[], Work]
    eager: bool = False
    #: Whether it runs a function of the user, which may need any policy.
    runs_function: bool = False
    #: Whether it grants permissions.
    grants: bool = False
    #: The tasks that it names without depending on them.
    names: frozenset[str] = frozenset()
    hold_key: Callable[[], str | None] = lambda: None


class Scheduler:
    """Runs tasks to their end, or until one fails."""

    def __init__(self, tasks: list[Task], *, stop_on_failure: bool, serial: bool = False) -> None:
        known = {task.id for task in tasks}
        self._tasks = {task.id: task for task in tasks}
        self._after = {task.id: task.after & known for task in tasks}
        self._waiting = [task.id for task in tasks]
        self._running: dict[str, Work] = {}
        self._done: set[str] = set()
        self._held: list[str] = []
        self._hold_started = 0.0
        self._needed = ancestors([t.id for t in tasks if t.eager], self._after)
        self._functions = {t.id: ancestors([t.id], self._after) for t in tasks if t.runs_function}
        self._stop_on_failure = stop_on_failure
        self._serial = serial or settings.order == "lucky"
        self._on_stop: Callable[[list[str]], None] = lambda running: None
        self.failed: list[str] = []

    def on_stop(self, notify: Callable[[list[str]], None]) -> None:
        """Calls `notify` once with the running tasks when a failure stops the others."""
        self._on_stop = notify

    def run(self) -> None:
        try:
            while self._waiting or self._running:
                self._start_what_may_start()
                if not self._running:
                    # the remaining tasks depend on a failed one
                    break
                if not self._step_all():
                    self._wait()
        finally:
            self._release()

    def _start_what_may_start(self) -> None:
        while (task := self._next()) is not None:
            self._waiting.remove(task.id)
            self._hold(task)
            self._running[task.id] = task.start()
            self._step(task.id)

    def _next(self) -> Task | None:
        if self.failed and self._stop_on_failure:
            return None
        ready = [self._tasks[i] for i in self._waiting if self._after[i] <= self._done]
        if self._serial:
            return ready[0] if ready and not self._running else None
        return self._worst(ready)

    def _worst(self, ready: list[Task]) -> Task | None:
        eager = [task for task in ready if task.eager]
        if eager:
            return eager[0]
        pool = self._unnamed([task for task in ready if not self._is_too_early(task)] or self._if_stuck(ready))
        needed = [task for task in pool if task.id in self._needed]
        if needed:
            return needed[-1]
        if any(i in self._needed and not self._tasks[i].eager for i in self._running):
            return None
        speakers = [task for task in pool if task.names & set(self._waiting)]
        return next(reversed(speakers or pool), None)

    def _is_too_early(self, task: Task) -> bool:
        """Whether a function that does not wait for this policy has not run yet."""
        return task.grants and any(
            task.id not in needs for function, needs in self._functions.items() if function not in self._done
        )

    def _if_stuck(self, ready: list[Task]) -> list[Task]:
        """Two functions may each wait for the policy of the other."""
        return [] if self._running else ready

    def _unnamed(self, ready: list[Task]) -> list[Task]:
        """Leaves out tasks that a task names which has not started yet, unless no other task is left."""
        named = {name for i in self._waiting for name in self._tasks[i].names}
        unnamed = [task for task in ready if task.id not in named]
        if unnamed or any(not self._tasks[i].eager for i in self._running):
            return unnamed
        return ready

    def _hold(self, task: Task) -> None:
        key = None if self._serial else task.hold_key()
        if key is not None:
            clock.hold(key)
            self._held.append(key)
            self._hold_started = time.monotonic()

    def _release(self) -> None:
        while self._held:
            clock.release(self._held.pop())

    def _step_all(self) -> bool:
        """Advances all running tasks; returns whether one ended."""
        before = len(self._running)
        for task_id in list(self._running):
            self._step(task_id)
        return len(self._running) < before

    def _step(self, task_id: str) -> None:
        try:
            next(self._running[task_id])
        except StopIteration as end:
            del self._running[task_id]
            if end.value:
                self._done.add(task_id)
            else:
                self._fail(task_id)

    def _fail(self, task_id: str) -> None:
        first = not self.failed
        self.failed.append(task_id)
        if first and self._stop_on_failure:
            self._release()
            self._on_stop(list(self._running))

    def _wait(self) -> None:
        only_eager = all(self._tasks[i].eager for i in self._running)
        if self._held and (only_eager or self._held_too_long()):
            self._release()
        clock.sleep(settings.handler_poll_seconds)

    def _held_too_long(self) -> bool:
        return time.monotonic() - self._hold_started > _LONGEST_HOLD_SECONDS


def reversed_dependencies(after: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    """The dependencies for deletion: dependents go first."""
    return {
        target: frozenset(source for source, needs in after.items() if target in needs) for target in after
    }


def ancestors(ids: list[str], after: Mapping[str, frozenset[str]]) -> set[str]:
    """All direct and indirect dependencies of `ids`."""
    found: set[str] = set()
    pending = [need for i in ids for need in after[i]]
    while pending:
        need = pending.pop()
        if need not in found:
            found.add(need)
            pending.extend(after[need])
    return found
