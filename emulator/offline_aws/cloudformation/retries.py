"""Calls a handler again after an error that the contract of resource types calls retriable."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator
from typing import Any

from offline_aws import clock
from offline_aws.cloudformation.errors import HandlerError
from offline_aws.settings import settings

#: How long a handler that answers ResourceConflict is called again.
_CONFLICT_SECONDS = 6.0


def with_retries(handle: Callable[[], Any]) -> Generator[str | None, None, Any]:
    """Calls a handler again after a ResourceConflict, if the settings say so.

    The contract of resource types calls this error retriable; how often CloudFormation retries is not documented.
    https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract-errors.html
    """
    end = clock.now() + _CONFLICT_SECONDS
    while True:
        try:
            result = handle()
            return (yield from result) if inspect.isgenerator(result) else result
        except HandlerError as error:
            if error.code != "ResourceConflict" or settings.resource_conflict == "fail" or clock.now() > end:
                raise
        yield None
