from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from stacks import Stacks, parameter, template


def test_events_and_resources_come_in_pages(stack: Stacks) -> None:
    stack.deploy(template({f"P{n}": parameter() for n in range(101)}))
    first = stack.cfn.describe_stack_events(StackName="stack")
    assert len(first["StackEvents"]) == 100
    assert len(stack.events()) == 3 + 101 * 3
    assert len({event["EventId"] for event in stack.events()}) == len(stack.events())
    assert len(stack.cfn.list_stack_resources(StackName="stack")["StackResourceSummaries"]) == 100
    pages = stack.cfn.get_paginator("list_stack_resources").paginate(StackName="stack")
    assert sum(len(page["StackResourceSummaries"]) for page in pages) == 101


def test_stacks_come_in_pages(stack: Stacks) -> None:
    for number in range(101):
        stack.cfn.create_change_set(
            StackName=f"s{number}",
            ChangeSetName="c",
            ChangeSetType="CREATE",
            TemplateBody=template({"P": parameter()}),
        )
    assert len(stack.cfn.list_stacks()["StackSummaries"]) == 100
    pages = stack.cfn.get_paginator("list_stacks").paginate()
    assert sum(len(page["StackSummaries"]) for page in pages) == 101


def test_an_unknown_token_is_rejected(stack: Stacks) -> None:
    with pytest.raises(ClientError, match="Invalid NextToken"):
        stack.cfn.list_stacks(NextToken="x")
