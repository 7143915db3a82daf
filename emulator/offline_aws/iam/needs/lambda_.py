"""Lambda: functions by the name or ARN in the address."""

from __future__ import annotations

import re

from offline_aws.iam.needs.call import ApiCall, Need, pass_role
from offline_aws.rest import path_of

#: Actions whose name differs from that of the operation.
_ACTIONS = {"Invoke": "InvokeFunction", "InvokeWithResponseStream": "InvokeFunction"}

_RESOURCE = re.compile(r"/\d{4}-\d{2}-\d{2}/(?:functions/(?P<name>[^/]+)|tags/(?P<arn>.+?))(?:/.*)?")


#: Permissions to connect a function to a VPC.
#: https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html ("Required IAM permissions")
_VPC = ("ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs")


def needs(call: ApiCall) -> list[Need]:
    action = _ACTIONS.get(call.operation, call.operation)
    own = Need(f"lambda:{action}", _arn(call), call.request_tags())
    vpc = call.params.get("VpcConfig")
    network = [Need(read) for read in _VPC] if isinstance(vpc, dict) and vpc.get("SubnetIds") else []
    return [own, *network, *pass_role(call.params.get("Role"), "lambda.amazonaws.com")]


def _arn(call: ApiCall) -> str:
    found = _RESOURCE.fullmatch(path_of(call.environ))
    name = (found["name"] or found["arn"] if found else None) or call.text("FunctionName")
    if name is None:
        return "*"
    return name if name.startswith("arn:") else call.arn(f"function:{name}")
