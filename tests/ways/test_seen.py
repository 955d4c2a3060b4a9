# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a release says and does where something shows late, is not there, or can not be looked at."""

from __future__ import annotations

import json
import typing as t

import pytest
from ways.firewall import firewall
from ways.plays import BEIJING, FRANKFURT, HOME, ONE, TWO, meanwhile, play, role, shown, told

from ansible_collections.imageops.alicloud.plugins.module_utils._base.regions import REGIONS

if t.TYPE_CHECKING:
    from e2e.conftest import Play, Stage

pytestmark = pytest.mark.slow

Data = dict[str, t.Any]
KIND = "What shows late, is missing or can not be looked at"
SLOW = {"copy_gib_per_second": 0.005}  # a copy lasts longer than any play here
TAGGED = ("CopyImage", "TagResources")  # both put tags on a copy
LASTS = 4000  # seconds of the simulator that it takes
SHUT = {"kind": "error", "action": "DescribeImages", "code": "Forbidden.RAM", "status": 403, "times": None}


def release(stage: Stage, source: str | Data, *places: str, code: int = 0, **more: t.Any) -> Play:
    """A whole release by playbook, of an image that is there or of what it is made of, with its manifest."""
    image = source if isinstance(source, dict) else {"region": HOME, "image_id": source}
    given = {"source": image, "name": "base-1", "family": "base", **more}
    destinations = {"image_release_destinations": [{"region": region} for region in places or (BEIJING,)]}
    variables = {f"image_release_{key}": value for key, value in given.items()}
    return stage.playbook("create_copy_share", {**destinations, **variables}, code=code)


def manifest(stage: Stage) -> Data:
    return t.cast(Data, json.loads(stage.manifest.read_text()))


def entry(stage: Stage, region: str = BEIJING) -> Data:
    """What the manifest says of the copy of a region."""
    (found,) = [one for one in manifest(stage)["images"] if one["region"] == region and one["role"] == "copy"]
    return t.cast(Data, found)


def copy_in(stage: Stage, region: str = BEIJING) -> str:
    (image,) = stage.in_region(region)
    return str(image["image_id"])


def started(stage: Stage, source: str, *regions: str) -> None:
    """Copies that still run, as a task that does not wait leaves them."""
    stage.control("settings", SLOW)
    asked = {"region": HOME, "image_id": source, "name": "base-1", "destination_regions": [*regions], "wait": False}
    play(stage, {"imageops.alicloud.ecs_image_copy": {**asked, "family": ""}})
    stage.forget()


def looks(stage: Stage, region: str = BEIJING) -> int:
    """How often somebody has looked at the images of a region."""
    calls = stage.control("journal")["entries"]
    return len([call for call in calls if (call["action"], call["region"]) == ("DescribeImages", region)])


def begun(stage: Stage) -> set[str]:
    """Where copies have been asked for."""
    calls = stage.control("journal")["entries"]
    return {call["params"]["DestinationRegionId"] for call in calls if call["action"] == "CopyImage"}


# Steps that could not be done yet


def test_the_share_step_alone_waits_for_a_copy_that_still_runs(stage: Stage) -> None:
    """It ended well and complete, and nobody had the copy."""
    source = stage.image(name="base-1")
    started(stage, source, BEIJING)
    with meanwhile(lambda: looks(stage) >= 6, lambda: stage.control("clock", {"advance": LASTS})):
        release(stage, source, steps=["share"], accounts=[ONE])
    assert stage.shares(copy_in(stage)) == [ONE] and manifest(stage)["complete"]


def test_the_share_step_that_is_not_to_wait_says_what_still_runs(stage: Stage) -> None:
    """It ended well and complete, too."""
    source = stage.image(name="base-1")
    started(stage, source, BEIJING)
    done = release(stage, source, steps=["share"], accounts=[ONE], wait=False, code=2)
    assert f"{BEIJING}: {copy_in(stage)} is Creating: run again when it is Available" in done.out
    assert stage.shares(copy_in(stage)) == [] and not manifest(stage)["complete"]


def test_nothing_joins_the_family_where_a_copy_is_missing(stage: Stage) -> None:
    source = stage.image(name="base-1")
    release(stage, source, BEIJING, family="")
    done = release(stage, source, BEIJING, FRANKFURT, steps=["promote"], promote=True, code=2)
    assert FRANKFURT in done.out
    assert {image["family"] for image in stage.images()} == {""} and not manifest(stage)["complete"]


# Shown late, or never


def test_a_lost_answer_to_a_copy_that_lists_show_late(stage: Stage) -> None:
    """The copy was there, its name taken by itself, and the task ended as refused."""
    source = stage.image(name="base-1")
    late = {"listed_late": {"CopyImage": 40}, "tags_shown_late": {"CopyImage": 100}}
    stage.control("settings", {**late, "token_seconds": 0.001})
    stage.control("faults", {"kind": "reset_after", "action": "CopyImage"})
    release(stage, source)
    assert entry(stage)["image_id"] == copy_in(stage) and manifest(stage)["complete"]


def test_two_tasks_at_once_for_the_same_destinations(stage: Stage) -> None:
    """The one that is refused by the name of the other's copy works with that."""
    source = stage.image(name="base-1")
    stage.control("settings", {"listed_late": {"CopyImage": 40}, "tags_shown_late": dict.fromkeys(TAGGED, 100)})
    # Neither copies before both have seen that there is no copy.
    stage.control("faults", {"kind": "hold", "action": "CopyImage", "times": None})
    asked = {"region": HOME, "image_id": source, "destination_regions": [BEIJING, FRANKFURT]}
    task = {"imageops.alicloud.ecs_image_copy": asked, "async": 120, "poll": 0}
    ended = {"ansible.builtin.async_status": {"jid": "{{ item }}"}, "retries": 200, "delay": 0.3, "register": "ended"}
    ended |= {"until": "ended.finished", "loop": ["{{ one.ansible_job_id }}", "{{ two.ansible_job_id }}"]}
    with meanwhile(lambda: len(stage.control("faults")["held"]) == 4, lambda: stage.control("faults", method="DELETE")):
        done = play(
            stage, task | {"register": "one"}, task | {"register": "two"}, ended,
            shown("ended.results | map(attribute='images') | unique | length"),
        )  # fmt: skip
    assert "SHOWN 1" in told(done) and all(copy_in(stage, region) for region in (BEIJING, FRANKFURT))


