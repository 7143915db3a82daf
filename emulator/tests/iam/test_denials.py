"""Denials as clients see them."""

from __future__ import annotations

from conftest import ACCOUNT, REGION
from iam.conftest import allow, denied, text

SAGEMAKER = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}"


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


def test_the_log_can_be_filtered_and_is_cleared(people, clients, judged) -> None:
    people.user(allow("sagemaker:ListImages")).sagemaker.list_images()
    assert judged("user/ann") == [("sagemaker:ListImages", "*", "allowed")]
    now = clients.control("GET", "permissions", params={"principal": "ann"}).json()[0]["time"]
    assert clients.control("GET", "permissions", params={"since": now + 1}).json() == []
    assert clients.control("GET", "permissions", params={"since": "x"}).status_code == 400
    clients.control("POST", "reset")
    assert judged("user/ann") == []
