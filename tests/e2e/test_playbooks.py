# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Releases by playbook, as users run them: planned, made, made again, in part, and stopped."""

from __future__ import annotations

import json
import stat
import typing as t

import pytest

from .releases import whole

if t.TYPE_CHECKING:
    from .conftest import Play, Stage

pytestmark = pytest.mark.slow

HOME, BEIJING, FRANKFURT = "cn-hangzhou", "cn-beijing", "eu-central-1"
ONE, TWO = "1000000000000011", "1000000000000012"


def without_ids(value: t.Any) -> t.Any:
    """What check mode can know: no ids that only come into being, and nothing the cloud chooses."""
    hidden = (
        "image_id",
        "resource_group_id",
        "boot_mode",
        "features",
        "imageops:source-created",
        "imageops:copied-from",
    )
    if isinstance(value, dict):
        return {key: without_ids(one) for key, one in value.items() if key not in hidden}
    return value


def test_check_then_run_then_nothing(stage: Stage) -> None:
    variables = whole(stage)
    before = stage.images()
    predicted = stage.playbook("create_copy_share", variables, "--check", "--diff")
    assert stage.writes() == [] and stage.images() == before
    assert predicted.one("ecs_image")["image"]["planned"] is True
    assert [copy["action"] for copy in predicted.one("ecs_image_copy")["copies"]] == ["started", "started"]
    assert [share["added"] for share in predicted.one("ecs_image_share")["shares"]] == [[ONE, TWO], [ONE]]
    assert not stage.manifest.exists()

    real = stage.playbook("create_copy_share", variables, "--diff")
    assert real.changed == predicted.changed > 0
    lines = [
        line for line in real.out.splitlines() if " Available, " in line or " Available before it was copied, " in line
    ]
    ends = {line.split(":")[0].strip(" -'\""): line for line in lines}
    assert ", made in " in ends[HOME] and ", copied in " in ends[BEIJING] and ", copied in " in ends[FRANKFURT]
    for module in ("ecs_image", "ecs_image_copy"):
        told, came = predicted.one(module), real.one(module)
        assert told["changed"] == came["changed"]
        assert without_ids(told["diff"]) == without_ids(came["diff"])
    for share_told, share_came in zip(
        predicted.one("ecs_image_share")["shares"], real.one("ecs_image_share")["shares"], strict=True
    ):
        assert {key: share_told[key] for key in ("region", "before", "after", "added", "removed")} == {
            key: share_came[key] for key in ("region", "before", "after", "added", "removed")
        }

    copies = {region: stage.in_region(region)[0] for region in (BEIJING, FRANKFURT)}
    assert stage.shares(copies[BEIJING]["image_id"]) == [ONE, TWO]
    assert stage.shares(copies[FRANKFURT]["image_id"]) == [ONE]
    check_record(stage, real, copies)

    stage.forget()
    text, modified = stage.manifest.read_text(), stage.manifest.stat().st_mtime_ns
    again = stage.playbook("create_copy_share", variables, "--diff")
    assert again.changed == 0
    assert stage.writes() == []
    assert (stage.manifest.read_text(), stage.manifest.stat().st_mtime_ns) == (text, modified)


def check_record(stage: Stage, real: Play, copies: dict[str, dict[str, t.Any]]) -> None:
    record = json.loads(stage.manifest.read_text())
    assert stat.S_IMODE(stage.manifest.stat().st_mode) == 0o600
    by_region = {image["region"]: image for image in record["images"]}
    assert set(by_region) == {HOME, BEIJING, FRANKFURT}
    assert (record["account_id"], record["name"], record["complete"]) == ("1000000000000001", "base-2026-11", True)
    for region, copy in copies.items():
        entry = by_region[region]
        assert (entry["role"], entry["image_id"], entry["outcome"]) == ("copy", copy["image_id"], "ok")
        assert entry["request_ids"] and entry["started_at"] and entry["finished_at"]
        assert entry["size"] == 20 and entry["snapshot_ids"]
    assert by_region[FRANKFURT]["encrypted"] is True
    assert by_region[FRANKFURT]["kms_key_id"] == stage.ready["demo"]["kms_keys"][FRANKFURT]
    assert [share["account_id"] for share in by_region[BEIJING]["shares"]] == [ONE, TWO]
    assert all(share["shared_at"] for share in by_region[BEIJING]["shares"])
    assert record["run"]["check"] is False and record["run"]["changed"] is True
    assert "key" not in json.dumps(record["run"])
    assert real.of("ecs_image_info") == []


