"""Step Functions, as far as the waiter of the CDK's Provider framework needs it.

State machines of Task states that invoke functions, with Retry and Catch; no other state.

moto 5.2.5 has a complete interpreter (`stepfunctions: {"execute_state_machine": True}`). It was tried with
test/deploy/custom-resources.test.ts, and is not used for these reasons:

- It needs another package (antlr4-python3-runtime). Loading it for the first state machine takes more than a
  second and about 120 MB.
- It names every execution without a name `None`, so that the second one, for the deletion of the custom
  resource, fails with ExecutionAlreadyExists.
- It invokes functions as the root of account 123456789012 instead of with the role of the state machine, so
  that the permissions of the role are not checked.
- It waits the real time between retries and ignores `time_scale`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from offline_aws.control import Control
    from offline_aws.gateway import Gateway


def install(gateway: Gateway, control: Control) -> None:
    from offline_aws.states.api import answer

    gateway.route("states", answer)


def reset() -> None:
    from offline_aws.states import machines

    machines.forget()
