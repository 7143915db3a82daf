"""AWS::Lambda::*"""

from __future__ import annotations

import io
import zipfile
from typing import Any

from offline_aws.cloudformation.handlers.base import Handler, Physical, Request, ignoring_missing
from offline_aws.cloudformation.handlers.tagging import Tagging

#: Properties that are passed unchanged to CreateFunction and UpdateFunctionConfiguration.
_CONFIGURATION = (
    "Description", "Environment", "Handler", "Layers", "MemorySize", "Role", "Runtime",
    "Timeout", "TracingConfig", "VpcConfig", "DeadLetterConfig", "EphemeralStorage", "LoggingConfig",
)  # fmt: skip


class Function(Handler):
    type = "AWS::Lambda::Function"
    supports = frozenset(
        {*_CONFIGURATION, "Architectures", "Code", "FunctionName", "KmsKeyArn", "PackageType", "Tags"}
    )
    tagging = Tagging("lambda", "Resource", "Arn", listed=dict)

    def create(self, request: Request) -> Physical:
        properties = request.properties
        function = request.call(
            "lambda",
            "CreateFunction",
            FunctionName=properties.get("FunctionName") or request.generated_name(64),
            Code=_code(properties),
            Architectures=properties.get("Architectures"),
            PackageType=properties.get("PackageType"),
            Tags=request.tags() or None,
            **_configuration(properties),
        )
        return Physical(function["FunctionName"], {"Arn": _unqualified(function["FunctionArn"])})

    def update(self, request: Request) -> Physical:
        name, new, old = request.physical_id, request.properties, request.previous
        if new["Code"] != old["Code"] or new.get("Architectures") != old.get("Architectures"):
            request.call(
                "lambda",
                "UpdateFunctionCode",
                FunctionName=name,
                Architectures=new.get("Architectures", ["x86_64"]),
                **_code(new),
            )
        if _configuration(new) != _configuration(old):
            # omitted members would keep their value
            reset: dict[str, Any] = {"Environment": {"Variables": {}}, "Description": ""}
            if "VpcConfig" in old:
                reset["VpcConfig"] = {"SubnetIds": [], "SecurityGroupIds": []}
            request.call(
                "lambda",
                "UpdateFunctionConfiguration",
                FunctionName=name,
                **{**reset, **_configuration(new)},
            )
        return Physical(name, request.attributes)

    def delete(self, request: Request) -> None:
        ignoring_missing(request, "lambda", "DeleteFunction", FunctionName=request.physical_id)


def _configuration(properties: dict[str, Any]) -> dict[str, Any]:
    same = {key: properties[key] for key in _CONFIGURATION if key in properties}
    return {**same, "KMSKeyArn": properties["KmsKeyArn"]} if "KmsKeyArn" in properties else same


def _code(properties: dict[str, Any]) -> dict[str, Any]:
    """Converts the code to the API's shape; the runtime decides the file name of inline code."""
    code = dict(properties["Code"])
    if "ZipFile" in code:
        python = str(properties.get("Runtime", "")).startswith("python")
        code["ZipFile"] = _zipped("index.py" if python else "index.js", code["ZipFile"])
    return {
        key: code[key]
        for key in ("ImageUri", "S3Bucket", "S3Key", "S3ObjectVersion", "ZipFile")
        if key in code
    }


def _zipped(name: str, text: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        # a fixed date, so that the same code has the same hash
        archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text)
    return buffer.getvalue()


def _unqualified(arn: str) -> str:
    return ":".join(arn.split(":")[:7])
