from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from stacks import ROLE_ARN, Stacks, image, parameter, resource, template, version

CHECK_BOOTSTRAP = {
    "Parameters": {
        "BootstrapVersion": {
            "Type": "AWS::SSM::Parameter::Value<String>",
            "Default": "/cdk-bootstrap/hnb659fds/version",
        }
    },
    "Rules": {
        "CheckBootstrapVersion": {
            "Assertions": [
                {
                    "Assert": {"Fn::Not": [{"Fn::Contains": [["1", "2"], {"Ref": "BootstrapVersion"}]}]},
                    "AssertDescription": "too old",
                }
            ]
        }
    },
}


def test_a_stack_created_by_a_change_set_has_outputs(stack: Stacks) -> None:
    body = template({"P": parameter()}, Outputs={"Name": {"Value": {"Ref": "P"}, "Description": "d"}})
    assert stack.deploy(body) == "CREATE_COMPLETE"
    assert stack.outputs() == {"Name": stack.physical("P")}


def test_a_stack_is_in_review_before_its_change_set_is_executed(stack: Stacks) -> None:
    described = stack.change_set(template({"P": parameter()}))
    assert stack.status() == "REVIEW_IN_PROGRESS"
    assert described["ExecutionStatus"] == "AVAILABLE"
    (change,) = [c["ResourceChange"] for c in described["Changes"]]
    assert (change["Action"], change["LogicalResourceId"]) == ("Add", "P")
    assert stack.resources() == {}


def test_a_change_set_name_can_be_reused(stack: Stacks) -> None:
    other = Stacks(stack.cfn, "other")
    for value in ("1", "2", "3"):
        stack.deploy(template({"P": parameter(value)}))
        other.deploy(template({"P": parameter(value)}))
    assert other.status() == "UPDATE_COMPLETE"


def test_a_change_set_without_changes_fails(stack: Stacks) -> None:
    body = template({"P": parameter()}, Outputs={"O": {"Value": "1"}})
    stack.deploy(body)
    described = stack.change_set(body)
    assert described["Status"] == "FAILED"
    assert described["StatusReason"].startswith("The submitted information didn't contain changes.")
    with pytest.raises(ClientError, match="InvalidChangeSetStatus"):
        stack.cfn.execute_change_set(StackName="stack", ChangeSetName="cdk")


@pytest.mark.parametrize("what", ["outputs", "tags"])
def test_outputs_or_tags_alone_are_a_change(stack: Stacks, what: str) -> None:
    stack.deploy(template({"P": parameter()}))
    changed = template(
        {"P": parameter()}, **({"Outputs": {"O": {"Value": "1"}}} if what == "outputs" else {})
    )
    tags = [{"Key": "k", "Value": "v"}] if what == "tags" else []
    assert stack.deploy(changed, Tags=tags) == "UPDATE_COMPLETE"
    assert stack.describe()["Tags"] == tags


@pytest.mark.parametrize("attribute", ["DeletionPolicy", "UpdateReplacePolicy"])
def test_a_policy_alone_is_a_change_without_events(stack: Stacks, attribute: str) -> None:
    stack.deploy(template({"P": parameter()}))
    described = stack.change_set(template({"P": parameter("v", **{f"at_{attribute}": "Retain"})}))
    (change,) = [c["ResourceChange"] for c in described["Changes"]]
    assert (change["Action"], change["Replacement"], change["Scope"]) == ("Modify", "False", [attribute])
    stack.cfn.execute_change_set(StackName="stack", ChangeSetName="cdk")
    assert stack.status() == "UPDATE_COMPLETE"
    assert stack.history("P")[-1] == "CREATE_COMPLETE"


def test_a_new_deletion_policy_is_applied(stack: Stacks, clients) -> None:
    stack.deploy(template({"P": parameter(Name="/p")}))
    stack.deploy(template({"P": parameter(Name="/p", at_DeletionPolicy="Retain")}))
    stack.delete()
    assert [p["Name"] for p in clients.ssm.describe_parameters()["Parameters"]] == ["/p"]


def test_changes_report_replacements(stack: Stacks) -> None:
    stack.deploy(template({"A": parameter("1", Name="/a"), "B": parameter("1", Name="/b"), "C": parameter()}))
    described = stack.change_set(
        template({"A": parameter("2", Name="/a"), "B": parameter("1", Name="/bb"), "D": parameter()})
    )
    changes = {c["ResourceChange"]["LogicalResourceId"]: c["ResourceChange"] for c in described["Changes"]}
    assert {key: change["Action"] for key, change in changes.items()} == {
        "A": "Modify",
        "B": "Modify",
        "C": "Remove",
        "D": "Add",
    }
    assert changes["A"]["Replacement"] == "False"
    assert changes["B"]["Replacement"] == "True"


