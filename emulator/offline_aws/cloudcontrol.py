"""The Cloud Control API, as far as the CDK CLI reads resources of SageMaker with it during synth.

https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/Welcome.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from werkzeug.wrappers import Response

from offline_aws.cloudformation import aws
from offline_aws.cloudformation.errors import HandlerError
from offline_aws.cloudformation.model import Environment
from offline_aws.errors import ServiceError
from offline_aws.gateway import CALLER, OPERATION
from offline_aws.iam.needs.call import ApiCall, Need
from offline_aws.identity import Caller
from offline_aws.partitions import partition_of
from offline_aws.wire import json_response, peek_body

if TYPE_CHECKING:
    from offline_aws.control import Control
    from offline_aws.gateway import Gateway

SERVICE = "cloudcontrolapi"

Json = dict[str, Any]


class _Reader:
    """Reads resources as the caller, whose permissions count."""

    def __init__(self, caller: Caller) -> None:
        partition = partition_of(caller.region)
        self._environment = Environment(
            caller.account, caller.region, partition, caller.access_key, caller.principal, forwarded=True
        )

    def sagemaker(self, operation: str, **params: Any) -> Json:
        return aws.call(self._environment, "sagemaker", operation, **params)

    def tags(self, arn: str) -> Json:
        tags = self.sagemaker("ListTags", ResourceArn=arn)["Tags"]
        return {"Tags": tags} if tags else {}


def _image(reader: _Reader, identifier: str) -> Json:
    image = reader.sagemaker("DescribeImage", ImageName=identifier.rsplit("/", 1)[-1])
    names = {
        "ImageArn": "ImageArn",
        "ImageName": "ImageName",
        "RoleArn": "ImageRoleArn",
        "DisplayName": "ImageDisplayName",
        "Description": "ImageDescription",
    }
    given = {ours: image[theirs] for theirs, ours in names.items() if theirs in image}
    return given | reader.tags(image["ImageArn"])


def _image_version(reader: _Reader, identifier: str) -> Json:
    name, number = identifier.split("/")[-2:]
    version = reader.sagemaker("DescribeImageVersion", ImageName=name, Version=int(number))
    hidden = ("CreationTime", "FailureReason", "ImageVersionStatus", "LastModifiedTime", "ResponseMetadata")
    return {"ImageName": name} | {key: value for key, value in version.items() if key not in hidden}


def _app_image_config(reader: _Reader, identifier: str) -> Json:
    config = reader.sagemaker("DescribeAppImageConfig", AppImageConfigName=identifier)
    hidden = ("CreationTime", "LastModifiedTime", "ResponseMetadata")
    known = {key: value for key, value in config.items() if key not in hidden}
    return known | reader.tags(config["AppImageConfigArn"])


#: By type, how a resource is read, and how all of them are listed: operation, list, and identifier.
_TYPES: dict[str, tuple[Callable[[_Reader, str], Json], tuple[str, str, str]]] = {
    "AWS::SageMaker::AppImageConfig": (
        _app_image_config,
        ("ListAppImageConfigs", "AppImageConfigs", "AppImageConfigName"),
    ),
    "AWS::SageMaker::Image": (_image, ("ListImages", "Images", "ImageArn")),
    "AWS::SageMaker::ImageVersion": (
        _image_version,
        ("ListImageVersions", "ImageVersions", "ImageVersionArn"),
    ),
}


def get_resource(caller: Caller, params: Json) -> Json:
    name, identifier = params["TypeName"], params["Identifier"]
    read, _ = _type(name)
    try:
        properties = read(_Reader(caller), identifier)
    except HandlerError as error:
        if error.code == "NotFound":
            message = f"Resource of type '{name}' with identifier '{identifier}' was not found."
            raise ServiceError("ResourceNotFoundException", message) from None
        raise _failed(name, error) from None
    return {"TypeName": name, "ResourceDescription": _description(identifier, properties)}


def list_resources(caller: Caller, params: Json) -> Json:
    """Only identifiers, as in the open-source handlers: the CDK can match no other property."""
    name = params["TypeName"]
    _, (operation, items, identifier) = _type(name)
    model = json.loads(params.get("ResourceModel") or "{}")
    if operation == "ListImageVersions" and "ImageName" not in model:
        problem = f"Missing or invalid ResourceModel property in {name} list handler request input."
        raise ServiceError("InvalidRequestException", f"{problem} Required property: ImageName")
    given = {"ImageName": model["ImageName"]} if operation == "ListImageVersions" else {}
    paging = {key: params.get(key) for key in ("MaxResults", "NextToken")}
    try:
        page = _Reader(caller).sagemaker(operation, **given, **paging)
    except HandlerError as error:
        raise _failed(name, error) from None
    found = [item[identifier] for item in page[items]]
    more = {"NextToken": page["NextToken"]} if "NextToken" in page else {}
    descriptions = [_description(one, {identifier: one}) for one in found]
    return {"TypeName": name, "ResourceDescriptions": descriptions} | more


def _type(name: str) -> tuple[Callable[[_Reader, str], Json], tuple[str, str, str]]:
    if name not in _TYPES:
        message = f"the offline AWS does not read resources of type {name}"
        raise ServiceError("UnsupportedActionException", message)
    return _TYPES[name]


def _failed(name: str, error: HandlerError) -> ServiceError:
    code = f"(HandlerErrorCode: {error.code}, RequestToken: {uuid4()})"
    message = f"{name} Handler returned status FAILED: {error.message} {code}"
    return ServiceError("GeneralServiceException", message)


def _description(identifier: str, properties: Json) -> Json:
    return {"Identifier": identifier, "Properties": json.dumps(properties)}


def needs(call: ApiCall) -> list[Need]:
    """The actions have the prefix of CloudFormation and no resource. The handlers need their own permissions."""
    return [Need(f"cloudformation:{call.operation}")]


_OPERATIONS = {"GetResource": get_resource, "ListResources": list_resources}


def _answer(environ: Json) -> Response:
    operation = _OPERATIONS.get(environ[OPERATION])
    if operation is None:
        raise NotImplementedError
    response = json_response(operation(environ[CALLER], json.loads(peek_body(environ))))
    response.content_type = "application/x-amz-json-1.0"
    return response


def install(gateway: Gateway, control: Control) -> None:
    from offline_aws.iam import needs as permissions

    permissions.register(SERVICE, needs)
    gateway.route(SERVICE, _answer)
