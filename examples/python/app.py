"""An image with two versions, a CPU and a GPU build of PyTorch: the same app as examples/quickstart.

Deploy with `cdk deploy -c release=1`, then 2 (other metadata: the versions change in place), then 3 (another base image:
CloudFormation creates a new version and keeps the old one).

With `-c domainId=d-...`, the image is also attached to that existing Studio domain. With `-c prod=2.4`, there is another stack,
for `cdk deploy Releases`, and with `-c existing=base` one for `cdk deploy ExistingImage`.
"""

import sys
from dataclasses import dataclass
from typing import Optional

from aws_cdk import App, CfnOutput, Stack
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from constructs import Construct

from cdk_sagemaker_images import (
    AppImageConfig,
    BaseImage,
    Image,
    JobType,
    MlFramework,
    Processor,
    ProgrammingLang,
    StudioApp,
    StudioAttachment,
    StudioImage,
    StudioTarget,
    VendorGuidance,
)

from existing_image import ExistingImage
from releases import Releases


@dataclass(frozen=True)
class Release:
    """What differs from one release to the next."""

    gpu_tag: str
    gpu_notes: str
    gpu_guidance: VendorGuidance
    gpu_aliases: list[str]


RELEASES = {
    "1": Release("2.4-gpu", "CUDA 12.4", VendorGuidance.NOT_PROVIDED, ["2.4.0-gpu"]),
    "2": Release("2.4-gpu", "CUDA 12.4, tested by the platform team", VendorGuidance.STABLE, ["2.4.0-gpu", "gpu-tested"]),
    "3": Release("2.5-gpu", "CUDA 12.6", VendorGuidance.NOT_PROVIDED, ["2.5.0-gpu"]),
}


class Quickstart(Stack):
    def __init__(self, scope: Construct, construct_id: str, *, release: Release, domain_id: Optional[str] = None) -> None:
        super().__init__(scope, construct_id)
        repository = ecr.Repository.from_repository_name(self, "Repository", "torch")

        image = Image(
            self,
            "Torch",
            image_name="torch",
            display_name="PyTorch",
            description="PyTorch for notebooks, kept by the platform team",
            tags={"team": "ml-platform"},
        )

        cpu = image.add_version(
            "Cpu",
            base_image=BaseImage.from_ecr_repository(repository, "2.4-cpu"),
            alias="2.4.0-cpu",
            ml_framework=MlFramework.pytorch("2.4"),
            programming_lang=ProgrammingLang.python("3.11"),
            processor=Processor.CPU,
            job_type=JobType.NOTEBOOK_KERNEL,
            vendor_guidance=VendorGuidance.STABLE,
            horovod=False,
            release_notes="Small, for laptops and tests",
        )

        gpu = image.add_version(
            "Gpu",
            base_image=BaseImage.from_ecr_repository(repository, release.gpu_tag),
            aliases=release.gpu_aliases,
            ml_framework=MlFramework.pytorch(release.gpu_tag.split("-")[0]),
            programming_lang=ProgrammingLang.python("3.11"),
            processor=Processor.GPU,
            job_type=JobType.NOTEBOOK_KERNEL,
            vendor_guidance=release.gpu_guidance,
            horovod=True,
            release_notes=release.gpu_notes,
        )

        pipeline = iam.Role(self, "Pipeline", assumed_by=iam.ServicePrincipal("codebuild.amazonaws.com"))
        image.grants.create_version(pipeline)
        image.grants.list_versions(pipeline)
        analyst = iam.Role(self, "Analyst", assumed_by=iam.AccountRootPrincipal())
        cpu.grants.read(analyst)
        gpu.grants.read(analyst)

        if domain_id:
            domain = StudioTarget.existing_domain(domain_id)

            # Attach one of the versions above, as JupyterLab.
            StudioAttachment(
                self,
                "GpuInJupyterLab",
                image_version=gpu,
                app_image_config=AppImageConfig(
                    self,
                    "JupyterLab",
                    app=StudioApp.jupyter_lab(container_environment_variables={"TEAM": "ml-platform"}),
                ),
                target=domain,
            )

            # Or create the image, its version, the configuration of the app and the attachment at once.
            StudioImage(
                self,
                "Editor",
                image_name="editor",
                display_name="PyTorch for editors",
                base_image=BaseImage.from_ecr_repository(repository, "2.4-cpu"),
                processor=Processor.CPU,
                app=StudioApp.code_editor(),
                attach_to=[domain],
                keep_versions=5,
            )

        CfnOutput(self, "ImageArn", value=image.image_arn)
        CfnOutput(self, "CpuVersion", value=cpu.version_as_string)
        CfnOutput(self, "GpuVersion", value=gpu.version_as_string)
        CfnOutput(self, "GpuContainerImage", value=gpu.container_image)


app = App()
name = str(app.node.try_get_context("release") or "1")
if name not in RELEASES:
    sys.exit(f"context value release '{name}' is unknown: use {', '.join(RELEASES)}")
domain_id = app.node.try_get_context("domainId")
Quickstart(app, "Quickstart", release=RELEASES[name], domain_id=domain_id)

prod = app.node.try_get_context("prod")
if prod:
    Releases(app, "Releases", version_range=str(prod), domain_id=domain_id)

existing = app.node.try_get_context("existing")
if existing:
    ExistingImage(app, "ExistingImage", image_name=existing)
app.synth()
