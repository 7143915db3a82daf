"""A Dockerfile in JupyterLab, on an existing domain: `cdk deploy -c domainId=d-...`. The same app as examples/studio."""

from aws_cdk import App, Stack

from cdk_sagemaker_images import BaseImage, StudioApp, StudioImage, StudioTarget

app = App()
stack = Stack(app, "Notebooks")
StudioImage(
    stack,
    "Torch",
    display_name="PyTorch",
    base_image=BaseImage.from_asset("torch"),
    app=StudioApp.jupyter_lab(),
    attach_to=[StudioTarget.existing_domain(app.node.get_context("domainId"))],
)
app.synth()
