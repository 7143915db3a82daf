"""What tests of Studio share."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

ROLE = "arn:aws:iam::123456789012:role/execution"
NETWORK = {"AuthMode": "IAM", "VpcId": "vpc-1", "SubnetIds": ["subnet-1"]}


def status(sagemaker, domain: str) -> str:
    return sagemaker.describe_domain(DomainId=domain)["Status"]


def code_of(call: Any, **params: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**params)
    return caught.value.response["Error"]["Code"]
