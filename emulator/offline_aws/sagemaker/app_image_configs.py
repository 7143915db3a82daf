"""CreateAppImageConfig and related operations."""

from __future__ import annotations

from typing import Any

from offline_aws import clock
from offline_aws.errors import ServiceError
from offline_aws.sagemaker.attached import refuse_if_attached
from offline_aws.sagemaker.listing import matches, page
from offline_aws.sagemaker.state import Call, in_arn, in_use, lock, not_found
from offline_aws.sagemaker.tags import given
from offline_aws.settings import settings

#: The pairs of user and group that the developer guide supports.
_USERS = ((1000, 100), (0, 0))
_CONFIGS = ("KernelGatewayImageConfig", "JupyterLabAppImageConfig", "CodeEditorAppImageConfig")


def create_app_image_config(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    tags = given(params)
    _refuse_undocumented(params)
    with lock:
        name = params["AppImageConfigName"].lower()
        arn = call.arn(f"app-image-config/{in_arn(params['AppImageConfigName'])}")
        if name in call.store.configs:
            raise in_use(f"AppImageConfig {arn} already exists.")
        now = clock.now()
        call.store.configs[name] = {
            "AppImageConfigArn": arn,
            "AppImageConfigName": params["AppImageConfigName"],
            "CreationTime": now,
            "LastModifiedTime": now,
            **{key: params[key] for key in _CONFIGS if key in params},
        }
        call.store.tags[arn].update(tags)
        return {"AppImageConfigArn": arn}


def describe_app_image_config(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    with lock:
        return dict(_find(call, params))


def update_app_image_config(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    _refuse_undocumented(params)
    with lock:
        config = _find(call, params)
        config.update({key: params[key] for key in _CONFIGS if key in params}, LastModifiedTime=clock.now())
        return {"AppImageConfigArn": config["AppImageConfigArn"]}


def delete_app_image_config(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    with lock:
        config = _find(call, params)
        name = params["AppImageConfigName"]
        refuse_if_attached(call, f"AppImageConfig {name}", config=name)
        call.store.tags.pop(config["AppImageConfigArn"], None)
        del call.store.configs[name.lower()]
        return {}


def list_app_image_configs(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    with lock:
        configs = [dict(c) for c in call.store.configs.values() if matches(c, c["AppImageConfigName"], params)]
        keys = {"CreationTime": "CreationTime", "LastModifiedTime": "LastModifiedTime", "Name": "AppImageConfigName"}
        return page("AppImageConfigs", configs, params, keys[params.get("SortBy", "CreationTime")])


def _refuse_undocumented(params: dict[str, Any]) -> None:
    """Raises ValidationException for what the developer guide does not allow, depending on a setting."""
    if settings.undocumented_app_image_config == "accept":
        return
    configs = [params[key] for key in _CONFIGS if key in params]
    if len(configs) > 1:
        raise ServiceError("ValidationException", "An AppImageConfig is for one app type only.")
    for config in configs:
        files = config.get("FileSystemConfig", {})
        user = files.get("DefaultUid", 1000), files.get("DefaultGid", 100)
        if user not in _USERS:
            raise ServiceError("ValidationException", f"DefaultUid and DefaultGid must be 1000/100 or 0/0, not {user[0]}/{user[1]}.")


def _find(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    name = params["AppImageConfigName"]
    config = call.store.configs.get(name.lower())
    if config is None:
        raise not_found(f"AppImageConfig {call.arn('app-image-config/' + in_arn(name))} does not exist.")
    return config


OPERATIONS = {
    "CreateAppImageConfig": create_app_image_config,
    "DescribeAppImageConfig": describe_app_image_config,
    "UpdateAppImageConfig": update_app_image_config,
    "DeleteAppImageConfig": delete_app_image_config,
    "ListAppImageConfigs": list_app_image_configs,
}
