"""AWS::SageMaker::*: like the open-source handlers in the registry, including the details that they omit."""

from __future__ import annotations

from typing import Any

from offline_aws import clock
from offline_aws.cloudformation.errors import HandlerError
from offline_aws.cloudformation.handlers.base import (
    Handler,
    Physical,
    Progress,
    Request,
    difference,
    wait_until,
)
from offline_aws.cloudformation.handlers.tagging import Tagging
from offline_aws.settings import settings


def _describe(request: Request, operation: str, **params: Any) -> dict[str, Any] | None:
    """The resource; None if it does not exist."""
    try:
        return request.sagemaker(operation, **params)
    except HandlerError as error:
        if error.code == "NotFound":
            return None
        raise


def _create(request: Request, operation: str, **params: Any) -> dict[str, Any]:
    """Creates a named resource; SageMaker answers ResourceInUse if the name is taken."""
    try:
        return request.sagemaker(operation, **params)
    except HandlerError as error:
        if error.code == "ResourceConflict" and "already exists" in error.message:
            raise HandlerError("AlreadyExists", error.message) from None
        raise


def sagemaker_tagging(attribute: str) -> Tagging:
    return Tagging("sagemaker", "ResourceArn", attribute, tag="AddTags", untag="DeleteTags")


class Image(Handler):
    type = "AWS::SageMaker::Image"
    tagging = sagemaker_tagging("ImageArn")

    def create(self, request: Request) -> Progress:
        properties = request.properties
        arn = _create(
            request,
            "CreateImage",
            ImageName=properties["ImageName"],
            RoleArn=properties["ImageRoleArn"],
            DisplayName=properties.get("ImageDisplayName"),
            Description=properties.get("ImageDescription"),
            Tags=request.tag_list(),
        )["ImageArn"]
        yield arn
        yield from self._stabilized(request, properties["ImageName"], "CREATED")
        return Physical(arn, {"ImageArn": arn})

    def update(self, request: Request) -> Progress:
        new, name = request.properties, request.properties["ImageName"]
        removed = {"ImageDisplayName": "DisplayName", "ImageDescription": "Description"}
        request.sagemaker(
            "UpdateImage",
            ImageName=name,
            RoleArn=new["ImageRoleArn"],
            DisplayName=new.get("ImageDisplayName"),
            Description=new.get("ImageDescription"),
            DeleteProperties=[
                api for key, api in removed.items() if key in request.previous and key not in new
            ]
            or None,
        )
        yield from self._stabilized(request, name, "CREATED")
        return Physical(request.physical_id, request.attributes)

    def delete(self, request: Request) -> Progress:
        name = request.properties["ImageName"]
        if _describe(request, "DescribeImage", ImageName=name) is None:
            return Physical("")
        request.sagemaker("DeleteImage", ImageName=name)
        yield from wait_until(lambda: self._is_gone(request, name))
        return Physical("")

    def read(self, request: Request) -> Physical | None:
        name = request.physical_id.rsplit("/", 1)[-1]
        image = _describe(request, "DescribeImage", ImageName=name)
        return Physical(image["ImageArn"], {"ImageArn": image["ImageArn"]}) if image else None

    def _stabilized(self, request: Request, name: str, wanted: str) -> Progress:
        def settled() -> dict[str, Any] | None:
            image = request.sagemaker("DescribeImage", ImageName=name)
            return image if image["ImageStatus"] not in ("CREATING", "UPDATING") else None

        image = yield from wait_until(settled)
        if image["ImageStatus"] != wanted:
            raise HandlerError("NotStabilized", f"the image {name} is {image['ImageStatus']}")
        return Physical("")

    def _is_gone(self, request: Request, name: str) -> bool:
        image = _describe(request, "DescribeImage", ImageName=name)
        if image is not None and image["ImageStatus"] == "DELETE_FAILED":
            raise HandlerError("GeneralServiceException", f"the image {name} failed to delete")
        return image is None


#: Properties that UpdateImageVersion and CreateImageVersion take under the same name.
_METADATA = (
    "Horovod",
    "JobType",
    "MLFramework",
    "Processor",
    "ProgrammingLang",
    "ReleaseNotes",
    "VendorGuidance",
)


