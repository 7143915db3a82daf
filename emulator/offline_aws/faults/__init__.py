"""Failures on demand: errors, throttling, versions that fail, slow changes, processes that die.

Tests request them over HTTP; a reset, or DELETE /offline-aws/faults, cancels all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from offline_aws.control import Control
    from offline_aws.gateway import Gateway


def install(gateway: Gateway, control: Control) -> None:
    from offline_aws.faults import injection
    from offline_aws.faults.endpoints import Endpoints

    gateway.before(injection.before)
    gateway.after(injection.after)
    Endpoints().add_to(control)


def reset() -> None:
    from offline_aws.faults import orders

    orders.clear()
