"""LoggingConfig of functions, which moto drops."""

from __future__ import annotations

from typing import Any


def patch_moto() -> None:
    from moto.awslambda.models import LambdaFunction

    if hasattr(LambdaFunction, "logging_config"):
        return
    create, update = LambdaFunction.__init__, LambdaFunction.update_configuration
    describe = LambdaFunction.get_configuration

    def __init__(self: Any, account_id: str, spec: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        create(self, account_id, spec, *args, **kwargs)
        self.logging_config = spec.get("LoggingConfig") or {}

    def update_configuration(self: Any, changes: dict[str, Any]) -> dict[str, Any]:
        if "LoggingConfig" in changes:
            self.logging_config = changes["LoggingConfig"]
        return dict(update(self, changes))

    def get_configuration(self: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        defaults = {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{self.function_name}"}
        return describe(self, *args, **kwargs) | {"LoggingConfig": defaults | self.logging_config}

    LambdaFunction.__init__ = __init__  # type: ignore[method-assign]
    LambdaFunction.update_configuration = update_configuration  # type: ignore[method-assign]
    LambdaFunction.get_configuration = get_configuration  # type: ignore[method-assign]
    LambdaFunction.logging_config = {}  # type: ignore[attr-defined]
