from __future__ import annotations

import pytest

from offline_aws import clock
from offline_aws.cloudformation.scheduler import Scheduler, Task, Work, reversed_dependencies
from offline_aws.settings import settings

KEY = "versions of one image"


class Run:
    """Tasks that record when they start and end."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.tasks: list[Task] = []

    def task(
        self,
        name: str,
        *after: str,
        eager: bool = False,
        steps: int = 0,
        fails: bool = False,
        until_released: bool = False,
        names: tuple[str, ...] = (),
        custom: bool = False,
        grants: bool = False,
    ) -> None:
        def work() -> Work:
            self.log.append(f"+{name}")
            for _ in range(steps):
                yield
            while until_released and clock.is_held(KEY):
                yield
            self.log.append(f"-{name}")
            return not fails

        key = KEY if until_released else None
        task = Task(name, frozenset(after), work, eager or custom, custom, grants, frozenset(names), lambda: key)
        self.tasks.append(task)

    def run(self, *, stop: bool = True, serial: bool = False) -> Scheduler:
        scheduler = Scheduler(self.tasks, stop_on_failure=stop, serial=serial)
        scheduler.run()
        return scheduler


@pytest.fixture
def run() -> Run:
    clock.reset()
    return Run()


def before(log: list[str], first: str, second: str) -> bool:
    return log.index(first) < log.index(second)


def test_dependencies_end_before_their_dependents_start(run: Run) -> None:
    run.task("c", "b", steps=2)
    run.task("b", "a", steps=2)
    run.task("a", steps=2)
    run.run()
    assert run.log == ["+a", "-a", "+b", "-b", "+c", "-c"]


def test_eager_tasks_start_as_soon_as_their_own_dependencies_are_there(run: Run) -> None:
    """The policy that a version needs but does not depend on comes too late."""
    run.task("role")
    run.task("policy", "role")
    run.task("image", "role")
    run.task("version", "image", eager=True)
    run.run()
    assert before(run.log, "+version", "+policy")


def test_unrelated_tasks_start_before_a_held_one_ends(run: Run) -> None:
    run.task("version", eager=True, until_released=True)
    run.task("a")
    run.task("b", "a")
    run.run()
    assert run.log == ["+version", "+a", "-a", "+b", "-b", "-version"]


def test_siblings_run_at_the_same_time(run: Run) -> None:
    run.task("v1", eager=True, until_released=True)
    run.task("v2", eager=True, until_released=True)
    run.run()
    assert run.log[:2] == ["+v1", "+v2"]


def test_a_chain_of_held_tasks_does_not_deadlock(run: Run) -> None:
    run.task("v1", eager=True, until_released=True)
    run.task("v2", "v1", eager=True, until_released=True)
    run.task("other")
    run.run()
    assert run.log == ["+v1", "+other", "-other", "-v1", "+v2", "-v2"]
    assert not clock.is_held(KEY)


def test_unrelated_tasks_run_last_declared_first(run: Run) -> None:
    for name in "abc":
        run.task(name)
    run.run()
    assert [entry for entry in run.log if entry[0] == "+"] == ["+c", "+b", "+a"]


@pytest.mark.parametrize("order", [("role", "policy"), ("policy", "role")])
def test_a_task_starts_before_one_that_it_names_in_any_template_order(
    run: Run, order: tuple[str, ...]
) -> None:
    for name in order:
        run.task(name, names=("role",) if name == "policy" else ())
    run.task("unrelated")
    run.run()
    assert run.log[0] == "+policy"


def test_a_task_starts_before_one_that_it_names_and_that_an_eager_task_needs(run: Run) -> None:
    run.task("role")
    run.task("version", "role", eager=True)
    run.task("policy", names=("role",))
    run.task("unrelated")
    run.run()
    assert [entry for entry in run.log if entry[0] == "+"] == ["+policy", "+role", "+version", "+unrelated"]


def test_dependencies_of_a_task_start_before_the_ones_that_it_names(run: Run) -> None:
    run.task("config", steps=2)
    run.task("policy", "config", names=("role",))
    run.task("role")
    run.run()
    assert before(run.log, "+policy", "+role")


def test_tasks_that_name_each_other_do_not_deadlock(run: Run) -> None:
    run.task("version", eager=True, until_released=True)
    run.task("a", names=("b",))
    run.task("b", names=("a",))
    run.run()
    assert before(run.log, "-a", "-version")
    assert before(run.log, "-b", "-version")


def test_a_policy_waits_until_a_function_that_does_not_depend_on_it_has_run(run: Run) -> None:
    run.task("role")
    run.task("policy", "role", grants=True)
    run.task("function", "role", steps=2)
    run.task("custom", "function", custom=True, steps=5)
    run.task("unrelated")
    run.run()
    assert before(run.log, "-custom", "+policy")
    assert before(run.log, "+unrelated", "-custom"), "other resources do not wait"


def test_a_policy_that_the_function_depends_on_comes_first(run: Run) -> None:
    run.task("policy", grants=True)
    run.task("custom", "policy", custom=True)
    run.run()
    assert run.log == ["+policy", "-policy", "+custom", "-custom"]


def test_a_policy_that_only_one_of_two_functions_depends_on_waits_for_the_other(run: Run) -> None:
    run.task("policy", grants=True)
    run.task("slow", steps=3)
    run.task("careful", "policy", custom=True)
    run.task("careless", "slow", custom=True, steps=3)
    run.run()
    assert before(run.log, "-careless", "+policy")
    assert before(run.log, "-policy", "+careful")


def test_functions_that_wait_for_the_policy_of_each_other_do_not_deadlock(run: Run) -> None:
    for one, other in (("a", "b"), ("b", "a")):
        run.task(f"{one}-policy", grants=True)
        run.task(f"{one}-custom", f"{one}-policy", custom=True, steps=2)
        run.task(f"{one}-after", f"{other}-policy")
    run.run()
    assert len(run.log) == 12


def test_a_policy_is_not_held_back_by_a_function_that_failed(run: Run) -> None:
    run.task("policy", grants=True)
    run.task("custom", custom=True, fails=True)
    scheduler = run.run(stop=False)
    assert scheduler.failed == ["custom"]
    assert "-policy" in run.log


def test_the_lucky_order_is_serial_in_template_order(run: Run) -> None:
    settings.apply({"order": "lucky"})
    run.task("a", steps=2)
    run.task("version", eager=True, until_released=True, steps=1)
    run.task("b")
    run.run()
    assert run.log == ["+a", "-a", "+version", "-version", "+b", "-b"]


def test_serial_runs_one_task_at_a_time(run: Run) -> None:
    run.task("v1", eager=True, steps=2)
    run.task("v2", eager=True, steps=2)
    run.run(serial=True)
    assert run.log == ["+v1", "-v1", "+v2", "-v2"]


def test_a_failure_starts_no_more_tasks_and_waits_for_running_ones(run: Run) -> None:
    stopped: list[str] = []
    run.task("slow", eager=True, steps=5)
    run.task("bad", eager=True, fails=True)
    run.task("late")
    scheduler = Scheduler(run.tasks, stop_on_failure=True)
    scheduler.on_stop(stopped.extend)
    scheduler.run()
    assert scheduler.failed == ["bad"]
    assert stopped == ["slow"]
    assert "-slow" in run.log
    assert "+late" not in run.log


def test_without_stopping_only_dependents_of_a_failure_are_skipped(run: Run) -> None:
    run.task("bad", fails=True)
    run.task("dependent", "bad")
    run.task("other")
    scheduler = run.run(stop=False)
    assert scheduler.failed == ["bad"]
    assert "-other" in run.log
    assert "+dependent" not in run.log


def test_a_failure_releases_held_tasks(run: Run) -> None:
    run.task("version", eager=True, until_released=True)
    run.task("bad", fails=True)
    run.run()
    assert "-version" in run.log


def test_dependencies_can_be_reversed() -> None:
    after = {"a": frozenset[str](), "b": frozenset({"a"}), "c": frozenset({"a", "b"})}
    assert reversed_dependencies(after) == {"a": {"b", "c"}, "b": {"c"}, "c": set()}
