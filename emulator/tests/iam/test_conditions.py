"""Cases that the IAM user guide documents, operator by operator."""

from __future__ import annotations

from typing import Any

import pytest

from offline_aws.iam.conditions import conditions_hold

CONTEXT = {
    "aws:username": "ann",
    "aws:principaltag/dept": "sales",
    "aws:sourcearn": "arn:aws:sagemaker:us-east-1:123456789012:image-version",
    "aws:sourceip": "203.0.113.7",
    "aws:currenttime": "2025-06-30T12:00:00Z",
    "aws:epochtime": "1751284800",
    "aws:securetransport": "true",
    "aws:multifactorauthage": "299",
    "aws:tagkeys": ["cost", "team"],
    "s3:prefix": "home/ann/2025",
    "empty": [],
    "data": "QUJD",
}


def holds(operator: str, key: str, wanted: Any, *, variables: bool = True) -> bool:
    return conditions_hold({operator: {key: wanted}}, CONTEXT, variables=variables)


@pytest.mark.parametrize(
    ("operator", "key", "wanted", "expected"),
    [
        ("StringEquals", "aws:username", "ann", True),
        ("StringEquals", "aws:UserName", "ann", True),
        ("StringEquals", "aws:username", "Ann", False),
        ("StringEquals", "aws:username", ["bob", "ann"], True),
        ("StringEquals", "aws:username", "a*", False),
        ("StringEquals", "s3:prefix", "home/${aws:username}/2025", True),
        ("StringEquals", "aws:username", "${aws:PrincipalTag/none}", False),
        ("StringEqualsIgnoreCase", "aws:username", "ANN", True),
        ("StringNotEquals", "aws:username", "bob", True),
        ("StringNotEquals", "aws:username", ["bob", "ann"], False),
        ("StringNotEqualsIgnoreCase", "aws:username", "ANN", False),
        ("StringLike", "s3:prefix", "home/${aws:username}/*", True),
        ("StringLike", "s3:prefix", ["x", "home/???/*"], True),
        ("StringLike", "s3:prefix", "home", False),
        ("StringNotLike", "s3:prefix", "home/*", False),
        ("StringNotLike", "s3:prefix", "work/*", True),
        ("ArnEquals", "aws:SourceArn", "arn:aws:sagemaker:*:123456789012:image-version", True),
        ("ArnLike", "aws:SourceArn", "arn:aws:sagemaker:*:123456789012:image", False),
        ("ArnLike", "aws:SourceArn", "arn:aws:*:image-version", False),
        ("ArnNotLike", "aws:SourceArn", "arn:aws:sagemaker:*:123456789012:image*", False),
        ("ArnNotEquals", "aws:SourceArn", "arn:aws:ecr:*:*:*", True),
        ("Bool", "aws:SecureTransport", "true", True),
        ("Bool", "aws:SecureTransport", True, True),
        ("Bool", "aws:SecureTransport", "false", False),
        ("NumericLessThan", "aws:MultiFactorAuthAge", "300", True),
        ("NumericLessThan", "aws:MultiFactorAuthAge", 299, False),
        ("NumericLessThanEquals", "aws:MultiFactorAuthAge", 299, True),
        ("NumericGreaterThan", "aws:MultiFactorAuthAge", "298.5", True),
        ("NumericGreaterThanEquals", "aws:MultiFactorAuthAge", "300", False),
        ("NumericEquals", "aws:MultiFactorAuthAge", ["1", "299.0"], True),
        ("NumericNotEquals", "aws:MultiFactorAuthAge", "299", False),
        ("NumericEquals", "aws:username", "1", False),
        ("DateGreaterThan", "aws:CurrentTime", "2025-06-30T00:00:00Z", True),
        ("DateLessThan", "aws:CurrentTime", "2025-06-30", False),
        ("DateLessThan", "aws:CurrentTime", "2025-06-30T14:30:00+02:00", True),
        ("DateEquals", "aws:CurrentTime", "1751284800", True),
        ("DateLessThanEquals", "aws:EpochTime", "2025-06-30T12:00:00Z", True),
        ("DateGreaterThanEquals", "aws:EpochTime", "soon", False),
        ("DateNotEquals", "aws:CurrentTime", "2025-06-30T12:00:00Z", False),
        ("IpAddress", "aws:SourceIp", "203.0.113.0/24", True),
        ("IpAddress", "aws:SourceIp", "203.0.113.7", True),
        ("IpAddress", "aws:SourceIp", "2001:db8::/32", False),
        ("IpAddress", "aws:SourceIp", "nowhere", False),
        ("NotIpAddress", "aws:SourceIp", ["10.0.0.0/8", "203.0.113.0/24"], False),
        ("NotIpAddress", "aws:SourceIp", "10.0.0.0/8", True),
        ("BinaryEquals", "data", "QUJD", True),
        ("BinaryEquals", "data", "QUJE", False),
    ],
)
def test_present_keys(operator: str, key: str, wanted: Any, expected: bool) -> None:
    assert holds(operator, key, wanted) is expected


