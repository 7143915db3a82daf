"""An image that exists already, for example that of another team: the app adds a version, and looks up others."""

import os

from aws_cdk import CfnOutput, Environment, Stack
from aws_cdk import aws_ecr as ecr
from constructs import Construct

from cdk_sagemaker_images import BaseImage, Image, ImageVersionLookup, ImageVersionSelector, Processor


class ExistingImage(Stack):
    """The image `image_name` has a version 1 and a version with the alias `stable`."""

    def __init__(self, scope: Construct, construct_id: str, *, image_name: str) -> None:
        # To look up an image during synth, the CDK has to know where it is.
        env = Environment(account=os.getenv("CDK_DEFAULT_ACCOUNT"), region=os.getenv("CDK_DEFAULT_REGION"))
        super().__init__(scope, construct_id, env=env)
        repository = ecr.Repository.from_repository_name(self, "Repository", "torch")

        # The CDK CLI keeps the role of the image in cdk.context.json. A version that is added grants this role the permission to pull.
        image = Image.from_lookup(self, "Image", image_name=image_name)
        added = image.add_version(
            "Cpu",
            base_image=BaseImage.from_ecr_repository(repository, "2.4-cpu"),
            processor=Processor.CPU,
        )

        # Versions of others are looked up during the deployment.
        first = ImageVersionLookup(self, "First", image=image, version=ImageVersionSelector.number(1))
        stable = ImageVersionLookup(self, "Stable", image=image, version=ImageVersionSelector.alias("stable"))
        latest = ImageVersionLookup(self, "Latest", image=image, version=ImageVersionSelector.latest())

        CfnOutput(self, "AddedVersion", value=added.version_as_string)
        CfnOutput(self, "FirstContainerImage", value=first.container_image)
        CfnOutput(self, "StableContainerImage", value=stable.container_image)
        CfnOutput(self, "LatestVersion", value=latest.version_as_string)
