"""Step Functions, as far as the waiter of the CDK's Provider framework needs it.

State machines of Task states that invoke functions, with Retry and Catch; no other state.

moto 5.2.5 has a complete interpreter (`stepfunctions: {"execute_state_machine": True}`), which was tried
with test/deploy/custom-resources.test.ts. It stays unused because

- it needs one more package (antlr4-python3-runtime), and the first state machine takes more than a second and about 120 MB
  to load it;
- it names every execution that has no name `None`, so that the second one, the deletion of the custom
  resource, fails with ExecutionAlreadyExists;
- it invokes functions as the root of account 123456789012 instead of under the role of the state machine,
  so that the permissions of that role are not checked, and its clients do not learn the account;
- it waits the real time between retries, whatever `time_scale` is.
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
