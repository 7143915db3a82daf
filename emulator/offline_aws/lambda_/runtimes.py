"""Finds the program that runs the code of a function."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from offline_aws.lambda_.functions import Target

_HERE = Path(__file__).parent


class UnknownRuntimeError(Exception):
    """The runtime of the function is not supported."""


def command(target: Target) -> list[str]:
    """The program with its arguments, without the descriptor for its answers."""
    if target.runtime.startswith("nodejs"):
        return [_node(), "--require", str(_HERE / "node" / "redirect.cjs"), str(_HERE / "node" / "bootstrap.cjs")]
    if target.runtime.startswith("python"):
        return [sys.executable, "-Iu", str(_HERE / "python" / "bootstrap.py")]
    known = f"runtime '{target.runtime}'" if target.runtime else "a container image"
    raise UnknownRuntimeError(
        f"the offline AWS does not support {known} (function {target.name}): use nodejs or python"
    )


def _node() -> str:
    node = shutil.which("node")
    if node is None:
        raise UnknownRuntimeError("the offline AWS runs functions with node, which is not on the PATH")
    return node
