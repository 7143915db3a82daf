"""Updates that fail."""

from __future__ import annotations

import pytest
from stacks import Stacks, image, parameter, template, version

from offline_aws.cloudformation.handlers.sagemaker import Image
from offline_aws.errors import ServiceError

#: A version of an image that does not exist: fails at once.
BAD = version(ImageName="missing")


def values(clients) -> dict[str, str]:
    names = [p["Name"] for p in clients.ssm.describe_parameters()["Parameters"]]
    return {name: clients.ssm.get_parameter(Name=name)["Parameter"]["Value"] for name in names}


def test_a_failed_update_is_rolled_back_completely(stack: Stacks, clients) -> None:
    before = template(
        {
            "Edited": parameter("1", Name="/edited"),
            "Replaced": parameter("1", Name="/old"),
            "User": parameter({"Ref": "Replaced"}, Name="/user"),
            "Removed": parameter("1", Name="/removed"),
        },
        Outputs={"O": {"Value": {"Ref": "Replaced"}}},
    )
    stack.deploy(before)
    after = template(
        {
            "Edited": parameter("2", Name="/edited"),
            "Replaced": parameter("1", Name="/new"),
            "User": parameter({"Ref": "Replaced"}, Name="/user"),
            "Added": parameter("1", Name="/added"),
            "Bad": {**BAD, "DependsOn": ["Edited", "Replaced", "User", "Added"]},
        },
        Outputs={"O": {"Value": {"Ref": "Replaced"}}},
    )
    assert stack.deploy(after) == "UPDATE_ROLLBACK_COMPLETE"
    assert values(clients) == {"/edited": "1", "/old": "1", "/user": "/old", "/removed": "1"}
    assert set(stack.resources()) == {"Edited", "Replaced", "User", "Removed"}
    assert stack.outputs() == {"O": "/old"}
    assert stack.physical("Replaced") == "/old"
    statuses = stack.history("stack")
    assert statuses[-3:] == [
        "UPDATE_ROLLBACK_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE",
    ]
    assert stack.history("Edited")[-4:] == ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"] * 2
    # and the stack is as usable as before
    assert stack.change_set(before)["Status"] == "FAILED", "nothing differs from the old template"
    assert stack.deploy(template({"Edited": parameter("3", Name="/edited")})) == "UPDATE_COMPLETE"
    assert values(clients) == {"/edited": "3"}


@pytest.mark.parametrize(
    ("policy", "kept"), [("Retain", True), ("RetainExceptOnCreate", False), ("Delete", False)]
)
def test_the_deletion_policy_applies_to_resources_that_a_failed_update_created(
    stack: Stacks, clients, policy: str, kept: bool
) -> None:
    stack.deploy(template({"P": parameter(Name="/p")}))
    added = parameter(Name="/added", at_DeletionPolicy=policy)
    stack.deploy(template({"P": parameter(Name="/p"), "A": added, "Bad": {**BAD, "DependsOn": "A"}}))
    assert stack.status() == "UPDATE_ROLLBACK_COMPLETE"
    assert ("/added" in values(clients)) is kept


def test_a_resource_that_failed_to_update_is_restored(stack: Stacks, clients) -> None:
    stack.deploy(template({"P": parameter("1", Name="/p")}))
    assert stack.deploy(template({"P": parameter("1", Name="/p", Tier="Huge")})) == "UPDATE_ROLLBACK_COMPLETE"
    assert stack.history("P")[-3:] == ["UPDATE_FAILED", "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"]


def test_a_rollback_that_fails_can_be_continued(stack: Stacks, clients, sagemaker_hook) -> None:
    stack.deploy(template({"I": image(), "V": {**version(Aliases=["a"]), "DependsOn": "I"}}))
    arn = stack.physical("V")
    changed = {
        "I": image(),
        "V": {**version(Aliases=["b"]), "DependsOn": "I"},
        "Bad": {**BAD, "DependsOn": "V"},
    }

    def refuse_the_way_back() -> None:
        if "Bad CREATE_FAILED" in stack.history():
            raise ServiceError("AccessDeniedException", "not any more")

    sagemaker_hook("UpdateImageVersion", refuse_the_way_back)
    assert stack.deploy(template(changed)) == "UPDATE_ROLLBACK_FAILED"
    assert "failed to update: [V]" in stack.describe()["StackStatusReason"]
    stack.cfn.continue_update_rollback(StackName="stack", ResourcesToSkip=["V"])
    assert stack.status() == "UPDATE_ROLLBACK_COMPLETE"
    assert stack.physical("V") == arn


