# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ecs_launch_template_image: every field of a version is kept, or the version is not made."""

from __future__ import annotations

import copy

import pytest
from functional.launch_template.templates import EVERYTHING, GIVE, SMALL, Data, one, plant, template
from functional.support import HOME, Lab, four_steps


def test_every_documented_field_is_in_the_new_version(lab: Lab) -> None:
    web, image = plant(lab, data=EVERYTHING), lab.source()
    real = four_steps(lab, GIVE, region=HOME, launch_template_name="web", image_id=image)
    made = template(lab, web).versions[2]
    assert {**made.data, "ImageId": "m-old"} == normal(EVERYTHING)
    assert (template(lab, web).default, made.data["ImageId"]) == (2, image)
    assert one(real) | {"launch_template_id": web, "action": "created", "version": 2, "default_version": 2} == one(real)
    assert made.description == f"imageops:launch-image {image} of version 1"


def normal(data: Data) -> Data:
    """As the simulator answers: a flag of a disk's encryption is a text there."""
    told = copy.deepcopy(data)
    told["DataDisks"]["DataDisk"][1]["Encrypted"] = "false"
    return told


def test_the_system_disk_may_also_be_nested(lab: Lab) -> None:
    nested = {
        "ImageId": "m-old",
        "SystemDisk": {"Size": 40, "Encrypted": True},
        "ImageOptions": {"LoginAsNonRoot": True},
    }
    web, image = plant(lab, data=nested), lab.source()
    lab.ok(GIVE, region=HOME, launch_template_id=web, image_id=image)
    dotted = {"SystemDisk.Size": 40, "SystemDisk.Encrypted": "true", "ImageOptions.LoginAsNonRoot": True}
    assert template(lab, web).versions[2].data == {"ImageId": image, **dotted}


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({"InstanceLabel": "kept"}, "InstanceLabel"),
        ({"SystemDisk.Colour": "red"}, "SystemDisk.Colour"),
        ({"SecurityOptions.EnableSecureBoot": True}, "SecurityOptions.EnableSecureBoot"),
        ({"DataDisks": {"DataDisk": [{"Size": 20, "Colour": "red"}]}}, "DataDisks.1.Colour"),
        ({"NetworkInterfaces": {"NetworkInterface": [{"VSwitchId": {"a": "b"}}]}}, "NetworkInterfaces.1.VSwitchId"),
        ({"Tags": {"InstanceTag": [], "More": ["x"]}}, "Tags.More"),
    ],
)
def test_what_can_not_be_said_again_stops_it(lab: Lab, more: Data, name: str) -> None:
    web, image = plant(lab, data={**SMALL, **more}), lab.source()
    call = {"region": HOME, "launch_template_id": web, "image_id": image}
    for check in (True, False):
        lab.fails(GIVE, "Nothing was changed", name, "allowed_losses", check=check, **call)
    assert lab.writes() == []
    lossy = lab.ok(GIVE, **call, allowed_losses=[name])
    assert one(lossy)["lost"] == [name] and any(name in warning for warning in lossy.warnings)
    assert not lab.ok(GIVE, **call, allowed_losses=[name]).changed


def test_empty_fields_are_no_loss(lab: Lab) -> None:
    web, image = plant(lab, data={**SMALL, "InstanceLabel": "", "Others": {"Other": []}}), lab.source()
    assert one(lab.ok(GIVE, region=HOME, launch_template_id=web, image_id=image))["lost"] == []


def test_what_can_not_be_read_is_told(lab: Lab) -> None:
    plant(lab)
    outcome = lab.ok(GIVE, region=HOME, launch_template_name="web", image_id=lab.source(), check=True)
    assert one(outcome)["not_readable"] == ["SecurityOptions.EnableSecureBoot"]
    assert any("secure boot" in warning for warning in outcome.warnings)