def test_sharing_alone_never_copies(stage: Stage) -> None:
    source = stage.image()
    variables = {
        "image_release_source": {"region": HOME, "image_id": source},
        "image_release_destinations": [{"region": BEIJING}, {"region": FRANKFURT}],
        "image_release_accounts": [ONE],
    }
    missing = stage.playbook("share", variables, code=2)
    assert all(f"{region}: there is no copy golden" in missing.out for region in (BEIJING, FRANKFURT))
    assert {call["action"] for call in stage.writes()} == set()
    assert stage.in_region(BEIJING) == []

    destinations = {"image_release_destinations": [{"region": BEIJING}]}
    stage.playbook("create_copy_share", {**variables, **destinations, "image_release_accounts": []})
    stage.forget()
    stage.playbook("share", variables, code=2)
    assert {call["action"] for call in stage.writes()} == {"ModifyImageSharePermission"}
    assert stage.shares(stage.in_region(BEIJING)[0]["image_id"]) == [ONE]
    assert stage.in_region(FRANKFURT) == []


def test_all_regions_are_a_destination(stage: Stage) -> None:
    """Regions with an entry or a key of their own keep it, and the source's own gets no copy."""
    variables = {
        "image_release_source": {"region": HOME, "image_id": stage.image()},
        "image_release_destination_regions": "all",
        "image_release_destinations": [{"region": BEIJING, "name": "apart"}],
        "image_release_accounts": [ONE],
    }
    plan = stage.folder / "plan.json"
    stage.playbook("plan", {**variables, "image_release_plan_file": str(plan)})
    planned = json.loads(plan.read_text())
    names = {one["region"]: one["name"] for one in planned["copies"]}
    assert len(names) > 30 and HOME not in names and names[BEIJING] == "apart"
    assert {one["region"] for one in planned["shares"] if one["added"] == [ONE]} == {*names}
    secret = {**variables, "image_release_encrypted": True}
    refused = stage.playbook("plan", secret, code=2)
    assert "every other region" in refused.out and "service key" in refused.out
    assert stage.writes() == []


def test_the_report_is_that_of_the_run_that_changed_something(stage: Stage) -> None:
    files = {name: str(stage.folder / name) for name in ("report.html", "report.md", "report_index.html")}
    variables = whole(
        stage,
        image_release_report=files["report.html"],
        image_release_report_markdown=files["report.md"],
        image_release_report_index=files["report_index.html"],
    )
    planned = stage.playbook("create_copy_share", variables, "--check")
    assert [path for path in files.values() if f"{path} would be written" not in planned.out] == []
    stage.playbook("create_copy_share", variables)
    first = {name: (stage.folder / name).read_text() for name in files}
    assert all("base-2026-11" in text for text in first.values())
    assert "create, copy, share" in first["report.md"]
    assert stage.playbook("create_copy_share", variables).changed == 0
    assert {name: (stage.folder / name).read_text() for name in files} == first
    (stage.folder / "report_index.html").unlink()  # nothing but this one would be written
    for words in (["--check"], []):
        assert stage.playbook("create_copy_share", variables, *words).changed == 1
    assert {name: (stage.folder / name).read_text() for name in files} == first


