"""Types that stand for nothing outside of the engine."""

from __future__ import annotations

from uuid import uuid4

from offline_aws.cloudformation.handlers.base import Handler, Physical, Request


class Metadata(Handler):
    """The CDK's version report."""

    type = "AWS::CDK::Metadata"

    def create(self, request: Request) -> Physical:
        return Physical(str(uuid4()))

    def update(self, request: Request) -> Physical:
        return Physical(request.physical_id)

    def delete(self, request: Request) -> None:
        return None


class WaitConditionHandle(Metadata):
    """A place to signal to; also the usual filler of stacks that must not be empty."""

    type = "AWS::CloudFormation::WaitConditionHandle"

    def create(self, request: Request) -> Physical:
        where = request.environment
        host = f"cloudformation-waitcondition-{where.region}.s3.{where.region}.amazonaws.com"
        return Physical(f"https://{host}/{request.stack_id}/{request.logical_id}")
