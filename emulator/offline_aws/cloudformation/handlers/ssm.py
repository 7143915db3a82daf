"""AWS::SSM::*"""

from __future__ import annotations

from typing import Any

from offline_aws.cloudformation.handlers.base import Handler, Physical, Request, ignoring_missing
from offline_aws.cloudformation.handlers.tagging import Tagging


class Parameter(Handler):
    type = "AWS::SSM::Parameter"
    supports = frozenset({"AllowedPattern", "Description", "Name", "Tags", "Tier", "Type", "Value"})
    tagging = Tagging(
        "ssm",
        "ResourceId",
        tag="AddTagsToResource",
        untag="RemoveTagsFromResource",
        more={"ResourceType": "Parameter"},
    )

    def create(self, request: Request) -> Physical:
        name = request.properties.get("Name") or f"CFN-{request.generated_name(1000)}"
        self._put(request, name, Tags=request.tag_list())
        return self._physical(request, name)

    def update(self, request: Request) -> Physical:
        self._put(request, request.physical_id, Overwrite=True)
        return self._physical(request, request.physical_id)

    def delete(self, request: Request) -> None:
        ignoring_missing(request, "ssm", "DeleteParameter", Name=request.physical_id)

    def _put(self, request: Request, name: str, **more: Any) -> None:
        properties = request.properties
        request.call(
            "ssm",
            "PutParameter",
            Name=name,
            Type=properties["Type"],
            Value=properties["Value"],
            Description=properties.get("Description"),
            AllowedPattern=properties.get("AllowedPattern"),
            Tier=properties.get("Tier"),
            **more,
        )

    def _physical(self, request: Request, name: str) -> Physical:
        properties = request.properties
        return Physical(name, {"Type": properties["Type"], "Value": properties["Value"]})
