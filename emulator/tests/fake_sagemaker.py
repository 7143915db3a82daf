"""As much SageMaker as the engine's tests need, while the real package is not there."""

from __future__ import annotations

from typing import Any

from offline_aws import clock
from offline_aws.errors import ServiceError
from offline_aws.settings import settings

_images: dict[str, dict[str, Any]] = {}
_versions: dict[tuple[str, int], dict[str, Any]] = {}
_configs: dict[str, dict[str, Any]] = {}
_counters: dict[str, int] = {}


def reset() -> None:
    for state in (_images, _versions, _configs, _counters):
        state.clear()


def call(
    operation: str, params: dict[str, Any], *, account: str, region: str, principal: str | None = None
) -> Any:
    _advance(account, region)
    return globals()[f"_{operation}"](params, account, region)


def _arn(kind: str, name: str, account: str, region: str) -> str:
    return f"arn:aws:sagemaker:{region}:{account}:{kind}/{name.lower()}"


def _advance(account: str, region: str) -> None:
    for key, version in list(_versions.items()):
        held = clock.is_held(clock.version_key(account, region, key[0]))
        if clock.now() < version["due"] or held:
            continue
        if version["ImageVersionStatus"] == "DELETING":
            del _versions[key]
        elif version["ImageVersionStatus"] == "CREATING":
            broken = "broken" in version["BaseImage"]
            version["ImageVersionStatus"] = "CREATE_FAILED" if broken else "CREATED"
    for name, image in list(_images.items()):
        if clock.now() >= image["due"]:
            if image["ImageStatus"] == "DELETING":
                del _images[name]
            else:
                image["ImageStatus"] = "CREATED"


def _missing(name: str) -> ServiceError:
    return ServiceError("ResourceNotFound", f"{name} does not exist")


def _CreateImage(params: Any, account: str, region: str) -> Any:
    name = params["ImageName"]
    if name in _images:
        raise ServiceError("ResourceInUse", f"Image {name} already exists")
    arn = _arn("image", name, account, region)
    _images[name] = {
        **params,
        "ImageArn": arn,
        "ImageStatus": "CREATING",
        "due": clock.due(settings.image_seconds),
    }
    return {"ImageArn": arn}


def _UpdateImage(params: Any, account: str, region: str) -> Any:
    image = _image(params["ImageName"])
    image.update({key: value for key, value in params.items() if key != "DeleteProperties"})
    for key in params.get("DeleteProperties", []):
        image.pop(key, None)
    return {"ImageArn": image["ImageArn"]}


def _image(name: str) -> Any:
    if name not in _images:
        raise _missing(name)
    return _images[name]


def _DescribeImage(params: Any, account: str, region: str) -> Any:
    return dict(_image(params["ImageName"]))


def _DeleteImage(params: Any, account: str, region: str) -> Any:
    image = _image(params["ImageName"])
    image["ImageStatus"], image["due"] = "DELETING", clock.due(settings.image_seconds)
    for key in [key for key in _versions if key[0] == params["ImageName"]]:
        del _versions[key]
    return {}


def _AddTags(params: Any, account: str, region: str) -> Any:
    return {}


_DeleteTags = _AddTags


def _refuse_busy(name: str) -> None:
    for key, version in _versions.items():
        if key[0] == name and version["ImageVersionStatus"] in ("CREATING", "DELETING"):
            raise ServiceError("ResourceInUse", "Resource was modified concurrently")


def _CreateImageVersion(params: Any, account: str, region: str) -> Any:
    name = params["ImageName"]
    _image(name)
    _refuse_busy(name)
    number = _counters[name] = _counters.get(name, 0) + 1
    arn = _arn("image-version", f"{name}/{number}", account, region)
    _versions[(name, number)] = {
        **params,
        "ImageVersionArn": arn,
        "ImageArn": _image(name)["ImageArn"],
        "ContainerImage": params["BaseImage"],
        "Version": number,
        "ImageVersionStatus": "CREATING",
        "due": clock.due(settings.version_seconds),
    }
    return {"ImageVersionArn": arn}


def _version(params: Any) -> Any:
    key = (params["ImageName"], params.get("Version") or _counters.get(params["ImageName"], 0))
    if key not in _versions:
        raise _missing(f"{key}")
    return _versions[key]


def _DescribeImageVersion(params: Any, account: str, region: str) -> Any:
    return dict(_version(params))


def _UpdateImageVersion(params: Any, account: str, region: str) -> Any:
    version = _version(params)
    aliases = [a for a in version.get("Aliases", []) if a not in params.get("AliasesToDelete", [])]
    version["Aliases"] = aliases + params.get("AliasesToAdd", [])
    version.update({k: v for k, v in params.items() if not k.startswith("Aliases")})
    return {"ImageVersionArn": version["ImageVersionArn"]}


def _ListAliases(params: Any, account: str, region: str) -> Any:
    return {"SageMakerImageVersionAliases": list(_version(params).get("Aliases", []))}


def _DeleteImageVersion(params: Any, account: str, region: str) -> Any:
    version = _version(params)
    _refuse_busy(params["ImageName"])
    version["ImageVersionStatus"], version["due"] = "DELETING", clock.due(settings.version_seconds)
    return {}


def _CreateAppImageConfig(params: Any, account: str, region: str) -> Any:
    name = params["AppImageConfigName"]
    if name in _configs:
        raise ServiceError("ResourceInUse", f"{name} already exists")
    _configs[name] = params
    return {"AppImageConfigArn": _arn("app-image-config", name, account, region)}


def _UpdateAppImageConfig(params: Any, account: str, region: str) -> Any:
    _configs[params["AppImageConfigName"]] = params
    return {}


def _DeleteAppImageConfig(params: Any, account: str, region: str) -> Any:
    if _configs.pop(params["AppImageConfigName"], None) is None:
        raise _missing(params["AppImageConfigName"])
    return {}
