"""AWS::Lambda::*"""

from __future__ import annotations

import io
import zipfile
from typing import Any

from offline_aws.cloudformation.handlers.base import Handler, Physical, Request, existing, ignoring_missing
from offline_aws.cloudformation.handlers.tagging import Tagging

#: Properties that are passed unchanged to CreateFunction and UpdateFunctionConfiguration.
_CONFIGURATION = (
    "Description", "Environment", "Handler", "Layers", "MemorySize", "Role", "Runtime",
    "Timeout", "TracingConfig", "VpcConfig", "DeadLetterConfig", "EphemeralStorage", "LoggingConfig",
)  # fmt: skip


class Function(Handler):
    type = "AWS::Lambda::Function"
    supports = frozenset(
        {
            *_CONFIGURATION, "Architectures", "Code", "FunctionName", "KmsKeyArn", "PackageType",
            "ReservedConcurrentExecutions", "Tags",
        }
    )  # fmt: skip
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
        name = function["FunctionName"]
        with existing(name):
            self._reserve(request, name)
        return Physical(name, {"Arn": _unqualified(function["FunctionArn"])})

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
            if "DeadLetterConfig" in old:
                reset["DeadLetterConfig"] = {"TargetArn": ""}
            request.call(
                "lambda",
                "UpdateFunctionConfiguration",
                FunctionName=name,
                **{**reset, **_configuration(new)},
            )
        self._reserve(request, name)
        return Physical(name, request.attributes)

    def delete(self, request: Request) -> None:
        ignoring_missing(request, "lambda", "DeleteFunction", FunctionName=request.physical_id)

    def _reserve(self, request: Request, name: str) -> None:
        """Reserves concurrent executions, or ends the reservation."""
        new, old = (one.get("ReservedConcurrentExecutions") for one in (request.properties, request.previous))
        if new is not None and new != old:
            request.call("lambda", "PutFunctionConcurrency", FunctionName=name, ReservedConcurrentExecutions=new)
        elif old is not None and new is None:
            request.call("lambda", "DeleteFunctionConcurrency", FunctionName=name)


class Permission(Handler):
    """A statement of the policy of a function; every change replaces it."""

    type = "AWS::Lambda::Permission"
    supports = frozenset({"Action", "FunctionName", "Principal", "PrincipalOrgID", "SourceAccount", "SourceArn"})
    grants = True

    def create(self, request: Request) -> Physical:
        properties = request.properties
        name = request.generated_name(100)
        request.call(
            "lambda",
            "AddPermission",
            StatementId=name,
            FunctionName=properties["FunctionName"],
            Action=properties["Action"],
            Principal=properties["Principal"],
            PrincipalOrgID=properties.get("PrincipalOrgID"),
            SourceAccount=properties.get("SourceAccount"),
            SourceArn=properties.get("SourceArn"),
        )
        return Physical(name, {"Id": name})

    def delete(self, request: Request) -> None:
        function = request.properties["FunctionName"]
        ignoring_missing(request, "lambda", "RemovePermission", FunctionName=function, StatementId=request.physical_id)


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
