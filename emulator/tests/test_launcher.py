"""Starting and ending the server, as a user does from a shell."""

from __future__ import annotations

import json
import resource
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

EMULATOR = Path(__file__).parent.parent
#: When something hangs. How long a start may take is measured in CPU time: other work on the machine must not count.
START_SECONDS = 60
START_CPU_SECONDS = 5


def start(*args: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "offline_aws", *args]
    return subprocess.Popen(command, cwd=EMULATOR, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ready(file: Path, process: subprocess.Popen[str]) -> dict[str, int]:
    end = time.monotonic() + START_SECONDS
    while not file.exists():
        assert process.poll() is None and time.monotonic() < end, "it does not start"
        time.sleep(0.05)
    return json.loads(file.read_text())


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_it_listens_on_the_loopback_interface_and_ends_at_a_signal(tmp_path, ending) -> None:
    process = start("--ready-file", str(tmp_path / "ready"), "--settings", "taken_alias=move")
    try:
        found = ready(tmp_path / "ready", process)
        assert found["pid"] == process.pid
        url = f"http://localhost:{found['port']}/offline-aws"
        assert requests.get(f"{url}/health", timeout=5).json() == {"status": "ok"}
        assert requests.get(f"{url}/settings", timeout=5).json()["taken_alias"] == "move"
        own = socket.gethostbyname(socket.gethostname())
        if not own.startswith("127."):
            with pytest.raises(OSError), socket.create_connection((own, found["port"]), timeout=2):
                pass
        process.send_signal(ending)
        assert process.wait(timeout=10) == 0
    finally:
        process.kill()


def test_it_starts_quickly(tmp_path) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = start("--ready-file", str(tmp_path / "ready"))
    try:
        ready(tmp_path / "ready", process)
    finally:
        process.kill()
        process.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    # about 1.5 s; `import moto.cloudformation.parsing` alone would add more than three
    assert 0.1 < used < START_CPU_SECONDS


def test_it_ends_with_its_parent_process(tmp_path) -> None:
    parent = subprocess.Popen(["sleep", "60"])
    process = start("--ready-file", str(tmp_path / "ready"), "--parent-pid", str(parent.pid))
    try:
        ready(tmp_path / "ready", process)
        parent.kill()
        parent.wait()
        assert process.wait(timeout=10) == 0
    finally:
        parent.kill()
        process.kill()


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--port", "70000"], "'70000' is not a port: use 0 to 65535"),
        (["--ready-file", "/no/such/folder/file"], "the directory does not exist"),
        (["--settings", "order"], "'order' is not KEY=VALUE"),
        (["--settings", "order=luckiest"], "setting 'order' cannot be 'luckiest': use worst or lucky"),
        (["--settings", "speed=1"], "unknown setting 'speed': use one of "),
        (["--what"], "unrecognized arguments: --what"),
    ],
)
def test_an_invalid_flag_is_one_clear_error(args, message) -> None:
    process = start(*args)
    _, errors = process.communicate(timeout=START_SECONDS)
    assert process.returncode == 2
    assert len(errors.strip().splitlines()) == 1
    assert message in errors


def test_another_moto_version_is_rejected() -> None:
    code = (
        "import sys; from offline_aws import moto_setup, __main__; moto_setup.MOTO_VERSION = '5.2.4'; "
        "sys.exit(__main__.main([]))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=EMULATOR, capture_output=True, text=True, timeout=START_SECONDS, check=False)
    assert done.returncode == 2
    assert "is installed, but the offline AWS relies on the internals of 5.2.4" in done.stderr


def test_invalid_control_requests_change_nothing(clients) -> None:
    before = clients.control("GET", "settings").json()
    answer = clients.control("POST", "settings", json={"order": "lucky", "speed": 1})
    assert answer.status_code == 400
    assert "unknown setting 'speed'" in answer.json()["error"]
    assert clients.control("GET", "settings").json() == before
    assert clients.control("POST", "settings", data="{").status_code == 400
    assert clients.control("GET", "log", params={"since": "yesterday"}).status_code == 400
    assert clients.control("GET", "nonsense").status_code == 404
