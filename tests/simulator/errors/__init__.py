# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every error the simulator can answer: one table, looked up by action and code.

A key is `code` or `code#variant` where the API words one code in several ways; `%s` in a message is filled in.
An action's own row comes before the common one, because the same code has other statuses elsewhere.
"""

from __future__ import annotations

from . import images, newer, others, shares
from .common import COMMON, Row

__all__ = ["BY_ACTION", "COMMON", "ApiError", "Row", "api_error", "invalid", "is_listed", "missing"]

BY_ACTION: dict[str, dict[str, Row]] = {**images.ROWS, **shares.ROWS, **others.ROWS, **newer.ROWS}
# No page lists the codes of the older action: it does the same to an image.
BY_ACTION["ModifyImageShareGroupPermission"] = BY_ACTION["ModifyImageSharePermission"]
MISSING_CODES = {
    "RegionId": "MissingParameter.RegionId",
    "ResourceType": "MissingParameter.ResourceType",
    "ResourceId": "MissingParameter.ResourceIds",
    "Tag": "MissingParameter.Tags",
}
# The token service names a missing parameter in the code itself.
_NAMED_WHEN_MISSING = ("AssumeRole", "AssumeRoleWithOIDC")


class ApiError(Exception):
    """What a call answers instead of a result."""

    def __init__(self, code: str, status: int, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.code = code
        self.status = status
        self.message = message
        self.retry_after: int | None = None
        """Milliseconds after which to ask again."""
        self.detail: dict[str, str] | None = None
        """Why a caller lacked a right."""


def api_error(action: str, code: str, *values: object) -> ApiError:
    """The error of this code as this action words it; an unlisted code is a bug of the simulator, hence KeyError."""
    status, message = BY_ACTION.get(action, {}).get(code) or COMMON[code]
    return ApiError(code.split("#")[0], status, message % values if values else message)


def is_listed(action: str, code: str) -> bool:
    """Whether the action has an own row for the code."""
    return code in BY_ACTION.get(action, {})


def missing(action: str, name: str) -> ApiError:
    """A required parameter is absent; a few actions have codes of their own for it."""
    if action in _NAMED_WHEN_MISSING:
        return ApiError(f"Missing{name}", 400, f"{name} is mandatory for this action.")
    if is_listed(action, f"MissingParameter#{name}"):
        status, message = BY_ACTION[action][f"MissingParameter#{name}"]
        return ApiError(MISSING_CODES[name], status, message)
    if action == "DescribeDisks" and name == "RegionId":
        return api_error(action, "MissingParamter.RegionId")
    return api_error(action, "MissingParameter", name)


def invalid(action: str, name: str) -> ApiError:
    """A parameter is unknown or has the wrong type."""
    return api_error(action, "InvalidParameter", name)
