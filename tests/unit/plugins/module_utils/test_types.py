# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The types of what the API layer returns are those of what it returns."""

from __future__ import annotations

import typing as t

import pytest
import yaml

from ansible_collections.imageops.alicloud.plugins.module_utils._base import models, types
from ansible_collections.imageops.alicloud.plugins.modules import ecs_image_info


@pytest.mark.parametrize(
    ("named", "made"),
    [
        (types.Image, models.image({"ImageId": "m-1", "Status": "Available"}, "cn-hangzhou")),
        (types.Snapshot, models.snapshot({"SnapshotId": "s-1", "Status": "accomplished"}, "cn-hangzhou")),
        (types.Disk, models.disk({})),
        (types.Share, models.share({"AliyunId": "1"})),
        (types.Features, models.image({"ImageId": "m-1", "Status": "Available"}, "cn-hangzhou")["features"]),
    ],
)
def test_each_type_names_the_keys_that_there_are(named: t.Any, made: t.Mapping[str, t.Any]) -> None:
    optional = {key for key, hint in t.get_type_hints(named, include_extras=True).items() if "NotRequired" in str(hint)}
    assert set(t.get_type_hints(named)) - optional == set(made)


def test_every_key_of_an_image_is_documented() -> None:
    documented = yaml.safe_load(ecs_image_info.RETURN)["images"]["contains"]
    assert set(t.get_type_hints(types.Image)) - {"planned"} == set(documented)  # planned: of ecs_image in check mode


class Text(str):
    """A text as ansible-core 2.18 hands it to a plugin."""


def test_texts_of_a_kind_of_their_own_are_texts_in_a_planned_image() -> None:
    given = {"planned": True, "region": Text("cn-hangzhou"), "name": Text("base"), "size": 20, "encrypted": False}
    assert models.planned_faults(given) == []
    wrong = {**given, "size": True, "name": 7}
    assert sorted(fault.partition(" of ")[0] for fault in models.planned_faults(wrong)) == ["name", "size"]
