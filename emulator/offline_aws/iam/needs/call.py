"""An API call as policies see it, and its permissions."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl

from offline_aws.identity import Caller
from offline_aws.wire import peek_body

_TAG_KEY = re.compile(r"TagKeys\.member\.\d+")
_TAG = re.compile(r"(?P<list>Tags)(?:\.member)?\.(?P<index>\d+)\.(?P<part>Key|Value)")


@dataclass(frozen=True)
class Need:
    """A permission that the caller needs: one action on one resource."""

    action: str
    resource: str = "*"
    #: Condition keys of this action, lower-cased.
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ApiCall:
    """The content of a signed request."""

    caller: Caller
    operation: str
    #: The members of a JSON body, or the flat parameters of a form.
    params: Mapping[str, Any]
    environ: dict[str, Any]

    @property
    def service(self) -> str:
        return self.caller.service

    def arn(self, resource: str, *, service: str | None = None, account: str | None = None) -> str:
        """The ARN of a resource in the account and Region of the caller."""
        where = f"{self.caller.region}:{account or self.caller.account}"
        return f"arn:{self.caller.partition}:{service or self.service}:{where}:{resource}"

    def text(self, name: str) -> str | None:
        """A string parameter; None if it is missing or not a string."""
        value = self.params.get(name)
        return value if isinstance(value, str) and value else None

    def tags(self) -> dict[str, str]:
        """The tags that the request carries."""
        return _tags(self.params)

    def request_tags(self) -> dict[str, Any]:
        """`aws:RequestTag/…` of the tags that the request carries; `aws:TagKeys` includes the keys that it removes."""
        tags = self.tags()
        keys = [*tags, *_tag_keys(self.params, self.environ)]
        values = {f"aws:requesttag/{key}".lower(): value for key, value in tags.items()}
        return values | {"aws:tagkeys": keys} if keys else {}


def read(environ: dict[str, Any], caller: Caller, operation: str) -> ApiCall:
    return ApiCall(caller, operation, _params(environ, caller.service), environ)


def pass_role(role: object, service: str) -> list[Need]:
    """iam:PassRole on the role, if there is one."""
    if not isinstance(role, str) or not role:
        return []
    return [Need("iam:PassRole", role, {"iam:passedtoservice": service})]


def _params(environ: dict[str, Any], service: str) -> Mapping[str, Any]:
    """Bodies of S3 are content, not parameters."""
    if service == "s3":
        return {}
    body = peek_body(environ)
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        # services use the first of two parameters with the same name
        return dict(reversed(parse_qsl(body.decode("utf-8", "replace"))))
    try:
        parsed = json.loads(body or b"{}")
    except ValueError:
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _tags(params: Mapping[str, Any]) -> dict[str, str]:
    """Tags in the three forms that APIs have: a list, a map, members of a form."""
    given = params.get("Tags", params.get("tags"))
    if isinstance(given, dict):
        return {str(key): str(value) for key, value in given.items()}
    if isinstance(given, list):
        pairs = [{str(key).lower(): value for key, value in tag.items()} for tag in given if isinstance(tag, dict)]
        return {str(tag.get("key")): str(tag.get("value", "")) for tag in pairs}
    parts: dict[str, dict[str, str]] = {}
    for name, value in params.items():
        found = _TAG.fullmatch(name)
        if found:
            parts.setdefault(found["index"], {})[found["part"]] = value
    return {part["Key"]: part.get("Value", "") for part in parts.values() if "Key" in part}


def _tag_keys(params: Mapping[str, Any], environ: Mapping[str, Any]) -> list[str]:
    """Keys of tags to remove: a list, members of a form, or in the query."""
    given = params.get("TagKeys", params.get("tagKeys"))
    if isinstance(given, list):
        return [str(key) for key in given]
    members = [str(value) for name, value in params.items() if _TAG_KEY.fullmatch(name)]
    return members or parse_qs(environ.get("QUERY_STRING", "")).get("tagKeys", [])
