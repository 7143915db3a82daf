"""Checks for resources that a domain, user profile or space still uses."""

from __future__ import annotations

from typing import Any

from offline_aws.sagemaker.state import Call, in_use
from offline_aws.sagemaker.studio import DOMAIN, PROFILE, SPACE
from offline_aws.sagemaker.studio_settings import names
from offline_aws.settings import settings


def refuse_if_attached(call: Call, what: str, **named: Any) -> None:
    """Raises ResourceInUse, depending on a setting."""
    if settings.delete_attached != "refuse":
        return
    for kind in (DOMAIN, PROFILE, SPACE):
        for resource in call.store.studio.of(kind.kind).values():
            blocks = {name: resource.body[name] for name in kind.blocks if name in resource.body}
            if names(blocks, **named):
                raise in_use(f"{what} is attached to [{resource.arn}]: detach it first.")
