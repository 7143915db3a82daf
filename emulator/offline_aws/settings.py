"""All settings that can change at run time.

Where AWS does not document a behavior, the guess is a setting here, so that tests can
cover both answers. `settings` is the live instance: read it when you need a value.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from offline_aws.setting_values import SettingsError, checked, choice, count, flag, seconds


@dataclass
class Settings:
    """The settings of the emulator; the metadata of each field documents and validates it."""

    order: str = choice(
        "worst",
        "lucky",
        help="worst starts image versions, domains and custom resources as early as their own "
        "dependencies allow and unrelated resources later; lucky deploys one resource at a time in template order",
    )
    time_scale: float = seconds(
        1.0, "factor on every waiting time; 0 makes each asynchronous change immediate"
    )
    image_seconds: float = seconds(0.2, "how long an image stays CREATING, UPDATING or DELETING")
    version_seconds: float = seconds(0.4, "how long an image version stays CREATING or DELETING")
    domain_seconds: float = seconds(0.4, "how long a domain, user profile or space stays pending")
    handler_poll_seconds: float = seconds(
        0.05, "how often a CloudFormation handler asks whether an asynchronous change has ended"
    )
    handler_timeout_seconds: float = seconds(
        120.0, "the timeout of a CloudFormation handler (NotStabilized)"
    )
    custom_resource_timeout_seconds: float = seconds(
        60.0, "the timeout for the response of a custom resource (an hour on AWS)"
    )
    lambda_retry_seconds: float = seconds(
        0.5,
        "how long a failed asynchronous invocation waits for its first retry, twice as long for the second "
        "(a minute and two on AWS)",
    )
    lambda_event_age_seconds: float = seconds(
        60.0, "how long an event waits while the reserved concurrency of its function is used up (six hours on AWS)"
    )
    event_seconds: float = seconds(0.05, "how long an event takes to reach its targets")
    event_copies: int = count(1, 5, help="how many events SageMaker sends for one change; more than one is possible on AWS")
    event_status_case: str = choice(
        "CREATE_FAILED",
        "CreateFailed",
        help="the spelling of the status in events of images and image versions: as in the API, or as in the sample (Creating)",
    )
    answer_seconds: float = seconds(
        50.0,
        "how long ExecuteChangeSet, CreateStack, UpdateStack and DeleteStack wait for the end of the "
        "operation before they answer; 0 answers at once, as on AWS",
    )
    taken_alias: str = choice(
        "refuse", "move", help="adding an alias that another version has: fail with ResourceInUse, or move the alias"
    )
    image_role_source_arn: str = choice(
        "image-version/*",
        "image-version",
        "image/*",
        "image",
        help="the aws:SourceArn that SageMaker sends when it assumes the role of an image, after arn:…:sagemaker:…:<account>: "
        "(* stands for the name of the image, for a version with its number)",
    )
    image_role_source_account: str = choice(
        "sent", "absent", help="whether SageMaker sends aws:SourceAccount when it assumes the role of an image"
    )
    archived_images: str = choice(
        "filtered",
        "described",
        help="what DescribeImages without a filter does with archived images: leave them out, as the API reference says, or "
        "return them, as the user guide says",
    )
    judged_names: str = choice(
        "as-requested",
        "lower-case",
        help="the spelling of names in the ARNs that IAM judges: that of the request, or lower case",
    )
    arn_names: str = choice(
        "lower-case", "as-created", help="the spelling of names in the ARNs that SageMaker returns"
    )
    image_not_created: str = choice(
        "ResourceInUse",
        "ValidationException",
        help="the error for creating a version of an image that is not CREATED",
    )
    version_numbers: str = choice(
        "never-reused", "reused", help="whether the number of a deleted latest version is used again"
    )
    latest_version: str = choice(
        "highest",
        "highest-created",
        help="what DescribeImageVersion returns without a version: the highest number whatever its "
        "status, or the highest that is CREATED",
    )
    delete_attached: str = choice(
        "allow", "refuse", help="deleting a version or app image config that a domain still uses"
    )
    update_domain: str = choice(
        "merge",
        "replace",
        help="how UpdateDomain, UpdateUserProfile and UpdateSpace treat a structure in the request: keep members that it does "
        "not contain, or replace it; other structures are kept, lists are always replaced",
    )
    busy_studio: str = choice(
        "ResourceInUse",
        "ValidationException",
        help="the error for changing a domain, user profile or space that is Pending or Updating",
    )
    absent_custom_images: str = choice(
        "kept",
        "emptied",
        help="what an update of a domain, user profile or space by CloudFormation sends for a list of custom images that "
        "the template does not have, in an app settings block of the new or the previous template: nothing, as the "
        "open-source Domain handler does, or an empty list",
    )
    omitted_default_image: str = choice(
        "version-kept",
        "dropped",
        "kept",
        help="what an update of Studio settings does with the image of a DefaultResourceSpec that it contains without an image: "
        "keep the version until it is cleared with None, as documented, drop image and version, or keep both, except for a "
        "version that is cleared",
    )
    absent_default_image: str = choice(
        "kept",
        "emptied",
        help="what an update of a domain, user profile or space by CloudFormation sends for a DefaultResourceSpec that was in "
        "the previous template only: nothing, or an empty structure",
    )
    space_app_type: str = choice(
        "accept", "refuse", help="an update of a space that contains its app type: accept it, or fail with a ValidationException"
    )
    bad_custom_image: str = choice(
        "fail",
        "refuse",
        help="a custom or default image in Studio settings that does not exist or cannot be described: the change ends in Failed or "
        "Update_Failed, or the request fails with a ValidationException",
    )
    update_with_apps: str = choice(
        "allow", "refuse", help="changing settings above an app that is InService"
    )
    undocumented_app_image_config: str = choice(
        "refuse",
        "accept",
        help="an app image config for more than one app type, or with a user and group other than 1000/100 and 0/0: "
        "fail with a ValidationException, or accept it",
    )
    failed_version: str = choice(
        "GeneralServiceException",
        "NotStabilized",
        help="the HandlerErrorCode of CloudFormation for a version that ends CREATE_FAILED",
    )
    resource_conflict: str = choice(
        "fail",
        "retry",
        help="what CloudFormation does when a handler answers ResourceConflict (ResourceInUse of SageMaker): fail at once, so "
        "that every missing dependency shows, or call the handler again for a while, as the contract of resource types says",
    )
    cleanup: str = choice(
        "parallel", "serial", help="how the clean-up phase of an update deletes unrelated resources"
    )
    managed_policies_per_role: int = count(
        10, 25, help="how many managed policies a role may have; AWS raises the quota to at most 25 on request"
    )
    enforce_iam: bool = flag(False, "whether the IAM policies of the caller are enforced")

    def apply(self, changes: Mapping[str, Any]) -> None:
        """Applies all changes, or none if one of them is invalid.

        Values may be strings (from a command line or a form).

        Raises:
            SettingsError: with the key, the value and the allowed values.
        """
        accepted = {key: checked(_known(key), value) for key, value in changes.items()}
        with _lock:
            for key, value in accepted.items():
                setattr(self, key, value)

    def reset(self) -> None:
        """Restores the values that the server was started with."""
        self.apply(_initial)

    def as_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


_lock = threading.Lock()
_fields = {f.name: f for f in dataclasses.fields(Settings)}
_initial: dict[str, Any] = {}

#: The live settings of this process.
settings = Settings()


def set_initial(changes: Mapping[str, Any]) -> None:
    """Settings from the command line: they survive a reset."""
    settings.apply(changes)
    _initial.clear()
    _initial.update(settings.as_dict())


_initial.update(settings.as_dict())


def _known(key: str) -> dataclasses.Field[Any]:
    known = _fields.get(key)
    if known is None:
        raise SettingsError(f"unknown setting '{key}': use one of {', '.join(sorted(_fields))}")
    return known