def test_without_rollback_a_failed_update_can_be_retried(stack: Stacks, clients) -> None:
    stack.deploy(template({"P": parameter("1", Name="/p1")}))
    broken = template({"P": parameter("2", Name="/p2"), "Bad": {**BAD, "DependsOn": "P"}})
    assert stack.deploy(broken, execute={"DisableRollback": True}) == "UPDATE_FAILED"
    assert values(clients) == {"/p1": "1", "/p2": "2"}
    assert stack.deploy(template({"P": parameter("3", Name="/p3")})) == "UPDATE_COMPLETE"
    assert values(clients) == {"/p3": "3"}, "the clean-up knows of both attempts"


@pytest.mark.parametrize("policy", ["Retain", "Delete"])
@pytest.mark.parametrize("end", ["UPDATE_COMPLETE", "DELETE_COMPLETE"])
def test_without_rollback_the_update_replace_policy_applies_to_the_intermediate_resource(
    stack: Stacks, clients, policy: str, end: str
) -> None:
    policies = {"at_UpdateReplacePolicy": policy, "at_DeletionPolicy": "Delete"}

    def body(name: str) -> dict:
        return {"P": parameter("1", Name=name, **policies)}

    stack.deploy(template(body("/p1")))
    broken = template({**body("/p2"), "Bad": {**BAD, "DependsOn": "P"}})
    assert stack.deploy(broken, execute={"DisableRollback": True}) == "UPDATE_FAILED"
    kept = {"/p1", "/p2"} if policy == "Retain" else set()
    assert stack.deploy(template(body("/p3"))) == "UPDATE_COMPLETE"
    assert set(values(clients)) == {*kept, "/p3"}
    if end == "DELETE_COMPLETE":
        assert stack.delete() == end
        assert set(values(clients)) == kept


def test_without_rollback_a_failed_update_can_be_rolled_back_later(stack: Stacks, clients) -> None:
    stack.deploy(template({"P": parameter("1", Name="/p1"), "E": parameter("1", Name="/e")}))
    resources = {"P": parameter("2", Name="/p2"), "E": parameter("2", Name="/e")}
    broken = template({**resources, "Bad": {**BAD, "DependsOn": ["P", "E"]}})
    stack.deploy(broken, execute={"DisableRollback": True})
    stack.cfn.rollback_stack(StackName="stack")
    assert stack.status() == "UPDATE_ROLLBACK_COMPLETE"
    assert values(clients) == {"/p1": "1", "/e": "1"}


def test_a_missing_dynamic_reference_fails_its_resource_and_is_rolled_back(stack: Stacks, clients) -> None:
    stack.deploy(template({"A": parameter("1", Name="/a")}))
    missing = parameter("{{resolve:ssm:/none}}", at_DependsOn="A")
    assert (
        stack.deploy(template({"A": parameter("2", Name="/a"), "B": missing})) == "UPDATE_ROLLBACK_COMPLETE"
    )
    assert stack.reason("B") == "Parameter /none not found in the parameter store"
    assert values(clients) == {"/a": "1"}


@pytest.mark.parametrize("method", ["update", "replaces", "refusal"])
def test_an_emulator_error_fails_its_resource_and_is_rolled_back(
    stack: Stacks, clients, monkeypatch, method: str
) -> None:
    stack.deploy(template({"A": parameter("1", Name="/a"), "I": image()}))

    def crash(*_: object) -> None:
        raise KeyError("nobody expected this")

    monkeypatch.setattr(Image, method, crash)
    changed = {**image(ImageDescription="x"), "DependsOn": "A"}
    assert stack.deploy(template({"A": parameter("2", Name="/a"), "I": changed})).startswith(
        "UPDATE_ROLLBACK"
    )
    assert stack.reason("I") == "the offline AWS failed: KeyError: 'nobody expected this'"
    assert values(clients) == {"/a": "1"}


def test_a_resource_whose_change_was_rejected_is_unchanged(stack: Stacks, clients, monkeypatch) -> None:
    body = template({"I": image()})
    stack.deploy(body)
    monkeypatch.setattr(Image, "refusal", lambda *_: "not this one")
    assert stack.deploy(template({"I": image(ImageDescription="x")})) == "UPDATE_ROLLBACK_COMPLETE"
    assert stack.change_set(body)["Status"] == "FAILED", "nothing differs from the old template"


@pytest.mark.parametrize("policy", ["Retain", "Delete"])
def test_a_stack_is_deleted_after_a_failed_update_without_rollback(stack: Stacks, clients, policy: str) -> None:
    """Both the resource before the update and its replacement belong to the stack."""
    policies = {"at_UpdateReplacePolicy": policy, "at_DeletionPolicy": "Delete"}
    stack.deploy(template({"P": parameter("1", Name="/p1", **policies)}))
    broken = template({"P": parameter("1", Name="/p2", **policies), "Bad": {**BAD, "DependsOn": "P"}})
    assert stack.deploy(broken, execute={"DisableRollback": True}) == "UPDATE_FAILED"
    assert stack.delete() == "DELETE_COMPLETE"
    assert set(values(clients)) == ({"/p1"} if policy == "Retain" else set())
