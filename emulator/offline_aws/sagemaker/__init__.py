"""The SageMaker service: images, image versions, aliases, app image configs and Studio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from offline_aws.errors import ServiceError
from offline_aws.sagemaker import app_image_configs, apps, image_versions, images, new_members, studio, tags
from offline_aws.sagemaker.model import check_request, known_operations
from offline_aws.sagemaker.state import Call, forget_everything

if TYPE_CHECKING:
    from offline_aws.control import Control
    from offline_aws.gateway import Gateway

_OPERATIONS = {
    **images.OPERATIONS,
    **image_versions.OPERATIONS,
    **app_image_configs.OPERATIONS,
    **studio.OPERATIONS,
    **apps.OPERATIONS,
    **tags.OPERATIONS,
}


def call(
    operation: str, params: dict[str, Any], *, account: str, region: str, principal: str | None = None
) -> dict[str, Any]:
    """One API call, in the shapes of botocore's model.

    Raises:
        ServiceError: with the code that the service itself answers.
    """
    handler = _OPERATIONS.get(operation)
    if handler is None:
        known = "is not in the service model" if operation not in known_operations() else "is not emulated"
        raise ServiceError("UnknownOperationException", f"SageMaker operation {operation} {known}")
    given = {key: value for key, value in params.items() if value is not None}
    check_request(operation, given)
    return handler(Call(account, region, principal), given)


def handles(operation: str, params: dict[str, Any]) -> bool:
    """Whether a call is ours; tags of other resources are moto's."""
    return operation in _OPERATIONS and (operation not in tags.OPERATIONS or tags.is_ours(params))


def reset() -> None:
    """Forgets all state."""
    forget_everything()
    new_members.forget()


def install(gateway: Gateway, control: Control) -> None:
    """Answers the HTTP requests that are signed for SageMaker."""
    from offline_aws.iam import needs as permissions
    from offline_aws.sagemaker.http import Api
    from offline_aws.sagemaker.needs import needs

    permissions.register("sagemaker", needs)
    gateway.route("sagemaker", Api(gateway.fall_back))
    control.add("POST", "new-members", new_members.endpoint)