@pytest.mark.parametrize(
    ("operator", "wanted", "expected"),
    [
        ("StringEquals", "x", False),
        ("StringLike", "*", False),
        ("ArnLike", "arn:*", False),
        ("Bool", "false", False),
        ("NumericLessThan", "1", False),
        ("DateLessThan", "2030-01-01", False),
        ("IpAddress", "0.0.0.0/0", False),
        # a negated operator matches a missing key
        ("StringNotEquals", "x", True),
        ("StringNotLike", "*", True),
        ("StringNotEqualsIgnoreCase", "x", True),
        ("ArnNotLike", "arn:*", True),
        ("NumericNotEquals", "1", True),
        ("DateNotEquals", "2030-01-01", True),
        ("NotIpAddress", "0.0.0.0/0", True),
        ("StringEqualsIfExists", "x", True),
        ("BoolIfExists", "true", True),
        ("StringNotEqualsIfExists", "x", True),
        ("ForAnyValue:StringEqualsIfExists", "x", True),
        ("ForAllValues:StringEquals", "x", True),
        ("ForAllValues:StringNotEquals", "x", True),
        ("ForAnyValue:StringEquals", "x", False),
        ("ForAnyValue:StringNotEquals", "x", False),
        ("Null", "true", True),
        ("Null", True, True),
        ("Null", "false", False),
    ],
)
@pytest.mark.parametrize("key", ["aws:absent", "empty"])
def test_missing_keys(key: str, operator: str, wanted: Any, expected: bool) -> None:
    assert holds(operator, key, wanted) is expected


def test_if_exists_compares_existing_keys() -> None:
    assert not holds("StringEqualsIfExists", "aws:username", "bob")
    assert not holds("BoolIfExists", "aws:SecureTransport", "false")


def test_null_of_a_present_key() -> None:
    assert holds("Null", "aws:username", "false")
    assert not holds("Null", "aws:username", "true")


@pytest.mark.parametrize(
    ("operator", "wanted", "expected"),
    [
        ("ForAllValues:StringEquals", ["cost", "team", "more"], True),
        ("ForAllValues:StringEquals", ["cost"], False),
        ("ForAnyValue:StringEquals", ["cost", "x"], True),
        ("ForAnyValue:StringEquals", "x", False),
        ("ForAllValues:StringNotEquals", ["x"], True),
        ("ForAllValues:StringNotEquals", ["cost"], False),
        ("ForAnyValue:StringNotEquals", ["cost"], True),
        ("ForAnyValue:StringNotEquals", ["cost", "team"], False),
        ("ForAnyValue:StringLike", "t*", True),
        # without a quantifier: any value for a match, none for its opposite
        ("StringEquals", "team", True),
        ("StringNotEquals", "team", False),
    ],
)
def test_several_values(operator: str, wanted: Any, expected: bool) -> None:
    assert holds(operator, "aws:TagKeys", wanted) is expected


@pytest.mark.parametrize(
    "operator", ["StringEqual", "Strings", "NullIfExists", "ForAllValues:Null", "ForEach:StringEquals", ""]
)
def test_an_unknown_operator_never_matches(operator: str) -> None:
    assert not holds(operator, "aws:username", "ann")
    assert not holds(operator, "aws:absent", "true")


def test_all_conditions_must_match() -> None:
    both = {
        "StringEquals": {"aws:username": "ann", "aws:PrincipalTag/dept": "sales"},
        "Bool": {"aws:SecureTransport": "true"},
    }
    assert conditions_hold(both, CONTEXT, variables=True)
    both["Bool"] = {"aws:SecureTransport": "false"}
    assert not conditions_hold(both, CONTEXT, variables=True)


def test_variables_need_the_newer_policy_version() -> None:
    assert holds("StringLike", "s3:prefix", "home/${aws:username}/*")
    assert not holds("StringLike", "s3:prefix", "home/${aws:username}/*", variables=False)
