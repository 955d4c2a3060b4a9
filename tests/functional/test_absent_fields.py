# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers that leave fields out, each that may be and two together: nothing breaks, nothing wrong is done or said."""

from __future__ import annotations

import dataclasses
import datetime
import itertools
import json
import re
import typing as t
from pathlib import Path

import pytest
from functional import hostile, pins
from functional.hostile_worlds import WORLDS, World
from functional.support import BEIJING, HOME, Lab
from hypothesis import given
from hypothesis import strategies as st
from simulator import Simulator
from simulator.wire.envelope import Reply

from ansible_collections.imageops.alicloud.plugins.module_utils._base import fields

# Objects with others in them. Without one there is none of its fields.
PARTS = {
    "DiskDeviceMappings": "its disks are not known, as while the image is made",
    "Features": "not known: the image is as it was made",
    "SecureBootOptions": "not known, unsupported as a rule",
    "DetectionOptions": "no check was asked for",
    "Items": "the check has found nothing",
    "LaunchTemplateData": "not told: such a version can't be taken over",
    "Tags": "no tags: without its marker nothing is ours",
    "OperationProgressSet": "the task says neither what it has written nor why it has failed",
    "RelatedItemSet": "the task does not say what it has written",
}
# Of each action, the objects in its answers.
ANSWERS: dict[str, tuple[t.Mapping[str, fields.Field], ...]] = {
    "DescribeImages": (
        fields.IMAGE,
        fields.DISK,
        fields.FEATURES,
        fields.SECURE_BOOT,
        fields.CHECK,
        fields.CHECK_ITEM,
        fields.LISTING,
    ),
    "DescribeSnapshots": (fields.SNAPSHOT, fields.LISTING),
    "DescribeInstances": (fields.INSTANCE, fields.LISTING),
    "DescribeImageSupportInstanceTypes": (fields.INSTANCE_TYPE,),
    "DescribeLockedSnapshots": (fields.LOCK, fields.LISTING),
    "DescribeImageSharePermission": (fields.SHARE, fields.LISTING),
    "DescribeLaunchTemplateVersions": (fields.VERSION, fields.LISTING),
    "DescribeScalingGroups": (fields.SCALING_GROUP, fields.LISTING),
    "DescribeTasks": (fields.TASK, fields.LISTING),
    "DescribeTaskAttribute": (fields.TASK, fields.OPERATION, fields.RELATED_ITEM),
    "DescribeScalingConfigurations": (fields.SCALING_CONFIGURATION, fields.LISTING),
    "DescribeLaunchTemplates": (fields.TEMPLATE, fields.LISTING),
    "DescribeDisks": (fields.MADE_DISK, fields.LISTING),
    "GetCallerIdentity": (fields.CALLER,),
}
EVERY = frozenset(ANSWERS)
TABLES = [table for tables in ANSWERS.values() for table in tables]
REQUIRED = {field.name for table in TABLES for field in table.values() if field.required}
# Names are left out wherever they stand: of the check's Status, all of DetectionOptions.
OPTIONAL = sorted({field.name for table in TABLES for field in table.values()} - REQUIRED | set(PARTS))


def without(names: t.Iterable[str]) -> hostile.Change:
    """Leave fields out of every object of an answer."""
    gone = set(names)

    def pruned(value: t.Any) -> t.Any:
        if isinstance(value, dict):
            return {key: pruned(one) for key, one in value.items() if key not in gone}
        return [pruned(one) for one in value] if isinstance(value, list) else value

    return hostile._as_json(pruned)


