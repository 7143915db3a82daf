"""AWS::SageMaker::Domain, UserProfile and Space."""

from __future__ import annotations

from typing import Any, ClassVar

from offline_aws.cloudformation.errors import HandlerError
from offline_aws.cloudformation.handlers import custom_image_lists
from offline_aws.cloudformation.handlers.base import Handler, Physical, Progress, Request, wait_until
from offline_aws.cloudformation.handlers.sagemaker import sagemaker_tagging

_PENDING = ("Pending", "Updating", "Deleting")


class _StudioHandler(Handler):
    """The three share their life cycle: Pending, InService, Deleting, gone."""

    eager = True
    noun: ClassVar[str]
    #: Whether the handlers need sagemaker:DescribeImage and DescribeImageVersion, as the registry schema says.
    describes_images: ClassVar[bool] = True
    #: CloudFormation properties that have another name in the Update operation, or do not exist there.
    renamed_on_update: ClassVar[dict[str, str | None]] = {}

    def create(self, request: Request) -> Progress:
        properties = {key: value for key, value in request.properties.items() if key != "Tags"}
        self._describe_images(request, properties)
        answer = request.sagemaker(f"Create{self.noun}", Tags=request.tag_list(), **properties)
        physical_id = self.physical_id(request, answer)
        yield physical_id
        state = yield from self._in_service(request, self.key_of(physical_id))
        return Physical(physical_id, self.attributes(state))

    def update(self, request: Request) -> Progress:
        key = self.key_of(request.physical_id)
        changes: dict[str, Any] = {}
        for name, value in custom_image_lists.sent(request.properties, request.previous).items():
            api_name = self.renamed_on_update.get(name, name)
            if api_name and name != "Tags" and name not in key and value != request.previous.get(name):
                changes[api_name] = value
        self._describe_images(request, changes)
        if changes:
            request.sagemaker(f"Update{self.noun}", **key, **changes)
        state = yield from self._in_service(request, key)
        return Physical(request.physical_id, self.attributes(state))

    def delete(self, request: Request) -> Progress:
        key = self.key_of(request.physical_id)
        if self._describe(request, key) is None:
            return Physical("")
        request.sagemaker(f"Delete{self.noun}", **key)
        yield from wait_until(lambda: self._is_gone(request, key))
        return Physical("")

    def read(self, request: Request) -> Physical | None:
        state = self._describe(request, self.key_of(request.physical_id))
        return Physical(request.physical_id, self.attributes(state)) if state else None

    def physical_id(self, request: Request, answer: dict[str, Any]) -> str:
        raise NotImplementedError

    def key_of(self, physical_id: str) -> dict[str, str]:
        raise NotImplementedError

    def attributes(self, state: dict[str, Any]) -> dict[str, Any]:
        raise NotImplementedError

    def _describe_images(self, request: Request, sent: dict[str, Any]) -> None:
        """Describes the custom images, with the permissions of whoever deploys; the update itself reports missing ones."""
        for entry in custom_image_lists.entries(sent) if self.describes_images else ():
            version = {"Version": entry["ImageVersionNumber"]} if "ImageVersionNumber" in entry else {}
            for operation, more in (("DescribeImage", {}), ("DescribeImageVersion", version)):
                try:
                    request.sagemaker(operation, ImageName=entry["ImageName"], **more)
                except HandlerError as error:
                    if error.code == "AccessDenied":
                        raise

    def _describe(self, request: Request, key: dict[str, str]) -> dict[str, Any] | None:
        try:
            return request.sagemaker(f"Describe{self.noun}", **key)
        except HandlerError as error:
            if error.code == "NotFound":
                return None
            raise

    def _in_service(self, request: Request, key: dict[str, str]) -> Any:
        def settled() -> dict[str, Any] | None:
            state = request.sagemaker(f"Describe{self.noun}", **key)
            return None if state["Status"] in _PENDING else state

        state = yield from wait_until(settled)
        if state["Status"] != "InService":
            reason = state.get("FailureReason", state["Status"])
            raise HandlerError("NotStabilized", f"{self.noun} did not stabilize: {reason}")
        return state

    def _is_gone(self, request: Request, key: dict[str, str]) -> bool:
        state = self._describe(request, key)
        if state is not None and state["Status"] not in (*_PENDING, "InService"):
            raise HandlerError("GeneralServiceException", f"{self.noun} failed to delete: {state['Status']}")
        return state is None


class Domain(_StudioHandler):
    type = "AWS::SageMaker::Domain"
    noun = "Domain"
    tagging = sagemaker_tagging("DomainArn")
    renamed_on_update: ClassVar[dict[str, str | None]] = {
        "AuthMode": None,
        "DomainName": None,
        "DomainSettings": "DomainSettingsForUpdate",
        "KmsKeyId": None,
    }

    def physical_id(self, request: Request, answer: dict[str, Any]) -> str:
        return str(answer.get("DomainId") or answer["DomainArn"].rsplit("/", 1)[-1])

    def key_of(self, physical_id: str) -> dict[str, str]:
        return {"DomainId": physical_id}

    def attributes(self, state: dict[str, Any]) -> dict[str, Any]:
        names = ("DomainArn", "DomainId", "HomeEfsFileSystemId", "SecurityGroupIdForDomainBoundary", "Url")
        return {name: state[name] for name in names if name in state}


class UserProfile(_StudioHandler):
    type = "AWS::SageMaker::UserProfile"
    noun = "UserProfile"
    tagging = sagemaker_tagging("UserProfileArn")

    def physical_id(self, request: Request, answer: dict[str, Any]) -> str:
        return f"{request.properties['UserProfileName']}|{request.properties['DomainId']}"

    def key_of(self, physical_id: str) -> dict[str, str]:
        name, domain = physical_id.split("|")
        return {"DomainId": domain, "UserProfileName": name}

    def attributes(self, state: dict[str, Any]) -> dict[str, Any]:
        return {"UserProfileArn": state["UserProfileArn"]}


class Space(_StudioHandler):
    type = "AWS::SageMaker::Space"
    noun = "Space"
    describes_images = False
    tagging = sagemaker_tagging("SpaceArn")

    def physical_id(self, request: Request, answer: dict[str, Any]) -> str:
        return f"{request.properties['DomainId']}|{request.properties['SpaceName']}"

    def key_of(self, physical_id: str) -> dict[str, str]:
        domain, name = physical_id.split("|")
        return {"DomainId": domain, "SpaceName": name}

    def attributes(self, state: dict[str, Any]) -> dict[str, Any]:
        return {name: state[name] for name in ("SpaceArn", "Url") if name in state}
