"""Helpers to write and deploy templates."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
STATEMENT = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
ROLE_ARN = "arn:aws:iam::123456789012:role/any"


def resource(kind: str, /, depends_on: list[str] | None = None, **properties: Any) -> dict[str, Any]:
    """A template resource; attributes other than Properties are keys that start with a lower-case `at_`."""
    body: dict[str, Any] = {"Type": kind, "Properties": {}}
    for key, value in properties.items():
        if key.startswith("at_"):
            body[key.removeprefix("at_")] = value
        else:
            body["Properties"][key] = value
    if depends_on:
        body["DependsOn"] = depends_on
    return body


def image(name: str = "img", **more: Any) -> dict[str, Any]:
    return resource("AWS::SageMaker::Image", **{"ImageName": name, "ImageRoleArn": ROLE_ARN, **more})


def container(tag: str) -> str:
    return f"123456789012.dkr.ecr.us-east-1.amazonaws.com/repo:{tag}"


def version(base: str = "1", **more: Any) -> dict[str, Any]:
    return resource(
        "AWS::SageMaker::ImageVersion", **{"ImageName": "img", "BaseImage": container(base), **more}
    )


def parameter(value: Any = "v", **more: Any) -> dict[str, Any]:
    return resource("AWS::SSM::Parameter", **{"Type": "String", "Value": value, **more})


def template(resources: dict[str, Any], **sections: Any) -> str:
    return json.dumps({"Resources": resources, **sections})


@dataclass
class Stacks:
    """CloudFormation through a real client, the CDK's way."""

    cfn: Any
    name: str = "stack"

    def change_set(self, body: str, **more: Any) -> dict[str, Any]:
        """Creates a change set and returns its description."""
        kind = "UPDATE" if self.status() not in (None, "REVIEW_IN_PROGRESS") else "CREATE"
        self.cfn.delete_change_set(StackName=self.name, ChangeSetName="cdk") if self.status() else None
        self.cfn.create_change_set(
            StackName=self.name,
            ChangeSetName="cdk",
            ChangeSetType=more.pop("ChangeSetType", kind),
            TemplateBody=body,
            Capabilities=["CAPABILITY_NAMED_IAM"],
            **more,
        )
        return self.cfn.describe_change_set(StackName=self.name, ChangeSetName="cdk")

    def deploy(self, body: str, execute: dict[str, Any] | None = None, **more: Any) -> str:
        """Creates and executes a change set; returns the final status of the stack."""
        described = self.change_set(body, **more)
        assert described["Status"] == "CREATE_COMPLETE", described["StatusReason"]
        self.cfn.execute_change_set(StackName=self.name, ChangeSetName="cdk", **(execute or {}))
        return str(self.status())

    def delete(self, **more: Any) -> str | None:
        stack_id = self.describe()["StackId"]
        self.cfn.delete_stack(StackName=self.name, **more)
        return str(self.cfn.describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"])

    def describe(self) -> dict[str, Any]:
        return self.cfn.describe_stacks(StackName=self.name)["Stacks"][0]

    def status(self) -> str | None:
        try:
            return str(self.describe()["StackStatus"])
        except self.cfn.exceptions.ClientError:
            return None

    def outputs(self) -> dict[str, str]:
        return {o["OutputKey"]: o["OutputValue"] for o in self.describe().get("Outputs", [])}

    def resources(self) -> dict[str, dict[str, Any]]:
        listed = self.cfn.describe_stack_resources(StackName=self.name)["StackResources"]
        return {r["LogicalResourceId"]: r for r in listed}

    def physical(self, logical_id: str) -> str:
        return str(self.resources()[logical_id]["PhysicalResourceId"])

    def events(self, stack: str | None = None) -> list[dict[str, Any]]:
        """Oldest first."""
        pages = self.cfn.get_paginator("describe_stack_events").paginate(StackName=stack or self.name)
        return [event for page in pages for event in page["StackEvents"]][::-1]

    def history(self, logical_id: str | None = None) -> list[str]:
        """`LogicalId STATUS` of all events, or only the statuses of one resource."""
        if logical_id:
            return [e["ResourceStatus"] for e in self.events() if e["LogicalResourceId"] == logical_id]
        return [f"{e['LogicalResourceId']} {e['ResourceStatus']}" for e in self.events()]

    def reason(self, logical_id: str) -> str:
        """The last reason given for a failure of a resource."""
        failures = [
            e["ResourceStatusReason"]
            for e in self.events()
            if e["LogicalResourceId"] == logical_id and e["ResourceStatus"].endswith("_FAILED")
        ]
        return str(failures[-1])
