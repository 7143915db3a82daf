"""Requests without a signature, and those that carry it in their address."""

from __future__ import annotations

import boto3
import pytest
import requests
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError
from conftest import ACCOUNT, REGION
from iam.conftest import policy

OBJECT = "arn:aws:s3:::things/*"


def statement(effect: str, action: str, **more) -> dict[str, object]:
    return {"Effect": effect, "Action": action, "Resource": OBJECT, **more}


def refused(call, **params) -> str:
    with pytest.raises(ClientError) as caught:
        call(**params)
    return str(caught.value.response["Error"]["Code"])


@pytest.fixture
def nobody(clients):
    """A client that signs nothing."""

    def client(service: str):
        return boto3.client(service, endpoint_url=clients.url, region_name=REGION, config=Config(signature_version=UNSIGNED))

    return client


@pytest.fixture
def bucket(people, clients) -> str:
    clients.s3.create_bucket(Bucket="things")
    clients.s3.put_object(Bucket="things", Key="k", Body=b"x")
    return f"{clients.url}/things"


def test_unsigned_requests_are_denied(bucket, nobody, clients) -> None:
    s3 = nobody("s3")
    assert refused(s3.put_object, Bucket="things", Key="mine", Body=b"x") == "AccessDenied"
    assert refused(s3.get_object, Bucket="things", Key="k") == "AccessDenied"
    assert refused(s3.list_buckets) == "AccessDenied"
    assert [found["Key"] for found in clients.s3.list_objects_v2(Bucket="things")["Contents"]] == ["k"]


def test_other_services_require_a_signature(people, nobody) -> None:
    assert refused(nobody("sts").get_caller_identity) == "MissingAuthenticationToken"
    assert refused(nobody("sagemaker").list_images) == "MissingAuthenticationTokenException"


def test_unsigned_requests_cannot_assume_a_role(people, nobody, clients) -> None:
    role = people.role({"Effect": "Allow", "Action": "*", "Resource": "*"})
    params = {"RoleArn": role, "RoleSessionName": "me", "WebIdentityToken": "token"}
    assert refused(nobody("sts").assume_role_with_web_identity, **params) == "MissingAuthenticationToken"


def test_a_bucket_policy_can_allow_unsigned_requests(bucket, nobody, clients) -> None:
    clients.s3.put_bucket_policy(Bucket="things", Policy=policy(statement("Allow", "s3:GetObject", Principal="*")))
    assert nobody("s3").get_object(Bucket="things", Key="k")["Body"].read() == b"x"
    assert refused(nobody("s3").put_object, Bucket="things", Key="k", Body=b"y") == "AccessDenied"
    only_ann = statement("Allow", "s3:GetObject", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"})
    clients.s3.put_bucket_policy(Bucket="things", Policy=policy(only_ann))
    assert refused(nobody("s3").get_object, Bucket="things", Key="k") == "AccessDenied"


def test_without_enforcement_no_signature_is_needed(bucket, nobody, clients) -> None:
    clients.control("POST", "settings", json={"enforce_iam": False})
    assert nobody("s3").get_object(Bucket="things", Key="k")["Body"].read() == b"x"


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_a_presigned_url_has_the_permissions_of_its_signer(bucket, people, clients, version) -> None:
    def address(who, method: str, key: str) -> str:
        signer = who._session.client("s3", endpoint_url=clients.url, config=Config(signature_version=version))
        return signer.generate_presigned_url(method, Params={"Bucket": "things", "Key": key})

    ann, bob = people.user(statement("Allow", "s3:*Object")), people.user(name="bob")
    assert requests.get(address(ann, "get_object", "k"), timeout=5).content == b"x"
    assert requests.put(address(ann, "put_object", "new"), data=b"y", timeout=5).status_code == 200
    assert requests.get(address(bob, "get_object", "k"), timeout=5).status_code == 403


def test_a_url_that_is_presigned_for_another_service_needs_s3_permissions(bucket, people, clients) -> None:
    """moto routes it to S3, so permissions on another service must not be enough."""
    ann = people.user({"Effect": "Allow", "Action": "sts:*", "Resource": "*"})
    scope = f"{ann._session.get_credentials().access_key}/20250101/{REGION}/sts/aws4_request"
    answer = requests.put(f"{bucket}/mine", params={"X-Amz-Credential": scope}, data="Action=GetCallerIdentity",
                          headers={"Content-Type": "application/x-www-form-urlencoded"}, timeout=5)
    assert answer.status_code == 403
    assert "mine" not in [found["Key"] for found in clients.s3.list_objects_v2(Bucket="things")["Contents"]]
