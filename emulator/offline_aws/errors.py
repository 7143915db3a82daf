"""The one exception that services of the emulator answer with."""

from __future__ import annotations

from typing import Literal

ErrorKind = Literal["client", "server"]


class ServiceError(Exception):
    """An error that AWS itself would answer, with the service's own code.

    `kind` decides how SDKs and CloudFormation treat it: a client error is final, a
    server error may be retried. Throttling is a client error that is retried by code.
    """

    def __init__(
        self,
        code: str,
        message: str,
        status: int = 400,
        kind: ErrorKind = "client",
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.kind = kind
