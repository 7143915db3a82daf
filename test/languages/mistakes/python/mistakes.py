"""Writes the errors that mistakes cause in Python, as JSON."""

import json

from aws_cdk import App, Stack
from cdk_sagemaker_images import BaseImage, Image, MlFramework

image = Image(Stack(App(), "Mistakes"), "Torch")
base_image = BaseImage.from_uri("123456789012.dkr.ecr.us-east-1.amazonaws.com/torch:2.4")


def wrong_property() -> None:
    image.add_version("WrongProperty", base_image=base_image, framework=MlFramework.pytorch("2.4"))


def missing() -> None:
    image.add_version("Missing", ml_framework=MlFramework.pytorch("2.4"))


def invalid() -> None:
    image.add_version(
        "Invalid",
        base_image=base_image,
        ml_framework=MlFramework.of("Tensorflow"),
        aliases=["-gpu"],
        release_notes="x" * 256,
    )


def at_synth() -> None:
    app = App()
    twice = Image(Stack(app, "Mistakes"), "Torch")
    for construct_id in ["A", "B"]:
        twice.add_version(construct_id, base_image=base_image, alias="stable")
    app.synth()


def number() -> None:
    version = image.add_version("Number", base_image=base_image)
    # The token becomes a number with 290 digits, unlike with str() and in an f-string.
    Image(Stack(App(), "Other"), "Jax", description="after version %d" % version.version)


result = {}
mistakes = {
    "wrongProperty": wrong_property,
    "missing": missing,
    "invalid": invalid,
    "atSynth": at_synth,
    "number": number,
}
for name, mistake in mistakes.items():
    try:
        mistake()
    except Exception as error:
        result[name] = {"type": type(error).__name__, "message": str(error)}
with open("mistakes.json", "w", encoding="utf-8") as file:
    json.dump(result, file)
