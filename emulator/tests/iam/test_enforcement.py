"""The permissions that calls need, and the policies that grant them."""

from __future__ import annotations

import io
import zipfile

import pytest
from botocore.exceptions import ClientError
from conftest import ACCOUNT, REGION, Clients
from iam.conftest import allow, denied, deny, policy, text
from stacks import TRUST

SAGEMAKER = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/limit"


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