def test_dependents_of_a_replaced_resource_may_be_replaced(stack: Stacks) -> None:
    def body(name: str) -> str:
        return template({"A": parameter("1", Name=name), "B": parameter("1", Name={"Fn::Sub": "/b${A}"})})

    stack.deploy(body("/a1"))
    described = stack.change_set(body("/a2"))
    changes = {c["ResourceChange"]["LogicalResourceId"]: c["ResourceChange"] for c in described["Changes"]}
    assert changes["B"]["Replacement"] == "Conditional"


@pytest.mark.parametrize(
    ("resources", "message"),
    [
        (
            {"R": resource("AWS::SageMaker::Imagine"), "S": resource("Nonsense")},
            r"Unrecognized resource types: \[AWS::SageMaker::Imagine, Nonsense\]",
        ),
        ({"P": parameter({"Ref": "Q"})}, r"Unresolved resource dependencies \[Q\] in the Resources block"),
        ({"P": parameter(at_DependsOn="Q")}, r"Unresolved resource dependencies \[Q\]"),
        ({"P": parameter({"Fn::Sub": "${Q.Arn}"})}, r"Unresolved resource dependencies \[Q\]"),
        (
            {"V": version(), "P": parameter({"Fn::GetAtt": ["V", "ImageName"]})},
            "resource V does not support attribute type ImageName in Fn::GetAtt",
        ),
        (
            {
                "A": parameter({"Ref": "B"}),
                "B": parameter({"Ref": "C"}),
                "C": parameter("x", at_DependsOn="A"),
            },
            r"Circular dependency between resources: \[A, B, C\]",
        ),
        ({"A": parameter({"Ref": "A"})}, r"Circular dependency between resources: \[A\]"),
        ({"A": parameter("v", at_Condition="Nowhere")}, "Unrecognized condition Nowhere"),
    ],
)
def test_an_invalid_template_is_rejected_before_anything_is_created(
    stack: Stacks, resources: dict, message: str
) -> None:
    with pytest.raises(ClientError, match=message):
        stack.change_set(template(resources))
    assert stack.status() is None


def test_an_error_names_only_members_of_a_cycle(stack: Stacks) -> None:
    resources = {
        "A": parameter({"Ref": "B"}),
        "B": parameter({"Ref": "A"}),
        "Before": parameter(),
        "After": parameter({"Ref": "A"}),
    }
    with pytest.raises(ClientError, match=r"resources: \[A, B\]"):
        stack.change_set(template(resources))


def test_iam_resources_need_a_capability(stack: Stacks) -> None:
    role = resource("AWS::IAM::Role", AssumeRolePolicyDocument={}, RoleName="named")
    with pytest.raises(ClientError, match=r"Requires capabilities : \[CAPABILITY_NAMED_IAM\]"):
        stack.cfn.create_change_set(
            StackName="stack",
            ChangeSetName="c",
            ChangeSetType="CREATE",
            TemplateBody=template({"R": role}),
            Capabilities=["CAPABILITY_IAM"],
        )


def test_the_cdks_bootstrap_check_works_on_update_too(stack: Stacks, clients) -> None:
    def deploy(value: str) -> str:
        keep = [{"ParameterKey": "BootstrapVersion", "UsePreviousValue": True}] if stack.status() else []
        return stack.deploy(template({"P": parameter(value)}, **CHECK_BOOTSTRAP), Parameters=keep)

    with pytest.raises(ClientError, match="Unable to fetch parameters"):
        deploy("1")
    clients.ssm.put_parameter(Name="/cdk-bootstrap/hnb659fds/version", Value="33", Type="String")
    assert deploy("1") == "CREATE_COMPLETE"
    assert deploy("2") == "UPDATE_COMPLETE"
    clients.ssm.put_parameter(
        Name="/cdk-bootstrap/hnb659fds/version", Value="2", Type="String", Overwrite=True
    )
    with pytest.raises(ClientError, match="too old"):
        deploy("3")


def test_a_template_can_come_from_a_bucket(stack: Stacks, clients) -> None:
    clients.s3.create_bucket(Bucket="templates")
    clients.s3.put_object(Bucket="templates", Key="a/t.json", Body=template({"P": parameter()}))
    for url in (
        f"{clients.url}/templates/a/t.json",
        "https://s3.us-east-1.amazonaws.com/templates/a/t.json",
        "https://templates.s3.us-east-1.amazonaws.com/a/t.json",
    ):
        summary = stack.cfn.get_template_summary(TemplateURL=url)
        assert summary["ResourceTypes"] == ["AWS::SSM::Parameter"]
    with pytest.raises(ClientError, match="S3 error"):
        stack.cfn.get_template_summary(TemplateURL=f"{clients.url}/templates/nothing")


