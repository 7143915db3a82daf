"""How the worst order finds missing dependencies between image resources."""

from __future__ import annotations

import pytest
from stacks import ROLE_ARN, STATEMENT, Stacks, image, parameter, resource, template, version

from offline_aws.cloudformation import retries
from offline_aws.errors import ServiceError


def chained(*versions: dict) -> dict:
    """Versions of one image, each after the one before."""
    names = ["I", *(f"V{n}" for n in range(1, len(versions) + 1))]
    return {"I": image()} | {
        name: {**body, "DependsOn": names[index]}
        for index, (name, body) in enumerate(zip(names[1:], versions, strict=True))
    }


def siblings(*versions: dict) -> dict:
    return {"I": image()} | {f"V{n}": {**body, "DependsOn": "I"} for n, body in enumerate(versions, 1)}


def test_ref_and_attributes(stack: Stacks) -> None:
    outputs = {
        "Ref": {"Value": {"Ref": "V1"}},
        **{
            name: {"Value": {"Fn::GetAtt": ["V1", name]}}
            for name in ("ImageVersionArn", "ImageArn", "ContainerImage", "Version")
        },
        "Image": {"Value": {"Ref": "I"}},
        "Config": {"Value": {"Ref": "C"}},
        "ConfigArn": {"Value": {"Fn::GetAtt": ["C", "AppImageConfigArn"]}},
    }
    config = resource("AWS::SageMaker::AppImageConfig", AppImageConfigName="cfg", JupyterLabAppImageConfig={})
    stack.deploy(template({**chained(version()), "C": config}, Outputs=outputs))
    prefix = "arn:aws:sagemaker:us-east-1:123456789012"
    values = stack.outputs()
    assert values["Ref"] == values["ImageVersionArn"] == f"{prefix}:image-version/img/1"
    assert values["Image"] == values["ImageArn"] == f"{prefix}:image/img"
    assert values["Version"] == "1"
    assert values["ContainerImage"]
    assert (values["Config"], values["ConfigArn"]) == ("cfg", f"{prefix}:app-image-config/cfg")


def test_chained_versions_have_ascending_numbers(stack: Stacks) -> None:
    assert stack.deploy(template(chained(version("1"), version("2")))) == "CREATE_COMPLETE"
    assert stack.physical("V2").endswith("/2")
    assert stack.delete() == "DELETE_COMPLETE"


def test_siblings_collide_every_time_in_the_worst_order(stack: Stacks) -> None:
    for _ in range(3):
        assert stack.deploy(template(siblings(version("1"), version("2")))) == "ROLLBACK_COMPLETE"
        failed = [v for v in ("V1", "V2") if "modified concurrently" in stack.reason(v)]
        assert failed == ["V2"]
        stack.delete()


def test_siblings_pass_in_the_lucky_order(stack: Stacks, clients) -> None:
    clients.control("POST", "settings", json={"order": "lucky"})
    assert stack.deploy(template(siblings(version("1"), version("2")))) == "CREATE_COMPLETE"


def test_siblings_collide_when_they_are_deleted_too(stack: Stacks, clients) -> None:
    clients.control("POST", "settings", json={"order": "lucky"})
    stack.deploy(template(siblings(version("1"), version("2"))))
    clients.control("POST", "settings", json={"order": "worst"})
    assert stack.delete() == "DELETE_FAILED"
    assert (
        sum(
            "ResourceConflict" in r["ResourceStatusReason"]
            for r in stack.resources().values()
            if r["ResourceStatus"] == "DELETE_FAILED"
        )
        == 1
    )


@pytest.mark.parametrize(("order", "result"), [("parallel", 1), ("serial", 0)])
def test_the_clean_up_of_unrelated_versions_is_a_setting(
    stack: Stacks, clients, order: str, result: int
) -> None:
    clients.control("POST", "settings", json={"order": "lucky"})
    stack.deploy(template(siblings(version("1"), version("2"))))
    clients.control("POST", "settings", json={"order": "worst", "cleanup": order})
    assert stack.deploy(template({"I": image()})) == "UPDATE_COMPLETE"
    assert sum(line.endswith("DELETE_FAILED") for line in stack.history()) == result


