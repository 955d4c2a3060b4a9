# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the report shows."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest

from ansible_collections.imageops.alicloud.plugins.plugin_utils._report import _report, _view
from ansible_collections.imageops.alicloud.tests.unit.plugins.plugin_utils.report_records import (
    ERROR,
    ONE,
    THREE,
    TWO,
    Data,
    both,
    image,
    record,
    text_of,
)


def test_it_says_who_ran_it_and_when() -> None:
    run = {
        "began_at": "2026-11-22T10:00:00Z", "ended_at": "2026-11-22T10:12:00Z", "caller": "acs:ram::1:user/jane",
        "job_id": "4711", "steps": ["create", "copy", "share"], "actions": {"cn-beijing": "timed_out"},
    }  # fmt: skip
    page, text = both(record(image("cn-beijing"), run=run))
    for told in (text_of(page), text):
        for part in ("2026-11-22 10:12 UTC", "12 min", "acs:ram::1:user/jane", "4711", "create, copy, share"):
            assert part in told, part
    assert "cn-beijing timed_out" in text_of(page)


def test_an_account_that_was_refused_makes_no_image_unsound() -> None:
    """The image and who has it are two facts."""
    shares = [{"account_id": ONE, "shared_at": None}]
    reason = {TWO: "InvalidAccount.NotFound: it does not exist"}
    one = image("cn-beijing", shares=shares, not_shared=[TWO], not_shared_reasons=reason, outcome="failed")
    seen = _view.view(record(one, complete=False), {}, "")
    assert (seen["sound"], seen["asked"]) == (1, 1)
    assert seen["images"][0]["state"] == {"text": "Available", "kind": "good"}
    assert seen["images"][0]["sharing"] == {"text": "1 of 2", "kind": "wait"}


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({}, "good"),
        ({"status": "Creating"}, "wait"),
        ({"status": "Deprecated"}, "wait"),
        ({"status": "CreateFailed"}, "bad"),
        ({"status": None, "image_id": None}, "bad"),
        ({"test_boot": {"outcome": "failed", "instance_type": "x", "at": None}}, "bad"),
        ({"test_boot": {"outcome": "not_tested", "instance_type": "x", "at": None}}, "wait"),
        ({"test_boot": {"outcome": "passed", "instance_type": "x", "at": None}}, "good"),
    ],
)
def test_the_state_of_an_image(given: Data, kind: str) -> None:
    (one,) = _view.view(record(image("cn-beijing", **given)), {}, "")["images"]
    assert one["state"]["kind"] == kind


def test_the_matrix_tells_four_states_apart() -> None:
    good = image(
        "cn-beijing",
        shares=[{"account_id": ONE, "shared_at": None}],
        asked_accounts=[ONE, TWO],
        not_shared=[TWO],
    )
    gone = image("eu-central-1", image_id=None, status=None, asked_accounts=[ONE, TWO], error=ERROR, outcome="failed")
    alone = image("us-west-1", shares=[{"account_id": THREE, "shared_at": None}], asked_accounts=[THREE])
    source = image("cn-hangzhou", role="source", asked_accounts=[])
    made = record(source, good, gone, alone, complete=False)
    matrix = _view.view(made, {}, "")["matrix"]
    assert [one["region"] for one in matrix["images"]] == ["cn-beijing", "eu-central-1", "us-west-1"]
    assert {row["account"]: row["marks"] for row in matrix["rows"]} == {
        ONE: ["shared", "missing", "none"],
        TWO: ["refused", "missing", "none"],
        THREE: ["none", "none", "shared"],
    }
    page, text = both(made)
    for told in (text_of(page), text):
        for mark in ("✓ shared", "✗ refused", "○ image missing", "not asked"):
            assert mark in told
        assert "removed" not in told


def test_a_failure_is_told_once() -> None:
    """The same error of many images is one, and the sentence of the run is not repeated by its images."""
    why = "InvalidAccount.NotFound: it does not exist"
    sentence = (
        "account 2000000000000002 was not added: cn-beijing, cn-shanghai: InvalidAccount.NotFound: it does not exist "
        "(request id R-2). Check the id"
    )
    images = [
        image(region, not_shared=[TWO], not_shared_reasons={TWO: why}, outcome="failed")
        for region in ("cn-beijing", "cn-shanghai")
    ]
    for told in both(record(*images, failures=[sentence], complete=False)):
        assert told.count("it does not exist") == 1
        assert "What to do" in told and "Check the id" in told and "R-2" in told
    for told in both(record(*images, complete=False)):
        assert told.count("it does not exist") == 1 and "cn-beijing, cn-shanghai" in told
    failed = [image(region, image_id=None, status=None, error=ERROR) for region in ("eu-central-1", "us-west-1")]
    for told in both(record(*failed, complete=False)):
        assert told.count("it is closed") == 1 and "eu-central-1, us-west-1" in told


