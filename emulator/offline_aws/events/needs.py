"""The permissions for calls of EventBridge, SNS, SQS and CloudWatch alarms."""

from __future__ import annotations

from offline_aws.iam.needs.call import ApiCall, Need, pass_role


def events(call: ApiCall) -> list[Need]:
    arn = call.text("ResourceARN") or _rule(call)
    if call.operation == "PutEvents":
        entries = call.params.get("Entries") or []
        buses = {str(entry.get("EventBusName") or "default").rsplit("/", 1)[-1] for entry in entries}
        return [Need("events:PutEvents", call.arn(f"event-bus/{bus}")) for bus in sorted(buses)]
    own = Need(f"events:{call.operation}", arn, call.request_tags())
    tags = [Need("events:TagResource", arn, call.request_tags())] if call.operation == "PutRule" and call.tags() else []
    return [own, *tags, *pass_role(call.params.get("RoleArn"), "events.amazonaws.com")]


def sns(call: ApiCall) -> list[Need]:
    arn = call.text("TopicArn") or call.text("TargetArn") or call.text("ResourceArn")
    subscription = call.text("SubscriptionArn")
    if arn is None and subscription:
        arn = subscription.rsplit(":", 1)[0]
    if arn is None and call.text("Name"):
        arn = call.arn(str(call.text("Name")))
    context = {f"sns:{key.lower()}": call.text(key) for key in ("Protocol", "Endpoint") if call.text(key)}
    own = Need(f"sns:{call.operation}", arn or "*", context | call.request_tags())
    tags = [Need("sns:TagResource", own.resource, call.request_tags())] if call.operation == "CreateTopic" and call.tags() else []
    return [own, *tags]


def sqs(call: ApiCall) -> list[Need]:
    name = call.text("QueueName") or str(call.text("QueueUrl") or "*").rsplit("/", 1)[-1]
    arn = call.arn(name)
    own = Need(f"sqs:{call.operation}", arn, call.request_tags())
    tags = [Need("sqs:TagQueue", arn, call.request_tags())] if call.operation == "CreateQueue" and call.tags() else []
    return [own, *tags]


def cloudwatch(call: ApiCall) -> list[Need]:
    arn = call.text("ResourceARN") or call.text("AlarmArn")
    name = call.text("AlarmName")
    names = [name] if name else call.params.get("AlarmNames") or []
    arns = [arn] if arn else [call.arn(f"alarm:{one}", service="cloudwatch") for one in names] or ["*"]
    return [Need(f"cloudwatch:{call.operation}", one, call.request_tags()) for one in arns]


def _rule(call: ApiCall) -> str:
    name = call.text("Rule") or call.text("Name")
    if name is None:
        return "*"
    bus = str(call.text("EventBusName") or "default").rsplit("/", 1)[-1]
    return call.arn(f"rule/{name}" if bus == "default" else f"rule/{bus}/{name}")
