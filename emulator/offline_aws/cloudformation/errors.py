"""How the engine and its resource handlers fail."""

from __future__ import annotations

import sys
import traceback
from uuid import uuid4

from offline_aws.errors import ServiceError


def validation_error(message: str) -> ServiceError:
    """CloudFormation's code for nearly everything that is wrong with a request."""
    return ServiceError("ValidationError", message)


class TemplateError(Exception):
    """Something in the template that can only be told while its values are resolved."""


class HandlerError(Exception):
    """A resource handler's failure, with one of the registry's HandlerErrorCodes."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        #: What was made before it failed, if the handler could not tell earlier.
        self.physical_id: str | None = None

    def reason(self) -> str:
        """The text that CloudFormation puts into the event."""
        return (
            f'Resource handler returned message: "{self.message}" '
            f"(RequestToken: {uuid4()}, HandlerErrorCode: {self.code})"
        )


class LegacyHandlerError(HandlerError):
    """A failure whose text is shown as it is (custom resources, and the engine's own checks)."""

    def __init__(self, message: str) -> None:
        super().__init__("GeneralServiceException", message)

    def reason(self) -> str:
        return self.message


def reason_of(error: Exception) -> str:
    """The text of a resource's event; what nobody foresaw is shown on the console as well."""
    if isinstance(error, HandlerError):
        return error.reason()
    if isinstance(error, TemplateError):
        return str(error)
    traceback.print_exception(error, file=sys.stderr)
    return f"the offline AWS failed: {type(error).__name__}: {error}"