class ImageVersion(Handler):
    type = "AWS::SageMaker::ImageVersion"
    eager = True

    def hold_key(self, request: Request) -> str | None:
        where, name = request.environment, request.properties.get("ImageName")
        return clock.version_key(where.account, where.region, name) if isinstance(name, str) else None

    def create(self, request: Request) -> Progress:
        arn = request.sagemaker(
            "CreateImageVersion",
            ImageName=request.properties["ImageName"],
            BaseImage=request.properties["BaseImage"],
            ClientToken=request.token,
            Aliases=_aliases(request.properties) or None,
            **_metadata(request),
        )["ImageVersionArn"]
        yield arn
        version = yield from wait_until(lambda: self._settled(request, arn))
        if version["ImageVersionStatus"] != "CREATED":
            # the open-source handler drops FailureReason as well
            raise HandlerError(settings.failed_version, f"ImageVersion {arn} failed to create")
        return Physical(arn, _attributes(version))

    def update(self, request: Request) -> Progress | Physical:
        add, remove = difference(_aliases(request.properties), self._present_aliases(request))
        request.sagemaker(
            "UpdateImageVersion",
            **_selector(request.physical_id),
            AliasesToAdd=add or None,
            AliasesToDelete=remove or None,
            **_metadata(request),
        )
        version = request.sagemaker("DescribeImageVersion", **_selector(request.physical_id))
        return Physical(request.physical_id, _attributes(version))

    def delete(self, request: Request) -> Progress:
        selector = _selector(request.physical_id)
        if _describe(request, "DescribeImageVersion", **selector) is None:
            return Physical("")
        request.sagemaker("DeleteImageVersion", **selector)
        yield None
        yield from wait_until(lambda: self._is_gone(request, selector))
        return Physical("")

    def read(self, request: Request) -> Physical | None:
        version = _describe(request, "DescribeImageVersion", **_selector(request.physical_id))
        return Physical(version["ImageVersionArn"], _attributes(version)) if version else None

    def _settled(self, request: Request, arn: str) -> dict[str, Any] | None:
        version = request.sagemaker("DescribeImageVersion", **_selector(arn))
        return version if version["ImageVersionStatus"] != "CREATING" else None

    def _is_gone(self, request: Request, selector: dict[str, Any]) -> bool:
        version = _describe(request, "DescribeImageVersion", **selector)
        if version is not None and version["ImageVersionStatus"] == "DELETE_FAILED":
            raise HandlerError("GeneralServiceException", "the image version failed to delete")
        return version is None

    def _present_aliases(self, request: Request) -> list[str]:
        """The aliases in the previous template: other aliases of the version are not removed."""
        listed = request.sagemaker("ListAliases", **_selector(request.physical_id), MaxResults=100)
        held = listed["SageMakerImageVersionAliases"]
        ours = {*_aliases(request.previous), *_aliases(request.properties)}
        return [alias for alias in held if alias in ours]


class AppImageConfig(Handler):
    type = "AWS::SageMaker::AppImageConfig"
    tagging = sagemaker_tagging("AppImageConfigArn")

    _CONFIGS = ("KernelGatewayImageConfig", "JupyterLabAppImageConfig", "CodeEditorAppImageConfig")

    def create(self, request: Request) -> Physical:
        name = request.properties["AppImageConfigName"]
        arn = _create(
            request,
            "CreateAppImageConfig",
            AppImageConfigName=name,
            Tags=request.tag_list(),
            **self._configs(request),
        )["AppImageConfigArn"]
        return Physical(name, {"AppImageConfigArn": arn})

    def update(self, request: Request) -> Physical:
        request.sagemaker(
            "UpdateAppImageConfig", AppImageConfigName=request.physical_id, **self._configs(request)
        )
        return Physical(request.physical_id, request.attributes)

    def delete(self, request: Request) -> None:
        try:
            request.sagemaker("DeleteAppImageConfig", AppImageConfigName=request.physical_id)
        except HandlerError as error:
            if error.code != "NotFound":
                raise

    def read(self, request: Request) -> Physical | None:
        config = _describe(request, "DescribeAppImageConfig", AppImageConfigName=request.physical_id)
        return Physical(request.physical_id, {"AppImageConfigArn": config["AppImageConfigArn"]}) if config else None

    def refusal(self, request: Request) -> str | None:
        # UpdateAppImageConfig cannot remove a block
        gone = [key for key in self._CONFIGS if key in request.previous and key not in request.properties]
        return f"the offline AWS does not emulate the removal of {', '.join(gone)}" if gone else None

    def _configs(self, request: Request) -> dict[str, Any]:
        return {key: _app(request.properties[key]) for key in self._CONFIGS if key in request.properties}


def _app(config: dict[str, Any]) -> dict[str, Any]:
    """The template has a list of environment variables where the API has a map."""
    container = config.get("ContainerConfig", {})
    variables = container.get("ContainerEnvironmentVariables")
    if variables is None:
        return config
    as_map = {variable["Key"]: variable["Value"] for variable in variables}
    return {**config, "ContainerConfig": {**container, "ContainerEnvironmentVariables": as_map}}


def _aliases(properties: dict[str, Any]) -> list[str]:
    """`Alias` and `Aliases` have no documented difference."""
    single = [properties["Alias"]] if "Alias" in properties else []
    return list(dict.fromkeys(single + properties.get("Aliases", [])))


def _metadata(request: Request) -> dict[str, Any]:
    return {key: request.properties[key] for key in _METADATA if key in request.properties}


def _selector(arn: str) -> dict[str, Any]:
    """`arn:...:image-version/<name>/<number>` as the API's parameters."""
    _, name, number = arn.split(":")[-1].split("/")
    return {"ImageName": name, "Version": int(number)}


def _attributes(version: dict[str, Any]) -> dict[str, Any]:
    return {key: version.get(key) for key in ("ImageVersionArn", "ImageArn", "ContainerImage", "Version")}
