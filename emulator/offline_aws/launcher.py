"""Starts and ends the server."""

from __future__ import annotations

import importlib
import json
import os
import signal
import threading
from importlib.util import find_spec
from pathlib import Path

from werkzeug.serving import BaseWSGIServer, make_server

from offline_aws import clock, moto_setup
from offline_aws.control import Control
from offline_aws.gateway import Gateway
from offline_aws.settings import settings

#: The parts of the emulator, each optional: `install(gateway, control)` hooks it in, `reset()` empties it.
PARTS = (
    "faults",
    "cloudtrail",
    "sagemaker",
    "cloudformation",
    "cloudcontrol",
    "iam",
    "ecr",
    "lambda_",
    "states",
    "events",
)

#: The services that a bootstrap and a deployment call first, slowest import first.
_USUAL_SERVICES = ("ssm", "s3", "ecr", "iam", "sts")

_HOST = "127.0.0.1"
_PARENT_CHECK_SECONDS = 0.5


class Server:
    """One running offline AWS, in this process."""

    def __init__(self, port: int = 0) -> None:
        moto_setup.check_version()
        moto_setup.prepare()
        self.gateway = build_gateway()
        self._http = _listen(self.gateway, port)
        # moto builds links to itself from this
        os.environ["MOTO_PORT"] = str(self.port)

    @property
    def port(self) -> int:
        return int(self._http.server_address[1])

    @property
    def url(self) -> str:
        """Uses a host name because moto misparses template URLs that the CDK derives from an IP address."""
        return f"http://localhost:{self.port}"

    def serve(self) -> None:
        """Answers requests until `stop`."""
        self._http.serve_forever()
        self._http.server_close()

    def stop(self) -> None:
        # shutdown() waits for the loop, so never call it from the loop's own thread
        threading.Thread(target=self._http.shutdown, daemon=True).start()


def build_gateway() -> Gateway:
    """A gateway in front of moto, with all parts of the emulator installed."""
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

    gateway = Gateway(DomainDispatcherApplication(create_backend_app))
    control = Control(gateway)
    for part in PARTS:
        _install(part, gateway, control)
    gateway.on_reset(clock.reset)
    gateway.on_reset(gateway.log.clear)
    gateway.on_reset(settings.reset)
    return gateway


def _install(part: str, gateway: Gateway, control: Control) -> None:
    name = f"offline_aws.{part}"
    if find_spec(name) is None:
        return
    module = importlib.import_module(name)
    if hasattr(module, "install"):
        module.install(gateway, control)
    if hasattr(module, "reset"):
        gateway.on_reset(module.reset)


def run(port: int, ready_file: Path | None, parent_pid: int | None) -> None:
    """Serves until a signal arrives or the parent process has ended."""
    server = Server(port)
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: server.stop())
    if parent_pid is not None:
        threading.Thread(target=_stop_with_parent, args=(server, parent_pid), daemon=True).start()
    threading.Thread(target=_warm_up, daemon=True).start()
    if ready_file is not None:
        _write_atomically(ready_file, json.dumps({"port": server.port, "pid": os.getpid()}))
    print(f"offline AWS listens on {server.url}", flush=True)
    server.serve()


def _warm_up() -> None:
    """Loads what every deployment needs while the client still starts (SSM alone takes a second)."""
    for service in _USUAL_SERVICES:
        importlib.import_module(f"moto.{service}.models")


def _listen(gateway: Gateway, port: int) -> BaseWSGIServer:
    from moto.moto_server.werkzeug_app import MotoRequestHandler

    class QuietHandler(MotoRequestHandler):
        """The gateway keeps its own log."""

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            pass

    server = make_server(_HOST, port, gateway, threaded=True, request_handler=QuietHandler)
    # a request in flight must not keep the process alive after SIGTERM
    server.daemon_threads = True  # type: ignore[attr-defined]
    return server


def _stop_with_parent(server: Server, parent_pid: int) -> None:
    waiting = threading.Event()
    while _exists(parent_pid):
        waiting.wait(_PARENT_CHECK_SECONDS)
    server.stop()


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _write_atomically(path: Path, text: str) -> None:
    """Readers poll for the file, so it must never be seen half written."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    partial.write_text(text)
    partial.replace(path)
