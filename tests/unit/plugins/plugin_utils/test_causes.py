# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One cause is one line."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.plugin_utils._base import _causes

Data = dict[str, t.Any]


def error(message: str, code: str = "InvalidAccount.NotFound", request_id: str | None = "R-1") -> Data:
    return {"code": code, "message": message, "request_id": request_id, "hint": "Look at the id."}


def test_an_account_that_is_refused_everywhere_is_one_line() -> None:
    shares = []
    for number in range(30):
        failed = [{"account_id": "9", "error": error("no such", request_id=f"R-{number}")}]
        shares.append({"region": f"region-{number}", "image_id": f"m-{number}", "failed": failed})
    (line,) = _causes.of_shares({"shares": shares})
    assert line.startswith("account 9 was not added: region-0, region-1, ")
    assert line.endswith("region-29: InvalidAccount.NotFound: no such (request id R-0). Look at the id.")


def test_other_causes_are_other_lines() -> None:
    copies = [
        {"region": "cn-one", "image_id": "m-1", "error": error("m-1 in cn-one is bad.", "X")},
        {"region": "cn-two", "image_id": "m-2", "error": error("m-2 in cn-two is bad.", "X")},
        {"region": "c", "image_id": None, "error": error("gone", "Y", None)},
        {"region": "d", "image_id": "m-4", "error": None},
    ]
    assert _causes.of_copies({"copies": copies}) == [
        "cn-one, cn-two: X: m-1 in cn-one is bad (request id R-1). Look at the id.",
        "c: Y: gone. Look at the id.",
    ]
    assert _causes.of_copies({"msg": "it broke"}) == []
