"""Lambda: moto stores the functions, local processes run their code.

Each invocation is a cold start in a separate process with a session of the function's role,
which sees only the function's package and the SDK of the runtime.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from offline_aws.control import Control
    from offline_aws.gateway import Gateway


def install(gateway: Gateway, control: Control) -> None:
    from offline_aws.events import targets
    from offline_aws.lambda_ import configuration, rules
    from offline_aws.lambda_.api import Api
    from offline_aws.lambda_.journal import endpoint

    configuration.patch_moto()
    targets.deliver_to("lambda", rules.deliver)
    gateway.route("lambda", Api(gateway.fall_back))
    control.add("GET", "lambda-log", endpoint)


def reset() -> None:
    """Ends running functions and clears the journal."""
    from offline_aws.lambda_ import code, processes
    from offline_aws.lambda_.journal import journal

    processes.end_all()
    journal.clear()
    code.remove_all()
