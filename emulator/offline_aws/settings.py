"""All settings that can change at run time.

Where AWS does not document a behavior, the guess is a setting here, so that tests can
cover both answers. `settings` is the live instance: read it when you need a value.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class SettingsError(ValueError):
    """A key or value that the settings do not accept."""


def _choice(default: str, *others: str, help: str) -> Any:
    return field(default=default, metadata={"choices": (default, *others), "help": help})


def _seconds(default: float, help: str) -> Any:
    return field(default=default, metadata={"minimum": 0.0, "help": help})


def _count(default: int, maximum: int, help: str) -> Any:
    return field(default=default, metadata={"maximum": maximum, "help": help})


def _flag(default: bool, help: str) -> Any:
    return field(default=default, metadata={"help": help})


@dataclass
class Settings:
    """The settings of the emulator; the metadata of each field documents and validates it."""

    order: str = _choice(
        "worst",
        "lucky",
        help="worst starts image versions, domains and custom resources as early as their own "
        "dependencies allow and unrelated resources later; lucky deploys one resource at a time in template order",
    )
    time_scale: float = _seconds(
        1.0, "factor on every waiting time; 0 makes each asynchronous change immediate"
    )
    image_seconds: float = _seconds(0.2, "how long an image stays CREATING, UPDATING or DELETING")
    version_seconds: float = _seconds(0.4, "how long an image version stays CREATING or DELETING")
    domain_seconds: float = _seconds(0.4, "how long a domain, user profile or space stays pending")
    handler_poll_seconds: float = _seconds(
        0.05, "how often a CloudFormation handler asks whether an asynchronous change has ended"
    )
    handler_timeout_seconds: float = _seconds(
        120.0, "the timeout of a CloudFormation handler (NotStabilized)"
    )
    custom_resource_timeout_seconds: float = _seconds(
        60.0, "the timeout for the response of a custom resource (an hour on AWS)"
    )
    lambda_retry_seconds: float = _seconds(
        0.5,
        "how long a failed asynchronous invocation waits for its first retry, twice as long for the second "
        "(a minute and two on AWS)",
    )
    answer_seconds: float = _seconds(
        50.0,
        "how long ExecuteChangeSet, CreateStack, UpdateStack and DeleteStack wait for the end of the "
        "operation before they answer; 0 answers at once, as on AWS",
    )
    taken_alias: str = _choice(
        "refuse", "move", help="adding an alias that another version has: fail with ResourceInUse, or move the alias"
    )
    version_numbers: str = _choice(
        "never-reused", "reused", help="whether the number of a deleted latest version is used again"
    )
    latest_version: str = _choice(
        "highest",
        "highest-created",
        help="what DescribeImageVersion returns without a version: the highest number whatever its "
        "status, or the highest that is CREATED",
    )
    delete_attached: str = _choice(
        "allow", "refuse", help="deleting a version or app image config that a domain still uses"
    )
    update_domain: str = _choice(
        "merge",
        "replace",
        help="how UpdateDomain, UpdateUserProfile and UpdateSpace treat a structure in the request: keep members that it does "
        "not contain, or replace it; other structures are kept, lists are always replaced",
    )
    busy_studio: str = _choice(
        "ResourceInUse",
        "ValidationException",
        help="the error for changing a domain, user profile or space that is Pending or Updating",
    )
    bad_custom_image: str = _choice(
        "fail",
        "refuse",
        help="a custom image in Studio settings that does not exist or cannot be described: the change ends in Failed or "
        "Update_Failed, or the request fails with a ValidationException",
    )
    update_with_apps: str = _choice(
        "allow", "refuse", help="changing settings above an app that is InService"
    )
    undocumented_app_image_config: str = _choice(
        "refuse",
        "accept",
        help="an app image config for more than one app type, or with a user and group other than 1000/100 and 0/0: "
        "fail with a ValidationException, or accept it",
    )
    cleanup: str = _choice(
        "parallel", "serial", help="how the clean-up phase of an update deletes unrelated resources"
    )
    managed_policies_per_role: int = _count(
        10, 25, help="how many managed policies a role may have; AWS raises the quota to at most 25 on request"
    )
    enforce_iam: bool = _flag(False, "whether the IAM policies of the caller are enforced")

    def apply(self, changes: Mapping[str, Any]) -> None:
        """Applies all changes, or none if one of them is invalid.

        Values may be strings (from a command line or a form).

        Raises:
            SettingsError: with the key, the value and the allowed values.
        """
        checked = {key: _checked(key, value) for key, value in changes.items()}
        with _lock:
            for key, value in checked.items():
                setattr(self, key, value)

    def reset(self) -> None:
        """Restores the values that the server was started with."""
        self.apply(_initial)

    def as_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


_lock = threading.Lock()
_fields = {f.name: f for f in dataclasses.fields(Settings)}
_initial: dict[str, Any] = {}

#: The live settings of this process.
settings = Settings()


def set_initial(changes: Mapping[str, Any]) -> None:
    """Settings from the command line: they survive a reset."""
    settings.apply(changes)
    _initial.clear()
    _initial.update(settings.as_dict())


_initial.update(settings.as_dict())


def _checked(key: str, value: Any) -> Any:
    known = _fields.get(key)
    if known is None:
        raise SettingsError(f"unknown setting '{key}': use one of {', '.join(sorted(_fields))}")
    if isinstance(known.default, bool):
        return _as_flag(key, value)
    if isinstance(known.default, int):
        return _as_count(key, value, known.metadata["maximum"])
    if isinstance(known.default, float):
        return _as_number(key, value, known.metadata["minimum"])
    return _as_choice(key, value, known.metadata["choices"])


def _as_flag(key: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).lower() in ("true", "false"):
        return str(value).lower() == "true"
    raise SettingsError(f"setting '{key}' cannot be {value!r}: use true or false")


def _as_count(key: str, value: Any, maximum: int) -> int:
    digits = str(value)
    if digits.isdecimal() and 1 <= int(digits) <= maximum:
        return int(digits)
    raise SettingsError(f"setting '{key}' cannot be {value!r}: use an integer from 1 to {maximum}")


def _as_number(key: str, value: Any, minimum: float) -> float:
    allowed = f"use a number of at least {minimum:g}"
    try:
        number = float(value) if not isinstance(value, bool) else float("nan")
    except (TypeError, ValueError):
        raise SettingsError(f"setting '{key}' cannot be {value!r}: {allowed}") from None
    # NaN compares false, infinity would never end
    if not minimum <= number < float("inf"):
        raise SettingsError(f"setting '{key}' cannot be {value!r}: {allowed}")
    return number


def _as_choice(key: str, value: Any, choices: tuple[str, ...]) -> str:
    if value in choices:
        return str(value)
    raise SettingsError(f"setting '{key}' cannot be {value!r}: use {' or '.join(choices)}")
