"""A policy of the stack that is the policy of several resources, such as topics or queues."""

from __future__ import annotations

import json
from typing import ClassVar

from offline_aws.cloudformation.errors import HandlerError
from offline_aws.cloudformation.handlers.base import Handler, Physical, Request, difference


class AttachedPolicy(Handler):
    """Sets the policy of each target; its removal restores the default policy."""

    grants = True
    #: The property that lists the targets.
    targets: ClassVar[str]

    def set_policy(self, request: Request, target: str, policy: str) -> None:
        raise NotImplementedError

    def default_policy(self, target: str) -> str:
        raise NotImplementedError

    def create(self, request: Request) -> Physical:
        name = request.generated_name(128)
        self._set_all(request)
        return Physical(name, {"Id": name})

    def update(self, request: Request) -> Physical:
        self._set_all(request)
        for target in difference(request.properties[self.targets], request.previous[self.targets])[1]:
            self.set_policy(request, target, self.default_policy(target))
        return Physical(request.physical_id, request.attributes)

    def delete(self, request: Request) -> None:
        for target in request.properties[self.targets]:
            try:
                self.set_policy(request, target, self.default_policy(target))
            except HandlerError as error:
                if error.code != "NotFound":
                    raise

    def _set_all(self, request: Request) -> None:
        for target in request.properties[self.targets]:
            self.set_policy(request, target, json.dumps(request.properties["PolicyDocument"]))
