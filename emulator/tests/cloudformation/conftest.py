from __future__ import annotations

import json
from typing import Any

import pytest
from stacks import TRUST, Stacks

_MANIFEST = {
    "schemaVersion": 2,
    "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
    "config": {"mediaType": "application/vnd.docker.container.image.v1+json", "digest": f"sha256:{'0' * 64}"},
    "layers": [],
}
_PULL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ecr:*", "Resource": "*"}]}


@pytest.fixture
def stack(clients: Any) -> Stacks:
    """A stack whose image versions find their containers (tags 1 and 2) and role."""
    clients.ecr.create_repository(repositoryName="repo")
    for tag in ("1", "2"):
        manifest = json.dumps({**_MANIFEST, "annotations": {"tag": tag}})
        clients.ecr.put_image(repositoryName="repo", imageManifest=manifest, imageTag=tag)
    clients.iam.create_role(RoleName="any", AssumeRolePolicyDocument=json.dumps(TRUST))
    clients.iam.put_role_policy(RoleName="any", PolicyName="pull", PolicyDocument=json.dumps(_PULL))
    return Stacks(clients.cloudformation)