def test_a_version_does_not_wait_for_a_policy_that_it_does_not_depend_on(stack: Stacks) -> None:
    """A race that users see: the role exists before its policy."""
    policy = resource(
        "AWS::IAM::ManagedPolicy", PolicyDocument={"Version": "2012-10-17", "Statement": [STATEMENT]}
    )
    stack.deploy(template({**chained(version()), "Policy": policy}))
    order = stack.history()
    assert order.index("V1 CREATE_IN_PROGRESS") < order.index("Policy CREATE_IN_PROGRESS")
    assert order.index("Policy CREATE_COMPLETE") < order.index("V1 CREATE_COMPLETE")


@pytest.mark.parametrize("code", ["GeneralServiceException", "NotStabilized"])
def test_the_error_code_of_a_failed_version(stack: Stacks, clients, code: str) -> None:
    clients.control("POST", "settings", json={"failed_version": code})
    stack.deploy(template(chained(version(BaseImage="not-ecr/repo:1"))))
    assert f"HandlerErrorCode: {code})" in stack.reason("V1")


def test_siblings_pass_while_a_conflict_is_retried(stack: Stacks, clients) -> None:
    clients.control("POST", "settings", json={"resource_conflict": "retry"})
    assert stack.deploy(template(siblings(version("1"), version("2")))) == "CREATE_COMPLETE"
    assert sorted(stack.physical(v).rsplit("/", 1)[1] for v in ("V1", "V2")) == ["1", "2"]
    assert stack.delete() == "DELETE_COMPLETE"


def test_a_conflict_without_end_fails_in_spite_of_retries(stack: Stacks, clients, monkeypatch) -> None:
    monkeypatch.setattr(retries, "_CONFLICT_SECONDS", 0.2)
    clients.control("POST", "settings", json={"resource_conflict": "retry"})
    stack.deploy(template(chained(version("1", Aliases=["stable"]), version("2", Aliases=["stable"]))))
    assert stack.status() == "ROLLBACK_COMPLETE"
    assert "HandlerErrorCode: ResourceConflict" in stack.reason("V2")


def test_a_failed_version_does_not_report_why_and_is_deleted(stack: Stacks, clients) -> None:
    stack.deploy(template(chained(version("no-such-tag", BaseImage="not-ecr/repo:1"))))
    assert stack.status() == "ROLLBACK_COMPLETE"
    assert "failed to create" in stack.reason("V1")
    assert "FailureReason" not in stack.reason("V1")
    assert stack.history("V1")[-2:] == ["DELETE_IN_PROGRESS", "DELETE_COMPLETE"]


@pytest.mark.parametrize("answer", ["fail", "retry"])
def test_an_existing_image_is_not_taken_over(stack: Stacks, clients, answer: str) -> None:
    clients.control("POST", "settings", json={"resource_conflict": answer})
    clients.sagemaker_image("img")
    assert stack.deploy(template({"I": image()})) == "ROLLBACK_COMPLETE"
    assert "AlreadyExists" in stack.reason("I")
    assert clients.sagemaker_call("DescribeImage", ImageName="img")["ImageStatus"] == "CREATED"


def test_a_new_base_image_is_a_new_version_and_retain_keeps_the_old(stack: Stacks, clients) -> None:
    kept = {"UpdateReplacePolicy": "Retain"}
    stack.deploy(template(chained({**version("1"), **kept})))
    stack.deploy(template(chained({**version("2"), **kept})))
    assert stack.physical("V1").endswith("/2")
    assert clients.sagemaker_call("DescribeImageVersion", ImageName="img", Version=1)["Version"] == 1


def test_metadata_and_aliases_change_in_place(stack: Stacks, clients) -> None:
    stack.deploy(template(chained(version(Aliases=["a", "b"], ReleaseNotes="x"))))
    stack.deploy(template(chained(version(Aliases=["b", "c"], ReleaseNotes="y"))))
    assert stack.physical("V1").endswith("/1")
    aliases = clients.sagemaker_call("ListAliases", ImageName="img", Version=1)
    assert set(aliases["SageMakerImageVersionAliases"]) == {"b", "c"}
    assert clients.sagemaker_call("DescribeImageVersion", ImageName="img", Version=1)["ReleaseNotes"] == "y"


