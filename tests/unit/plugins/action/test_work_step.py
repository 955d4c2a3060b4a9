# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of a new key: it reads manifests, and writes one of its own."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.imageops.alicloud.plugins.action import image_work_step

Data = dict[str, t.Any]


@pytest.fixture
def rekey(monkeypatch: pytest.MonkeyPatch, tmp_path: t.Any) -> t.Any:
    monkeypatch.chdir(tmp_path)
    action: t.Any = object.__new__(image_work_step.ActionModule)
    action._work, action._host = "image_rekey", "localhost"
    return action


def settings(name: str, **changes: t.Any) -> Data:
    return {"name": name, "manifest": None, "manifests": ["image_rekey-localhost-one.json"], **changes}


def test_a_new_key_writes_a_manifest_of_its_own(rekey: t.Any) -> None:
    """The second one wrote over that of the first, which it read, and which it needs if it stops on its way."""
    places = [str(rekey._place(settings(name), "manifest")) for name in ("one", "two")]
    assert [place.rpartition("/")[2] for place in places] == [
        f"image_rekey-localhost-{one}.json" for one in ("one", "two")
    ]
    assert rekey._clashes(settings("two")) == []


@pytest.mark.parametrize("given", [settings("one"), settings("two", manifest="./image_rekey-localhost-one.json")])
def test_a_new_key_writes_no_manifest_that_it_reads(rekey: t.Any, given: Data) -> None:
    (fault,) = rekey._clashes(given)
    assert fault.startswith("image_rekey_manifests and image_rekey_manifest name the same file")
