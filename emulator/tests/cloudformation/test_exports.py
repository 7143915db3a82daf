from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from stacks import Stacks, parameter, template


def exporting(name: str = "/p", **more: object) -> str:
    outputs = {"O": {"Value": {"Ref": "P"}, "Export": {"Name": "shared"}}}
    return template({"P": parameter(Name=name), **more}, Outputs=outputs)


@pytest.fixture
def importer(stack: Stacks) -> Stacks:
    other = Stacks(stack.cfn, "importer")
    stack.deploy(exporting())
    other.deploy(template({"Q": parameter({"Fn::ImportValue": "shared"}, Name="/q")}))
    return other


def test_another_stack_imports_an_export(importer: Stacks, clients) -> None:
    assert clients.ssm.get_parameter(Name="/q")["Parameter"]["Value"] == "/p"
    (export,) = clients.cloudformation.list_exports()["Exports"]
    assert (export["Name"], export["Value"]) == ("shared", "/p")
    assert clients.cloudformation.list_imports(ExportName="shared")["Imports"] == ["importer"]


def test_an_export_in_use_keeps_its_stack(stack: Stacks, importer: Stacks) -> None:
    with pytest.raises(ClientError, match="Cannot delete export shared as it is in use by importer"):
        stack.cfn.delete_stack(StackName="stack")
    importer.delete()
    assert stack.delete() == "DELETE_COMPLETE"


def test_an_export_in_use_cannot_change_or_be_deleted(stack: Stacks, importer: Stacks) -> None:
    assert stack.deploy(exporting("/other")) == "UPDATE_ROLLBACK_COMPLETE"
    assert "Cannot update export shared as it is in use by importer" in _rollback_reason(stack)
    assert stack.deploy(template({"P": parameter(Name="/p")})) == "UPDATE_ROLLBACK_COMPLETE"
    assert "Cannot delete export shared as it is in use by importer" in _rollback_reason(stack)
    assert stack.deploy(exporting(R=parameter())) == "UPDATE_COMPLETE", "the same value is not a change"


def test_an_export_has_one_owner(stack: Stacks, importer: Stacks) -> None:
    third = Stacks(stack.cfn, "third")
    assert third.deploy(exporting("/third")) == "ROLLBACK_COMPLETE"
    assert "already exported by stack stack" in _rollback_reason(third)


def _rollback_reason(stack: Stacks) -> str:
    (*_, last) = [
        e["ResourceStatusReason"]
        for e in stack.events()
        if e["ResourceStatus"].endswith("ROLLBACK_IN_PROGRESS") and e["LogicalResourceId"] == stack.name
    ]
    return str(last)
