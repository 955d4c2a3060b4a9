# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The printed policy that keeps the tags of this collection to the release role, enforced by the simulator."""

from __future__ import annotations

import typing as t

import pytest
from functional import pins, rights
from functional.support import BEIJING, HOME, ONE, Lab, Outcome
from simulator.actions import SERVED
from simulator.actions.parameters import KNOWN
from simulator.actions.rights import RESOURCES

from ansible_collections.imageops.alicloud.plugins.module_utils._base import markers

EVERYTHING = {"Version": "1", "Statement": [{"Effect": "Allow", "Action": "ecs:*", "Resource": "*"}]}
OTHER = {"id": "simulator-other-key", "secret": "simulator-other-secret"}


@pytest.fixture
def other(lab: Lab) -> None:
    """Somebody who may do everything, but for what the printed policy denies."""
    lab.plant("users", name="other", policies=[EVERYTHING, rights.guard()], access_keys=[OTHER])


def by_hand(lab: Lab, action: str, **fields: t.Any) -> str:
    """A call of the API as some other tool makes it: the error code, or nothing."""
    from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ApiError
    from ansible_collections.imageops.alicloud.plugins.module_utils._client.connection import Connection
    from ansible_collections.imageops.alicloud.plugins.module_utils._client.sdk import ECS, Client

    connection = Connection(
        access_key_id=OTHER["id"],
        access_key_secret=OTHER["secret"],
        endpoint=lab.sim.endpoint,
        sts_endpoint=lab.sim.endpoint,
    )
    try:
        Client(connection).call(ECS, "try", HOME, action, fields)
    except ApiError as error:
        return error.code
    return ""


def test_every_marker_is_in_it() -> None:
    ours = {
        value for name, value in vars(markers).items() if name.isupper() and name != "PREFIX" and isinstance(value, str)
    }
    assert set(rights.MARKERS) == ours - {markers.KEEP}  # people set that one, to protect an image


@pytest.mark.parametrize("marker", rights.MARKERS)
def test_others_can_not_set_a_marker(lab: Lab, other: None, marker: str) -> None:
    image = lab.source()
    base = {"ResourceType": "image", "ResourceId": [image]}
    assert by_hand(lab, "TagResources", **base, Tag=[{"Key": marker, "Value": "x"}, {"Key": "a", "Value": "b"}])
    assert lab.image(image).tags == {}
    assert not by_hand(lab, "TagResources", **base, Tag=[{"Key": "stage", "Value": "test"}])
    old = {"ResourceType": "image", "ResourceId": image}
    assert by_hand(lab, "AddTags", **old, Tag=[{"Key": marker, "Value": "x"}])
    assert lab.image(image).tags == {"stage": "test"}
    assert not by_hand(lab, "AddTags", **old, Tag=[{"Key": "more", "Value": "test"}])
    copy = {"ImageId": image, "DestinationRegionId": BEIJING, "DestinationImageName": "mine"}
    assert by_hand(lab, "CopyImage", **copy, Tag=[{"Key": marker, "Value": "x"}])
    assert not by_hand(lab, "CopyImage", **copy)


@pins.limited_by_tag
@pytest.mark.parametrize("marker", rights.MARKERS)
def test_others_can_not_remove_a_marker(lab: Lab, other: None, marker: str) -> None:
    image, plain = lab.source(tags={marker: "x", "a": "b"}), lab.source(name="plain", tags={"a": "b"})
    assert by_hand(lab, "UntagResources", ResourceType="image", ResourceId=[image], TagKey=[marker])
    old = {"ResourceType": "image", "Tag": [{"Key": marker, "Value": "x"}]}
    assert by_hand(lab, "RemoveTags", ResourceId=image, **old)
    assert lab.image(image).tags == {marker: "x", "a": "b"}
    assert not by_hand(lab, "RemoveTags", ResourceId=plain, **old)
    assert not by_hand(lab, "UntagResources", ResourceType="image", ResourceId=[plain], TagKey=["a"])


# What each of these calls is made with, beside the id.
WEAKENED: dict[str, dict[str, t.Any]] = {
    "ecs:JoinResourceGroup": {"ResourceGroupId": "rg-1"},
    "ecs:ModifyImageAttribute": {"Status": "Deprecated"},
    "ecs:ModifyImageShareGroupPermission": {"AddGroup": ["all"]},
    "ecs:ModifyImageSharePermission": {"AddAccount": [ONE]},
    "ecs:ModifySnapshotAttribute": {"SnapshotName": "other"},
}
REFUSALS = ("Forbbiden", "Forbidden.RAM")


def weaken(lab: Lab, action: str, kind: str, thing: str) -> str:
    where = {"ResourceType": kind, "ResourceId": thing} if "ResourceGroup" in action else {f"{kind.title()}Id": thing}
    return by_hand(lab, action.removeprefix("ecs:"), **where, **WEAKENED.get(action, {}))


@pins.limited_by_tag
@pytest.mark.parametrize(
    ("kind", "marker", "action"),
    [
        (kind, marker, action)
        for kind, markers in rights.WEARERS.items()
        for marker in markers
        for action in rights.WEAKENING[kind]
    ],
)
def test_others_can_not_weaken_what_is_ours(lab: Lab, other: None, kind: str, marker: str, action: str) -> None:
    ours, plain = (lab.plant(f"{kind}s", region=HOME, name=f"n{len(tags)}", tags=tags) for tags in ({marker: "x"}, {}))
    before = lab.state()
    assert weaken(lab, action, kind, ours) in REFUSALS
    assert lab.state() == before
    assert weaken(lab, action, kind, plain) not in REFUSALS


# Calls that name an image or a snapshot and leave it as it is.
HARMLESS = {
    "CopyImage",
    "CopySnapshot",
    "CreateImage",
    "ExportImage",
    "LockSnapshot",
    "ReplaceSystemDisk",
    "RunInstances",
}
# Calls that tag what decides nothing here.
OTHER_THINGS = {"CreateKeyPair", "CreateLaunchTemplate", "CreateLaunchTemplateVersion"}


def test_every_call_that_tags_or_weakens_is_in_it() -> None:
    writes = {action for action, served in SERVED.items() if served.write}
    tagging = {action for action in writes if "Tag.N.Key" in KNOWN[action]} - OTHER_THINGS
    assert {f"ecs:{action}" for action in tagging} == {*rights.TAGGING, "ecs:RemoveTags"}
    assert {f"ecs:{action}" for action in writes if "Untag" in action or "RemoveTag" in action} == set(rights.UNTAGGING)
    for kind, actions in rights.WEAKENING.items():
        naming = {
            action
            for action in writes
            if any(place.startswith((f"{kind}/{{", f"{kind}/[", "{ResourceType}/")) for place in RESOURCES[action])
            and "tag" not in action.lower()
        }
        assert {f"ecs:{action}" for action in naming - HARMLESS} == set(actions)


def test_others_can_not_make_what_looks_like_ours(lab: Lab, other: None) -> None:
    """The modules themselves, run by somebody else, are refused too; the release role is not."""

    def copy(who: str) -> Outcome:
        return lab("ecs_image_copy", who=who, region=HOME, image_id=source, destination_regions=[BEIJING])

    source = lab.source()
    refused = copy("other")
    assert refused.code == 1 and "Forb" in refused.copy_in(BEIJING)["error"]["code"], refused.result
    assert lab.own(BEIJING) == []
    assert copy("main").code == 0
