# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a release does next."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import _manifest_file
from ansible_collections.imageops.alicloud.plugins.plugin_utils._release import _begin, _release, _release_facts
from ansible_collections.imageops.alicloud.tests.unit.plugins.plugin_utils.manifest_runs import (
    BEIJING,
    ONE,
    OWN,
    SOURCE,
    copied,
    run,
)


@pytest.mark.parametrize(("holders", "given", "most"), [(3, 50, 50), (52, 50, 52), (52, 60, 60)])
def test_a_rollback_gives_back_to_as_many_accounts_as_had_the_images(holders: int, given: int, most: int) -> None:
    """With a raised quota it made them Available, was then refused above fifty, and the bad release led on."""
    many = [str(4000000000000000 + number) for number in range(holders)]
    image = {"region": "cn-beijing", "image_id": "m-1", "name": "base-1", "role": "copy", "alone": False}
    shares = [{"account_id": account, "shared_at": None} for account in many]
    recorded = {"images": [{**image, "planned": False}], "known": [{**image, "shares": shares}]}
    usual = {"accounts": [], "denied_accounts": [], "purge_accounts": False, "allow_empty": False}
    settings = {
        **usual,
        "max_accounts": given,
        "share_source": False,
        "from_manifest": ["base-1.json"],
        "destinations": [],
    }
    call = _release.restored_shares(settings, recorded, [], False)
    assert call and call["max_accounts"] == most and call["images"][0]["accounts"] == many


@pytest.mark.parametrize("owner", [None, OWN])
def test_an_image_of_another_account_leads_no_family_of_this_one(owner: str | None) -> None:
    """It was to join the family of an account that does not own it."""
    image = {**SOURCE, "owner_alias": "others" if owner else "self", "owner_id": OWN}
    usual = {"share_source": False, "accounts": [], "from_manifest": [], "promotes": True, "destinations": []}
    alone = _release_facts.candidates(usual, image, {})
    assert [one["image_id"] for one in alone] == ([] if owner else ["m-1"])
    told = _release_facts.unpromotable(usual, image, alone)
    assert [sentence.partition(". ")[0] for sentence in told] == (
        [f"Nothing is promoted: m-1 in cn-hangzhou is an image of {OWN}"] if owner else []
    )
    assert _release_facts.unpromotable({**usual, "promotes": False}, image, alone) == []
    both = _release_facts.candidates(usual, image, {"copies": [copied(BEIJING)]})
    assert [one["image_id"] for one in both] == (["m-2"] if owner else ["m-1", "m-2"])


@pytest.mark.parametrize("named", [None, ONE])
def test_the_account_of_a_manifest_that_would_be_replaced_must_be_at_work(tmp_path: Path, named: str | None) -> None:
    """A release of another account took its place in silence, and the images of the first one were in no file."""
    path = tmp_path / "kept.json"
    settings: dict[str, t.Any] = {"connection": {}, "account_id": named, "manifest": str(path), "name": "golden"}
    assert _begin._account_of(settings, {}, {}, {}, "localhost")[0].account_id == named
    path.write_text(_manifest_file.as_text(run(copied(BEIJING))))
    account = _begin._account_of(settings, {}, {}, {}, "localhost")[0]
    assert account.account_id == (named or OWN)
    assert any(str(path) in place for place in account.named_in) == (named is None)
    kept = _begin._file_faults({**settings, "account_id": account.account_id, **FILES}, {}, "localhost")
    assert [f"of account {OWN}, not of {ONE}" in fault for fault in kept] == ([True] if named else [])


FILES = {"from_manifest": [], "source": {}, **dict.fromkeys(("report", "report_markdown", "report_index", "plan_file"))}
