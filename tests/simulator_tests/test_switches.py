# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each switch decides: one thing to do, and how it ends with the default and with every other value.

Switches that other tests are about are not here again; one test sees to it that none is without any.
"""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import pytest
from simulator import Simulator
from simulator.settings import Settings
from simulator_tests.documentation import texts_of_settings
from simulator_tests.error_lab import Lab
from simulator_tests.helpers import HOME, MAIN, ONE
from simulator_tests.switches_of_copies import COPY_SWITCHES, Look, code, copied, keys, shown
from simulator_tests.switches_of_others import OTHER_SWITCHES

FOLDER = Path(__file__).resolve().parent
CASES = [*COPY_SWITCHES, *OTHER_SWITCHES]
# Where the default of something unknown is the stricter reading. All others say in their texts what they are.
STRICTER = frozenset(
    (
        "cancel_repeated",
        "cancel_seconds",
        "copy_cancelled_snapshots",
        "copy_destination_omitted",
        "copy_encrypted_omitted",
        "copy_failed_record",
        "copy_size_limit_gib",
        "copy_slots",
        "copy_snapshot_links",
        "copy_tags_after_failure",
        "delete_seconds",
        "delete_source_while_copying",
        "delete_unknown_image",
        "delete_unknown_snapshot",
        "detection_seconds",
        "dry_run_checks",
        "dry_run_undocumented",
        "image_name_match",
        "instance_while_snapshots",
        "is_public_with_accounts",
        "modify_empty_value",
        "rights_describe",
        "share_on_error",
        "share_quota_order",
        "share_unfinished",
        "snapshot_copy_disk_id",
        "token_of_gone",
        "unpublish_regular",
        "unshare_absent",
        "usage_counts_recipients",
    )
)
MARKS = ("Kinder by default: ", "Neither is stricter: ")


@pytest.mark.parametrize(("name", "look", "default", "others"), CASES, ids=lambda part: getattr(part, "__name__", ""))
def test_switch(sim: Simulator, name: str, look: Look, default: Any, others: dict[Any, Any]) -> None:
    assert look(Lab(sim)) == default
    for value, wanted in others.items():
        sim.reset()
        sim.settings.change({name: list(value) if isinstance(value, tuple) else value})
        assert look(Lab(sim)) == wanted, value


def test_every_switch_has_a_test() -> None:
    """In the table above, or by name in another file."""
    elsewhere = " ".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("*.py") if path != Path(__file__))
    names = {case[0] for case in CASES} | set(re.findall(r"[a-z_]+", elsewhere))
    assert {spec.name for spec in dataclasses.fields(Settings)} - names == set()


def test_every_default_is_the_stricter_reading_or_says_why_not() -> None:
    unknown = {
        name: text for name, text in texts_of_settings().items() if text.startswith(("Not known", "Sources differ"))
    }
    marked = {name for name, text in unknown.items() if any(mark in text for mark in MARKS)}
    assert not marked & STRICTER
    assert marked | STRICTER == set(unknown)


# Tags of the source


def test_too_many_tags_together(sim: Simulator) -> None:
    lab = Lab(sim)
    lab.set(copy_tags_from_source=True)
    lab.image(tags={f"old-{number}": "" for number in range(15)})
    given = {f"Tag.{number}.Key": f"new-{number}" for number in range(1, 7)}
    assert code(lab, "CopyImage", **given) == "QuotaExceed.Tags"
    del given["Tag.6.Key"]
    assert len(keys(copied(lab, 0, **given))) == 20


def test_anothers_tags_do_not_come_along(sim: Simulator) -> None:
    lab = Lab(sim)
    lab.set(copy_tags_from_source=True)
    theirs = lab.image(account=ONE, shares=[MAIN], tags={"theirs": "1"})
    copy = lab.copy(ImageId=theirs, DestinationRegionId=HOME, Encrypted="true", DestinationImageName="mine")
    assert keys(shown(lab, copy)) == []
