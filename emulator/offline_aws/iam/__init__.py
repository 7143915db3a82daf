"""IAM: checks every request against the policies of its caller, and denies it if `enforce_iam` is on."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

    from offline_aws.control import Control
    from offline_aws.gateway import Gateway


def install(gateway: Gateway, control: Control) -> None:
    from offline_aws import credentials
    from offline_aws.iam import quotas, simulation, user_boundaries
    from offline_aws.iam.enforcement import enforce
    from offline_aws.iam.sts_api import Api

    credentials.watch()
    user_boundaries.patch_moto()
    quotas.patch_moto()
    gateway.before(enforce)
    gateway.route("iam", simulation.Api(gateway.fall_back))
    gateway.route("sts", Api(gateway.fall_back))
    control.add("GET", "permissions", _permissions)


def reset() -> None:
    from offline_aws import credentials
    from offline_aws.iam.journal import journal

    credentials.forget()
    journal.clear()


def _permissions(request: Request) -> Response:
    """The permissions that were checked, filtered by `since` (seconds since the epoch) and `principal` (part of its ARN)."""
    from offline_aws.control import seconds_of
    from offline_aws.iam.journal import journal
    from offline_aws.wire import json_response

    since, principal = seconds_of(request), request.args.get("principal", "")
    return json_response(journal.select(lambda entry: entry.time >= since and principal in entry.principal))