def test_a_failed_creation_must_be_deleted_first(stack: Stacks) -> None:
    stack.deploy(template({"V": version(), "P": parameter()}))
    assert stack.status() == "ROLLBACK_COMPLETE"
    with pytest.raises(ClientError, match="is in ROLLBACK_COMPLETE state and can not be updated"):
        stack.change_set(template({"P": parameter()}))
    assert stack.delete() == "DELETE_COMPLETE"
    assert stack.deploy(template({"P": parameter()})) == "CREATE_COMPLETE"


def test_get_template_returns_the_original(stack: Stacks) -> None:
    body = template({"P": parameter()})
    stack.deploy(body)
    # boto3 parses JSON templates
    assert (
        stack.cfn.get_template(StackName="stack")["TemplateBody"]["Resources"]["P"]["Type"]
        == "AWS::SSM::Parameter"
    )


def test_an_unknown_change_set_or_stack_is_an_error(stack: Stacks) -> None:
    with pytest.raises(ClientError, match="Stack with id stack does not exist"):
        stack.describe()
    stack.deploy(template({"P": parameter()}))
    with pytest.raises(ClientError, match="ChangeSetNotFound"):
        stack.cfn.describe_change_set(StackName="stack", ChangeSetName="none")
    with pytest.raises(ClientError, match=r"Stack \[nobody\] does not exist"):
        Stacks(stack.cfn, "nobody").change_set(template({"P": parameter()}), ChangeSetType="UPDATE")


def test_handlers_call_as_the_role_arn(stack: Stacks, clients) -> None:
    clients.iam.create_role(RoleName="exec", AssumeRolePolicyDocument="{}")
    role = ROLE_ARN.replace("any", "exec")
    stack.deploy(template({"P": parameter()}), RoleARN=role)
    calls = clients.control("GET", "log").json()
    (put,) = [call for call in calls if call["operation"] == "PutParameter"]
    assert put["principal"] == "arn:aws:sts::123456789012:assumed-role/exec/AWSCloudFormation"
    assert stack.describe()["RoleARN"] == role


def propose(stack: Stacks, body: str) -> str:
    """A change set that is not executed yet."""
    return stack.cfn.create_change_set(StackName="stack", ChangeSetName="old", TemplateBody=body)["Id"]


def test_a_change_set_is_obsolete_once_the_stack_was_updated(stack: Stacks, clients) -> None:
    stack.deploy(template({"P": parameter("1", Name="/p")}))
    old = propose(stack, template({"P": parameter("2", Name="/p")}))
    stack.cfn.update_stack(StackName="stack", TemplateBody=template({"P": parameter("9", Name="/p")}))
    assert stack.cfn.describe_change_set(ChangeSetName=old)["ExecutionStatus"] == "OBSOLETE"
    with pytest.raises(
        ClientError, match=r"InvalidChangeSetStatus.* current execution status of \[OBSOLETE\]"
    ):
        stack.cfn.execute_change_set(ChangeSetName=old)
    assert clients.ssm.get_parameter(Name="/p")["Parameter"]["Value"] == "9"


def test_a_change_set_of_a_deleted_stack_cannot_be_executed(stack: Stacks, clients) -> None:
    stack.deploy(template({"P": parameter("1", Name="/p")}))
    old = propose(stack, template({"P": parameter("2", Name="/p")}))
    stack.delete()
    with pytest.raises(ClientError, match="is in DELETE_COMPLETE state and can not be updated"):
        stack.cfn.execute_change_set(ChangeSetName=old)
    assert clients.ssm.describe_parameters()["Parameters"] == []


def test_no_change_set_is_executed_during_an_update(stack: Stacks, clients, eventually) -> None:
    stack.deploy(template({"I": image()}))
    old = propose(stack, template({"I": image(ImageDescription="old")}))
    clients.control("POST", "settings", json={"answer_seconds": 0, "image_seconds": 0.3})
    stack.cfn.update_stack(StackName="stack", TemplateBody=template({"I": image(ImageDescription="new")}))
    with pytest.raises(ClientError, match="is in UPDATE_IN_PROGRESS state and can not be updated"):
        stack.cfn.execute_change_set(ChangeSetName=old)
    eventually(lambda: stack.status() == "UPDATE_COMPLETE")
    assert clients.sagemaker.describe_image(ImageName="img")["Description"] == "new"
