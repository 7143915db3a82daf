"""The parts of the offline AWS form layers: no part imports another one that imports it back, even indirectly."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "offline_aws"


def imported(source: str) -> Iterator[str]:
    """The parts of `offline_aws` that a file imports, anywhere: inside functions and for type checkers, too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports are not resolved here"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        yield from (name.split(".")[1] for name in names if name.startswith("offline_aws."))


def parts() -> dict[str, set[str]]:
    """By part, a module or package directly in `offline_aws`, the other parts that it imports."""
    found: dict[str, set[str]] = {}
    for file in PACKAGE.rglob("*.py"):
        part = file.relative_to(PACKAGE).with_suffix("").parts[0]
        found.setdefault(part, set()).update(imported(file.read_text()))
    return {part: others - {part} for part, others in found.items()}


def test_parts_do_not_import_each_other_in_a_circle() -> None:
    graph = parts()
    assert {"settings", "iam"} <= graph["cloudformation"]
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        # graphlib lists a circle from the imported part to the importing one
        circle = " -> ".join(reversed(error.args[1]))
        raise AssertionError(f"circular import: {circle}") from None