@pytest.fixture
def liar(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> hostile.Liar:
    liar = hostile.Liar(sim._dispatcher.reply, elsewhere="")
    monkeypatch.setattr(sim._dispatcher, "reply", liar)
    return liar


def run_without(lab: Lab, liar: hostile.Liar, name: str, names: t.Iterable[str]) -> None:
    liar.lie = None
    lab.sim.reset()
    lab.outputs.clear()
    lab.checks_claims = False  # what is left out can't be claimed rightly
    world = World(lab, WORLDS[name])
    liar.begin(hostile.Lie(without(names), EVERY, frozenset()))
    outcome = lab(world.module, **world.params)
    liar.lie = None
    faults = [*hostile.traces_of_a_crash(outcome.text), *world.damage()]
    assert not faults, "\n".join([f"without {names}", *faults, outcome.text[:1500]])


def test_every_field_that_is_read_is_in_the_list() -> None:
    """Entries of answers are read by the list alone; what is named elsewhere is a list's own name, or what was made."""
    folder = Path(fields.__file__).parents[1]
    read = {
        name
        for file in [*folder.glob("_api/*.py"), folder / "_base" / "models.py"]
        for name in re.findall(r'\.get\("([A-Z]\w+)"', file.read_text(encoding="utf-8"))
    }
    tags, names, made = (
        {"TagKey", "TagValue", "Key", "Value"},
        {"OSName", "OSNameEn", "Size"},
        {"ImageId", "LaunchTemplateVersionNumber", "RegionId", "TaskId"},
    )
    assert read - tags - names - made <= {*PARTS, *(one.name for one in fields.LISTING.values())}


@pytest.mark.slow
@pytest.mark.parametrize("part", [0, *(pytest.param(part, marks=pytest.mark.extra) for part in (1, 2))])
@pytest.mark.parametrize(("number", "field"), list(enumerate(OPTIONAL)), ids=OPTIONAL)
def test_one_field_is_left_out(lab: Lab, liar: hostile.Liar, number: int, field: str, part: int) -> None:
    """In a third of the worlds, for each field another one; the parts together are all worlds."""
    for name in list(WORLDS)[(number + part) % 3 :: 3]:
        run_without(lab, liar, name, [field])


PAIRS = list(itertools.combinations(OPTIONAL, 2))


@pytest.mark.slow
def test_two_fields_are_left_out(lab: Lab, liar: hostile.Liar) -> None:
    @hostile.profile(quick=60, thorough=len(PAIRS))
    @given(pair=st.sampled_from(PAIRS), name=st.sampled_from(sorted(WORLDS)))
    def run(pair: tuple[str, str], name: str) -> None:
        run_without(lab, liar, name, pair)

    run()


@pins.tags_at_once
@pytest.mark.parametrize("zone", [None, datetime.timezone(datetime.timedelta(hours=8))])
def test_a_copy_whose_time_is_told_otherwise_is_still_this_copy(
    lab: Lab, liar: hostile.Liar, zone: datetime.timezone | None
) -> None:
    """It counted as older than its source, and was refused as an image that somebody has tagged."""
    source = lab.source()
    wanted: dict[str, t.Any] = {"region": HOME, "image_id": source, "destination_regions": [BEIJING]}
    first = lab.ok("ecs_image_copy", **wanted)
    lab.until_shown()

    def change(reply: Reply) -> Reply:
        body = json.loads(reply.body)
        for image in body["Images"]["Image"]:
            if not zone and image["ImageId"] != source:
                del image["CreationTime"]
            elif zone and image["ImageId"] == source:
                image["CreationTime"] = (
                    datetime.datetime.fromisoformat(image["CreationTime"]).astimezone(zone).isoformat()
                )
        return dataclasses.replace(reply, body=json.dumps(body).encode())

    liar.begin(hostile.Lie(change, frozenset(["DescribeImages"]), frozenset()))
    again = lab.ok("ecs_image_copy", **wanted)
    assert again.result["images"] == first.result["images"]


# Encryption, which ordinary accounts' answers about images leave out


@pins.tags_at_once
def test_an_encrypted_copy_succeeds_without_the_preview_field(lab: Lab) -> None:
    lab.setting(mapping_encrypted="absent")
    source, key = lab.source(), lab.key(BEIJING)
    there = {"region": BEIJING, "name": "copy-c", "encrypted": True, "kms_key_id": key}
    wanted: dict[str, t.Any] = {"region": HOME, "image_id": source, "destinations": [there]}
    (copy,) = lab.ok("ecs_image_copy", **wanted).result["copies"]
    assert copy["encrypted"] is True and copy["kms_key_id"] == key
    again = lab.ok("ecs_image_copy", **wanted)
    assert not again.changed and again.actions == {BEIJING: "present"}


def test_an_encrypted_source_is_known_without_the_preview_field(lab: Lab) -> None:
    lab.setting(mapping_encrypted="absent")
    source = lab.source(disks=[{"size": 40, "encrypted": True, "kms_key_id": lab.key(HOME)}])
    (image,) = lab.ok("ecs_image_info", region=HOME).result["images"]
    assert image["encrypted"] is True
    (copy,) = lab.ok("ecs_image_copy", region=HOME, image_id=source, destination_regions=[BEIJING]).result["copies"]
    assert copy["encrypted"] is True


def test_a_plain_copy_of_a_wrong_kind_is_still_found_out(lab: Lab) -> None:
    lab.setting(mapping_encrypted="absent")
    source = lab.source()
    lab.twin(source, BEIJING)
    there = {"region": BEIJING, "encrypted": True}
    lab.fails("ecs_image_copy", "asked for is encrypted", region=HOME, image_id=source, destinations=[there])


def test_what_nobody_may_see_is_not_known(lab: Lab) -> None:
    lab.setting(mapping_encrypted="absent")
    lab.source()
    lab.fault("error", "DescribeSnapshots", code="Forbidden.RAM", status=403, times=None)
    (image,) = lab.ok("ecs_image_info", region=HOME).result["images"]
    assert image["encrypted"] is None
    assert json.dumps(image)


def test_a_tag_that_comes_too_early_is_put_on_again(lab: Lab) -> None:
    lab.fault("error", "TagResources", code="InvalidResourceId.NotFound", status=404, times=1)
    source = lab.source()
    outcome = lab.ok("ecs_image_copy", region=HOME, image_id=source, destination_regions=[BEIJING], tags={"a": "b"})
    assert outcome.copy_in(BEIJING)["error"] is None
    lab.fault("error", "TagResources", code="InvalidResourceId.NotFound", status=404, times=1)
    lab.ok("ecs_image", region=HOME, image_id=source, tags={"stage": "new"})
    assert lab.image(source).tags["stage"] == "new"


def test_a_tag_that_is_never_taken_is_told_when_the_wait_is_over(lab: Lab) -> None:
    lab.fault("error", "TagResources", code="InvalidResourceId.NotFound", status=404, times=None)
    source, begun = lab.source(), lab.clock.now()
    lab.fails("ecs_image", "may have been deleted", region=HOME, image_id=source, tags={"a": "b"}, consistency_wait=20)
    assert 20 <= lab.clock.now() - begun <= 22
