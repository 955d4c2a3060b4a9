# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import Refused
from ansible_collections.imageops.alicloud.plugins.module_utils._snapshot.plan import SnapshotCopy, WantedSnapshot
from ansible_collections.imageops.alicloud.tests.unit.plugins.module_utils.samples import (
    BEIJING,
    HOME,
    MARKERS,
    snapshot,
)

Data = dict[str, t.Any]


def wish(**changes: t.Any) -> WantedSnapshot:
    usual: Data = {
        "source_region": HOME,
        "source_id": "s-source",
        "region": BEIJING,
        "name": "golden-0",
        "description": "disk 0",
        "encrypted": False,
        "kms_key_id": None,
        "tags": dict(MARKERS),
    }
    return WantedSnapshot(**{**usual, **changes})


def there(**changes: t.Any) -> Data:
    usual = {"status": "accomplished", "source_snapshot_id": "s-source", "tags": dict(MARKERS), "created_at": "2026"}
    return snapshot(**{**usual, **changes})


@pytest.mark.parametrize(
    ("asked", "found", "code"),
    [
        ({}, {}, None),
        ({}, {"encrypted": True}, "EncryptionDrift"),
        ({}, {"encrypted": True, "status": "progressing"}, "EncryptionDrift"),
        ({"encrypted": True}, {"encrypted": False}, "EncryptionDrift"),
        ({"encrypted": True}, {"encrypted": None}, None),  # the answer does not say
        ({"encrypted": True}, {"status": "progressing"}, None),
        ({"encrypted": True}, {"encrypted": True, "kms_key_id": "key-2"}, None),
        ({"encrypted": True, "kms_key_id": "key-1"}, {"encrypted": True, "kms_key_id": "key-1"}, None),
        ({"encrypted": True, "kms_key_id": "key-1"}, {"encrypted": True, "kms_key_id": "key-2"}, "KeyDrift"),
        ({"encrypted": True, "kms_key_id": "key-1"}, {"encrypted": True, "kms_key_id": None}, None),
    ],
)
def test_a_copy_that_is_encrypted_otherwise_is_of_no_use(asked: Data, found: Data, code: str | None) -> None:
    refusal = wish(**asked).drift(there(**found))
    assert (refusal.code if refusal else None) == code
    assert refusal is None or (refusal.hint and "s-1" in refusal.msg)


@pytest.mark.parametrize(
    "change",
    [{"encrypted": True}, {"kms_key_id": "key-1"}, {"region": HOME}, {"source_id": "s-2"}],
    ids=["encrypted", "key", "region", "source"],
)
def test_another_wish_has_another_token(change: Data) -> None:
    assert wish().token(0) == wish().token(0)
    assert len({wish().token(0), wish().token(1), wish(**change).token(0)}) == 3


CHOICES: list[t.Any] = [
    pytest.param([], None, "started", id="nothing"),
    pytest.param([there()], "s-1", "present", id="accomplished"),
    pytest.param([there(status="progressing")], "s-1", "adopted", id="on its way"),
    pytest.param([there(status="failed")], "s-1", "replaced", id="failed"),
    pytest.param([there(status="failed"), there(snapshot_id="s-2")], "s-2", "present", id="failed, and a good one"),
    pytest.param(
        [there(status="progressing"), there(snapshot_id="s-2", created_at="2027")], "s-2", "present", id="two"
    ),
    pytest.param(
        [there(encrypted=True), there(snapshot_id="s-2", status="progressing")],
        "s-2",
        "adopted",
        id="one of no use, and one on its way",
    ),
    pytest.param([there(source_snapshot_id="s-x"), there(tags={})], None, "started", id="of others"),
]


@pytest.mark.parametrize(("found", "chosen", "action"), CHOICES)
def test_every_run_chooses_the_same(found: list[Data], chosen: str | None, action: str) -> None:
    for order in (found, found[::-1]):
        copy = SnapshotCopy(wish())
        picked = copy.choose(order)
        assert (picked["snapshot_id"] if picked else None, copy.action) == (chosen, action)


@pytest.mark.parametrize(
    ("asked_at", "own"), [("2026-01-01T00:00:05Z", True), ("2026-01-01T00:00:06Z", False)], ids=["later", "earlier"]
)
def test_what_is_older_than_the_call_is_another_run_s(asked_at: str, own: bool) -> None:
    copy = SnapshotCopy(wish(), request_id="R-1", asked_at=asked_at)
    copy.update_from(there(created_at="2026-01-01T00:00:05Z"))
    assert (copy.own, copy.exists) == (own, True)


def test_what_is_of_no_use_is_refused_whoever_has_started_it() -> None:
    with pytest.raises(Refused, match="is encrypted, asked for is plain"):
        SnapshotCopy(wish(), request_id="R-1").update_from(there(encrypted=True))
