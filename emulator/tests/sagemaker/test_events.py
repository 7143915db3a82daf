"""The events of images and image versions."""

from __future__ import annotations

import pytest

ARN = "arn:aws:sagemaker:us-east-1:123456789012"
BASE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/repo:gone"


@pytest.fixture
def statuses(clients, eventually):
    """Waits for a number of events of a type; `resource status` of each."""

    def wait(kind: str, count: int) -> list[str]:
        def found() -> list[str]:
            events = [record["event"] for record in clients.control("GET", "events").json()]
            return [f"{e['resources'][0].removeprefix(ARN)} {e['detail'][kind]}" for e in events if kind in e["detail"]]

        eventually(lambda: len(found()) >= count)
        return found()

    return wait


def test_each_change_of_an_image_and_its_versions_is_an_event(clients, statuses) -> None:
    clients.sagemaker_image("torch")
    clients.sagemaker_call("CreateImageVersion", ImageName="torch", BaseImage=BASE, ClientToken="c")
    # nobody reads, and the version fails all the same
    assert statuses("ImageVersionStatus", 2) == [":image-version/torch/1 CREATING", ":image-version/torch/1 CREATE_FAILED"]
    clients.sagemaker_call("DeleteImageVersion", ImageName="torch", Version=1)
    assert statuses("ImageVersionStatus", 3)[2] == ":image-version/torch/1 DELETING"
    assert statuses("ImageStatus", 2) == [":image/torch CREATING", ":image/torch CREATED"]


def test_the_detail_of_an_event(clients, statuses) -> None:
    clients.sagemaker_image("torch")
    clients.sagemaker_call("CreateImageVersion", ImageName="torch", BaseImage=BASE, ClientToken="c")
    statuses("ImageVersionStatus", 2)
    event = clients.control("GET", "events").json()[-1]["event"]
    assert event["source"] == "aws.sagemaker"
    assert event["detail-type"] == "SageMaker Image Version State Change"
    assert event["detail"] == {
        "ImageArn": f"{ARN}:image/torch",
        "ImageVersionArn": f"{ARN}:image-version/torch/1",
        "ImageVersionStatus": "CREATE_FAILED",
        "Version": 1.0,
        "Tags": {},
    }


def test_the_spelling_and_the_number_of_events_are_settings(clients, statuses) -> None:
    clients.sagemaker_image("torch")
    clients.control("POST", "settings", json={"event_status_case": "CreateFailed", "event_copies": 2})
    clients.sagemaker_call("CreateImageVersion", ImageName="torch", BaseImage=BASE, ClientToken="c")
    one, other = (f":image-version/torch/1 {status}" for status in ("Creating", "CreateFailed"))
    assert statuses("ImageVersionStatus", 4) == [one, one, other, other]
    events = clients.control("GET", "events").json()
    assert len({record["event"]["id"] for record in events}) == len(events)
