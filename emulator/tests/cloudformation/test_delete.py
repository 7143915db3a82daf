from __future__ import annotations

import time

import pytest
from botocore.exceptions import ClientError
from stacks import Stacks, image, parameter, template, version

from offline_aws.settings import settings


def test_dependents_go_first(stack: Stacks) -> None:
    body = template({"A": parameter(Name="/a"), "B": parameter({"Ref": "A"}), "C": parameter({"Ref": "B"})})
    stack.deploy(body)
    stack_id = stack.describe()["StackId"]
    assert stack.delete() == "DELETE_COMPLETE"
    deleted = [
        e["LogicalResourceId"] for e in stack.events(stack_id) if e["ResourceStatus"] == "DELETE_COMPLETE"
    ]
    assert deleted == ["C", "B", "A", "stack"]


@pytest.mark.parametrize("policy", ["Retain", "RetainExceptOnCreate"])
def test_retained_resources_stay(stack: Stacks, clients, policy: str) -> None:
    stack.deploy(template({"P": parameter(Name="/p", at_DeletionPolicy=policy), "Q": parameter(Name="/q")}))
    assert stack.delete() == "DELETE_COMPLETE"
    assert [p["Name"] for p in clients.ssm.describe_parameters()["Parameters"]] == ["/p"]


def test_a_missing_resource_is_not_a_failure(stack: Stacks, clients) -> None:
    stack.deploy(template({"P": parameter(Name="/p"), "I": image(), "V": {**version(), "DependsOn": "I"}}))
    clients.ssm.delete_parameter(Name="/p")
    clients.sagemaker_call("DeleteImageVersion", ImageName="img", Version=1)
    assert stack.delete() == "DELETE_COMPLETE"


def test_a_resource_that_cannot_be_deleted_fails_the_deletion_and_can_be_retained(stack: Stacks, clients) -> None:
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "full"}}
    stack.deploy(template({"B": bucket, "P": parameter(Name="/p")}))
    clients.s3.put_object(Bucket="full", Key="k", Body=b"")
    assert stack.delete() == "DELETE_FAILED"
    assert stack.describe()["StackStatusReason"] == "The following resource(s) failed to delete: [B]. "
    assert "BucketNotEmpty" in stack.reason("B")
    assert clients.ssm.describe_parameters()["Parameters"] == [], "independent resources are deleted"
    assert stack.delete(RetainResources=["B"]) == "DELETE_COMPLETE"
    assert [b["Name"] for b in clients.s3.list_buckets()["Buckets"]] == ["full"]


def test_resources_can_be_retained_only_after_a_failed_deletion(stack: Stacks, clients) -> None:
    stack.deploy(template({"P": parameter(Name="/p")}))
    with pytest.raises(ClientError, match="only when the stack is in the DELETE_FAILED state"):
        stack.cfn.delete_stack(StackName="stack", RetainResources=["P"])
    assert stack.delete() == "DELETE_COMPLETE"
    assert clients.ssm.describe_parameters()["Parameters"] == []


def test_a_deletion_that_failed_can_be_tried_again(stack: Stacks, clients) -> None:
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "full"}}
    stack.deploy(template({"B": bucket}))
    clients.s3.put_object(Bucket="full", Key="k", Body=b"")
    assert stack.delete() == "DELETE_FAILED"
    clients.s3.delete_object(Bucket="full", Key="k")
    assert stack.delete() == "DELETE_COMPLETE"


def test_deleting_nothing_succeeds(stack: Stacks) -> None:
    stack.cfn.delete_stack(StackName="nobody")


def test_a_deleted_stack_is_found_by_id_only(stack: Stacks) -> None:
    stack.deploy(template({"P": parameter()}))
    stack_id = stack.describe()["StackId"]
    stack.delete()
    assert stack.status() is None
    assert stack.cfn.describe_stacks()["Stacks"] == []
    assert stack.cfn.describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"] == "DELETE_COMPLETE"
    listed = stack.cfn.list_stacks(StackStatusFilter=["DELETE_COMPLETE"])["StackSummaries"]
    assert [summary["StackName"] for summary in listed] == ["stack"]


@pytest.mark.parametrize("by_hand", [1, 2])
@pytest.mark.parametrize("answer", ["fail", "retry"])
def test_a_version_that_was_deleted_by_hand_seconds_earlier(stack: Stacks, clients, by_hand: int, answer: str) -> None:
    settings.apply({"resource_conflict": answer})
    first, second = {**version("1"), "DependsOn": "I"}, {**version("2"), "DependsOn": "V1"}
    stack.deploy(template({"I": image(), "V1": first, "V2": second}))
    clients.sagemaker.delete_image_version(ImageName="img", Version=by_hand)
    # nothing looks at the image until then
    time.sleep(0.1)
    assert stack.delete() == "DELETE_COMPLETE"


def test_a_version_that_is_being_deleted_by_hand_is_waited_for(stack: Stacks, clients) -> None:
    stack.deploy(template({"I": image(), "V": {**version(), "DependsOn": "I"}, "P": parameter()}))
    settings.apply({"version_seconds": 0.5})
    clients.sagemaker.delete_image_version(ImageName="img", Version=1)
    assert stack.delete() == "DELETE_COMPLETE"


def test_an_image_that_is_being_deleted_by_hand_is_waited_for(stack: Stacks, clients) -> None:
    stack.deploy(template({"I": image()}))
    settings.apply({"image_seconds": 0.5})
    clients.sagemaker.delete_image(ImageName="img")
    assert stack.delete() == "DELETE_COMPLETE"
