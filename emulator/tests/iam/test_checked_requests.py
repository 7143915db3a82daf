"""What is checked of a request is what the service uses."""

from __future__ import annotations

import pytest
import requests
from conftest import ACCOUNT, REGION
from iam.conftest import allow, denied, deny, text


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
