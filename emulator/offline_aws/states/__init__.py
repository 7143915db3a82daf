"""Step Functions, as far as the waiter of the CDK's Provider framework needs it.

State machines of Task states that invoke functions, with Retry and Catch; no other state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from offline_aws.control import Control
    from offline_aws.gateway import Gateway


def install(gateway: Gateway, control: Control) -> None:
    from offline_aws.states.api import application

    gateway.route("states", application)


def reset() -> None:
    from offline_aws.states import machines

    machines.forget()