def test_the_image_itself_under_another_name_is_shared_once(stage: Stage) -> None:
    source = stage.image()
    variables = {
        "image_release_source": {"region": HOME, "image_id": source},
        "image_release_name": "golden-2026-11",
        "image_release_destinations": [{"region": HOME, "accounts": [ONE]}, {"region": BEIJING}],
        "image_release_accounts": [TWO],
        "image_release_purge_accounts": True,
        "image_release_share_source": True,
    }
    stage.playbook("create_copy_share", variables)
    assert stage.shares(source) == [ONE, TWO]
    assert [image["image_id"] for image in json.loads(stage.manifest.read_text())["images"]].count(source) == 1
    assert stage.playbook("create_copy_share", variables).changed == 0
    assert stage.shares(source) == [ONE, TWO]


def test_the_emergency_brake(stage: Stage) -> None:
    stage.control("settings", {"copy_gib_per_second": 0.001})
    source = stage.image()
    words = f"region={HOME} image_id={source} destination_regions={BEIJING},{FRANKFURT} wait=false"
    stage.run("ansible", "localhost", "-m", "imageops.alicloud.ecs_image_copy", "-a", words)
    regions = {"stop_copies_regions": [BEIJING, FRANKFURT]}
    predicted = stage.playbook("stop_copies", regions, "--check")
    assert len(stage.in_region(BEIJING)) == 1
    stopped = stage.playbook("stop_copies", regions)
    assert predicted.changed == stopped.changed == 1
    assert len(stopped.one("ecs_image_copy_cancel")["cancelled"]) == 2
    assert stage.in_region(BEIJING) == stage.in_region(FRANKFURT) == []
    assert [image["image_id"] for image in stage.in_region(HOME)] == [source]


@pytest.mark.parametrize("on_failure", ["share_good", "share_none"])
def test_a_region_that_fails(stage: Stage, on_failure: str) -> None:
    stage.control("settings", {"copy_refused_regions": [FRANKFURT]})
    play = stage.playbook("create_copy_share", whole(stage, image_release_on_failure=on_failure), code=2)
    assert "RegionNotSupportCopy" in play.out
    good = stage.in_region(BEIJING)[0]
    assert stage.shares(good["image_id"]) == ([ONE, TWO] if on_failure == "share_good" else [])
    record = json.loads(stage.manifest.read_text())
    assert record["complete"] is False
    assert any("RegionNotSupportCopy" in failure for failure in record["failures"])
    outcomes = {image["region"]: image["outcome"] for image in record["images"]}
    assert outcomes == {HOME: "ok", BEIJING: "ok", FRANKFURT: "failed"}

    stage.control("settings", {"copy_refused_regions": []})
    stage.playbook("create_copy_share", whole(stage, image_release_on_failure=on_failure))
    assert json.loads(stage.manifest.read_text())["complete"] is True
    assert stage.in_region(BEIJING)[0]["image_id"] == good["image_id"]
    assert stage.shares(good["image_id"]) == [ONE, TWO]


def test_a_source_that_does_not_exist_is_in_the_record_too(stage: Stage) -> None:
    variables = whole(stage, image_release_source={"region": HOME, "instance_id": "i-nothing"})
    play = stage.playbook("create_copy_share", variables, code=2)
    assert "i-nothing" in play.out
    record = json.loads(stage.manifest.read_text())
    assert record["complete"] is False and record["images"] == []
    assert any("i-nothing" in failure for failure in record["failures"])
    assert stage.writes() == []


def test_each_host_brings_its_own_account(stage: Stage) -> None:
    """The connection goes into every module, and never into what is shown."""
    consumer = stage.ready["demo"]["consumers"]["consumer-one"]
    source = stage.image(account=ONE)
    connection = {name: consumer[name] for name in ("access_key_id", "access_key_secret")}
    variables = {
        "image_release_connection": {**connection, "account_id": ONE},
        "image_release_source": {"region": HOME, "image_id": source},
        "image_release_destinations": [{"region": BEIJING}],
        "image_release_accounts": [TWO],
    }
    play = stage.playbook("create_copy_share", variables, "-vvv")
    assert play.one("ecs_image_copy")["account_id"] == ONE
    (copy,) = stage.in_region(BEIJING)
    assert copy["account_id"] == ONE and stage.shares(copy["image_id"]) == [TWO]
