"""Which permissions an API call needs: for each service, its actions and the resources they are about.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from offline_aws.iam.needs import cloudformation, ecr, iam, lambda_, s3, sagemaker, sts, tables
from offline_aws.iam.needs.call import ApiCall, Need

_SERVICES = {
    "cloudformation": cloudformation.needs,
    "ecr": ecr.needs,
    "iam": iam.needs,
    "lambda": lambda_.needs,
    "s3": s3.needs,
    "sagemaker": sagemaker.needs,
    "sts": sts.needs,
}


def needs_of(call: ApiCall) -> list[Need]:
    """Everything that must be allowed for the call; an empty list needs no permission at all."""
    return _SERVICES.get(call.service, tables.needs)(call)