def test_images_of_the_same_second_are_in_the_same_order_in_every_region(stage: Stage) -> None:
    """Each region had another one for the newest."""
    made, newest = {"created": "2026-10-01T00:00:00Z", "family": "base"}, []
    sources = {name: stage.image(name=name, **made) for name in ("base-1", "base-2")}
    for region, names in ((BEIJING, ("base-1", "base-2")), (FRANKFURT, ("base-2", "base-1"))):
        for number, name in enumerate(names):
            tags = {"imageops:copied-from": f"{HOME}/{sources[name]}", "imageops:copied-as": name}
            tags["imageops:source-created"] = made["created"]
            at = {"region": region, "id": f"m-{number}{region.replace('-', '')}"}  # lists are in the order of ids
            stage.image(**at, name=name, tags=tags, is_copied=True, **made)
    for region in (HOME, BEIJING, FRANKFURT):
        info = {"imageops.alicloud.ecs_image_info": {"region": region, "family": "base", "newest": 1}}
        newest.append(play(stage, info).one("ecs_image_info")["images"][0]["name"])
    assert len({*newest}) == 1, newest


def test_places_that_never_answer_hold_up_no_other(stage: Stage) -> None:
    """The good ones came after those in front of them had been waited for in vain."""
    source, good = stage.image(name="base-1"), {BEIJING, FRANKFURT, "us-west-1", "cn-shanghai"}
    others = (region for region in sorted(REGIONS) if region not in {HOME, *good})
    silent = [region for region in others if "finance" not in region][:20]  # the hosts of those have other names
    with firewall(stage.ready["proxy"], {f"ecs.{region}.aliyuncs.com" for region in silent}) as wall:
        proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), wall.address)
        stage.ready["env"] = {**stage.ready["env_proxy"], **proxies}
        asked = {"region": HOME, "image_id": source, "destination_regions": [*silent, *good]}
        patient = {"connect_timeout": 60, "read_timeout": 60, "ca_path": stage.ready["ca"]}
        with meanwhile(lambda: bool(wall.given_up) or begun(stage) >= good, wall.lift):
            done = play(stage, {"imageops.alicloud.ecs_image_copy": {**asked, **patient}}, code=2)
        assert wall.given_up == []
    assert {*done.one("ecs_image_copy")["images"]} == good


# What manifests remember


def test_a_manifest_offers_the_source_to_nobody_who_should_not_have_it(stage: Stage) -> None:
    source = stage.image(name="base-1")
    release(stage, source, accounts=[ONE])
    play(stage, role(from_manifest=[str(stage.manifest)], accounts=[ONE, TWO]))
    assert stage.shares(copy_in(stage)) == [ONE, TWO]
    assert stage.shares(source) == []


def test_a_region_that_could_not_be_looked_at_keeps_its_copy_in_the_manifest(stage: Stage) -> None:
    source = stage.image(name="base-1")
    release(stage, source, BEIJING, FRANKFURT, accounts=[ONE])
    stage.control("faults", SHUT | {"region": BEIJING})
    release(stage, source, BEIJING, FRANKFURT, accounts=[ONE], code=2)
    stage.control("faults", method="DELETE")
    copy = copy_in(stage)
    assert entry(stage)["image_id"] == copy
    taken = {"unshare_everywhere_manifests": [str(stage.manifest)], "unshare_everywhere_accounts": [ONE]}
    stage.playbook("unshare_everywhere", taken)
    assert stage.shares(copy) == []


def test_a_run_without_the_share_step_does_not_say_that_nobody_has_it(stage: Stage) -> None:
    source = stage.image(name="base-1")
    release(stage, source, accounts=[ONE])
    release(stage, source, accounts=[ONE], steps=["create", "copy"])
    assert entry(stage)["shares"] and stage.shares(copy_in(stage)) == [ONE]


def test_a_release_that_was_never_promoted_is_retired_by_its_manifest(stage: Stage) -> None:
    """It is in no family, and was passed over without a word."""
    release(stage, stage.image(name="base-1"), family="")
    retire = {"families": ["base"], "keep": 1, "min_age_days": 0, "grace_days": 0}
    for _run in ("deprecates", "deletes"):
        play(stage, role(which="image_retire", from_manifest=[str(stage.manifest)], **retire))
    assert stage.in_region(BEIJING) == []


def test_a_failed_test_boot_keeps_nobody_who_is_denied(stage: Stage) -> None:
    source = stage.image(name="base-1")
    release(stage, source, accounts=[ONE])
    broken = {"kind": "error", "action": "RunInstances", "code": "InvalidInstanceType.NotSupported", "times": None}
    stage.control("faults", broken)
    place = {"region": BEIJING, "instance_type": "ecs.g7.large"}
    place |= {"vswitch_id": f"vsw-simulator-{BEIJING}", "security_group_id": f"sg-simulator-{BEIJING}"}
    tried = {"steps": ["create", "copy", "verify", "share"], "verify": [place]}
    release(stage, source, accounts=[TWO], denied_accounts=[ONE], **tried, code=2)
    assert stage.shares(copy_in(stage)) == [] and entry(stage)["outcome"] == "failed"
