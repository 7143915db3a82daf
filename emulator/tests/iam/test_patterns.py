from __future__ import annotations

import pytest

from offline_aws.iam.patterns import filled, matches, matches_resource

IMAGE = "arn:aws:sagemaker:us-east-1:123456789012:image/torch"


@pytest.mark.parametrize(
    ("pattern", "value", "expected"),
    [
        ("abc", "abc", True),
        ("abc", "abcd", False),
        ("a*c", "ac", True),
        ("a*c", "a:/b\nc", True),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("a.c", "abc", False),
        ("(a", "(a", True),
        ("Abc", "abc", False),
        ("*", "", True),
        ("?", "", False),
        ("cost $5", "cost $5", True),
    ],
)
def test_wildcards(pattern: str, value: str, expected: bool) -> None:
    assert matches(pattern, value) is expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*", True),
        (IMAGE, True),
        ("arn:aws:sagemaker:*:*:image/*", True),
        ("arn:aws:sagemaker:us-????-1:123456789012:image/tor?h", True),
        ("arn:*:sagemaker:*:123456789012:*", True),
        # fewer than six parts are completed with wildcards
        ("arn:aws:sagemaker", True),
        ("arn:aws:sagemaker:*", True),
        ("arn:aws:ecr", False),
        # a wildcard does not reach across the first five colons
        ("arn:aws:*:image/torch", False),
        ("arn:aws:sagemaker:*:image/torch", False),
        ("arn:aws:sagemaker:us-east-1:*12:image/torch", True),
        ("arn:aws:sagemaker:us-east-1:123456789012:image/Torch", False),
        ("arn:aws:sagemaker:us-east-1:123456789012:image-version/*", False),
        (IMAGE + "-gpu", False),
    ],
)
def test_resources_match_part_by_part(pattern: str, expected: bool) -> None:
    assert matches_resource(pattern, IMAGE) is expected


def test_a_wildcard_reaches_across_colons_in_the_last_part() -> None:
    stream = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/f:log-stream:s"
    assert matches_resource("arn:aws:logs:us-east-1:123456789012:log-group:*", stream)
    assert matches_resource("arn:aws:logs:*:*:*:log-stream:*", stream)


def test_an_empty_resource_matches_nothing() -> None:
    assert matches_resource("*", "*")
    assert not matches_resource("arn:aws:sagemaker:*", "*")


@pytest.mark.parametrize(
    ("pattern", "value", "expected"),
    [
        ("home/${aws:username}/*", "home/ann/x", True),
        ("home/${aws:UserName}/*", "home/ann/x", True),
        ("home/${aws:username}/*", "home/bob/x", False),
        ("home/${aws:missing}/*", "home//x", False),
        ("home/${aws:missing, 'guest'}/*", "home/guest/x", True),
        ("home/${aws:username, 'guest'}/*", "home/guest/x", False),
        # a variable with several values does not match
        ("tag/${aws:tagkeys}", "tag/a", False),
        ("a${*}b", "a*b", True),
        ("a${*}b", "axb", False),
        ("a${?}${$}", "a?$", True),
        # a wildcard in a value is literal
        ("x/${star}", "x/anything", False),
        ("x/${star}", "x/*", True),
    ],
)
def test_variables(pattern: str, value: str, expected: bool) -> None:
    context = {"aws:username": "ann", "aws:tagkeys": ["a", "b"], "star": "*"}
    assert matches(pattern, value, context) is expected


def test_without_a_context_variables_are_plain_text() -> None:
    assert matches("${aws:username}", "${aws:username}")
    assert filled("${aws:username}", None) == "${aws:username}"


def test_colons_of_a_variable_do_not_count_as_parts() -> None:
    context = {"aws:principaltag/team": "torch"}
    assert matches_resource("arn:aws:sagemaker:*:*:image/${aws:PrincipalTag/team}", IMAGE, context)
    assert not matches_resource("arn:aws:sagemaker:${aws:PrincipalTag/team}", IMAGE, context)
