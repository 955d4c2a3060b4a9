# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Manifests that remember, the image itself as a destination, and what version 1.0.0 has made."""

from __future__ import annotations

import json
import typing as t

import pytest
from ways.plays import (
    BEIJING,
    FRANKFURT,
    HOME,
    MADE,
    ONE,
    TWO,
    made_by_1_0,
    meanwhile,
    play,
    refused,
    role,
    shown,
    source,
    told,
)

if t.TYPE_CHECKING:
    from e2e.conftest import Stage

pytestmark = pytest.mark.slow

Data = dict[str, t.Any]
KIND = "Manifests that remember, the image itself as a destination, and what 1.0.0 has made"


def test_a_release_for_fewer_destinations_forgets_no_copy(stage: Stage) -> None:
    """It did, and unsharing by its manifest left them shared."""
    usual: Data = {"source": source(stage), "accounts": [ONE], "manifest": "kept.json"}
    every = role(**usual, destinations=[{"region": BEIJING}, {"region": FRANKFURT}])
    play(stage, every, role(**usual, destinations=[{"region": BEIJING}]))
    record = json.loads((stage.folder / "kept.json").read_text())
    taken = {"unshare_everywhere_manifests": ["kept.json"], "unshare_everywhere_accounts": [ONE]}
    stage.playbook("unshare_everywhere", taken)
    assert not [image for image in stage.images() if stage.shares(image["image_id"])]
    left = {image["region"]: (image["asked_for"], bool(image["last_seen_at"])) for image in record["images"]}
    assert left == {HOME: (True, False), BEIJING: (True, False), FRANKFURT: (False, True)}
    assert record["schema"] == 2


def test_the_next_release_leaves_the_default_file_of_the_one_before(stage: Stage) -> None:
    """It was overwritten: all releases of a host had one file."""
    releases = [role(source=source(stage, name=name), destinations=[{"region": BEIJING}]) for name in ("one", "two")]
    play(stage, *releases, manifest=None)
    found = {path.name: json.loads(path.read_text())["name"] for path in stage.folder.glob("image_release-*.json")}
    assert found == {"image_release-localhost-one.json": "one", "image_release-localhost-two.json": "two"}


def test_no_file_of_somebody_else_is_overwritten(stage: Stage) -> None:
    """A note was, and a file of an unknown number was only seen after the writes."""
    files = {
        "note.txt": "what I must not forget",
        "later.json": json.dumps({"schema": 3, "collection": "imageops.alicloud", "images": [], "news": True}),
        # The default one, where only the image says the name.
        "image_release-localhost-golden.json": json.dumps({"mine": True}),
    }
    for name, text in files.items():
        (stage.folder / name).write_text(text)
    usual: Data = {"source": source(stage), "destinations": [{"region": BEIJING}], "accounts": [ONE]}
    named = [refused(**usual, manifest=name) for name in ("note.txt", "later.json")]
    usual_name = {"block": [role(**usual, manifest="{{ omit }}")], "ignore_errors": True}
    done = told(play(stage, *named, usual_name, code=None))
    for name in files:
        assert f"{stage.folder / name} is not overwritten" in done, name
    assert f"image_release_manifest: {stage.folder}/note.txt is not overwritten: it is not JSON" in done
    assert stage.writes() == [] and "it was taken" not in done
    kept = {name: (stage.folder / name).read_text() for name in files}
    assert kept == files
    new_keys = {"image_rekey_manifests": "later.json", "image_rekey_manifest": "note.txt", "image_rekey_name": "new"}
    stage.playbook("image_rekey", {**new_keys, "image_rekey_keys": {HOME: "key-1"}}, code=2)
    assert (stage.folder / "note.txt").read_text() == files["note.txt"] and stage.writes() == []


def test_a_share_that_names_nobody_is_refused(stage: Stage) -> None:
    """It was green, and nothing was done."""
    image = source(stage)
    play(stage, role(source=image, destinations=[{"region": BEIJING}], manifest="kept.json"))
    stage.forget()
    by_image = refused(source=image, destinations=[{"region": BEIJING}], steps=["share"])
    done = told(play(stage, refused(from_manifest=["kept.json"]), by_image))
    assert done.count("REFUSED The variables are refused, nothing was changed: nothing would be done") == 2
    assert "Give image_release_accounts" in done and "it was taken" not in done
    stage.playbook("share", {"image_release_from_manifest": "kept.json", "image_release_manifest": ""}, code=2)
    assert stage.writes() == []
    # Who only loses images is named, too.
    play(stage, role(from_manifest="kept.json", denied_accounts=[ONE]))


