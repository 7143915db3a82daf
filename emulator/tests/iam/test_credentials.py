"""Issued keys: the permissions of temporary ones, and the rejection of revoked ones."""

from __future__ import annotations

import boto3
import pytest
from botocore.exceptions import ClientError
from conftest import ACCOUNT, REGION, Clients
from iam.conftest import policy

ALLOW = {"Effect": "Allow", "Action": "*", "Resource": "*"}
DENY = {**ALLOW, "Effect": "Deny"}


def allow(*actions: str) -> dict[str, object]:
    return {**ALLOW, "Action": list(actions)}


def code(call, **params) -> str:
    """The expected error of the call."""
    try:
        call(**params)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "ok"


def acting(clients: Clients, answer) -> Clients:
    return Clients(clients.url, answer["Credentials"]["AccessKeyId"])


def key_of(who: Clients) -> str:
    return str(who._session.get_credentials().access_key)


def test_a_session_token_has_the_permissions_of_its_user(people, clients) -> None:
    who = people.user(allow("sagemaker:List*", "iam:*"))
    session = acting(clients, who.sts.get_session_token())
    assert session.sts.get_caller_identity()["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/ann"
    assert code(session.sagemaker.list_images) == "ok"
    assert code(session.ssm.describe_parameters) == "AccessDeniedException"
    # IAM rejects such credentials, and they cannot create new ones
    assert code(session.iam.list_users) == "InvalidClientTokenId"
    assert code(session.sts.get_session_token) == "AccessDenied"


def test_a_role_cannot_get_a_session_token(people) -> None:
    session = people.assume(people.role(allow("sagemaker:ListImages")))
    assert code(session.sts.get_session_token) == "AccessDenied"


def test_a_session_token_of_the_administrator_is_limited_too(people, clients) -> None:
    session = acting(clients, clients.sts.get_session_token())
    assert session.sts.get_caller_identity()["Arn"] == f"arn:aws:iam::{ACCOUNT}:root"
    assert code(session.sagemaker.list_images) == "ok"


def test_a_federated_user_needs_permission_from_its_user_and_its_policy(people, clients) -> None:
    who = people.user(allow("sts:GetFederationToken", "sagemaker:*"))
    answer = who.sts.get_federation_token(Name="fred", Policy=policy(allow("sagemaker:ListImages", "ssm:*")))
    assert answer["FederatedUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:federated-user/fred"
    fred = acting(clients, answer)
    assert fred.sts.get_caller_identity()["Arn"] == f"arn:aws:sts::{ACCOUNT}:federated-user/fred"
    assert code(fred.sagemaker.list_images) == "ok"
    assert code(fred.sagemaker.list_domains) == "AccessDeniedException"
    assert code(fred.ssm.describe_parameters) == "AccessDeniedException"


@pytest.mark.parametrize("limit", [{"Policy": policy(DENY)}, {}])
def test_a_federated_user_without_a_policy_has_no_permissions(people, clients, limit) -> None:
    for who in (people.user(ALLOW), clients):
        fred = acting(clients, who.sts.get_federation_token(Name="fred", **limit))
        assert code(fred.sagemaker.list_images) == "AccessDeniedException"


def test_a_federation_token_needs_permission(people) -> None:
    assert code(people.user().sts.get_federation_token, Name="fred") == "AccessDenied"


@pytest.mark.parametrize("how", ["deleted", "inactive", "of a deleted user"])
def test_a_revoked_key_is_rejected_with_the_error_of_the_service(people, clients, how) -> None:
    ann = people.user()
    key = key_of(ann)
    if how == "deleted":
        clients.iam.delete_access_key(UserName="ann", AccessKeyId=key)
    elif how == "inactive":
        clients.iam.update_access_key(UserName="ann", AccessKeyId=key, Status="Inactive")
    else:
        clients.iam.delete_user(UserName="ann")
    assert code(ann.sts.get_caller_identity) == "InvalidClientTokenId"
    assert code(ann.iam.list_users) == "InvalidClientTokenId"
    assert code(ann.sagemaker.list_images) == "UnrecognizedClientException"
    assert code(ann.s3.list_buckets) == "InvalidAccessKeyId"
    assert code(ann.ec2.describe_vpcs) == "AuthFailure"


def test_a_reactivated_key_works_again(people, clients) -> None:
    ann = people.user(allow("sagemaker:ListImages"))
    for status, expected in (("Inactive", "UnrecognizedClientException"), ("Active", "ok")):
        clients.iam.update_access_key(UserName="ann", AccessKeyId=key_of(ann), Status=status)
        assert code(ann.sagemaker.list_images) == expected


def test_an_issued_key_is_not_an_administrator_in_another_partition(people, clients) -> None:
    key = key_of(people.user())
    china = boto3.client("sagemaker", endpoint_url=clients.url, region_name="cn-north-1",
                         aws_access_key_id=key, aws_secret_access_key="x")
    assert code(china.list_images) == "UnrecognizedClientException"


def test_policy_arns_limit_a_session(people, clients) -> None:
    limit = clients.iam.create_policy(PolicyName="limit", PolicyDocument=policy(allow("s3:*")))["Policy"]["Arn"]
    role = people.role(ALLOW)
    session = people.assume(role, PolicyArns=[{"arn": limit}])
    assert code(session.s3.list_buckets) == "ok"
    assert code(session.sagemaker.describe_image, ImageName="i") == "AccessDeniedException"
    # an inline session policy and a named one can each allow
    both = people.assume(role, PolicyArns=[{"arn": limit}], Policy=policy(allow("sagemaker:ListImages")))
    assert (code(both.s3.list_buckets), code(both.sagemaker.list_images)) == ("ok", "ok")
    assert code(both.ssm.describe_parameters) == "AccessDeniedException"


def test_session_tags_are_principal_tags(people) -> None:
    condition = {"StringEquals": {"aws:PrincipalTag/team": "red"}}
    trust = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": ["sts:AssumeRole", "sts:TagSession"]}
    role = people.role({**allow("sagemaker:ListImages"), "Condition": condition}, trust=trust,
                       Tags=[{"Key": "team", "Value": "blue"}])
    assert code(people.assume(role).sagemaker.list_images) == "AccessDeniedException"
    red = people.assume(role, Tags=[{"Key": "team", "Value": "red"}])
    assert code(red.sagemaker.list_images) == "ok"


@pytest.mark.parametrize(("keys", "expected"), [(["mine"], "ok"), (["mine", "theirs"], "AccessDeniedException")])
def test_tag_keys_include_removed_tags(people, clients, keys, expected) -> None:
    clients.sagemaker_image("img")
    arn = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:image/img"
    clients.sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": key, "Value": "v"} for key in ("mine", "theirs")])
    condition = {"ForAllValues:StringEquals": {"aws:TagKeys": ["mine"]}, "Null": {"aws:TagKeys": "false"}}
    who = people.user({**allow("sagemaker:DeleteTags"), "Condition": condition})
    assert code(who.sagemaker.delete_tags, ResourceArn=arn, TagKeys=keys) == expected
