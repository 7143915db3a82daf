"""STS: the trust policy of a role is checked as well."""

from __future__ import annotations

from offline_aws.iam.needs.call import ApiCall, Need

#: Operations that need no permission.
_FREE = frozenset({"GetCallerIdentity", "GetSessionToken"})


def needs(call: ApiCall) -> list[Need]:
    if call.operation in _FREE:
        return []
    if call.operation == "GetFederationToken":
        resource = f"arn:{call.caller.partition}:sts::{call.caller.account}:federated-user/{call.text('Name') or '*'}"
        return [Need("sts:GetFederationToken", resource, call.request_tags())]
    role = call.text("RoleArn")
    if role is None:
        return [Need(f"sts:{call.operation}")]
    optional = {"sts:externalid": call.text("ExternalId"), "sts:rolesessionname": call.text("RoleSessionName")}
    context = {key: value for key, value in optional.items() if value is not None} | call.request_tags()
    wanted = [Need(f"sts:{call.operation}", role, context)]
    if call.request_tags():
        wanted.append(Need("sts:TagSession", role, context))
    return wanted
