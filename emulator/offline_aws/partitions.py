"""Partitions and their host names, as botocore knows them."""

from __future__ import annotations

from functools import cache


def partition_of(region: str) -> str:
    from moto.utilities.utils import get_partition

    return str(get_partition(region))


@cache
def dns_suffix(partition: str) -> str:
    """`amazonaws.com`, or that of another partition, such as `amazonaws.com.cn` and `amazonaws.eu`."""
    import botocore.session

    known = botocore.session.Session().get_data("partitions")["partitions"]
    suffixes = {entry["id"]: entry["outputs"]["dnsSuffix"] for entry in known}
    return str(suffixes.get(partition, "amazonaws.com"))
