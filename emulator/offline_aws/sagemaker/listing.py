"""Filters, sorts and pages lists."""

from __future__ import annotations

import base64
from typing import Any

from offline_aws.errors import ServiceError


def matches(item: dict[str, Any], name: str, params: dict[str, Any]) -> bool:
    """Whether an item matches the filters that all lists support."""
    after, before = params.get("CreationTimeAfter"), params.get("CreationTimeBefore")
    changed_after, changed_before = params.get("LastModifiedTimeAfter"), params.get("LastModifiedTimeBefore")
    modified_after = params.get("ModifiedTimeAfter", changed_after)
    modified_before = params.get("ModifiedTimeBefore", changed_before)
    return (
        params.get("NameContains", "").lower() in name.lower()
        and (after is None or item["CreationTime"] >= after)
        and (before is None or item["CreationTime"] <= before)
        and (modified_after is None or item["LastModifiedTime"] >= modified_after)
        and (modified_before is None or item["LastModifiedTime"] <= modified_before)
    )


def page(
    key: str, items: list[Any], params: dict[str, Any], sort_key: str | None = None, *, size: int = 10
) -> dict[str, Any]:
    """One page, by default of 10 items as documented for most lists, and the token for the next one."""
    if sort_key is not None:
        ascending = params.get("SortOrder", "DESCENDING").upper().startswith("ASC")
        items = sorted(items, key=lambda item: item[sort_key], reverse=not ascending)
    start = _offset(params.get("NextToken"))
    end = start + params.get("MaxResults", size)
    more = {"NextToken": base64.b64encode(str(end).encode()).decode()} if end < len(items) else {}
    return {key: items[start:end]} | more


def _offset(token: str | None) -> int:
    if token is None:
        return 0
    try:
        offset = int(base64.b64decode(token, validate=True))
    except ValueError:
        offset = -1
    if offset < 0:
        raise ServiceError("ValidationException", "Invalid NextToken.")
    return offset
