"""A Dockerfile in JupyterLab, on an existing domain: `cdk deploy -c domainId=d-... -c executionRole=arn:aws:iam::...`.

The same app as examples/studio.
"""

from aws_cdk import App, Stack
from aws_cdk import aws_iam as iam

from cdk_sagemaker_images import BaseImage, StudioApp, StudioImage, StudioTarget

app = App()
stack = Stack(app, "Notebooks")
execution_role = iam.Role.from_role_arn(stack, "ExecutionRole", app.node.get_context("executionRole"))
StudioImage(
    stack,
    "Torch",
    display_name="PyTorch",
    base_image=BaseImage.from_asset("torch"),
    app=StudioApp.jupyter_lab(),
    attach_to=[StudioTarget.existing_domain(app.node.get_context("domainId"), execution_role=execution_role)],
)
app.synth()
