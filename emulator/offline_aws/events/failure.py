"""Why an event did not reach a target."""

from __future__ import annotations

from typing import NamedTuple


class Failure(NamedTuple):
    #: As in the attribute ERROR_CODE of dead letters.
    code: str
    message: str