def test_more_aliases_than_a_page_has_are_removed(stack: Stacks, clients) -> None:
    stack.deploy(template(chained(version(Aliases=[f"a{number:02}" for number in range(12)]))))
    stack.deploy(template(chained(version(Aliases=["a00"]))))
    aliases = clients.sagemaker_call("ListAliases", ImageName="img", Version=1)
    assert aliases["SageMakerImageVersionAliases"] == ["a00"]


def test_a_version_that_cannot_be_deleted(stack: Stacks, clients) -> None:
    stack.deploy(template(chained(version())))
    clients.control("POST", "faults/version", json={"image": "img", "reason": "r", "operation": "DeleteImageVersion"})
    assert stack.delete() == "DELETE_FAILED"
    assert "the image version failed to delete" in stack.reason("V1")
    assert stack.delete() == "DELETE_COMPLETE"


def test_an_alias_that_others_added_is_kept(stack: Stacks, clients) -> None:
    stack.deploy(template(chained(version(Aliases=["ours"]))))
    clients.sagemaker_call("UpdateImageVersion", ImageName="img", Version=1, AliasesToAdd=["theirs"])
    stack.deploy(template(chained(version(Aliases=["new"]))))
    aliases = clients.sagemaker_call("ListAliases", ImageName="img", Version=1)
    assert set(aliases["SageMakerImageVersionAliases"]) == {"theirs", "new"}


def test_an_image_changes_in_place(stack: Stacks, clients) -> None:
    stack.deploy(template({"I": image(ImageDisplayName="One", ImageDescription="d")}))
    stack.deploy(template({"I": image(ImageDisplayName="Two")}))
    described = clients.sagemaker_call("DescribeImage", ImageName="img")
    assert described["DisplayName"] == "Two"
    assert not described.get("Description")
    assert described["RoleArn"] == ROLE_ARN


@pytest.mark.parametrize(
    ("code", "answer", "result"),
    [
        ("ThrottlingException", "fail", "CREATE_COMPLETE"),
        ("ResourceInUse", "fail", "ROLLBACK_COMPLETE"),
        ("ResourceInUse", "retry", "CREATE_COMPLETE"),
    ],
)
def test_throttling_is_always_retried_and_a_conflict_depends_on_the_setting(
    stack: Stacks, clients, sagemaker_hook, code: str, answer: str, result: str
) -> None:
    clients.control("POST", "settings", json={"resource_conflict": answer})
    failures = [1, 2, 3]

    def fail_thrice() -> None:
        if failures:
            failures.pop()
            raise ServiceError(code, "not now")

    sagemaker_hook("CreateImage", fail_thrice)
    assert stack.deploy(template({"I": image(), "P": parameter()})) == result


def throttled(clients, **order: object) -> None:
    assert clients.control("POST", "faults/throttle", json={"service": "sagemaker", **order}).ok


def test_only_the_throttled_call_is_retried(stack: Stacks, clients) -> None:
    """A handler that started again would fail, because its image exists already."""
    throttled(clients, operation="DescribeImage", calls=2)
    assert stack.deploy(template({"I": image()})) == "CREATE_COMPLETE"


def test_temporary_throttling_does_not_fail_the_resource(stack: Stacks, clients) -> None:
    throttled(clients, operation="CreateImageVersion", seconds=0.6)
    assert stack.deploy(template(chained(version()))) == "CREATE_COMPLETE"


def test_throttling_without_end_fails_the_resource(stack: Stacks, clients) -> None:
    clients.control("POST", "settings", json={"time_scale": 0})
    throttled(clients, operation="CreateImage", seconds=60)
    assert stack.deploy(template({"I": image()})) == "ROLLBACK_COMPLETE"
    assert "HandlerErrorCode: Throttling" in stack.reason("I")
