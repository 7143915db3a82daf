"""Errors of the engine and of resource handlers."""

from __future__ import annotations

import sys
import traceback
from uuid import uuid4

from offline_aws.errors import ServiceError


def validation_error(message: str) -> ServiceError:
    """A ValidationError, CloudFormation's code for almost every invalid request."""
    return ServiceError("ValidationError", message)


class TemplateError(Exception):
    """A template error that appears only when values are resolved."""


class HandlerError(Exception):
    """A resource handler's failure, with one of the registry's HandlerErrorCodes."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        #: The physical id of a resource that was created before the failure, if the handler did not report it earlier.
        self.physical_id: str | None = None

    def reason(self) -> str:
        """The status reason in the event of the resource."""
        return (
            f'Resource handler returned message: "{self.message}" '
            f"(RequestToken: {uuid4()}, HandlerErrorCode: {self.code})"
        )


class LegacyHandlerError(HandlerError):
    """A failure whose message is shown unchanged (custom resources, and the engine's own checks)."""

    def __init__(self, message: str) -> None:
        super().__init__("GeneralServiceException", message)

    def reason(self) -> str:
        return self.message


def reason_of(error: Exception) -> str:
    """The status reason for an error; unexpected errors are also printed to the console."""
    if isinstance(error, HandlerError):
        return error.reason()
    if isinstance(error, TemplateError):
        return str(error)
    traceback.print_exception(error, file=sys.stderr)
    return f"the offline AWS failed: {type(error).__name__}: {error}"
