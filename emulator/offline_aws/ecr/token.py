"""Authorization tokens: they say in themselves who asked for them, so that nothing is kept."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import asdict, dataclass

from offline_aws import clock
from offline_aws.identity import Caller, account_of, principal_of

#: What AWS promises for GetAuthorizationToken.
LIFETIME_SECONDS = 12 * 3600

#: The user name of every token.
USER = "AWS"


class InvalidTokenError(Exception):
    """A password that this registry never gave out."""


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
        """The token that was given out as `password`.

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
        """Who pushes and pulls with it."""
        account = account_of(self.access_key)
        principal = principal_of(self.access_key, account, self.region)
        return Caller(self.access_key, account, self.region, "ecr", principal)
