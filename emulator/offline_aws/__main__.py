"""`python -m offline_aws --port 0 --ready-file F [--settings key=value ...]`"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import NoReturn

from offline_aws.settings import SettingsError, set_initial


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Report an argument error in one line, without the usage text."""
        self.exit(2, f"offline_aws: {message}\n")


def main(argv: list[str] | None = None) -> int:
    args = _parse(sys.argv[1:] if argv is None else argv)
    if args.log_file is not None:
        _redirect_output(args.log_file)
    # imported late: a bad flag must not wait for moto
    from offline_aws import launcher, moto_setup

    try:
        launcher.run(args.port, args.ready_file, args.parent_pid)
    except moto_setup.WrongMotoError as error:
        print(f"offline_aws: {error}", file=sys.stderr)
        return 2
    return 0


def _parse(argv: list[str]) -> argparse.Namespace:
    parser = _Parser(prog="python -m offline_aws", description="An offline AWS on 127.0.0.1.")
    parser.add_argument("--port", type=_port, default=0, help="0 takes a free one (default)")
    parser.add_argument(
        "--ready-file", type=Path, help="written as JSON {port, pid} once requests are answered"
    )
    parser.add_argument("--parent-pid", type=int, help="end when this process has ended")
    parser.add_argument("--log-file", type=Path, help="where output goes instead of the terminal")
    parser.add_argument("--settings", nargs="+", action="extend", default=[], metavar="KEY=VALUE")
    args = parser.parse_args(argv)
    for name in ("ready_file", "log_file"):
        path = getattr(args, name)
        if path is not None and not path.absolute().parent.is_dir():
            parser.error(f"--{name.replace('_', '-')} '{path}': the directory does not exist")
    _apply_settings(parser, args.settings)
    return args


def _apply_settings(parser: _Parser, pairs: list[str]) -> None:
    for pair in pairs:
        if "=" not in pair:
            parser.error(f"--settings '{pair}' is not KEY=VALUE")
    try:
        set_initial(dict(pair.split("=", 1) for pair in pairs))
    except SettingsError as error:
        parser.error(str(error))


def _port(text: str) -> int:
    if text.isdigit() and int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError(f"'{text}' is not a port: use 0 to 65535")


def _redirect_output(path: Path) -> None:
    """Also for output of libraries that write to the descriptors."""
    sys.stdout.flush()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)


if __name__ == "__main__":
    sys.exit(main())
