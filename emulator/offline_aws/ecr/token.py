"""Authorization tokens. They contain their owner, so that no state is needed."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import asdict, dataclass

from offline_aws import clock
from offline_aws.identity import Caller, account_of, principal_of

#: The lifetime that AWS documents for GetAuthorizationToken.
LIFETIME_SECONDS = 12 * 3600

#: The user name of every token.
USER = "AWS"


class InvalidTokenError(Exception):
    """A password that this registry did not issue."""


@dataclass(frozen=True)
class Token:
    """The password of one login."""

    access_key: str
    region: str
    expires_at: float

    @staticmethod
    def issued_to(caller: Caller) -> Token:
        return Token(caller.access_key, caller.region, clock.now() + LIFETIME_SECONDS)

    @staticmethod
    def parse(password: str) -> Token:
        """The token that was issued as `password`.

        Raises:
            InvalidTokenError: if it was not.
        """
        try:
            fields = json.loads(base64.urlsafe_b64decode(password.encode()))
            return Token(str(fields["access_key"]), str(fields["region"]), float(fields["expires_at"]))
        except (ValueError, binascii.Error, KeyError, TypeError):
            raise InvalidTokenError from None

    @property
    def password(self) -> str:
        return base64.urlsafe_b64encode(json.dumps(asdict(self)).encode()).decode()

    @property
    def has_expired(self) -> bool:
        return clock.now() >= self.expires_at

    @property
    def caller(self) -> Caller:
        """The caller who pushes and pulls with this token."""
        account = account_of(self.access_key)
        principal = principal_of(self.access_key, account, self.region)
        return Caller(self.access_key, account, self.region, "ecr", principal)
