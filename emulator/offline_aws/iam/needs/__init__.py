"""Which permissions an API call needs: for each service, its actions and the resources they are about.

Services that the offline AWS implements itself register theirs, so that this package imports none of them.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from collections.abc import Callable

from offline_aws.iam.needs import ecr, iam, lambda_, s3, sts, tables
from offline_aws.iam.needs.call import ApiCall, Need

Needs = Callable[[ApiCall], list[Need]]

_SERVICES: dict[str, Needs] = {
    "ecr": ecr.needs,
    "iam": iam.needs,
    "lambda": lambda_.needs,
    "s3": s3.needs,
    "sts": sts.needs,
}


def register(service: str, needs: Needs) -> None:
    """Uses `needs` for all calls of a service."""
    _SERVICES[service] = needs


def needs_of(call: ApiCall) -> list[Need]:
    """All permissions that the call needs; an empty list means none."""
    return _SERVICES.get(call.service, tables.needs)(call)