def test_costs_are_shown_if_there_are_prices() -> None:
    one, other = image("cn-beijing"), image("eu-central-1", size=40)
    prices = {"currency": "CNY", "snapshot_gib_month": 0.1, "regions": {"eu-central-1": {"snapshot_gib_month": 0.2}}}
    for told in both(record(one, other), prices=prices):
        assert "10.00 CNY" in told
    for told in both(record(one, other)):
        assert "a month" not in told
    # The other region counted as nothing, and nothing said so.
    for told in both(record(one, other), prices={"regions": prices["regions"]}):
        assert "8.00" in told and "without cn-beijing" in told and "0.00" not in told.replace("8.00", "")


def test_the_life_of_the_images_is_in_it() -> None:
    old = {"region": "cn-beijing", "image_id": "m-old", "name": "base-1"}
    boot = {"outcome": "passed", "instance_type": "ecs.g7.large", "at": "2026-11-22T10:20:00Z"}
    for told in both(record(image("cn-beijing", family="base", test_boot=boot), deprecated=[old])):
        for part in ("passed", "base", "m-old"):
            assert part in told
    for told in both(record(image("cn-beijing"))):
        assert "Test boot" not in told and "Family" not in told and "Deprecated" not in told


def test_what_is_the_same_for_many_old_images_is_told_once() -> None:
    why = "it is still shared"
    old = [{"region": region, "image_id": f"m-{region}", "name": "base-1"} for region in ("cn-beijing", "us-west-1")]
    left = [{**one, "reason": why} for one in old]
    lost = [{**one, "image_id": f"{one['image_id']}-0", "accounts": [ONE, TWO]} for one in old]
    for told in both(record(image("cn-beijing"), deprecated=lost, left=left)):
        assert told.count(why) == 1 and told.count("Deprecated by this release") == 1
        assert told.count(ONE) == told.count(TWO) == 1
        for entry in [*left, *lost]:
            assert entry["image_id"] in told


def test_who_has_lost_an_image_that_stays_is_told_and_that_nothing_tells_it() -> None:
    old = {"region": "cn-beijing", "image_id": "m-0", "name": "base-1"}
    left = [{**old, "reason": "it is refused", "unshared": [ONE]}]
    for told in both(record(image("cn-beijing"), left=left, deprecated=[{**old, "accounts": None}])):
        assert "Lost all the same by" in told and ONE in told and "Nothing tells who has lost it" in told
    for told in both(record(image("cn-beijing"), deprecated=[{**old, "accounts": []}])):
        assert "Nothing tells" not in told


def test_it_names_the_commands_that_come_next() -> None:
    page, text = both(record(image("cn-beijing", family="base"), complete=False), manifest_file="/srv/base-1.json")
    for told in (text_of(page), text):
        assert "run the same playbook again" in told
        for playbook in ("share", "rollback", "unshare_everywhere"):
            assert f"imageops.alicloud.{playbook} -e" in told
        assert '["base-1.json"]' in told and '"image_release_family": "base"' in told
        # Under the default name, a run by them would write a second manifest of the release.
        assert '"image_release_manifest": "base-1.json"' in told and '"image_release_manifest": "OLDER.json"' in told
        assert "stop_copies" not in told and "/srv" not in told
    for told in both(record(image("cn-beijing", status="Creating"))):
        assert "stop_copies" in told


def test_the_way_back_takes_the_images_from_those_who_have_them() -> None:
    """The command was refused wherever an account had an image, which is what releases are for."""
    flag, said = '"image_release_unshare_previous": true', "who has the images of this one loses them"
    has = image("cn-beijing", shares=[{"account_id": ONE, "shared_at": None}])
    for told in (text_of(both(record(has, image("eu-central-1")))[0]), both(record(has))[1]):
        (line,) = re.findall(r"ansible-playbook imageops.alicloud.rollback -e '[^']*'", told)
        assert flag in line and said in told
    gone = image("cn-beijing", image_id=None, shares=[{"account_id": ONE, "shared_at": None}])
    for told in (*both(record(image("cn-beijing"))), *both(record(image("cn-beijing", shares=None), gone))):
        assert "unshare_previous" not in told and said not in told and "imageops.alicloud.rollback" in told


