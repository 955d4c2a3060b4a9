# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What would be lost, left or skipped: in the plan, in the summary, in the manifest and in the report."""

from __future__ import annotations

import json
import typing as t

import pytest
from ways.plays import BEIJING, FRANKFURT, HOME, ONE, TWO, play, role, shown, source, told

if t.TYPE_CHECKING:
    from e2e.conftest import Stage

pytestmark = pytest.mark.slow

Data = dict[str, t.Any]
KIND = "Plans, summaries, manifests and reports"
OLD = {"family": "base", "created": "2026-01-01T00:00:00Z"}
NO_STOCK = {"kind": "error", "action": "RunInstances", "code": "OperationDenied.NoStock", "status": 403}


def place(region: str, **other: t.Any) -> Data:
    network = {"vswitch_id": f"vsw-simulator-{region}", "security_group_id": f"sg-simulator-{region}"}
    return {"region": region, "instance_type": "ecs.g7.large", **network, **other}


def release_of_three_regions(stage: Stage) -> tuple[Data, dict[str, str]]:
    """A release that takes the lead from one image in each region: of nobody, of one account, of two."""
    shares: dict[str, list[str]] = {HOME: [], BEIJING: [ONE], FRANKFURT: [ONE, TWO]}
    old = {region: stage.image(region=region, name="base-1", shares=who, **OLD) for region, who in shares.items()}
    image = source(stage, name="base-2", created="2026-02-01T00:00:00Z")
    common: Data = {
        "source": image,
        "destinations": [{"region": BEIJING}, {"region": FRANKFURT}],
        "accounts": [ONE],
        "family": "base",
        "steps": ["create", "copy", "share", "promote"],
        "deprecate_previous": True,
        "manifest": "kept.json",
        "report": "report.html",
        "report_markdown": "report.md",
    }
    return common, old


def lines(play_of_it: t.Any) -> str:
    return told(play_of_it).replace("\\'", "'")


def test_the_plan_says_who_loses_what_and_what_stays(stage: Stage) -> None:
    common, old = release_of_three_regions(stage)
    words = ["--check", "--diff"]
    seen = shown("(image_release_plan | default({})).lines | default([]) | join('; ')")  # version 1 had no such name
    planned = lines(play(stage, role(**common), seen, words=words))
    assert f"{HOME}: {old[HOME]} (base-1) would be deprecated" in planned
    why = "it is shared, and image_release_unshare_previous is not set"
    both = f"{BEIJING}: {old[BEIJING]} (base-1), {FRANKFURT}: {old[FRANKFURT]} (base-1)"
    assert f"{both} would stay Available: {why}" in planned
    everybody = lines(play(stage, role(**common, unshare_previous=True), seen, words=words))
    assert f"{BEIJING}: {old[BEIJING]} (base-1) would be deprecated, and 1 account would lose it ({ONE})" in everybody
    assert f"{old[FRANKFURT]} (base-1) would be deprecated, and 2 accounts would lose it ({ONE}, {TWO})" in everybody
    # Two copies get the same list: one line.
    assert everybody.count("the share list would change") == everybody.count(f"+1 account ({ONE})") > 0
    assert f"the new images in {BEIJING}, {FRANKFURT}: the share list would change" in everybody
    assert stage.writes() == [] and not list(stage.folder.glob("kept.json")) + list(stage.folder.glob("report*"))
    # The plan comes last, and there is no diff of a manifest or report before it.
    assert "before:" not in planned and planned.rindex("would stay Available") > planned.rindex("Write the manifest")


def test_summary_manifest_and_reports_say_what_became_of_it(stage: Stage) -> None:
    """One of seven was deprecated in silence, because the others were shared."""
    common, old = release_of_three_regions(stage)
    done = lines(play(stage, role(**common)))
    why = "it is shared, and image_release_unshare_previous is not set"
    assert f"{HOME}: {old[HOME]} (base-1) was deprecated" in done
    both = f"{BEIJING}: {old[BEIJING]} (base-1), {FRANKFURT}: {old[FRANKFURT]} (base-1)"
    assert f"{both} stay Available: {why}" in done
    record = json.loads((stage.folder / "kept.json").read_text())
    assert [(one["region"], one["image_id"]) for one in record["deprecated"]] == [(HOME, old[HOME])]
    assert {one["region"]: (one["image_id"], one["reason"]) for one in record["left"]} == {
        region: (old[region], why) for region in (BEIJING, FRANKFURT)
    }
    for name in ("report.html", "report.md"):
        text = (stage.folder / name).read_text().replace("\\", "")
        assert (
            all(image_id in text for image_id in old.values())
            and "Still Available in the family" in text
            and "it is shared" in text
        )
    text = (stage.folder / "kept.json").read_text()
    stage.forget()
    play(stage, role(**common))
    assert stage.writes() == [] and (stage.folder / "kept.json").read_text() == text
    play(stage, role(**common, unshare_previous=True))
    record = json.loads((stage.folder / "kept.json").read_text())
    lost = {one["region"]: one["accounts"] for one in record["deprecated"]}
    assert lost == {HOME: [], BEIJING: [ONE], FRANKFURT: [ONE, TWO]} and record["left"] == []
    assert all(stage.shares(image_id) == [] for image_id in old.values())