def test_what_is_asked_of_the_image_itself_is_refused_or_told_as_not_applied(stage: Stage) -> None:
    """It was dropped in silence, and the result claimed the name."""
    image = source(stage, tags={"version": "old"})
    asked: Data = {"name": "other", "family": "lab", "description": "second", "tags": {"version": "new"}}
    own = {"block": [role(source=image, destinations=[{"region": HOME, **asked}])], "ignore_errors": True}
    done = told(play(stage, own, code=None))
    assert (
        HOME in done
        and all(key in done for key in ("name", "family", "description", "tags"))
        and "is the source itself" in done
    )
    assert stage.writes() == []
    asked.pop("family")
    # What holds for all destinations is told.
    fine = role(source=image, destinations=[{"region": HOME}, {"region": BEIJING}], **asked)
    done = told(play(stage, fine, shown("image_release_result.name"), shown("image_release_result.images")))
    assert f"{HOME} is the source's own region: its name, description, tags stay as they are" in done.replace(
        "\\'", "'"
    )
    names = {
        (image["region"], image["name"], image["tags"]["version"])
        for image in stage.images()
        if image["tags"].get("version")
    }
    assert names == {(HOME, "golden", "old"), (BEIJING, "other", "new")}


def released(made: Data) -> Data:
    return {
        "source": {"region": HOME, "image_id": made[HOME, "base-2"]},
        "destinations": [{"region": BEIJING}],
        "accounts": [ONE],
        "family": "base",
        "promote": True,
    }


@pytest.mark.parametrize("source_name", [None, "golden"])
def test_a_release_that_1_0_has_made_is_seen_as_there(stage: Stage, source_name: str | None) -> None:
    """Its default file is taken over, with what only that run knew, also where the copies have a name of their own."""
    made = made_by_1_0(stage, source_name)
    named = {"name": "base-2"} if source_name else {}
    given = released({**made, (HOME, "base-2"): made[HOME, source_name or "base-2"]})
    play(stage, role(**given, **named), manifest=None)
    assert stage.writes() == []
    old = json.loads((MADE / "base-2.json").read_text())
    new = json.loads((stage.folder / "image_release-localhost-base-2.json").read_text())
    assert (old["schema"], new["schema"], new["complete"]) == (1, 2, True)
    known = [[(one["region"], one["image_id"], one["started_at"], one["shares"]) for one in record["images"]
              if one["role"] == "copy"] for record in (old, new)]  # fmt: skip
    assert known[0] == known[1] and known[0][0][2]


def test_a_failed_test_boot_is_known_from_the_file_with_the_name_of_1_0_as_well(stage: Stage) -> None:
    """The end of the run took that file for its release's, and its images had been shared before that."""
    golden = source(stage)
    network = {"vswitch_id": f"vsw-simulator-{BEIJING}", "security_group_id": f"sg-simulator-{BEIJING}"}
    tried = {"steps": ["copy", "verify"], "verify": [{"region": BEIJING, "instance_type": "ecs.g7.large", **network}]}
    broken = {"kind": "error", "action": "RunInstances", "code": "InvalidInstanceType.NotSupported"}
    stage.control("faults", broken)
    first = role(source=golden, destinations=[{"region": BEIJING, "name": "web"}], **tried)
    play(stage, first, code=2, manifest="image_release-localhost.json")
    again = role(source=golden, name="web", destinations=[{"region": BEIJING}], accounts=[ONE])
    assert "has not passed its test boot" in told(play(stage, again, code=2, manifest=None))
    (copy,) = stage.in_region(BEIJING)
    assert stage.shares(copy["image_id"]) == []


def test_manifests_of_1_0_are_worked_with(stage: Stage) -> None:
    copy = made_by_1_0(stage)[BEIJING, "base-2"]
    play(stage, role(from_manifest=["image_release-localhost.json"], accounts=[TWO]))
    assert stage.shares(copy) == [ONE, TWO]
    taken = {"unshare_everywhere_manifests": ["image_release-localhost.json"], "unshare_everywhere_accounts": [ONE]}
    stage.playbook("unshare_everywhere", taken)
    assert stage.shares(copy) == [TWO]


