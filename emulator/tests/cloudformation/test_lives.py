"""The life cycle of each resource type: create, read through its service, update, delete."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from stacks import STATEMENT, TRUST, Stacks, resource, template

POLICY = {"Version": "2012-10-17", "Statement": [STATEMENT]}
ACCOUNT_POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
}
ROLE = "arn:aws:iam::123456789012:role/any"
CODE = {"ZipFile": "exports.handler = async () => 1"}
FUNCTION = {"Code": CODE, "Role": ROLE, "Handler": "index.handler", "Runtime": "nodejs20.x"}
FUNCTION_ARN = "arn:aws:lambda:us-east-1:123456789012:function:f"
TOPIC_ARN = "arn:aws:sns:us-east-1:123456789012:t"
QUEUE_URL = "https://queue.amazonaws.com/123456789012/q"
ALARM = {
    "ComparisonOperator": "GreaterThanOrEqualToThreshold", "EvaluationPeriods": 1, "MetricName": "m", "Namespace": "n",
    "Period": 60, "Statistic": "Sum",
}  # fmt: skip


@dataclass
class Life:
    """The properties of a type, before and after an update, and how to read it: `service.operation(params)` at a path."""

    type: str
    properties: dict[str, Any]
    changed: dict[str, Any]
    service: str
    operation: str
    params: dict[str, Any]
    path: str
    before: Any
    after: Any
    others: dict[str, Any] = field(default_factory=dict)
    attribute: str | None = None


def variables(**values: str) -> dict[str, Any]:
    """An app with environment variables: a list in a template."""
    as_list = [{"Key": key, "Value": value} for key, value in values.items()]
    return {"ContainerConfig": {"ContainerEnvironmentVariables": as_list}}


LIVES = [
    Life(
        "AWS::IAM::Role",
        {"RoleName": "r", "AssumeRolePolicyDocument": TRUST, "Description": "one"},
        {"RoleName": "r", "AssumeRolePolicyDocument": TRUST, "Description": "two"},
        "iam", "get_role", {"RoleName": "r"}, "Role.Description", "one", "two", attribute="Arn",
    ),
    Life(
        "AWS::IAM::Policy",
        {"PolicyName": "p", "PolicyDocument": POLICY, "Roles": ["any"]},
        {"PolicyName": "q", "PolicyDocument": POLICY, "Roles": ["any"]},
        "iam", "list_role_policies", {"RoleName": "any"}, "PolicyNames", ["pull", "p"], ["pull", "q"],
    ),
    Life(
        "AWS::IAM::ManagedPolicy",
        {"ManagedPolicyName": "m", "PolicyDocument": POLICY, "Roles": ["any"]},
        {"ManagedPolicyName": "m", "PolicyDocument": {**POLICY, "Statement": [STATEMENT, STATEMENT]}},
        "iam", "get_policy", {"PolicyArn": "arn:aws:iam::123456789012:policy/m"},
        "Policy.AttachmentCount", 1, 0, attribute="PolicyArn",
    ),
    Life(
        "AWS::S3::Bucket",
        {"BucketName": "bucket", "VersioningConfiguration": {"Status": "Enabled"}},
        {"BucketName": "bucket"},
        "s3", "get_bucket_versioning", {"Bucket": "bucket"}, "Status", "Enabled", "Suspended", attribute="Arn",
    ),
    Life(
        "AWS::S3::BucketPolicy",
        {"Bucket": {"Ref": "B"}, "PolicyDocument": ACCOUNT_POLICY},
        {"Bucket": {"Ref": "B"}, "PolicyDocument": {**ACCOUNT_POLICY, "Id": "x"}},
        "s3", "get_bucket_policy", {"Bucket": "bucket"},
        "Policy", json.dumps(ACCOUNT_POLICY), json.dumps({**ACCOUNT_POLICY, "Id": "x"}),
        others={"B": resource("AWS::S3::Bucket", BucketName="bucket")},
    ),
    Life(
        "AWS::ECR::Repository",
        {"RepositoryName": "own", "ImageTagMutability": "IMMUTABLE", "RepositoryPolicyText": ACCOUNT_POLICY},
        {"RepositoryName": "own"},
        "ecr", "describe_repositories", {"repositoryNames": ["own"]},
        "repositories.0.imageTagMutability", "IMMUTABLE", "MUTABLE", attribute="RepositoryUri",
    ),
    Life(
        "AWS::SSM::Parameter",
        {"Name": "/p", "Type": "String", "Value": "1"},
        {"Name": "/p", "Type": "String", "Value": "2"},
        "ssm", "get_parameter", {"Name": "/p"}, "Parameter.Value", "1", "2", attribute="Value",
    ),
    Life(
        "AWS::KMS::Alias",
        {"AliasName": "alias/a", "TargetKeyId": {"Ref": "K1"}},
        {"AliasName": "alias/a", "TargetKeyId": {"Ref": "K2"}},
        "kms", "describe_key", {"KeyId": "alias/a"}, "KeyMetadata.Description", "one", "two",
        others={
            "K1": resource("AWS::KMS::Key", Description="one", EnableKeyRotation=True),
            "K2": resource("AWS::KMS::Key", Description="two"),
        },
    ),
    Life(
        "AWS::Lambda::Function",
        {**FUNCTION, "FunctionName": "f", "Timeout": 3},
        {**FUNCTION, "FunctionName": "f", "Timeout": 4, "Code": {"ZipFile": "2"}},
        "lambda", "get_function_configuration", {"FunctionName": "f"}, "Timeout", 3, 4, attribute="Arn",
    ),
    Life(
        "AWS::Lambda::Function",
        {**FUNCTION, "FunctionName": "f", "ReservedConcurrentExecutions": 2},
        {**FUNCTION, "FunctionName": "f"},
        "lambda", "get_function_concurrency", {"FunctionName": "f"}, "ReservedConcurrentExecutions", 2, None, attribute="Arn",
    ),
    Life(
        "AWS::Events::Rule",
        {"Name": "r", "EventPattern": {"source": ["a"]}, "Targets": [{"Id": "1", "Arn": FUNCTION_ARN}, {"Id": "2", "Arn": FUNCTION_ARN}]},
        {"Name": "r", "EventPattern": {"source": ["b"]}, "Targets": [{"Id": "2", "Arn": FUNCTION_ARN}]},
        "events", "list_targets_by_rule", {"Rule": "r"}, "Targets",
        [{"Id": "1", "Arn": FUNCTION_ARN}, {"Id": "2", "Arn": FUNCTION_ARN}], [{"Id": "2", "Arn": FUNCTION_ARN}], attribute="Arn",
    ),
    Life(
        "AWS::SNS::Topic",
        {"TopicName": "t", "DisplayName": "one"},
        {"TopicName": "t", "DisplayName": "two"},
        "sns", "get_topic_attributes", {"TopicArn": TOPIC_ARN}, "Attributes.DisplayName", "one", "two", attribute="TopicArn",
    ),
    Life(
        "AWS::SNS::TopicPolicy",
        {"Topics": [{"Ref": "T"}], "PolicyDocument": ACCOUNT_POLICY},
        {"Topics": [{"Ref": "T"}], "PolicyDocument": {**ACCOUNT_POLICY, "Id": "x"}},
        "sns", "get_topic_attributes", {"TopicArn": TOPIC_ARN}, "Attributes.Policy",
        json.dumps(ACCOUNT_POLICY, separators=(",", ":")), json.dumps({**ACCOUNT_POLICY, "Id": "x"}, separators=(",", ":")),
        others={"T": resource("AWS::SNS::Topic", TopicName="t")},
    ),
    Life(
        "AWS::SNS::Subscription",
        {"TopicArn": {"Ref": "T"}, "Protocol": "email", "Endpoint": "a@b.c", "FilterPolicy": {"a": ["1"]}},
        {"TopicArn": {"Ref": "T"}, "Protocol": "email", "Endpoint": "a@b.c", "FilterPolicy": {"a": ["2"]}},
        "sns", "list_subscriptions_by_topic", {"TopicArn": TOPIC_ARN}, "Subscriptions.0.Endpoint", "a@b.c", "a@b.c",
        others={"T": resource("AWS::SNS::Topic", TopicName="t")}, attribute="Arn",
    ),
    Life(
        "AWS::SQS::Queue",
        {"QueueName": "q", "VisibilityTimeout": 5},
        {"QueueName": "q", "VisibilityTimeout": 6},
        "sqs", "get_queue_attributes", {"QueueUrl": QUEUE_URL, "AttributeNames": ["All"]}, "Attributes.VisibilityTimeout", "5", "6",
        attribute="Arn",
    ),
    Life(
        "AWS::SQS::QueuePolicy",
        {"Queues": [{"Ref": "Q"}], "PolicyDocument": ACCOUNT_POLICY},
        {"Queues": [{"Ref": "Q"}], "PolicyDocument": {**ACCOUNT_POLICY, "Id": "x"}},
        "sqs", "get_queue_attributes", {"QueueUrl": QUEUE_URL, "AttributeNames": ["Policy"]}, "Attributes.Policy",
        json.dumps(ACCOUNT_POLICY), json.dumps({**ACCOUNT_POLICY, "Id": "x"}),
        others={"Q": resource("AWS::SQS::Queue", QueueName="q")},
    ),
    Life(
        "AWS::CloudWatch::Alarm",
        {**ALARM, "AlarmName": "a", "Threshold": 1},
        {**ALARM, "AlarmName": "a", "Threshold": 2},
        "cloudwatch", "describe_alarms", {"AlarmNames": ["a"]}, "MetricAlarms.0.Threshold", 1, 2, attribute="Arn",
    ),
    Life(
        "AWS::Logs::LogGroup",
        {"LogGroupName": "g", "RetentionInDays": 7},
        {"LogGroupName": "g", "RetentionInDays": 14},
        "logs", "describe_log_groups", {"logGroupNamePrefix": "g"}, "logGroups.0.retentionInDays", 7, 14,
        attribute="Arn",
    ),
    Life(
        "AWS::SageMaker::AppImageConfig",
        {"AppImageConfigName": "c", "JupyterLabAppImageConfig": variables(A="1", B="2")},
        {"AppImageConfigName": "c", "JupyterLabAppImageConfig": variables(A="3")},
        "sagemaker", "describe_app_image_config", {"AppImageConfigName": "c"},
        "JupyterLabAppImageConfig.ContainerConfig.ContainerEnvironmentVariables", {"A": "1", "B": "2"}, {"A": "3"},
        attribute="AppImageConfigArn",
    ),
]  # fmt: skip


def at(value: Any, path: str) -> Any:
    for part in path.split("."):
        value = value[int(part)] if part.isdigit() else value.get(part)
    return value


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.type)
def test_life(stack: Stacks, clients, life: Life) -> None:
    def deploy(properties: dict[str, Any]) -> str:
        outputs = {"Ref": {"Value": {"Ref": "R"}}}
        if life.attribute:
            outputs["Attribute"] = {"Value": {"Fn::GetAtt": ["R", life.attribute]}}
        body = {**life.others, "R": resource(life.type, **properties)}
        status = stack.deploy(template(body, Outputs=outputs))
        return status if status.endswith("COMPLETE") and "ROLLBACK" not in status else stack.reason("R")

    def read() -> Any:
        return getattr(getattr(clients, life.service), life.operation)(**life.params)

    assert deploy(life.properties) == "CREATE_COMPLETE"
    assert at(read(), life.path) == life.before
    made = stack.outputs()
    assert all(made.values())
    assert deploy(life.changed) == "UPDATE_COMPLETE"
    assert at(read(), life.path) == life.after
    assert stack.outputs()["Ref"] == made["Ref"]
    assert stack.delete() == "DELETE_COMPLETE"
    try:
        gone = at(read(), life.path)
    except Exception:  # each service has an error of its own
        return
    assert gone in (None, ["pull"])
