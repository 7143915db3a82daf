"""The parts of a function's configuration that moto drops: LoggingConfig, DeadLetterConfig, a new architecture, the id of the VPC."""

from __future__ import annotations

from typing import Any

from offline_aws.lambda_ import network


def patch_moto() -> None:
    from moto.awslambda.models import LambdaFunction

    if hasattr(LambdaFunction, "logging_config"):
        return
    create, update = LambdaFunction.__init__, LambdaFunction.update_configuration
    describe, update_code = LambdaFunction.get_configuration, LambdaFunction.update_function_code

    def __init__(self: Any, account_id: str, spec: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        create(self, account_id, spec, *args, **kwargs)
        self.logging_config = spec.get("LoggingConfig") or {}
        self.dead_letter_config = spec.get("DeadLetterConfig") or {}

    def update_configuration(self: Any, changes: dict[str, Any]) -> dict[str, Any]:
        if "LoggingConfig" in changes:
            self.logging_config = changes["LoggingConfig"]
        if "DeadLetterConfig" in changes:
            self.dead_letter_config = changes["DeadLetterConfig"]
        return dict(update(self, changes))

    def get_configuration(self: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        defaults = {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{self.function_name}"}
        letters = {"DeadLetterConfig": self.dead_letter_config} if self.dead_letter_config.get("TargetArn") else {}
        return describe(self, *args, **kwargs) | {"LoggingConfig": defaults | self.logging_config} | letters

    def update_function_code(self: Any, changes: dict[str, Any]) -> dict[str, Any]:
        # the setter rejects unknown architectures
        self.architectures = changes.get("Architectures") or self.architectures
        return dict(update_code(self, changes))

    def vpc_config(self: Any) -> dict[str, Any] | None:
        config = self._vpc_config or {}
        if not config.get("SubnetIds"):
            return None
        return {**config, "VpcId": network.vpc_of(config["SubnetIds"][0], self.account_id, self.region)}

    LambdaFunction.__init__ = __init__  # type: ignore[method-assign]
    LambdaFunction.update_configuration = update_configuration  # type: ignore[method-assign,assignment]
    LambdaFunction.get_configuration = get_configuration  # type: ignore[method-assign]
    LambdaFunction.update_function_code = update_function_code  # type: ignore[method-assign,assignment]
    LambdaFunction.vpc_config = property(vpc_config)  # type: ignore[assignment,method-assign]
    LambdaFunction.logging_config = {}  # type: ignore[attr-defined]
    LambdaFunction.dead_letter_config = {}  # type: ignore[attr-defined]
