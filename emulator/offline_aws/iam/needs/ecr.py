"""ECR: most actions are about one repository."""

from __future__ import annotations

from offline_aws.iam.needs.call import ApiCall, Need

#: Actions on the registry, which have no resource type.
_REGISTRY_WIDE = frozenset(
    {
        "CreatePullThroughCacheRule", "DeletePullThroughCacheRule", "DeleteRegistryPolicy", "DescribePullThroughCacheRules",
        "DescribeRegistry", "GetAuthorizationToken", "GetRegistryPolicy", "GetRegistryScanningConfiguration",
        "PutRegistryPolicy", "PutRegistryScanningConfiguration", "PutReplicationConfiguration",
    }
)  # fmt: skip


def needs(call: ApiCall) -> list[Need]:
    context = call.request_tags()
    action = f"ecr:{call.operation}"
    own = [Need(action, arn, context | _resource_tags(arn)) for arn in _arns(call)]
    if call.operation == "CreateRepository" and context:
        own.append(Need("ecr:TagResource", own[0].resource, context))
    return own


def _arns(call: ApiCall) -> list[str]:
    if call.operation in _REGISTRY_WIDE:
        return ["*"]
    if call.text("resourceArn"):
        return [str(call.params["resourceArn"])]
    name = call.text("repositoryName")
    names = [name] if name else call.params.get("repositoryNames") or ["*"]
    return [call.arn(f"repository/{one}", account=call.text("registryId")) for one in names]


def _resource_tags(arn: str) -> dict[str, str]:
    from offline_aws.iam.resource_policies import repository_of

    repository = repository_of(arn)
    if repository is None:
        return {}
    from moto.ecr.models import ecr_backends

    tagger = ecr_backends[repository.account_id][repository.region_name].tagger
    prefixes = ("aws:resourcetag", "ecr:resourcetag")
    tags = tagger.get_tag_dict_for_resource(repository.arn)
    return {f"{prefix}/{key}".lower(): value for prefix in prefixes for key, value in tags.items()}
