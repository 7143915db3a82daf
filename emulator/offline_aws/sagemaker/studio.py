"""CreateDomain, CreateUserProfile, CreateSpace and related operations: the three share one life cycle."""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from offline_aws import clock
from offline_aws.errors import ServiceError
from offline_aws.sagemaker.default_images import problem_of_defaults, without_cleared
from offline_aws.sagemaker.listing import page
from offline_aws.sagemaker.state import Call, in_arn, in_use, lock, not_found, settle
from offline_aws.sagemaker.studio_settings import check_maxima, merged, problem_of_images
from offline_aws.sagemaker.studio_state import Key, StudioResource, refuse_while_busy
from offline_aws.sagemaker.tags import given
from offline_aws.settings import settings


@dataclass(frozen=True)
class Kind:
    """One of the three."""

    #: As in ARNs.
    kind: str
    #: As in operations.
    noun: str
    #: The field with the name, beside DomainId.
    name: str
    #: The structures with settings of apps.
    blocks: tuple[str, ...]
    #: The members of a summary in a list, apart from status and times.
    listed: tuple[str, ...]


DOMAIN = Kind(
    "domain", "Domain", "DomainName", ("DefaultUserSettings", "DefaultSpaceSettings"),
    ("DomainArn", "DomainId", "DomainName", "Url"),
)  # fmt: skip
PROFILE = Kind("user-profile", "UserProfile", "UserProfileName", ("UserSettings",), ("DomainId", "UserProfileName"))
SPACE = Kind(
    "space", "Space", "SpaceName", ("SpaceSettings",),
    ("DomainId", "SpaceName", "SpaceDisplayName"),
)  # fmt: skip


def _create(kind: Kind, call: Call, params: dict[str, Any]) -> dict[str, Any]:
    tags = given(params)
    body = without_cleared({key: value for key, value in params.items() if key != "Tags"})
    if kind is DOMAIN:
        key, generated = _new_domain(call, params)
    else:
        domain = find(call, DOMAIN, params)
        if domain.status != "InService":
            raise in_use(f"Domain [{domain.arn}] is {domain.status}.")
        key, generated = (params["DomainId"], params[kind.name].lower()), {}
    if key in call.store.studio.of(kind.kind):
        raise in_use(f"{kind.noun} [{'/'.join(key)}] already exists.")
    check_maxima(kind.kind, _blocks(kind, body))
    arn = _arn(call, kind, params if kind is not DOMAIN else generated)
    failure = _failure(kind, call, key, body)
    now = clock.now()
    call.store.studio.of(kind.kind)[key] = StudioResource(
        kind=kind.kind,
        key=key,
        arn=arn,
        body={f"{kind.noun}Arn": arn, **generated, **body},
        created=now,
        modified=now,
        due=clock.due(settings.domain_seconds, arn),
        failure=failure,
    )
    call.store.tags[arn].update(tags)
    return {f"{kind.noun}Arn": arn, **{name: generated[name] for name in ("DomainId", "Url") if name in generated}}


def _describe(kind: Kind, call: Call, params: dict[str, Any]) -> dict[str, Any]:
    return find(call, kind, params).describe()


def _update(kind: Kind, call: Call, params: dict[str, Any]) -> dict[str, Any]:
    resource = find(call, kind, params)
    refuse_while_busy(resource, f"update {kind.noun}")
    _refuse_with_apps(kind, call, resource)
    _refuse_app_type(params)
    changes = {
        # the one structure that has another name in updates
        "DomainSettings" if name == "DomainSettingsForUpdate" else name: value
        for name, value in params.items()
        if name not in ("DomainId", "UserProfileName", "SpaceName")
    }
    body = without_cleared({**resource.body, **{name: merged(resource.body.get(name), value) for name, value in changes.items()}})
    check_maxima(kind.kind, _blocks(kind, body))
    failure = _failure(kind, call, resource.key, {name: body[name] for name in changes})
    if failure is None:
        resource.body = body
    resource.change_to("Updating", failure)
    return {f"{kind.noun}Arn": resource.arn}


def _delete(kind: Kind, call: Call, params: dict[str, Any]) -> dict[str, Any]:
    resource = find(call, kind, params)
    if resource.status == "Deleting":
        return {}
    refuse_while_busy(resource, f"delete {kind.noun}")
    inside = call.store.studio.inside(*resource.key)
    if inside:
        raise in_use(f"Unable to delete {kind.noun} [{resource.arn}]: it still has [{inside[0].arn}].")
    resource.change_to("Deleting")
    return {}


