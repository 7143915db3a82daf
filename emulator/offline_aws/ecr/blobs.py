"""The bytes of layers and configs, in files: images are too large for memory.

moto knows which repository has which blob (`Repository.layers`); this store has the
bytes, shared by all repositories.
"""

from __future__ import annotations

import hashlib
import io
import tempfile
import threading
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

_CHUNK = 1 << 20


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class Upload:
    """An upload of a blob, piece by piece."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self._hash = hashlib.sha256()
        path.touch()

    @property
    def digest(self) -> str:
        return f"sha256:{self._hash.hexdigest()}"

    def append(self, source: Readable) -> None:
        with self.path.open("ab") as file:
            for chunk in _chunks(source):
                file.write(chunk)
                self._hash.update(chunk)
                self.size += len(chunk)


class BlobStore:
    """Blobs by digest, and uploads by id, in a temporary folder that is deleted with the process."""

    def __init__(self) -> None:
        # its finalizer removes it at exit, also after SIGTERM, which ends the server in good order
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._uploads: dict[str, Upload] = {}
        self._lock = threading.Lock()

    def path(self, digest: str) -> Path:
        """The file of the blob, or None."""
        return self._root() / digest.replace(":", "-")

    def has(self, digest: str) -> bool:
        return self.path(digest).is_file()

    def start(self) -> str:
        """Begins an upload."""
        key = str(uuid.uuid4())
        upload = Upload(self._root() / f"upload-{key}")
        with self._lock:
            self._uploads[key] = upload
        return key

    def upload(self, key: str) -> Upload | None:
        with self._lock:
            return self._uploads.get(key)

    def add(self, data: bytes) -> None:
        """A blob that is already in memory."""
        key = self.start()
        self._uploads[key].append(io.BytesIO(data))
        self.finish(key)

    def abandon(self, key: str) -> None:
        """Forgets an upload and what arrived of it."""
        with self._lock:
            upload = self._uploads.pop(key)
        upload.path.unlink(missing_ok=True)

    def finish(self, key: str) -> None:
        """Turns an upload into a blob."""
        with self._lock:
            upload = self._uploads.pop(key)
        upload.path.replace(self.path(upload.digest))

    def reset(self) -> None:
        with self._lock:
            self._uploads.clear()
            folder, self._folder = self._folder, None
        if folder is not None:
            folder.cleanup()

    def _root(self) -> Path:
        with self._lock:
            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(prefix="offline-ecr-", ignore_cleanup_errors=True)
            return Path(self._folder.name)


def _chunks(source: Readable) -> Iterable[bytes]:
    while chunk := source.read(_CHUNK):
        yield chunk


#: The one store of this process.
blobs = BlobStore()
