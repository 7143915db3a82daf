"""Names of repositories in this registry.

On AWS the host name identifies the registry: `<account>.dkr.ecr.<region>.amazonaws.com`.
Here all registries are at one address, so the account and Region lead the path:
`localhost:<port>/<account>/<region>/<repository>`. A name without them means the registry
that the token was made for.
"""

from __future__ import annotations

import os
import re

from moto.ecr.models import Repository, ecr_backends

from offline_aws.ecr.oci_error import OciError
from offline_aws.identity import Caller

_QUALIFIED = re.compile(r"(?P<account>\d{12})/(?P<region>[a-z]{2}(?:-[a-z]+)+-\d+)/(?P<name>.+)")


def host() -> str:
    """By name: Docker and Podman take `localhost` without TLS."""
    return f"localhost:{os.environ['MOTO_PORT']}"


def endpoint() -> str:
    """Where clients log in."""
    return f"http://{host()}"


def uri_of(account: str, region: str, name: str) -> str:
    """The name to tag a container image with before it is pushed here."""
    return f"{host()}/{account}/{region}/{name}"


def repository_at(path: str, caller: Caller) -> Repository:
    """The repository that a client calls `path`.

    Raises:
        OciError: NAME_UNKNOWN, with ECR's message.
    """
    qualified = _QUALIFIED.fullmatch(path)
    account = qualified["account"] if qualified else caller.account
    region = qualified["region"] if qualified else caller.region
    name = qualified["name"] if qualified else path
    repository = ecr_backends[account][region].repositories.get(name)
    if repository is None:
        raise OciError(
            404,
            "NAME_UNKNOWN",
            f"The repository with name '{name}' does not exist in the registry with id '{account}'",
        )
    return repository
