"""Members that botocore's model does not have yet, as a future SageMaker may add them.

Tests declare them to show that a client with today's model keeps members that it does not know.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from werkzeug.wrappers import Request, Response

_members: dict[str, set[str]] = defaultdict(set)


def has(shape: str, member: str) -> bool:
    return member in _members.get(shape, ())


def forget() -> None:
    _members.clear()


def endpoint(request: Request) -> Response:
    """`POST new-members {"UserSettings": ["FutureSettings"]}`."""
    from offline_aws.control import ControlError, json_object
    from offline_aws.sagemaker.model import service_model
    from offline_aws.wire import json_response

    for shape, members in json_object(request).items():
        if shape not in service_model().shape_names:
            raise ControlError(f"'{shape}' is not a shape of SageMaker's model")
        if not isinstance(members, list) or not all(isinstance(member, str) for member in members):
            raise ControlError(f"'{shape}' needs a list of names")
        _members[shape].update(members)
    return json_response({shape: sorted(members) for shape, members in _members.items()})
