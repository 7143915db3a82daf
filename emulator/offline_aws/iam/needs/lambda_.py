"""Lambda: a REST API, so that method and path say which action is meant."""

from __future__ import annotations

import re
from urllib.parse import unquote

from offline_aws.iam.needs.call import ApiCall, Need, pass_role

#: Method, path below the version of the API, action; the longest paths first.
_ROUTES = [
    (method, re.compile(rf"/\d{{4}}-\d{{2}}-\d{{2}}/{path}/?"), action)
    for method, path, action in (
        ("POST", "functions/(?P<name>[^/]+)/invocations", "InvokeFunction"),
        ("POST", "functions/(?P<name>[^/]+)/versions", "PublishVersion"),
        ("GET", "functions/(?P<name>[^/]+)/versions", "ListVersionsByFunction"),
        ("GET", "functions/(?P<name>[^/]+)/configuration", "GetFunctionConfiguration"),
        ("PUT", "functions/(?P<name>[^/]+)/configuration", "UpdateFunctionConfiguration"),
        ("PUT", "functions/(?P<name>[^/]+)/code", "UpdateFunctionCode"),
        ("GET", "functions/(?P<name>[^/]+)/policy", "GetPolicy"),
        ("POST", "functions/(?P<name>[^/]+)/policy", "AddPermission"),
        ("DELETE", "functions/(?P<name>[^/]+)/policy/[^/]+", "RemovePermission"),
        ("PUT", "functions/(?P<name>[^/]+)/concurrency", "PutFunctionConcurrency"),
        ("DELETE", "functions/(?P<name>[^/]+)/concurrency", "DeleteFunctionConcurrency"),
        ("PUT", "functions/(?P<name>[^/]+)/event-invoke-config", "PutFunctionEventInvokeConfig"),
        ("GET", "functions/(?P<name>[^/]+)/aliases", "ListAliases"),
        ("POST", "functions/(?P<name>[^/]+)/aliases", "CreateAlias"),
        ("GET", "functions/(?P<name>[^/]+)/aliases/[^/]+", "GetAlias"),
        ("PUT", "functions/(?P<name>[^/]+)/aliases/[^/]+", "UpdateAlias"),
        ("DELETE", "functions/(?P<name>[^/]+)/aliases/[^/]+", "DeleteAlias"),
        ("GET", "functions/(?P<name>[^/]+)", "GetFunction"),
        ("DELETE", "functions/(?P<name>[^/]+)", "DeleteFunction"),
        ("GET", "functions", "ListFunctions"),
        ("POST", "functions", "CreateFunction"),
        ("GET", "tags/(?P<arn>.+)", "ListTags"),
        ("POST", "tags/(?P<arn>.+)", "TagResource"),
        ("DELETE", "tags/(?P<arn>.+)", "UntagResource"),
    )
]


def needs(call: ApiCall) -> list[Need]:
    method, path = call.environ.get("REQUEST_METHOD", ""), unquote(call.environ.get("PATH_INFO", ""))
    for allowed, pattern, action in _ROUTES:
        found = pattern.fullmatch(path)
        if method == allowed and found:
            values = found.groupdict()
            own = Need(f"lambda:{action}", _arn(call, values), call.request_tags())
            return [own, *pass_role(call.params.get("Role"), "lambda.amazonaws.com")]
    # layers, event sources and what else nobody here deploys
    return [Need(f"lambda:{method} {path}")]


def _arn(call: ApiCall, values: dict[str, str | None]) -> str:
    if values.get("arn"):
        return str(values["arn"])
    name = values.get("name") or call.text("FunctionName")
    if name is None:
        return "*"
    return name if name.startswith("arn:") else call.arn(f"function:{name}")
