"""Checks the targets of a rule, as PutTargets does.

https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_InputTransformer.html
"""

from __future__ import annotations

import json
import re
from typing import Any

from offline_aws.errors import ServiceError
from offline_aws.events.input import RESERVED, STRING_OR_VARIABLE

#: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
_TARGETS = 5
_LONGEST_TEMPLATE = 8_192
_VARIABLES = 100

_PLACEHOLDER = re.compile(r"<(.*?)>")
_NAME = re.compile(r"[A-Za-z0-9_-]+")
#: Dot notation with indices; the documentation excludes the bracket notation of names.
_PATH = re.compile(r"\$(\.[A-Za-z0-9_/-]+(\[\d+\])?)*")


def check(targets: list[dict[str, Any]]) -> None:
    """Raises LimitExceededException or ValidationException."""
    if len(targets) > _TARGETS:
        raise ServiceError("LimitExceededException", f"A rule can have at most {_TARGETS} targets.")
    for target in targets:
        if len({"Input", "InputPath", "InputTransformer"} & target.keys()) > 1:
            raise _invalid(f"Only one of Input, InputPath, or InputTransformer must be provided for target {target['Id']}.")
        if "Input" in target and not _is_json(target["Input"]):
            raise _invalid(f"Input for target {target['Id']} is not a valid JSON text.")
        transformer = target.get("InputTransformer", {})
        paths = transformer.get("InputPathsMap", {})
        for path in [*paths.values(), *([target["InputPath"]] if "InputPath" in target else [])]:
            if not _PATH.fullmatch(path):
                raise _invalid(f"Invalid JSON path {path} for target {target['Id']}: use dot notation.")
        if transformer:
            _check_transformer(target["Id"], paths, transformer.get("InputTemplate", ""))


def _check_transformer(target: str, paths: dict[str, str], template: str) -> None:
    if len(paths) > _VARIABLES:
        raise _invalid(f"InputPathsMap for target {target} has more than {_VARIABLES} entries.")
    if len(template) > _LONGEST_TEMPLATE:
        raise _invalid(f"The input template is longer than {_LONGEST_TEMPLATE} characters.")
    for name in paths:
        if not _NAME.fullmatch(name) or name.upper().startswith("AWS"):
            raise _invalid(f"InputPathsMap for target {target} has the invalid name {name}.")
    for placeholder in _PLACEHOLDER.findall(template):
        if placeholder not in paths and placeholder not in RESERVED:
            raise _invalid(f"InputTemplate for target {target} contains invalid placeholder {placeholder}.")
    if template.lstrip().startswith("{") and not _is_json(STRING_OR_VARIABLE.sub(_as_value, template)):
        raise _invalid(f"Invalid InputTemplate for target {target} : it is not JSON.")


def _as_value(match: re.Match[str]) -> str:
    return "null" if match[0].startswith("<") else match[0]


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _invalid(message: str) -> ServiceError:
    return ServiceError("ValidationException", message)