def test_what_is_copied_into_a_shell_holds_no_names_from_elsewhere() -> None:
    evil = "x'; rm -rf ~; '"
    for told in both(record(image("cn-beijing", family=evil, name="base")), manifest_file=f"/srv/{evil}.json"):
        for line in told.splitlines():
            assert "rm -rf" not in line or "ansible-playbook" not in line


def test_ids_can_be_copied_out_of_the_markdown() -> None:
    text = _report.markdown(record(image("cn-beijing", image_id="m-yk7praadwx8pzmcpz283", name="golden-2026-11")))
    for value in ("m-yk7praadwx8pzmcpz283", "cn-beijing", "golden-2026-11", "1000000000000001"):
        assert f"`{value}`" in text
    assert "\\" not in text


def test_what_the_run_did_not_look_at_says_when_it_was_seen() -> None:
    """The Markdown told of a copy that the release no longer asks for as if it had been looked at."""
    seen = {"last_seen_at": "2026-11-01T10:00:00Z", "asked_for": False}
    html, markdown = both(record(image("cn-beijing"), image("eu-central-1", **seen)))
    (row,) = [line for line in markdown.splitlines() if line.startswith("| `eu-central-1`")]
    assert row.split(" | ")[1] == "Available, last seen 2026-11-01 10:00 UTC, no longer asked for"
    assert all(words in html for words in ("last seen 2026-11-01 10:00 UTC", "no longer asked for"))
    assert markdown.count("last seen") == markdown.count("no longer asked for") == 1


def test_the_usual_host_is_no_news() -> None:
    for told in both(record(image("cn-beijing"))):
        assert "localhost" not in told
    assert "release-7" in _report.html(record(image("cn-beijing"), host="release-7"))


def test_manifests_of_version_1_can_be_shown() -> None:
    old = image("cn-beijing", shares=[{"account_id": ONE, "shared_at": None}])
    made = record(old)
    del made["run"]
    assert all(ONE in told for told in both(made))


def test_what_is_in_it() -> None:
    shared = [{"account_id": "2000000000000001", "shared_at": None}]
    text = _report.html(
        record(
            image("cn-hangzhou", role="source", started_at=None, copying_at=None, finished_at=None),
            image("cn-beijing", shares=shared, encrypted=True, kms_key_id="key-1"),
            image("eu-central-1", image_id=None, status=None, size=None, outcome="failed", error=ERROR,
                  not_shared=["2000000000000002"]),
            complete=False,
        )
    )  # fmt: skip
    for part in ("incomplete", "40 GiB", "2 of 3", "key-1", "Zone.NotOnSale", "Choose another region.", "R-1",
                 "2000000000000001", "2000000000000002", "10 min 1 s", "<title>Release of base</title>"):  # fmt: skip
        assert part in text, part
    assert "<script" not in text and "http" not in text.replace("http-equiv", "")


def test_what_no_image_tells_is_told_beside_it() -> None:
    failures = ["eu-central-1: Zone.NotOnSale: it is closed", "Nothing is promoted. It is older."]
    bad = image("eu-central-1", image_id=None, status=None, size=None, outcome="failed", error=ERROR)
    for text in both(record(bad, failures=failures)):
        assert text.count("it is closed") == 1 and text.count("Nothing is promoted") == 1


def test_the_index_has_a_line_for_each_release() -> None:
    old = {
        **record(image("cn-beijing"), name="base-1"),
        "run": {"ended_at": "2026-10-01T10:00:00Z"},
        "file": "a b.json",
    }
    new = {**record(image("cn-beijing"), complete=False, name="base-2"), "run": {"ended_at": "2026-11-01T10:00:00Z"}}
    page = _report.index([old, new], ["c.json: it is not JSON"])
    told = text_of(page)
    assert told.index("base-2") < told.index("base-1") and "c.json: it is not JSON" in told
    assert 'href="a%20b.json"' in page and "2026-10-01 10:00" in told
    assert "Complete 1 Incomplete 1" in told


def test_the_indexs_script_is_the_one_that_the_page_allows() -> None:
    page = _report.index([record(image("cn-beijing"))])
    (digest,) = re.findall(r"script-src 'sha256-([^']+)'", page.replace("&#39;", "'"))
    script = page.split("<script>")[1].split("</script>")[0]
    assert base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() == digest
