"""Releases of an image: what a pipeline pushes becomes a version, and an alias says which version people use."""

from typing import Optional

from aws_cdk import CfnOutput, Duration, Fn, Stack
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_sns as sns
from constructs import Construct

from cdk_sagemaker_images import (
    AppImageConfig,
    BaseImage,
    Image,
    ImageAlias,
    ImageFeed,
    ImageRetention,
    ImageRetirementLimit,
    ImageVersionFailures,
    ImageVersionList,
    ImageVersionLookup,
    ImageVersionSelector,
    ImageVersionStatus,
    Processor,
    Refresh,
    StudioApp,
    StudioAttachment,
    StudioTarget,
)


class Releases(Stack):
    """`version_range` selects the version that people use: `2.4` is the highest of 2.4.0, 2.4.1 and so on."""

    def __init__(self, scope: Construct, construct_id: str, *, version_range: str, domain_id: Optional[str] = None) -> None:
        super().__init__(scope, construct_id)
        repository = ecr.Repository.from_repository_name(self, "Repository", "torch")
        image = Image(self, "Torch", image_name="torch-releases", display_name="PyTorch releases")

        image.add_version(
            "Stable",
            base_image=BaseImage.from_ecr_repository(repository, "2.4-gpu"),
            alias="2.4.0",
            processor=Processor.GPU,
        )

        # If the tag has moved, a deployment makes a new version, after it has checked the container image.
        next_version = image.add_version(
            "Next",
            base_image=BaseImage.from_ecr_repository(repository, "2.5-gpu", follow_tag=True),
            processor=Processor.GPU,
            preflight=True,
        )
        ImageAlias(self, "NextAlias", image=image, alias="2.5", version=next_version)

        # A push of a tag such as nightly-42 makes a version without a deployment.
        ImageFeed(
            self,
            "Nightly",
            image=image,
            repository=repository,
            tags=["nightly-*"],
            alias="nightly",
            processor=Processor.GPU,
        )

        # Promote with another range, and go back with the former one. Spaces can be started with an alias like this.
        prod = ImageAlias(
            self,
            "Prod",
            image=image,
            alias="2",
            version=ImageVersionLookup(
                self,
                "Highest",
                image=image,
                version=ImageVersionSelector.alias_range(version_range),
                refresh=Refresh.every_deployment(),
                repository=repository,
            ),
        )
        if domain_id:
            StudioAttachment(
                self,
                "ProdInJupyterLab",
                image_version=prod,
                app_image_config=AppImageConfig(self, "JupyterLab", app=StudioApp.jupyter_lab()),
                target=StudioTarget.existing_domain(domain_id),
            )

        # Of the other versions, those that nothing uses are marked for archiving, archived after a while, and then deleted.
        retention = ImageRetention(
            self,
            "Retention",
            image=image,
            keep_versions=10,
            keep_for=Duration.days(90),
            expendable_aliases=["test-*"],
            to_be_archived=ImageRetirementLimit(versions=3),
            archived=ImageRetirementLimit(versions=5, age=Duration.days(30)),
            refresh=Refresh.every_deployment(),
        )

        # The reason why a version failed is published before CloudFormation deletes it.
        topic = sns.Topic(self, "Topic", enforce_ssl=True)
        failures = ImageVersionFailures(self, "Failures", images=[image], topic=topic)
        failures.metric_failed_versions().create_alarm(self, "Failed", threshold=1, evaluation_periods=1)

        versions = ImageVersionList(
            self,
            "Versions",
            image=image,
            status=ImageVersionStatus.CREATED,
            processor=Processor.GPU,
            max_versions=20,
            refresh=Refresh.every_deployment(),
        )
        CfnOutput(self, "ProdVersion", value=prod.version_as_string)
        CfnOutput(self, "GpuVersions", value=Fn.join(" ", versions.versions))
        CfnOutput(self, "Newest", value=Fn.select(0, versions.image_version_arns))
        CfnOutput(self, "RetentionReport", value=retention.report)
