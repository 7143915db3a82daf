"""Denials as clients see them, and the permissions that calls need."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
import requests
from botocore.exceptions import ClientError
from conftest import ACCOUNT, REGION, Clients
from stacks import TRUST, resource, template

SAGEMAKER = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/limit"


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action, resource="*", **more):
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def policy(*statements) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def denied(code: str, status: int, message: str, call, **params) -> None:
    """Expects that the call is denied with exactly this message."""
    with pytest.raises(ClientError) as raised:
        call(**params)
    response = raised.value.response
    assert response["Error"]["Message"] == message
    assert (response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]) == (code, status)


def text(action: str, resource: str, why: str | None = None, who: str = f"arn:aws:iam::{ACCOUNT}:user/ann") -> str:
    reason = why or f"because no identity-based policy allows the {action} action"
    return f"User: {who} is not authorized to perform: {action} on resource: {resource} {reason}"


def test_without_enforcement_everything_passes_and_denials_are_logged(clients, people, judged) -> None:
    clients.control("POST", "settings", json={"enforce_iam": False})
    people.user().sagemaker.list_images()
    assert judged("user/ann") == [("sagemaker:ListImages", "*", "denied")]


def test_sagemaker_denies_in_json(people) -> None:
    call = people.user().sagemaker.describe_image
    denied("AccessDeniedException", 400, text("sagemaker:DescribeImage", f"{SAGEMAKER}:image/Torch"), call, ImageName="Torch")


def test_query_services_deny_in_xml(people) -> None:
    who = people.user()
    role = f"arn:aws:iam::{ACCOUNT}:role/nobody"
    denied("AccessDenied", 403, text("iam:GetRole", role), who.iam.get_role, RoleName="nobody")
    stack = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/none/*"
    denied("AccessDenied", 403, text("cloudformation:DescribeStacks", stack), who.cloudformation.describe_stacks, StackName="none")


def test_s3_denies_in_its_own_xml_with_quotes(people, clients) -> None:
    clients.s3.create_bucket(Bucket="things")
    who = people.user()
    denied("AccessDenied", 403, text("s3:GetObject", '"arn:aws:s3:::things/a/b"'), who.s3.get_object, Bucket="things", Key="a/b")
    denied("AccessDenied", 403, text("s3:ListBucket", '"arn:aws:s3:::things"'), who.s3.list_objects_v2, Bucket="things")


def test_lambda_denies_with_403(people) -> None:
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f"
    denied("AccessDeniedException", 403, text("lambda:InvokeFunction", arn), people.user()._session.client(
        "lambda", endpoint_url=people.admin.url).invoke, FunctionName="f")


def test_ec2_denies_with_its_own_code(people) -> None:
    denied("UnauthorizedOperation", 403, text("ec2:DescribeVpcs", "*"), people.user().ec2.describe_vpcs)


def test_a_security_group_is_the_resource_of_its_rules(people) -> None:
    group = f"arn:aws:ec2:{REGION}:{ACCOUNT}:security-group/sg-1"
    who = people.user(allow("ec2:*", f"{group}0"))
    denied("UnauthorizedOperation", 403, text("ec2:RevokeSecurityGroupEgress", group),
           who.ec2.revoke_security_group_egress, GroupId="sg-1", SecurityGroupRuleIds=["sgr-1"])


def test_get_caller_identity_needs_no_permission(people) -> None:
    assert people.user().sts.get_caller_identity()["Arn"].endswith(":user/ann")


def test_a_grant_on_one_image_does_not_apply_to_another(people, clients) -> None:
    clients.sagemaker_image("one")
    clients.sagemaker_image("two")
    who = people.user(allow("sagemaker:Describe*", f"{SAGEMAKER}:image/one"))
    assert who.sagemaker.describe_image(ImageName="one")["ImageName"] == "one"
    denied("AccessDeniedException", 400, text("sagemaker:DescribeImage", f"{SAGEMAKER}:image/two"),
           who.sagemaker.describe_image, ImageName="two")


@pytest.mark.parametrize(
    ("resource", "permitted"),
    [("image/img", {"create", "list"}), ("image-version/img/*", {"describe"}), ("image-version/img/2", set())],
)
def test_versions_are_created_on_the_image_and_described_on_the_version(people, clients, resource, permitted) -> None:
    clients.sagemaker_image("img")
    clients.sagemaker_call("CreateImageVersion", ImageName="img", BaseImage="x", ClientToken="t")
    who = people.user(allow("sagemaker:*", f"{SAGEMAKER}:{resource}")).sagemaker
    calls = {
        # the same token, so that nothing new is made
        "create": lambda: who.create_image_version(ImageName="img", BaseImage="x", ClientToken="t"),
        "list": lambda: who.list_image_versions(ImageName="img"),
        "describe": lambda: who.describe_image_version(ImageName="img", Version=1),
    }
    passed = set()
    for name, call in calls.items():
        try:
            call()
            passed.add(name)
        except ClientError as error:
            assert error.response["Error"]["Code"] == "AccessDeniedException"
    assert passed == permitted


def test_creating_an_image_needs_permission_to_pass_its_role(people, clients) -> None:
    role = people.role(name="puller", trust=TRUST["Statement"][0])
    images = allow("sagemaker:*", f"{SAGEMAKER}:image/*")
    pass_it = allow("iam:PassRole", role, Condition={"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}})
    to_another = allow("iam:PassRole", role, Condition={"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}})
    without = people.user(images, to_another)
    denied("AccessDeniedException", 400, text("iam:PassRole", role), without.sagemaker.create_image, ImageName="i", RoleArn=role)
    people.user(images, pass_it, name="bob").sagemaker.create_image(ImageName="i", RoleArn=role)


def test_creating_a_resource_with_tags_needs_permission_to_add_tags(people) -> None:
    who = people.user(allow(["sagemaker:CreateImage", "iam:PassRole"]))
    call = who.sagemaker.create_image
    message = text("sagemaker:AddTags", f"{SAGEMAKER}:image/i")
    role = f"arn:aws:iam::{ACCOUNT}:role/r"
    denied("AccessDeniedException", 400, message, call, ImageName="i", RoleArn=role, Tags=[{"Key": "k", "Value": "v"}])


def test_conditions_on_tags_of_the_request_and_of_the_resource(people, clients) -> None:
    role = people.role(name="puller")
    clients.sagemaker.create_image(ImageName="mine", RoleArn=role, Tags=[{"Key": "team", "Value": "red"}])
    clients.sagemaker.create_image(ImageName="theirs", RoleArn=role, Tags=[{"Key": "team", "Value": "blue"}])
    who = people.user(allow("sagemaker:DescribeImage", "*", Condition={"StringEquals": {"aws:ResourceTag/team": "red"}})).sagemaker
    assert who.describe_image(ImageName="mine")
    denied("AccessDeniedException", 400, text("sagemaker:DescribeImage", f"{SAGEMAKER}:image/theirs"), who.describe_image, ImageName="theirs")


def test_an_explicit_deny_wins(people) -> None:
    who = people.user(allow("*"), deny("sagemaker:ListImages"))
    message = text("sagemaker:ListImages", "*", "with an explicit deny in an identity-based policy")
    denied("AccessDeniedException", 400, message, who.sagemaker.list_images)


def test_not_action_and_not_resource(people, clients) -> None:
    clients.sagemaker_image("img")
    rest = {"Effect": "Allow", "NotAction": "sagemaker:DeleteImage", "NotResource": f"{SAGEMAKER}:image/secret*"}
    who = people.user(rest).sagemaker
    assert who.describe_image(ImageName="img")
    denied("AccessDeniedException", 400, text("sagemaker:DeleteImage", f"{SAGEMAKER}:image/img"), who.delete_image, ImageName="img")
    denied("AccessDeniedException", 400, text("sagemaker:DescribeImage", f"{SAGEMAKER}:image/secret1"), who.describe_image, ImageName="secret1")


def test_a_boundary_limits_a_role(people, clients) -> None:
    clients.iam.create_policy(PolicyName="limit", PolicyDocument=policy(allow("sagemaker:List*")))
    session = people.assume(people.role(allow("*"), PermissionsBoundary=BOUNDARY))
    session.sagemaker.list_images()
    why = "because no permissions boundary allows the ssm:DescribeParameters action"
    me = f"arn:aws:sts::{ACCOUNT}:assumed-role/dev/me"
    denied("AccessDeniedException", 400, text("ssm:DescribeParameters", "*", why, me), session.ssm.describe_parameters)


def test_a_boundary_limits_a_user(people, clients) -> None:
    clients.iam.create_policy(PolicyName="limit", PolicyDocument=policy(allow("sagemaker:List*")))
    who = people.user(allow("*"), PermissionsBoundary=BOUNDARY)
    assert clients.iam.get_user(UserName="ann")["User"]["PermissionsBoundary"]["PermissionsBoundaryArn"] == BOUNDARY
    who.sagemaker.list_images()
    message = text("ssm:DescribeParameters", "*", "because no permissions boundary allows the ssm:DescribeParameters action")
    denied("AccessDeniedException", 400, message, who.ssm.describe_parameters)
    clients.iam.delete_user_permissions_boundary(UserName="ann")
    assert "PermissionsBoundary" not in clients.iam.get_user(UserName="ann")["User"]
    who.ssm.describe_parameters()
    clients.iam.put_user_permissions_boundary(UserName="ann", PermissionsBoundary=BOUNDARY)
    denied("AccessDeniedException", 400, message, who.ssm.describe_parameters)


def test_a_session_policy_limits_a_session(people) -> None:
    session = people.assume(people.role(allow("*")), Policy=policy(allow("sagemaker:List*")))
    session.sagemaker.list_images()
    why = "because no session policy allows the ssm:DescribeParameters action"
    me = f"arn:aws:sts::{ACCOUNT}:assumed-role/dev/me"
    denied("AccessDeniedException", 400, text("ssm:DescribeParameters", "*", why, me), session.ssm.describe_parameters)


def assume_denied(role: str, who: str = f"arn:aws:iam::{ACCOUNT}:user/ann") -> str:
    return f"User: {who} is not authorized to perform: sts:AssumeRole on resource: {role}"


def test_a_role_that_trusts_the_account_needs_permission_to_assume_it(people) -> None:
    role = people.role(allow("sagemaker:ListImages"))
    people.assume(role, people.user(allow("sts:AssumeRole", role))).sagemaker.list_images()
    denied("AccessDenied", 403, assume_denied(role, f"arn:aws:iam::{ACCOUNT}:user/bob"),
           people.user(name="bob").sts.assume_role, RoleArn=role, RoleSessionName="me")


def test_a_role_that_names_its_user_needs_no_other_permission(people) -> None:
    ann = people.user()
    trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/ann"}, "Action": "sts:AssumeRole"}
    people.assume(people.role(allow("sagemaker:ListImages"), trust=trust), ann).sagemaker.list_images()


def test_administrators_cannot_assume_a_role_that_trusts_a_service(people, clients) -> None:
    role = people.role(trust=TRUST["Statement"][0])
    denied("AccessDenied", 403, assume_denied(role, f"arn:aws:iam::{ACCOUNT}:root"), clients.sts.assume_role, RoleArn=role, RoleSessionName="me")


def test_conditions_of_a_trust_policy_are_checked(people, clients) -> None:
    trust = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole",
             "Condition": {"StringEquals": {"sts:ExternalId": "secret"}}}
    role = people.role(trust=trust)
    assert people.assume(role, ExternalId="secret")
    denied("AccessDenied", 403, assume_denied(role, f"arn:aws:iam::{ACCOUNT}:root"), clients.sts.assume_role, RoleArn=role, RoleSessionName="me")


def test_a_role_that_does_not_exist_cannot_be_assumed(people, clients) -> None:
    role = f"arn:aws:iam::{ACCOUNT}:role/none"
    denied("AccessDenied", 403, assume_denied(role, f"arn:aws:iam::{ACCOUNT}:root"), clients.sts.assume_role, RoleArn=role, RoleSessionName="me")


def test_a_bucket_policy_allows_and_denies(people, clients) -> None:
    clients.s3.create_bucket(Bucket="open")
    clients.s3.put_object(Bucket="open", Key="k", Body=b"x")
    ann = people.user()
    mine = {**allow("s3:GetObject", "arn:aws:s3:::open/*"), "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/ann"}}
    plain = {**deny("s3:*", "arn:aws:s3:::open/*"), "Principal": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    clients.s3.put_bucket_policy(Bucket="open", Policy=policy(mine, plain))
    assert ann.s3.get_object(Bucket="open", Key="k")["Body"].read() == b"x"
    closed = {**deny("s3:*", "arn:aws:s3:::open/*"), "Principal": "*"}
    clients.s3.put_bucket_policy(Bucket="open", Policy=policy(mine, closed))
    why = "with an explicit deny in a resource-based policy"
    denied("AccessDenied", 403, text("s3:GetObject", '"arn:aws:s3:::open/k"', why), ann.s3.get_object, Bucket="open", Key="k")


def test_access_across_accounts_needs_both_policies(people, clients) -> None:
    """The caller is the root of account 2, with all permissions in its own account."""
    clients.ecr.create_repository(repositoryName="shared")
    other = Clients(clients.url, "210987654321")
    call, params = other.ecr.batch_get_image, {"registryId": ACCOUNT, "repositoryName": "shared", "imageIds": [{"imageTag": "1"}]}
    arn = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/shared"
    why = "because no resource-based policy allows the ecr:BatchGetImage action"
    message = text("ecr:BatchGetImage", arn, why, "arn:aws:iam::210987654321:root")
    denied("AccessDeniedException", 400, message, call, **params)
    grant = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::210987654321:root"}, "Action": "ecr:BatchGetImage"}
    clients.ecr.set_repository_policy(repositoryName="shared", policyText=policy(grant))
    call(**params)


def test_a_key_policy_without_the_account_denies_its_identities(people, clients) -> None:
    trust = {**allow("kms:*"), "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/bob"}}
    key = clients.kms.create_key(Policy=policy(trust), BypassPolicyLockoutSafetyCheck=True)["KeyMetadata"]["Arn"]
    why = "because no resource-based policy allows the kms:DescribeKey action"
    denied("AccessDeniedException", 400, text("kms:DescribeKey", key, why), people.user(allow("kms:*")).kms.describe_key, KeyId=key)


def test_creating_a_function_needs_permission_to_pass_its_role(people, clients) -> None:
    role = people.role(name="runner")
    who = people.user(allow("lambda:*"))
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as file:
        file.writestr("index.js", "")
    call = who._session.client("lambda", endpoint_url=clients.url).create_function
    denied("AccessDeniedException", 403, text("iam:PassRole", role), call, FunctionName="f", Role=role, Runtime="nodejs20.x",
           Handler="index.handler", Code={"ZipFile": package.getvalue()})


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


def raw(who, service: str, body: str, *, query: str = "", **headers: str) -> requests.Response:
    """A request that no SDK sends."""
    scope = f"{who._session.get_credentials().access_key}/20250101/{REGION}/{service}/aws4_request"
    authorization = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"
    return requests.post(f"{who.url}/?{query}", data=body, timeout=30, headers={"Authorization": authorization, **headers})


@pytest.mark.parametrize(
    ("body", "query"),
    [
        ("Action=GetRole&RoleName=mine", "RoleName=other"),
        ("Action=GetRole&RoleName=mine&RoleName=other", ""),
        ("Action=GetRole&RoleName=mine", "Action=DeleteRole&RoleName=other"),
    ],
)
def test_the_checked_form_parameters_are_the_used_ones(people, body, query) -> None:
    people.role(name="other")
    who = people.user(allow("iam:GetRole", people.role(name="mine")))
    answer = raw(who, "iam", body, query=query, **{"Content-Type": "application/x-www-form-urlencoded"})
    assert (answer.status_code, "<RoleName>mine</RoleName>" in answer.text) == (200, True)
    assert raw(who, "iam", "Action=GetRole&RoleName=other&RoleName=mine",
               **{"Content-Type": "application/x-www-form-urlencoded"}).status_code == 403


def test_the_checked_json_members_are_the_used_ones(people, clients) -> None:
    for name in ("/mine", "/other"):
        clients.ssm.put_parameter(Name=name, Value=name, Type="String")
    who = people.user(allow("ssm:GetParameter", f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/mine"))
    answer = raw(who, "ssm", '{"Name": "/mine"}', query="Name=/other",
                 **{"X-Amz-Target": "AmazonSSM.GetParameter", "Content-Type": "application/x-amz-json-1.1"})
    assert answer.json()["Parameter"]["Value"] == "/mine"


def test_delete_objects_checks_each_key(people, clients) -> None:
    clients.s3.create_bucket(Bucket="things")
    for key in ("a&b", "keep/k"):
        clients.s3.put_object(Bucket="things", Key=key, Body=b"x")
    who = people.user(allow("s3:*"), deny("s3:DeleteObject", "arn:aws:s3:::things/keep/*")).s3
    why = "with an explicit deny in an identity-based policy"
    denied("AccessDenied", 403, text("s3:DeleteObject", '"arn:aws:s3:::things/keep/k"', why), who.delete_objects, Bucket="things",
           Delete={"Objects": [{"Key": "a&b"}, {"Key": "keep/k"}]})
    only = people.user(allow("s3:DeleteObject", "arn:aws:s3:::things/a&b"), name="bob").s3
    only.delete_objects(Bucket="things", Delete={"Objects": [{"Key": "a&b"}]})
    assert [one["Key"] for one in clients.s3.list_objects_v2(Bucket="things")["Contents"]] == ["keep/k"]


def test_a_key_of_s3_is_decoded_once(people, clients) -> None:
    clients.s3.create_bucket(Bucket="things")
    who = people.user(allow("s3:PutObject", "arn:aws:s3:::things/open/*"), allow("s3:PutObject", "arn:aws:s3:::things/a%2Fb")).s3
    for key in ("open/ü", "a%2Fb"):
        who.put_object(Bucket="things", Key=key, Body=b"x")
    denied("AccessDenied", 403, text("s3:PutObject", '"arn:aws:s3:::things/open%2Fx"'), who.put_object, Bucket="things", Key="open%2Fx")
    assert [one["Key"] for one in clients.s3.list_objects_v2(Bucket="things")["Contents"]] == ["a%2Fb", "open/ü"]


def test_the_log_can_be_filtered_and_is_cleared(people, clients, judged) -> None:
    people.user(allow("sagemaker:ListImages")).sagemaker.list_images()
    assert judged("user/ann") == [("sagemaker:ListImages", "*", "allowed")]
    now = clients.control("GET", "permissions", params={"principal": "ann"}).json()[0]["time"]
    assert clients.control("GET", "permissions", params={"since": now + 1}).json() == []
    assert clients.control("GET", "permissions", params={"since": "x"}).status_code == 400
    clients.control("POST", "reset")
    assert judged("user/ann") == []