@pytest.mark.parametrize("words", [["--check"], []])
def test_no_file_of_a_run_takes_the_place_of_its_manifest(stage: Stage, words: list[str]) -> None:
    """A plan did, and the next run refused the file that was no manifest any more."""
    usual: Data = {"source": source(stage), "destinations": [{"region": BEIJING}]}
    play(stage, role(**usual, manifest="kept.json"))
    kept = (stage.folder / "kept.json").read_text()
    stage.forget()
    again = refused(**usual, manifest="kept.json", plan_file="kept.json")
    shared = refused(from_manifest="kept.json", accounts=[ONE], plan_file="kept.json")
    report = refused(**usual, manifest="kept.json", plan_file="r.html", report="r.html")
    done = told(play(stage, again, shared, report, words=words))
    place = stage.folder / "kept.json"
    assert f"image_release_manifest and image_release_plan_file name the same file, {place}" in done
    assert f"image_release_from_manifest and image_release_plan_file name the same file, {place}" in done
    assert f"image_release_report and image_release_plan_file name the same file, {stage.folder}/r.html" in done
    assert place.read_text() == kept and stage.writes() == [] and "it was taken" not in done


@pytest.mark.parametrize("serial", [0, 1])
def test_two_hosts_do_not_write_one_file_for_two_releases(stage: Stage, serial: int) -> None:
    """The last one to write had it, the other release was without a manifest, and every run changed the file."""
    hosts = {name: {"image_release_source": source(stage, name=name)} for name in ("one", "two")}
    (stage.folder / "hosts.yml").write_text(json.dumps({"all": {"hosts": hosts}}))
    release = role(destinations=[{"region": BEIJING}], manifest="release.json", report="{{ inventory_hostname }}.html")
    given = {"hosts": "all", "serial": serial, "words": ["-i", "hosts.yml"]}
    for words in (["--check"], []):
        done = play(stage, release, code=2, **{**given, "words": [*given["words"], *words]})
        place = stage.folder / "release.json"
        assert f"the release of host one writes {place} too. Give each host a file of its own" in told(done)
    assert [image["name"] for image in stage.in_region(BEIJING)] == (["one"] if serial else [])
    # Each a file of its own, or the same release.
    release["vars"]["image_release_manifest"] = "{{ inventory_hostname }}.json"
    play(stage, release, **given)
    assert {json.loads((stage.folder / f"{name}.json").read_text())["name"] for name in hosts} == {*hosts}
    same = release | {"vars": {**release["vars"], "image_release_source": hosts["one"]["image_release_source"]}}
    same["vars"] |= {"image_release_manifest": "one.json", "image_release_report": ""}
    play(stage, same, **given)
    assert play(stage, same, **given).changed == 0


@pytest.mark.parametrize("other", ["destinations", "accounts", "connection"])
def test_two_hosts_do_not_write_one_file_for_other_parts_of_a_release(stage: Stage, other: str) -> None:
    """They end together: copies of all but the last one were in no manifest, and each run changed it again."""
    consumers = stage.ready["demo"]["consumers"]
    own: dict[str, list[t.Any]] = {
        "destinations": [[{"region": BEIJING}], [{"region": FRANKFURT}]],
        "accounts": [[ONE], [TWO]],
        "connection": [
            {key: consumers[name][key] for key in ("access_key_id", "access_key_secret")}
            for name in ("consumer-one", "consumer-two")
        ],
    }
    hosts = {f"host-{number}": {f"image_release_{other}": one} for number, one in enumerate(own[other])}
    (stage.folder / "hosts.yml").write_text(json.dumps({"all": {"hosts": hosts}}))
    more: Data = {
        "destinations": {},
        "accounts": {"destinations": [{"region": BEIJING}]},
        "connection": {"destinations": [{"region": HOME, "encrypted": True}], "name": "own"},
    }[other]
    release = role(source=source(stage, shares=[ONE, TWO]), manifest="release.json", **more)
    done = play(stage, release, code=2, hosts="all", words=["-i", "hosts.yml"])
    assert "host host-0 writes" in told(done) and "Give each host a file of its own" in told(done)
    assert stage.writes() == []


def test_two_runs_beside_each_other_leave_everybody_in_the_manifest(stage: Stage) -> None:
    """Each had read the share list before the other one had changed it, and the last one to write knew only its own."""
    stage.holds_claims = False  # each task tells what it has seen and done, and so less than there is in the end
    shared = {"image_release_source": source(stage), "image_release_destination_regions": [BEIJING]}
    stage.control("faults", {"kind": "delay", "action": "ModifyImageSharePermission", "seconds": 3, "times": None})

    def share(account: str) -> None:
        stage.playbook("create_copy_share", {**shared, "image_release_accounts": [account]})

    with meanwhile(lambda: True, lambda: share(ONE)):
        share(TWO)
    (copy,) = stage.in_region(BEIJING)
    assert stage.shares(copy["image_id"]) == [ONE, TWO]
    record = json.loads(stage.manifest.read_text())
    known = {image["region"]: [share["account_id"] for share in image["shares"] or []] for image in record["images"]}
    assert known[BEIJING] == [ONE, TWO]
