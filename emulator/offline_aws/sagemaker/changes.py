"""The events that SageMaker sends when the status of an image or an image version changes.

https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
"""

from __future__ import annotations

from typing import Any

from offline_aws.events import emit
from offline_aws.settings import settings


def image_changed(account: str, region: str, arn: str, name: str, status: str, tags: dict[str, str]) -> None:
    detail = {"ImageName": name, "ImageArn": arn, "ImageStatus": _spelled(status), "Tags": tags}
    _send("SageMaker Image State Change", detail, arn, account, region)


def version_changed(account: str, region: str, image_arn: str, arn: str, number: int, status: str) -> None:
    detail = {
        "ImageArn": image_arn,
        "ImageVersionArn": arn,
        "ImageVersionStatus": _spelled(status),
        "Version": float(number),
        "Tags": {},
    }
    _send("SageMaker Image Version State Change", detail, arn, account, region)


def _send(kind: str, detail: dict[str, Any], arn: str, account: str, region: str) -> None:
    emit("aws.sagemaker", kind, detail, [arn], account, region, copies=settings.event_copies)


def _spelled(status: str) -> str:
    """As in the API, or as in the sample of the documentation, depending on a setting."""
    if settings.event_status_case == "CREATE_FAILED":
        return status
    return "".join(part.capitalize() for part in status.split("_"))
