"""Turns a request into a validated definition: template, parameters, tags."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from offline_aws.cloudformation import aws
from offline_aws.cloudformation.checks import check_statically
from offline_aws.cloudformation.errors import HandlerError, TemplateError, validation_error
from offline_aws.cloudformation.model import Definition, Environment, Stack
from offline_aws.cloudformation.parameters import resolve_parameters
from offline_aws.cloudformation.references import ssm_lookup
from offline_aws.cloudformation.rules import check_rules
from offline_aws.cloudformation.symbolic import build_nodes, check_outputs, symbolic_resolver
from offline_aws.cloudformation.template import Template, parse_template
from offline_aws.errors import ServiceError

#: Types that need CAPABILITY_IAM, and the property whose presence makes it CAPABILITY_NAMED_IAM.
_IAM_NAMES = {
    "AWS::IAM::AccessKey": None,
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Policy": None,
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
    "AWS::IAM::UserToGroupAddition": None,
}


def prepare_definition(stack: Stack, params: dict[str, Any], environment: Environment) -> Definition:
    """The definition in `params` (of CreateChangeSet, CreateStack, UpdateStack).

    Raises:
        ServiceError: for everything that CloudFormation rejects before it touches a resource.
    """
    current = stack.definition
    template = requested_template(params, environment, current)
    check_template(template, environment.region)
    try:
        definition = Definition(
            template=template,
            parameters=resolve_parameters(
                template,
                params.get("Parameters", []),
                current.parameters if current else {},
                ssm_lookup(environment),
            ),
            tags=_tags(params, current),
            role_arn=params.get("RoleARN") or (current.role_arn if current else None),
            capabilities=params.get("Capabilities", []),
            notification_arns=params.get("NotificationARNs", []),
        )
        _check_resolved(stack, definition)
    except TemplateError as error:
        raise validation_error(str(error)) from None
    _check_capabilities(template, definition.capabilities)
    return definition


def requested_template(
    params: dict[str, Any], environment: Environment, current: Definition | None
) -> Template:
    """The template in the body, at the URL, or the previous one."""
    if params.get("UsePreviousTemplate"):
        if current is None:
            raise validation_error("Stack has no previous template")
        return current.template
    if "TemplateBody" in params:
        return parse_template(params["TemplateBody"])
    if "TemplateURL" in params:
        return parse_template(fetch_template(params["TemplateURL"], environment))
    raise validation_error("Either Template URL or Template Body must be specified.")


def fetch_template(url: str, environment: Environment) -> str:
    """The object that an S3 address names, in path or virtual-hosted style."""
    parts = urlsplit(url)
    path = unquote(parts.path.lstrip("/"))
    host = parts.hostname or ""
    first = host.split(".")[0]
    if ".s3." in host or ".s3-" in host or host.endswith(".localhost"):
        bucket, key = first, path
    else:
        bucket, _, key = path.partition("/")
    if not bucket or not key:
        raise validation_error("TemplateURL must be a supported URL.")
    try:
        answer = aws.call(environment, "s3", "GetObject", Bucket=bucket, Key=key)
    except HandlerError as error:
        raise validation_error(f"S3 error: {error.message}") from None
    return answer["Body"].read().decode()


def check_template(template: Template, region: str) -> None:
    """All checks that do not need parameter values.

    Raises:
        ServiceError: for what CloudFormation rejects.
    """
    try:
        check_statically(template, region)
    except TemplateError as error:
        raise validation_error(str(error)) from None


def _check_resolved(stack: Stack, definition: Definition) -> None:
    check_rules(symbolic_resolver(stack, definition)[0])
    nodes = build_nodes(stack, definition)
    check_outputs(stack, definition, nodes)


def _tags(params: dict[str, Any], current: Definition | None) -> dict[str, str]:
    if "Tags" not in params:
        return current.tags if current else {}
    return {tag["Key"]: tag["Value"] for tag in params["Tags"]}


def _check_capabilities(template: Template, given: list[str]) -> None:
    iam = [body for body in template.resources.values() if body["Type"] in _IAM_NAMES]
    named = [body for body in iam if (_IAM_NAMES[body["Type"]] or "") in body.get("Properties", {})]
    needed = "CAPABILITY_NAMED_IAM" if named else "CAPABILITY_IAM" if iam else None
    if needed is None or "CAPABILITY_NAMED_IAM" in given or needed in given:
        return
    raise ServiceError("InsufficientCapabilitiesException", f"Requires capabilities : [{needed}]")
