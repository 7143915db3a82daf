"""The principal of the calls that CloudFormation makes for a stack."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from conftest import ACCOUNT, REGION
from iam.conftest import allow, denied, policy, text
from stacks import resource, template

SAGEMAKER = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}"


def test_cloudformation_uses_the_role_of_the_stack(people, clients, judged) -> None:
    trust = {"Effect": "Allow", "Principal": {"Service": "cloudformation.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = people.role(allow("ssm:GetParameters"), name="exec", trust=trust)
    who = people.user(allow("cloudformation:*"), allow("iam:PassRole", role)).cloudformation
    body = template({"P": resource("AWS::SSM::Parameter", Type="String", Value="v", Name="/p")})
    who.create_stack(StackName="s", TemplateBody=body, RoleARN=role)
    arn = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/p"
    assert ("ssm:PutParameter", arn, "denied") in judged("assumed-role/exec/AWSCloudFormation")
    reasons = [e.get("ResourceStatusReason", "") for e in who.describe_stack_events(StackName="s")["StackEvents"]]
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/exec/AWSCloudFormation"
    assert any(text("ssm:PutParameter", arn, None, session) in reason for reason in reasons)
    clients.iam.put_role_policy(RoleName="exec", PolicyName="more", PolicyDocument=policy(allow("ssm:*")))
    who.create_stack(StackName="t", TemplateBody=body, RoleARN=role)
    assert who.describe_stacks(StackName="t")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"


VIA = {"Bool": {"aws:ViaAWSService": "true"}, "ForAnyValue:StringEquals": {"aws:CalledVia": "cloudformation.amazonaws.com"}}


@pytest.mark.parametrize(
    ("condition", "direct", "stack"),
    [({"Bool": {"aws:ViaAWSService": "false"}}, "ok", "ROLLBACK_COMPLETE"), (VIA, "AccessDeniedException", "CREATE_COMPLETE")],
)
def test_condition_keys_mark_calls_that_cloudformation_makes_for_the_caller(people, condition, direct, stack) -> None:
    who = people.user(allow("ssm:*", Condition=condition), allow("cloudformation:*"))
    try:
        who.ssm.put_parameter(Name="/mine", Value="v", Type="String")
        outcome = "ok"
    except ClientError as error:
        outcome = error.response["Error"]["Code"]
    body = template({"P": resource("AWS::SSM::Parameter", Type="String", Value="v", Name="/p")})
    who.cloudformation.create_stack(StackName="s", TemplateBody=body)
    status = who.cloudformation.describe_stacks(StackName="s")["Stacks"][0]["StackStatus"]
    assert (outcome, status) == (direct, stack)


def test_calls_with_the_role_of_the_stack_are_not_marked(people) -> None:
    trust = {"Effect": "Allow", "Principal": {"Service": "cloudformation.amazonaws.com"}, "Action": "sts:AssumeRole"}
    direct = {"Bool": {"aws:ViaAWSService": "false"}}
    role = people.role(allow("ssm:*", Condition=direct), name="exec", trust=trust)
    who = people.user(allow("cloudformation:*"), allow("iam:PassRole", role)).cloudformation
    body = template({"P": resource("AWS::SSM::Parameter", Type="String", Value="v", Name="/p")})
    who.create_stack(StackName="s", TemplateBody=body, RoleARN=role)
    assert who.describe_stacks(StackName="s")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"


def test_without_a_role_cloudformation_uses_the_caller(people, judged) -> None:
    who = people.user(allow("cloudformation:*")).cloudformation
    who.create_stack(StackName="s", TemplateBody=template({"I": resource("AWS::SageMaker::AppImageConfig", AppImageConfigName="c",
                                                                          JupyterLabAppImageConfig={})}))
    assert who.describe_stacks(StackName="s")["Stacks"][0]["StackStatus"] == "ROLLBACK_COMPLETE"
    assert ("sagemaker:CreateAppImageConfig", f"{SAGEMAKER}:app-image-config/c", "denied") in judged("user/ann")


SSM_TYPE = {"Parameters": {"V": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/version"}}}


@pytest.mark.parametrize("with_role", [False, True])
def test_a_parameter_of_an_ssm_type_is_read_as_the_principal_of_the_stack(people, clients, with_role) -> None:
    clients.ssm.put_parameter(Name="/version", Value="7", Type="String")
    arn = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/version"
    trust = {"Effect": "Allow", "Principal": {"Service": "cloudformation.amazonaws.com"}, "Action": "sts:AssumeRole"}
    # ssm:GetParameter is another action
    role = people.role(allow("ssm:GetParameter", arn), name="exec", trust=trust)
    who = people.user(allow("cloudformation:*"), allow("iam:PassRole", role), allow("ssm:GetParameter", arn)).cloudformation
    body = template({"C": resource("AWS::CDK::Metadata")}, Outputs={"V": {"Value": {"Ref": "V"}}}, **SSM_TYPE)
    more = {"RoleARN": role} if with_role else {}

    with pytest.raises(ClientError, match=r"AccessDenied\. User doesn't have permission to call ssm:GetParameters"):
        who.create_stack(StackName="s", TemplateBody=body, **more)

    put = clients.iam.put_role_policy if with_role else clients.iam.put_user_policy
    named = {"RoleName": "exec"} if with_role else {"UserName": "ann"}
    put(**named, PolicyName="more", PolicyDocument=policy(allow("ssm:GetParameters", arn)))
    who.create_stack(StackName="s", TemplateBody=body, **more)
    assert who.describe_stacks(StackName="s")["Stacks"][0]["Outputs"][0]["OutputValue"] == "7"


def test_a_role_that_does_not_trust_cloudformation_is_refused(people) -> None:
    role = people.role(name="exec")
    who = people.user(allow(["cloudformation:*", "iam:PassRole"])).cloudformation
    with pytest.raises(ClientError, match="is invalid or cannot be assumed"):
        who.create_stack(StackName="s", TemplateBody=template({}), RoleARN=role)


def test_a_role_cannot_be_passed_to_cloudformation_without_permission(people) -> None:
    role = people.role(name="exec")
    call = people.user(allow("cloudformation:*")).cloudformation.create_stack
    denied("AccessDenied", 403, text("iam:PassRole", role), call, StackName="s", TemplateBody="{}", RoleARN=role)
