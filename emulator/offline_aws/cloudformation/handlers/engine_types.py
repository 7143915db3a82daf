"""Types that have no service behind them."""

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
