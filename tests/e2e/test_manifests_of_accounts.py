# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accounts that write one file, one after the other: the manifest of the first stays."""

from __future__ import annotations

import json
import typing as t

import pytest

from .releases import ONE, release

if t.TYPE_CHECKING:
    from .conftest import Stage

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("named", ["nowhere", "in the connection", "and no release"])
def test_a_release_of_another_account_does_not_take_the_place_of_a_manifest(stage: Stage, named: str) -> None:
    """It did so in silence, and the images of the first one were in no file any more."""
    path = stage.folder / "image_release-localhost-base-1.json"
    by_name = {"image_release_manifest": "{{ omit }}"} if named == "and no release" else {}
    given = release(stage, "base-1", stage.image(name="base-1"), image_release_manifest=str(path))
    stage.playbook("create_copy_share", given)
    kept, own = path.read_text(), stage.ready["account_id"]
    other = stage.ready["demo"]["consumers"]["consumer-one"]
    keys = {name: other[name] for name in ("access_key_id", "access_key_secret")}
    keys |= {"account_id": ONE} if named == "in the connection" else {}
    theirs = release(stage, "base-1", stage.image(name="base-1", account=ONE), image_release_connection=keys, **by_name)
    if by_name:
        del theirs["image_release_name"]
    else:
        theirs["image_release_manifest"] = str(path)
    stage.forget()
    for words in (["--check"], []):
        refused = stage.playbook("create_copy_share", theirs, *words, code=2).of("image_release_step")[-1]["msg"]
        assert "name another file" in refused and str(path) in refused and own in refused
    assert stage.writes() == [] and path.read_text() == kept
    # The same release in a file of its own.
    stage.playbook("create_copy_share", {**theirs, "image_release_manifest": "theirs.json"})
    assert json.loads((stage.folder / "theirs.json").read_text())["account_id"] == ONE
