"""EventBridge: moto keeps rules and targets; events of the emulated services and of PutEvents reach the targets.

A service calls `emit`. It returns at once, and the targets get the event in the background.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from offline_aws.events.bus import emit

if TYPE_CHECKING:
    from offline_aws.control import Control
    from offline_aws.gateway import Gateway

__all__ = ["emit"]


def install(gateway: Gateway, control: Control) -> None:
    from offline_aws.events import bus, needs
    from offline_aws.events.api import Api
    from offline_aws.iam import needs as permissions

    permissions.register("events", needs.events)
    permissions.register("sns", needs.sns)
    permissions.register("sqs", needs.sqs)
    permissions.register("monitoring", needs.cloudwatch)
    gateway.route("events", Api(gateway.fall_back))
    control.add("GET", "events", bus.endpoint)


def reset() -> None:
    from offline_aws.events import bus

    bus.forget()
