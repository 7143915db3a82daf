"""Permissions boundaries of users; moto supports them for roles only."""

from __future__ import annotations


def patch_moto() -> None:
    from moto.core.responses import ActionResult, EmptyResult
    from moto.iam.models import Role, User
    from moto.iam.responses import IamResponse

    original = IamResponse.create_user

    def create_user(self: IamResponse) -> ActionResult:
        answer = original(self)
        put_user_permissions_boundary(self)
        return answer

    def put_user_permissions_boundary(self: IamResponse) -> ActionResult:
        _set(self, self._get_param("PermissionsBoundary"))
        return EmptyResult()

    def delete_user_permissions_boundary(self: IamResponse) -> ActionResult:
        _set(self, None)
        return EmptyResult()

    def _set(self: IamResponse, boundary: str | None) -> None:
        user = self.backend.get_user(self._get_param("UserName"))
        user.permissions_boundary_arn = boundary  # type: ignore[attr-defined]

    User.permissions_boundary_arn = None  # type: ignore[attr-defined]
    User.permissions_boundary = Role.permissions_boundary  # type: ignore[attr-defined]
    IamResponse.create_user = create_user  # type: ignore[method-assign]
    IamResponse.put_user_permissions_boundary = put_user_permissions_boundary  # type: ignore[attr-defined]
    IamResponse.delete_user_permissions_boundary = delete_user_permissions_boundary  # type: ignore[attr-defined]
