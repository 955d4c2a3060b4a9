# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How modules ended, and where a run was not what check mode had foretold."""

from __future__ import annotations

import dataclasses
import typing as t

Data = dict[str, t.Any]


@dataclasses.dataclass
class Outcome:
    """How a module ended: its result, its exit code, and all that it wrote."""

    result: Data
    code: int
    text: str

    @property
    def changed(self) -> bool:
        return bool(self.result["changed"])

    @property
    def msg(self) -> str:
        return str(self.result.get("msg", ""))

    @property
    def said(self) -> str:
        """The message, and the remedy that stands beside it."""
        return f"{self.msg} {(self.result.get('error') or {}).get('hint') or ''}"

    @property
    def warnings(self) -> list[str]:
        return [one if isinstance(one, str) else str(one) for one in self.result.get("warnings", [])]

    def copy_in(self, region: str) -> Data:
        """The one entry of ``copies`` for a region."""
        (entry,) = [copy for copy in self.result["copies"] if copy["region"] == region]
        return t.cast(Data, entry)

    @property
    def actions(self) -> dict[str, str]:
        return {copy["region"]: copy["action"] for copy in self.result["copies"]}

    def share(self) -> Data:
        (entry,) = self.result["shares"]
        return t.cast(Data, entry)


def flat(value: t.Any, path: str = "") -> Data:
    """Nested dictionaries as one, by path."""
    if not isinstance(value, dict):
        return {path: value}
    return {inner: one for key, part in value.items() for inner, one in flat(part, f"{path}/{key}").items()}


# What the cloud chooses for a new image if it is not asked for, so that check mode may leave it empty.
CHOSEN = ("resource_group_id", "boot_mode", "imds_support")


def surprises(predicted: Outcome, real: Outcome) -> Data:
    """Where a diff is not what check mode foretold. Ids that only come into being can't be known before."""
    told, came = flat(predicted.result["diff"]), flat(real.result["diff"])
    unknown = {path for path, value in told.items() if path.endswith(CHOSEN) and not value}
    return {
        path: (told.get(path), came.get(path))
        for path in {*told, *came} - unknown
        if told.get(path) != came.get(path) and not path.endswith("/image_id")
    }
