"""Names with upper-case letters, in ARNs and in policies."""

from __future__ import annotations

import pytest
from iam.conftest import People
from sagemaker.conftest import ROLE, base, refusal

from offline_aws.settings import settings

ARN = "arn:aws:sagemaker:us-east-1:123456789012"
DESCRIBE = ["sagemaker:DescribeImage", "sagemaker:DescribeImageVersion", "sagemaker:DescribeAppImageConfig"]


@pytest.mark.parametrize(("answer", "name"), [("lower-case", "torch-gpu"), ("as-created", "Torch-GPU")])
def test_the_arns_that_sagemaker_returns(api, image, version, answer, name) -> None:
    settings.apply({"arn_names": answer})
    assert image("Torch-GPU") == f"{ARN}:image/{name}"
    made = version("1", "Torch-GPU")
    assert (made["ImageArn"], made["ImageVersionArn"]) == (f"{ARN}:image/{name}", f"{ARN}:image-version/{name}/1")
    config = api.create_app_image_config(AppImageConfigName="Gpu-Config", JupyterLabAppImageConfig={})
    assert config["AppImageConfigArn"].endswith("/Gpu-Config" if answer == "as-created" else "/gpu-config")
    # found in either spelling
    assert api.describe_image_version(ImageName="torch-gpu", Version=1)["ImageVersionArn"] == made["ImageVersionArn"]


@pytest.mark.parametrize(
    ("answer", "granted", "permitted"),
    [
        ("as-requested", "Torch-GPU", {"Torch-GPU"}),
        ("as-requested", "torch-gpu", {"torch-gpu"}),
        ("lower-case", "Torch-GPU", set()),
        ("lower-case", "torch-gpu", {"Torch-GPU", "torch-gpu"}),
    ],
)
def test_the_spelling_that_policies_are_judged_on(clients, image, version, answer, granted, permitted) -> None:
    image("Torch-GPU")
    version("1", "Torch-GPU")
    clients.sagemaker.create_app_image_config(AppImageConfigName="Torch-GPU", JupyterLabAppImageConfig={})
    settings.apply({"judged_names": answer, "enforce_iam": True})
    resources = [f"{ARN}:{kind}" for kind in (f"image/{granted}", f"image-version/{granted}/*", f"app-image-config/{granted}")]
    user = People(clients).user({"Effect": "Allow", "Action": DESCRIBE, "Resource": resources}).sagemaker
    for asked in ("Torch-GPU", "torch-gpu"):
        calls = [
            lambda name: user.describe_image(ImageName=name),
            lambda name: user.describe_image_version(ImageName=name, Version=1),
            lambda name: user.describe_app_image_config(AppImageConfigName=name),
        ]
        for call in calls:
            if asked in permitted:
                call(asked)
            else:
                assert refusal(call, name=asked)[0] == "AccessDeniedException"


@pytest.mark.parametrize("spelling", ["Torch-GPU", "torch-gpu"])
@pytest.mark.parametrize("arns", ["lower-case", "as-created"])
def test_a_condition_on_tags_holds_in_any_spelling(clients, image, arns, spelling) -> None:
    settings.apply({"arn_names": arns})
    image("Torch-GPU", Tags=[{"Key": "team", "Value": "vision"}])
    settings.apply({"enforce_iam": True})
    condition = {"StringEquals": {"aws:ResourceTag/team": "vision"}}
    user = People(clients).user({"Effect": "Allow", "Action": "sagemaker:DescribeImage", "Resource": "*", "Condition": condition})
    assert user.sagemaker.describe_image(ImageName=spelling)["ImageName"] == "Torch-GPU"


def test_a_missing_image_or_version_is_named_by_its_arn(api, image) -> None:
    image("img")
    missing = f"Image with ARN {ARN}:image/gone does not exist"
    assert refusal(api.describe_image, ImageName="gone") == ("ResourceNotFound", missing)
    create = {"ImageName": "gone", "BaseImage": base(), "ClientToken": "t"}
    assert refusal(api.create_image_version, **create) == ("ResourceNotFound", missing)
    code, message = refusal(api.describe_image_version, ImageName="img", Version=3)
    assert (code, message) == ("ResourceNotFound", f"ImageVersion with ARN {ARN}:image-version/img/3 does not exist")
    code, message = refusal(api.describe_image_version, ImageName="img")
    assert (code, message) == (
        "ResourceNotFound",
        "Latest ImageVersion with ImageName img does not exist. Please provide a valid ImageName.",
    )


def test_a_taken_name_is_refused_in_the_words_of_the_service(api, image) -> None:
    image("torch")
    assert refusal(api.create_image, ImageName="torch", RoleArn=ROLE) == (
        "ResourceInUse",
        "The Image with ImageName torch already exists. Please use a different ImageName.",
    )
