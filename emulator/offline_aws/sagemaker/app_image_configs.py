"""CreateAppImageConfig and its neighbours."""

from __future__ import annotations

from typing import Any

from offline_aws import clock
from offline_aws.sagemaker.attached import refuse_if_attached
from offline_aws.sagemaker.listing import matches, page
from offline_aws.sagemaker.state import Call, in_use, lock, not_found

_CONFIGS = ("KernelGatewayImageConfig", "JupyterLabAppImageConfig", "CodeEditorAppImageConfig")


def create_app_image_config(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    with lock:
        name = params["AppImageConfigName"].lower()
        arn = call.arn(f"app-image-config/{name}")
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
        call.store.tags[arn].update({tag["Key"]: tag["Value"] for tag in params.get("Tags", [])})
        return {"AppImageConfigArn": arn}


def describe_app_image_config(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    with lock:
        return dict(_find(call, params))


def update_app_image_config(call: Call, params: dict[str, Any]) -> dict[str, Any]:
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


def _find(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    config = call.store.configs.get(params["AppImageConfigName"].lower())
    if config is None:
        raise not_found(f"AppImageConfig {call.arn('app-image-config/' + params['AppImageConfigName'].lower())} does not exist.")
    return config


OPERATIONS = {
    "CreateAppImageConfig": create_app_image_config,
    "DescribeAppImageConfig": describe_app_image_config,
    "UpdateAppImageConfig": update_app_image_config,
    "DeleteAppImageConfig": delete_app_image_config,
    "ListAppImageConfigs": list_app_image_configs,
}