def _list(kind: Kind, call: Call, params: dict[str, Any]) -> dict[str, Any]:
    domain, contains = params.get("DomainIdEquals"), params.get(f"{kind.name}Contains", "")
    found = [
        resource.describe()
        for resource in call.store.studio.of(kind.kind).values()
        if domain in (None, resource.key[0]) and contains.lower() in resource.body[kind.name].lower()
    ]
    shown = (*kind.listed, "Status", "CreationTime", "LastModifiedTime")
    summaries = [{name: body[name] for name in shown if name in body} for body in found]
    return page(f"{kind.noun}s", summaries, params, params.get("SortBy", "CreationTime"))


def find(call: Call, kind: Kind, params: dict[str, Any]) -> StudioResource:
    """The resource that a request names.

    Raises:
        ServiceError: ResourceNotFound.
    """
    key: Key = (params["DomainId"],) if kind is DOMAIN else (params["DomainId"], params[kind.name].lower())
    resource = call.store.studio.of(kind.kind).get(key)
    if resource is None:
        raise not_found(f"{kind.noun} [{_arn(call, kind, params)}] does not exist.")
    return resource


def _arn(call: Call, kind: Kind, named: dict[str, Any]) -> str:
    names = [named["DomainId"]] if kind is DOMAIN else [named["DomainId"], in_arn(named[kind.name])]
    return call.arn(f"{kind.kind}/{'/'.join(names)}")


def _new_domain(call: Call, params: dict[str, Any]) -> tuple[Key, dict[str, Any]]:
    name = params["DomainName"]
    if any(domain.body["DomainName"] == name for domain in call.store.studio.of("domain").values()):
        raise in_use(f"Domain with the name [{name}] already exists.")
    suffix = "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(12))
    domain_id = f"d-{suffix}"
    return (domain_id,), {
        "DomainId": domain_id,
        "HomeEfsFileSystemId": f"fs-{secrets.token_hex(8)}",
        "Url": f"https://{domain_id}.studio.{call.region}.sagemaker.aws",
    }


def _failure(kind: Kind, call: Call, key: Key, body: dict[str, Any]) -> str | None:
    """Why the change will fail; raises at once instead, depending on a setting."""
    blocks = _blocks(kind, body)
    problem = problem_of_images(call, blocks, _default_role(kind, call, key)) or problem_of_defaults(call, blocks)
    if problem and settings.bad_custom_image == "refuse":
        raise ServiceError("ValidationException", problem)
    return problem


def _default_role(kind: Kind, call: Call, key: Key) -> str | None:
    domain = call.store.studio.of("domain").get(key[:1])
    if kind is DOMAIN or domain is None:
        return None
    block = domain.body.get("DefaultSpaceSettings", {}) if kind is SPACE else {}
    return block.get("ExecutionRole") or domain.body["DefaultUserSettings"].get("ExecutionRole")


def _blocks(kind: Kind, body: dict[str, Any]) -> dict[str, Any]:
    return {name: body[name] for name in kind.blocks if name in body}


def _refuse_with_apps(kind: Kind, call: Call, resource: StudioResource) -> None:
    """The service used to reject this with this message; today some settings can change while apps run."""
    apps = [a for a in call.store.studio.inside(*resource.key) if a.kind == "app" and a.status == "InService"]
    if apps and settings.update_with_apps == "refuse":
        raise ServiceError(
            "ValidationException",
            f"Unable to update {kind.noun} [{resource.arn}] with InService App. Delete all InService apps and try again.",
        )


def _refuse_app_type(params: dict[str, Any]) -> None:
    """A user reports this error although the app type was the same."""
    if settings.space_app_type == "refuse" and "AppType" in params.get("SpaceSettings", {}):
        raise ServiceError("ValidationException", "Updating AppType for Space is not supported.")


def _operation(act: Callable[[Kind, Call, dict[str, Any]], dict[str, Any]], kind: Kind) -> Any:
    def run(call: Call, params: dict[str, Any]) -> dict[str, Any]:
        with lock:
            settle(call)
            return act(kind, call, params)

    return run


OPERATIONS = {
    f"{verb}{kind.noun}{'s' if verb == 'List' else ''}": _operation(act, kind)
    for verb, act in {
        "Create": _create, "Describe": _describe, "Update": _update, "Delete": _delete, "List": _list,
    }.items()
    for kind in (DOMAIN, PROFILE, SPACE)
}  # fmt: skip
