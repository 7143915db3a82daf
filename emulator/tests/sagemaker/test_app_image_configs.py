"""CreateAppImageConfig and related operations."""

from __future__ import annotations

import pytest
from sagemaker.conftest import refusal


def test_a_configuration_is_created_updated_and_deleted(api) -> None:
    arn = api.create_app_image_config(AppImageConfigName="Lab", JupyterLabAppImageConfig={}, Tags=[{"Key": "a", "Value": "b"}])["AppImageConfigArn"]
    assert arn == "arn:aws:sagemaker:us-east-1:123456789012:app-image-config/lab"
    assert api.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "a", "Value": "b"}]
    # an empty block selects the app type
    assert api.describe_app_image_config(AppImageConfigName="lab")["JupyterLabAppImageConfig"] == {}
    container = {"ContainerConfig": {"ContainerArguments": ["--x"]}}
    api.update_app_image_config(AppImageConfigName="lab", JupyterLabAppImageConfig=container)
    assert api.describe_app_image_config(AppImageConfigName="Lab")["JupyterLabAppImageConfig"] == container
    assert refusal(api.create_app_image_config, AppImageConfigName="lab")[0] == "ResourceInUse"
    api.delete_app_image_config(AppImageConfigName="lab")
    for call in (api.describe_app_image_config, api.delete_app_image_config, api.update_app_image_config):
        assert refusal(call, AppImageConfigName="lab")[0] == "ResourceNotFound"


def test_names_have_no_dots_and_a_kernel_has_a_name(api) -> None:
    assert refusal(api.create_app_image_config, AppImageConfigName="a.b")[0] == "ValidationException"
    kernel = {"KernelSpecs": [{"Name": "python3"}], "FileSystemConfig": {"DefaultUid": 70000}}
    code, message = refusal(api.create_app_image_config, AppImageConfigName="k", KernelGatewayImageConfig=kernel)
    assert (code, "defaultUid" in message) == ("ValidationException", True)


KERNEL = {"KernelSpecs": [{"Name": "python3"}]}


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({"KernelGatewayImageConfig": {**KERNEL, "FileSystemConfig": {"DefaultUid": 500, "DefaultGid": 7}}}, "not 500/7"),
        ({"KernelGatewayImageConfig": {**KERNEL, "FileSystemConfig": {"DefaultUid": 0}}}, "not 0/100"),
        ({"JupyterLabAppImageConfig": {"FileSystemConfig": {"DefaultGid": 0}}}, "not 1000/0"),
        ({"JupyterLabAppImageConfig": {}, "CodeEditorAppImageConfig": {}}, "one app type only"),
    ],
)
def test_undocumented_configurations_are_rejected_or_accepted(clients, api, config, problem) -> None:
    code, message = refusal(api.create_app_image_config, AppImageConfigName="c", **config)
    assert (code, problem in message) == ("ValidationException", True)
    api.create_app_image_config(AppImageConfigName="c")
    assert refusal(api.update_app_image_config, AppImageConfigName="c", **config)[0] == "ValidationException"
    clients.control("POST", "settings", json={"undocumented_app_image_config": "accept"})
    api.create_app_image_config(AppImageConfigName="d", **config)


@pytest.mark.parametrize("user", [{"DefaultUid": 0, "DefaultGid": 0}, {"DefaultUid": 1000, "DefaultGid": 100}, {}])
def test_a_kernel_runs_as_root_or_as_the_usual_user(api, user) -> None:
    api.create_app_image_config(AppImageConfigName="c", KernelGatewayImageConfig={**KERNEL, "FileSystemConfig": user})


def test_configurations_are_listed_sorted_and_in_pages(api) -> None:
    for name in ("b", "c", "a"):
        api.create_app_image_config(AppImageConfigName=name)
    paginate = api.get_paginator("list_app_image_configs").paginate
    pages = [[one["AppImageConfigName"] for one in page["AppImageConfigs"]] for page in paginate(SortBy="Name", SortOrder="Ascending", MaxResults=2)]
    assert pages == [["a", "b"], ["c"]]
