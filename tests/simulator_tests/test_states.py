# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each state of an image lets be done with it: one row a state, one column a deed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from simulator import Simulator
from simulator_tests.helpers import HOME, ONE, Raw

DEEDS = ("copy", "share", "delete", "modify", "cancel")
# "" is allowed. A copy that is Creating or Waiting is a real one here, not a planted record.
TABLE: dict[str, tuple[str, str, str, str, str]] = {
    "Creating": (
        "IncorrectImageStatus",
        "OperationDenied.InvalidImageStatus",
        "OperationDenied.ImageCopying",
        "InvalidStatus.ImageIsCreating",
        "",
    ),
    "Waiting": (
        "IncorrectImageStatus",
        "OperationDenied.InvalidImageStatus",
        "OperationDenied.ImageCopying",
        "InvalidStatus.ImageIsCreating",
        "",
    ),
    "Available": ("", "", "", "", "IncorrectImageStatus"),
    "UnAvailable": (
        "IncorrectImageStatus",
        "OperationDenied.InvalidImageStatus",
        "",
        "",
        "IncorrectImageStatus",
    ),
    "CreateFailed": (
        "IncorrectImageStatus",
        "OperationDenied.InvalidImageStatus",
        "",
        "",
        "IncorrectImageStatus",
    ),
    "Deprecated": (
        "IncorrectImageStatus",
        "OperationDenied.InvalidImageStatus",
        "",
        "",
        "IncorrectImageStatus",
    ),
}
TARGET = "cn-beijing"


@pytest.fixture
def in_state(sim: Simulator, raw: Raw, new_image: Callable[..., str]) -> Callable[[str], str]:
    """A copy in the target region that is in the state asked for."""

    def make(status: str) -> str:
        source = new_image()
        if status not in ("Creating", "Waiting"):
            return new_image(region=TARGET, name="copy", status=status, is_copied=True)
        sim.settings.copy_slot_limit = 0 if status == "Waiting" else 5
        params = {"RegionId": HOME, "ImageId": source, "DestinationRegionId": TARGET}
        return str(raw.v1("CopyImage", params)[1]["ImageId"])

    return make


def do(raw: Raw, deed: str, image_id: str) -> tuple[int, str]:
    there = {"RegionId": TARGET, "ImageId": image_id}
    calls: dict[str, tuple[str, dict[str, str]]] = {
        "copy": ("CopyImage", {**there, "DestinationRegionId": "cn-shanghai"}),
        "share": ("ModifyImageSharePermission", {**there, "AddAccount.1": ONE}),
        "delete": ("DeleteImage", there),
        "modify": ("ModifyImageAttribute", {**there, "Description": "another text"}),
        "cancel": ("CancelCopyImage", there),
    }
    status, answer = raw.v1(*calls[deed])
    return status, answer.get("Code", "")


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("status", TABLE)
def test_row(sim: Simulator, raw: Raw, in_state: Callable[[str], str], status: str, deed: str) -> None:
    image_id = in_state(status)
    assert sim.world.region_images(TARGET)[image_id].status == status
    wanted = TABLE[status][DEEDS.index(deed)]
    assert do(raw, deed, image_id)[1] == wanted


@pytest.mark.parametrize(
    ("status", "to", "code"),
    [
        ("Available", "Deprecated", ""),
        ("Deprecated", "Available", ""),
        ("Available", "Available", "ImageStatus.NotDeprecated"),
        ("Deprecated", "Deprecated", "ImageStatus.NotAvailable"),
        ("UnAvailable", "Deprecated", "ImageStatus.NotAvailable"),
        ("CreateFailed", "Available", "ImageStatus.NotDeprecated"),
        ("Creating", "Deprecated", "InvalidStatus.ImageIsCreating"),
        ("Waiting", "Available", "InvalidStatus.ImageIsCreating"),
    ],
)
def test_moves(raw: Raw, in_state: Callable[[str], str], status: str, to: str, code: str) -> None:
    params = {"RegionId": TARGET, "ImageId": in_state(status), "Status": to}
    assert raw.v1("ModifyImageAttribute", params)[1].get("Code", "") == code


def test_every_state_is_in_the_table() -> None:
    from simulator.state.images import STATES

    assert set(TABLE) == set(STATES)
