"""CloudFormation: actions on stacks, and the role that a stack is given."""

from __future__ import annotations

from offline_aws.cloudformation import stack_id
from offline_aws.iam.needs.call import ApiCall, Need, pass_role

_WITHOUT_STACK = frozenset({"DescribeAccountLimits", "ListExports", "ListImports", "ListStacks", "ValidateTemplate"})


def needs(call: ApiCall) -> list[Need]:
    optional = {
        "cloudformation:changesetname": call.text("ChangeSetName"),
        "cloudformation:rolearn": call.text("RoleARN"),
        "cloudformation:templateurl": call.text("TemplateURL"),
    }
    context = {key: value for key, value in optional.items() if value is not None} | call.request_tags()
    own = Need(f"cloudformation:{call.operation}", _stack(call), context)
    return [own, *pass_role(call.text("RoleARN"), "cloudformation.amazonaws.com")]


def _stack(call: ApiCall) -> str:
    if call.operation in _WITHOUT_STACK:
        return "*"
    name = call.text("StackName")
    if name is None:
        # the ARN of a change set does not contain the stack
        return call.arn("stack/*/*") if call.text("ChangeSetName") else "*"
    if name.startswith("arn:"):
        return name
    return stack_id(name, call.caller) or call.arn(f"stack/{name}/*")