def test_what_could_not_be_tested_is_shared_with_nobody_unless_that_is_said(stage: Stage) -> None:
    """The instance type was sold out, and the image counted as failed."""
    common: Data = {
        "source": source(stage),
        "destinations": [{"region": BEIJING}],
        "accounts": [ONE],
        "family": "base",
        "steps": ["create", "copy", "verify", "share", "promote"],
        "verify": [place(BEIJING)],
        "manifest": "kept.json",
        "report_markdown": "report.md",
    }
    stage.control("faults", {**NO_STOCK, "times": None})
    failed = play(stage, role(**common), code=2)
    assert "Not tested: " in told(failed) and "OperationDenied.NoStock" in told(failed)
    (copy,) = stage.in_region(BEIJING)
    record = json.loads((stage.folder / "kept.json").read_text())
    outcomes = {one["region"]: (one["outcome"], (one["error"] or {}).get("code")) for one in record["images"]}
    assert outcomes == {HOME: ("ok", None), BEIJING: ("not_tested", "OperationDenied.NoStock")}
    assert record["complete"] is False and stage.shares(copy["image_id"]) == []
    assert not [image for image in stage.images() if image["family"] == "base"]
    assert "not tested" in (stage.folder / "report.md").read_text().replace("_", " ").replace("\\", "")

    optional = play(stage, role(**common, verify_optional=True))
    record = json.loads((stage.folder / "kept.json").read_text())
    tested = {one["region"]: (one["outcome"], one["error"]) for one in record["images"]}
    assert tested == {HOME: ("ok", None), BEIJING: ("not_tested", None)}
    assert record["complete"] is True and stage.shares(copy["image_id"]) == [ONE]
    assert "not tested (OperationDenied.NoStock: " in told(optional)


def test_another_type_is_tried_where_the_first_is_sold_out(stage: Stage) -> None:
    stage.control("faults", {**NO_STOCK, "times": 1})
    verify = [place(HOME, instance_type=["ecs.g7.large", "ecs.c7.large"])]
    image = source(stage)
    play(stage, role(source=image, steps=["create", "verify", "share"], verify=verify, accounts=[ONE]))
    started = [call["params"]["InstanceType"] for call in stage.writes() if call["action"] == "RunInstances"]
    assert started == ["ecs.g7.large", "ecs.c7.large"] and stage.shares(image["image_id"]) == [ONE]


def test_refusals_name_the_role_s_own_variables(stage: Stage) -> None:
    """They named options of modules that the role does not have."""
    golden = source(stage)
    stage.image(region=BEIJING, name="golden")
    tagged = source(stage, name="tagged", tags={f"cost:{number}": "x" for number in range(18)})
    accounts = [str(2000000000000001 + number) for number in range(60)]
    many: Data = {"destinations": [{"region": BEIJING}], "accounts": accounts}
    copies: Data = {"destinations": [{"region": BEIJING}], "name": "copied"}
    tasks = [
        {"block": [role(source=golden, **more)], "ignore_errors": True}
        for more in ({"destinations": [{"region": BEIJING}]}, many)
    ]
    tasks += [{"block": [role(source=tagged, **copies)], "ignore_errors": True}]
    done = told(play(stage, *tasks, code=None))
    assert "set image_release_copy_options.adopt_unmarked=true" in done
    assert "60 accounts are more than the 50 of image_release_max_accounts" in done
    assert "more than image_release_copy_options.max_tags=20" in done
    assert "image_release_copy_options.copy_tags=false" in done
    assert stage.in_region(BEIJING)[0]["name"] == "golden" and len(stage.in_region(BEIJING)) == 1
    fewer = {"copy_options": {"copy_tags": False}}
    play(stage, role(source=tagged, **copies, **fewer))
    assert "copied" in {image["name"] for image in stage.in_region(BEIJING)}
