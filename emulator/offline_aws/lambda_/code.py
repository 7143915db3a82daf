"""Unpacks the packages of functions.

Node looks for packages in `node_modules` of every folder above a file. The folder
above the packages has one that contains only the SDK of the Lambda runtime.
"""

from __future__ import annotations

import atexit
import hashlib
import io
import os
import shutil
import tempfile
import threading
import zipfile
from pathlib import Path

#: Of this repository.
_NODE_MODULES = Path(__file__).parents[3] / "node_modules"

_lock = threading.Lock()
_root: Path | None = None


def unpacked(code: bytes) -> Path:
    """The folder with the unpacked package; the same folder for the same bytes."""
    with _lock:
        folder = _base() / hashlib.sha256(code).hexdigest()[:16]
        if not folder.exists():
            _unpack(code, folder)
        return folder


def remove_all() -> None:
    """Removes all packages; no function may be running."""
    global _root
    with _lock:
        if _root is not None:
            shutil.rmtree(_root, ignore_errors=True)
            _root = None


def _base() -> Path:
    global _root
    if _root is None:
        _root = Path(tempfile.mkdtemp(prefix="offline-aws-lambda-"))
        modules = _root / "node_modules"
        modules.mkdir()
        (modules / "@aws-sdk").symlink_to(_NODE_MODULES / "@aws-sdk")
    return _root


def _unpack(code: bytes, folder: Path) -> None:
    folder.mkdir()
    with zipfile.ZipFile(io.BytesIO(code)) as archive:
        for item in archive.infolist():
            path = archive.extract(item, folder)
            mode = item.external_attr >> 16 & 0o777
            if mode and not item.is_dir():
                os.chmod(path, mode)


atexit.register(remove_all)
