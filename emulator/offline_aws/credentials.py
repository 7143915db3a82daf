"""Access keys that IAM or STS issued: whether they are still valid, and what limits temporary ones.

A key that was never issued belongs to the administrator who sets everything up. An issued key
never turns into an administrator's key, even after it is deleted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from moto.iam.models import AccessKey


@dataclass(frozen=True)
class Session:
    """The terms under which temporary credentials were issued."""

    policy: str | None = None
    policy_arns: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    #: Whether they come from GetSessionToken or GetFederationToken; IAM does not accept these.
    of_user: bool = False
    #: The name of the federated user.
    federated: str | None = None

    @property
    def is_limited(self) -> bool:
        """Whether session policies limit the permissions; for a federated user they always do."""
        return bool(self.policy or self.policy_arns or self.federated)


_issued: set[str] = set()
_sessions: dict[str, Session] = {}


def watch() -> None:
    """Records every key that moto creates from now on."""
    from moto.iam.models import AccessKey

    original = AccessKey.__init__

    def remembering(self: AccessKey, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        _issued.add(self.access_key_id)

    AccessKey.__init__ = remembering  # type: ignore[method-assign]


def forget() -> None:
    _issued.clear()
    _sessions.clear()


def begin_session(access_key: str, session: Session) -> None:
    _sessions[access_key] = session


def session_of(access_key: str | None) -> Session | None:
    return _sessions.get(access_key or "")


def is_temporary(access_key: str) -> bool:
    return access_key in _issued and access_key.startswith("ASIA")


def is_refused(access_key: str, account: str, partition: str, service: str) -> bool:
    """Whether an issued key is invalid for this service: deleted, inactive, or of a deleted user."""
    from moto.iam.models import iam_backends

    if access_key not in _issued:
        return False
    session = _sessions.get(access_key)
    if service == "iam" and session is not None and session.of_user:
        return True
    backend = iam_backends[account][partition]
    key = backend.access_keys.get(access_key)
    if key is None or key.status != "Active":
        return True
    return key.user_name is not None and key.user_name not in backend.users
