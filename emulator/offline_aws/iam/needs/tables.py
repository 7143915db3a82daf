"""Services whose calls name their resource in one parameter."""

from __future__ import annotations

from offline_aws.iam.needs.call import ApiCall, Need

#: By service, the parameters that name the resource, with its ARN; the first parameter in the request counts.
_RESOURCES: dict[str, tuple[tuple[str, str], ...]] = {
    "ec2": (("GroupId", "security-group/{}"),),
    "kms": (("KeyId", "key/{}"), ("TargetKeyId", "key/{}")),
    "logs": (
        ("logStreamName", "log-group:{logGroupName}:log-stream:{}"),
        ("logGroupName", "log-group:{}:log-stream:"),
        ("logGroupNamePrefix", "log-group:{}:log-stream:"),
    ),
    "ssm": (("Name", "parameter/{}"), ("Path", "parameter/{}"), ("ResourceId", "parameter/{}")),
}

#: Actions without a resource.
_NO_RESOURCE = {
    "kms": frozenset({"CreateKey", "ListAliases", "ListKeys", "GenerateRandom"}),
    "ssm": frozenset({"DescribeParameters"}),
}

_LISTS = {"ssm": "Names"}
_ARNS = ("ResourceArn", "resourceArn", "ResourceARN")


def needs(call: ApiCall) -> list[Need]:
    """The action with the name of the operation, on `*` if the resource is unknown."""
    action = f"{call.service}:{call.operation}"
    own = [Need(action, arn, call.request_tags()) for arn in _arns(call)]
    if call.service == "kms" and call.operation in ("CreateAlias", "DeleteAlias", "UpdateAlias"):
        own.append(Need(action, call.arn(call.text("AliasName") or "*")))
    return own


def _arns(call: ApiCall) -> list[str]:
    if call.operation in _NO_RESOURCE.get(call.service, ()):
        return ["*"]
    for name in _ARNS:
        if call.text(name):
            return [str(call.params[name])]
    several = call.params.get(_LISTS.get(call.service, ""))
    if isinstance(several, list):
        return [_arn(call, "parameter/{}", str(name)) for name in several]
    for parameter, template in _RESOURCES.get(call.service, ()):
        value = call.text(parameter)
        if value:
            return [_arn(call, template, value)]
    return ["*"]


def _arn(call: ApiCall, template: str, value: str) -> str:
    if value.startswith("arn:"):
        return value
    if call.service == "kms" and value.startswith("alias/"):
        return _key_of(call, value)
    if call.service == "ssm":
        value = value.lstrip("/")
    return call.arn(template.format(value, logGroupName=call.text("logGroupName")))


def _key_of(call: ApiCall, alias: str) -> str:
    """IAM checks the ARN of the key, even if the request names an alias."""
    from moto.kms.models import kms_backends

    key = kms_backends[call.caller.account][call.caller.region].get_key_id_from_alias(alias)
    return call.arn(f"key/{key}" if key else alias)
