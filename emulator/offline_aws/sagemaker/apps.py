"""Apps, only as far as they block deletes and updates."""

from __future__ import annotations

from typing import Any

from offline_aws import clock
from offline_aws.errors import ServiceError
from offline_aws.sagemaker.listing import page
from offline_aws.sagemaker.state import Call, in_use, lock, not_found, settle
from offline_aws.sagemaker.studio import PROFILE, SPACE, find
from offline_aws.sagemaker.studio_state import Key, StudioResource
from offline_aws.settings import settings

_NAMES = ("DomainId", "UserProfileName", "SpaceName", "AppType", "AppName")


def create_app(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    with lock:
        settle(call)
        key = _key(params)
        find(call, SPACE if "SpaceName" in params else PROFILE, params)
        arn = call.arn(f"app/{'/'.join(key)}")
        if key in call.store.studio.of("app"):
            raise in_use(f"App [{arn}] already exists.")
        now = clock.now()
        body = {name: params[name] for name in (*_NAMES, "ResourceSpec") if name in params}
        due = clock.due(settings.domain_seconds, arn)
        call.store.studio.of("app")[key] = StudioResource("app", key, arn, {"AppArn": arn, **body}, now, now, due)
        return {"AppArn": arn}


def describe_app(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    with lock:
        settle(call)
        described = _find(call, params).describe()
        del described["LastModifiedTime"]
        return described


def delete_app(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    with lock:
        settle(call)
        app = _find(call, params)
        if app.status != "Deleting":
            app.change_to("Deleting")
        return {}


def list_apps(call: Call, params: dict[str, Any]) -> dict[str, Any]:
    with lock:
        settle(call)
        wanted = {name.removesuffix("Equals"): value for name, value in params.items() if name.endswith("Equals")}
        apps = [app.describe() for app in call.store.studio.of("app").values()]
        found = [app for app in apps if all(app.get(name) == value for name, value in wanted.items())]
        shown = (*_NAMES, "ResourceSpec", "Status", "CreationTime")
        return page("Apps", [{name: app[name] for name in shown if name in app} for app in found], params, "CreationTime")


def _key(params: dict[str, Any]) -> Key:
    owner = params.get("SpaceName") or params.get("UserProfileName")
    if owner is None or ("SpaceName" in params and "UserProfileName" in params):
        raise ServiceError("ValidationException", "Specify either UserProfileName or SpaceName.")
    return params["DomainId"], owner.lower(), params["AppType"].lower(), params["AppName"].lower()


def _find(call: Call, params: dict[str, Any]) -> StudioResource:
    app = call.store.studio.of("app").get(_key(params))
    if app is None:
        raise not_found(f"App [{call.arn('app/' + '/'.join(_key(params)))}] does not exist.")
    return app


OPERATIONS = {"CreateApp": create_app, "DescribeApp": describe_app, "DeleteApp": delete_app, "ListApps": list_apps}
