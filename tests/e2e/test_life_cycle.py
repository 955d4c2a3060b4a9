# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What comes after a release: promote and try; by playbook, as users run them."""

from __future__ import annotations

import datetime
import json
import typing as t

import pytest

from .releases import ago, families, place, release

if t.TYPE_CHECKING:
    from .conftest import Stage

pytestmark = pytest.mark.slow

HOME, BEIJING, FRANKFURT = "cn-hangzhou", "cn-beijing", "eu-central-1"
ONE, TWO = "1000000000000011", "1000000000000012"


def test_a_promotion_takes_all_regions_and_never_goes_back(stage: Stage) -> None:
    old = release(stage, "base-1", stage.image(name="base-1", created=ago(20)), encrypted=True)
    new = release(stage, "base-2", stage.image(name="base-2", created=ago(10)), encrypted=True)
    # As text, as -e name=value gives it.
    promote = {"image_release_promote": "true", "image_release_deprecate_previous": "true"}
    stage.playbook("create_copy_share", old)
    assert families(stage) == {}
    stage.playbook("create_copy_share", {**old, **promote})
    assert families(stage) == {region: ["base-1"] for region in (HOME, BEIJING, FRANKFURT)}
    assert json.loads((stage.folder / "base-1.json").read_text())["run"]["changed"]
    assert stage.playbook("create_copy_share", {**old, **promote}).changed == 0

    # Nothing of it is there yet, so that the plan is about images that are still to be made.
    planned = stage.playbook("create_copy_share", {**new, **promote}, "--check")
    assert f"{BEIJING}: base-2 would join the family" in planned.out
    done = stage.playbook("create_copy_share", {**new, **promote})
    assert planned.changed == done.changed == 4  # copying, promoting, deprecating, the record
    assert families(stage) == {region: ["base-2"] for region in (HOME, BEIJING, FRANKFURT)}

    older = release(stage, "base-0", stage.image(name="base-0", created=ago(30)), encrypted=True)
    stage.forget()
    for words in (["--check"], []):
        refused = stage.playbook("create_copy_share", {**older, **promote}, *words, code=2)
        assert "Nothing is promoted" in refused.out and "which is younger than" in refused.out
        assert "with ecs_image and state=deprecated, or have the older release lead" in refused.out
    assert stage.writes() == []  # not copied either


def test_which_release_is_younger_does_not_hang_on_how_times_are_written(stage: Stage) -> None:
    """Times were compared as texts, so that the older one came to lead."""
    west = datetime.datetime.now(datetime.timezone(-datetime.timedelta(hours=12))) - datetime.timedelta(days=1)
    told = {"imageops:source-created": west.isoformat(timespec="seconds")}
    younger = stage.image(name="base-2", family="base", tags=told)
    older = release(stage, "base-1", stage.image(name="base-1", created=ago(1.2)), image_release_promote=True)
    refused = stage.playbook("create_copy_share", older, code=2)
    assert f"family base holds {younger} (base-2)" in refused.out and "which is younger than" in refused.out
    assert stage.writes() == []


def test_a_younger_release_that_was_never_promoted_is_put_out_of_the_way(stage: Stage) -> None:
    """It holds the family in the source's region from when it was made, as the guide says, until it is deprecated."""
    good = release(stage, "base-1", stage.image(name="base-1", created=ago(10)))
    stage.playbook("create_copy_share", good)
    stage.playbook("create_copy_share", release(stage, "base-2"))
    assert families(stage) == {HOME: ["base-2"]}
    promote = {"image_release_steps": ["promote"], "image_release_from_manifest": [good["image_release_manifest"]]}
    refused = stage.playbook("create_copy_share", {**good, **promote}, code=2)
    (bad,) = (image for image in stage.in_region(HOME) if image["name"] == "base-2")
    assert f"family base holds {bad['image_id']} (base-2)" in refused.out
    arguments = f"region={HOME} image_id={bad['image_id']} state=deprecated"
    stage.run("ansible", "-m", "imageops.alicloud.ecs_image", "-a", arguments, "localhost")
    stage.playbook("create_copy_share", {**good, **promote})
    assert families(stage) == {HOME: ["base-1"], BEIJING: ["base-1"]}


def test_a_family_that_is_named_when_promoting_holds_nothing_before(stage: Stage) -> None:
    given = release(stage, "base-1", image_release_family=None)
    stage.playbook("create_copy_share", given)
    assert families(stage) == {} and len(stage.images()) == 2
    promote = {"image_release_steps": ["promote"], "image_release_from_manifest": [given["image_release_manifest"]]}
    stage.playbook("create_copy_share", {**given, **promote, "image_release_family": "base"})
    assert families(stage) == {HOME: ["base-1"], BEIJING: ["base-1"]}


def test_nothing_is_promoted_into_no_family(stage: Stage) -> None:
    """All images without a family would be its predecessors."""
    stage.image(name="unrelated", created=ago(30))
    variables = release(stage, "base-1", stage.image(name="base-1"), encrypted=True, image_release_family="")
    promote = {"image_release_promote": True, "image_release_deprecate_previous": True}
    refused = stage.playbook("create_copy_share", {**variables, **promote}, code=2)
    assert "image_release_family is empty" in refused.out
    assert stage.writes() == []


def test_the_plan_says_what_will_happen_and_what_it_costs(stage: Stage) -> None:
    variables = release(stage, "base-1", stage.image(name="base-1"), encrypted=True, image_release_accounts=[ONE])
    prices = {"currency": "USD", "snapshot_gib_month": 0.02, "regions": {FRANKFURT: {"snapshot_gib_month": 0.03}}}
    planned = stage.playbook("create_copy_share", {**variables, "image_release_prices": prices}, "--check")
    for line in (
        f"{BEIJING}: copy base-1 would be started, 20 GiB",
        f"+1 account ({ONE})",
        "40 GiB of disks more would be stored",
        "1.00 USD a month at most",
        "User data",
    ):
        assert line in planned.out, line


TWICE = """
- hosts: localhost
  connection: local
  gather_facts: false
  vars:
    ansible_python_interpreter: "{{ ansible_playbook_python }}"
    image_release_manifest: ""
  tasks:
    - name: Share the copies of one image, and promote them
      ansible.builtin.include_role:
        name: imageops.alicloud.image_release
      vars:
        image_release_source: {region: cn-hangzhou, image_id: "{{ one }}"}
        image_release_steps: [share]
        image_release_destinations: [{region: cn-beijing}]
        image_release_accounts: ["{{ accounts[0] }}"]
    - name: Share another image
      ansible.builtin.include_role:
        name: imageops.alicloud.image_release
      vars:
        image_release_source: {region: cn-hangzhou, image_id: "{{ two }}"}
        image_release_accounts: ["{{ accounts[1] }}"]
"""


def test_two_releases_of_one_play_have_nothing_to_do_with_each_other(stage: Stage) -> None:
    one, two = stage.image(name="one"), stage.image(name="two")
    copies = {
        "image_release_source": {"region": HOME, "image_id": one},
        "image_release_destinations": [{"region": BEIJING}],
    }
    stage.playbook("create_copy_share", copies)
    book = stage.folder / "twice.yml"
    book.write_text(TWICE)
    stage.playbook(str(book), {"one": one, "two": two, "accounts": [ONE, TWO], "image_release_manifest": ""})
    copy = stage.in_region(BEIJING)[0]["image_id"]
    assert [stage.shares(image_id) for image_id in (one, copy, two)] == [[], [ONE], [TWO]]


def test_an_image_that_does_not_boot_is_shared_with_nobody(stage: Stage) -> None:
    variables = release(stage, "base-1", stage.image(name="base-1"), encrypted=True, image_release_accounts=[ONE])
    frankfurt = place(FRANKFURT, instance_type=["ecs.g8y.large", "ecs.g7.large"], timeout=900)
    tried = {
        "image_release_steps": ["create", "copy", "verify", "share"],
        "image_release_verify": [place(BEIJING, wait_timeout=900), frankfurt],
    }
    broken = {"kind": "error", "action": "RunInstances", "code": "InvalidInstanceType.NotSupported"}
    stage.control("faults", {**broken, "region": BEIJING})
    failed = stage.playbook("create_copy_share", {**variables, **tried}, code=2)
    assert "InvalidInstanceType.NotSupported" in failed.out
    assert "ecs.g8y.large is passed over" in failed.err, "the image is for another architecture"
    by_region = {image["region"]: image["image_id"] for image in stage.images()}
    assert (stage.shares(by_region[BEIJING]), stage.shares(by_region[FRANKFURT])) == ([], [ONE])
    assert stage.instances() == ["demo", "encrypted", "stopped"]
    record = json.loads((stage.folder / "base-1.json").read_text())
    bad = {image["region"]: image["error"]["code"] for image in record["images"] if image["outcome"] == "failed"}
    assert bad == {BEIJING: "InvalidInstanceType.NotSupported"}

    # It holds until it is tried again, whatever steps a run is asked for.
    untried = {**variables, "image_release_promote": True}
    for words in (["--check"], []):
        held = stage.playbook("create_copy_share", untried, *words, code=2)
        assert f"{by_region[BEIJING]} has not passed its test boot of" in held.out
    assert (stage.shares(by_region[BEIJING]), stage.shares(by_region[FRANKFURT])) == ([], [ONE])
    assert families(stage) == {}

    stage.playbook("create_copy_share", {**variables, **tried})
    assert stage.shares(by_region[BEIJING]) == [ONE]
    assert stage.instances() == ["demo", "encrypted", "stopped"]


def test_every_image_of_a_region_is_tried_and_the_bad_one_is_shared_by_no_record(stage: Stage) -> None:
    records, images = [], []
    for name in ("base-1", "base-2"):
        records.append(str(stage.folder / f"{name}.json"))
        images.append(stage.image(name=name))
        source = {"region": HOME, "image_id": images[-1]}
        stage.playbook("create_copy_share", {"image_release_source": source, "image_release_manifest": records[-1]})
    variables = {
        "image_release_from_manifest": records,
        "image_release_accounts": [ONE],
        "image_release_steps": ["verify", "share"],
        "image_release_verify": [place(HOME)],
    }
    planned = stage.playbook("create_copy_share", variables, "--check")
    for image_id in images:
        assert f"an instance of {image_id} would be started as ecs.g7.large, and removed" in planned.out
    stage.control("faults", {"kind": "error", "action": "RunInstances", "code": "Zone.NotOnSale"})
    stage.playbook("create_copy_share", variables, code=2)
    tried = [call["params"]["ImageId"] for call in stage.writes() if call["action"] == "RunInstances"]
    assert tried == images
    by_record = {"image_release_from_manifest": [str(stage.manifest)], "image_release_accounts": [ONE, TWO]}
    assert "is passed over" in stage.playbook("share", by_record, code=2).out
    assert [stage.shares(image_id) for image_id in images] == [[], [ONE, TWO]]


def test_an_image_that_does_not_boot_is_held_where_it_is_released_by_its_manifest(stage: Stage) -> None:
    image, made = stage.image(name="base-1"), str(stage.folder / "base-1.json")
    source = {"region": HOME, "image_id": image}
    stage.playbook("create_copy_share", {"image_release_source": source, "image_release_manifest": made})
    # What it writes itself goes to the usual place, which is named after the release.
    by_manifest = {
        "image_release_from_manifest": [made],
        "image_release_manifest": None,
        "image_release_accounts": [ONE],
    }
    tried = {"image_release_steps": ["verify", "share"], "image_release_verify": [place(HOME)]}
    stage.control("faults", {"kind": "error", "action": "RunInstances", "code": "InvalidInstanceType.NotSupported"})
    stage.playbook("create_copy_share", {**by_manifest, **tried}, code=2)
    held = stage.playbook("share", by_manifest, code=2)
    assert f"{image} has not passed its test boot of" in held.out
    assert stage.shares(image) == []
    stage.playbook("create_copy_share", {**by_manifest, **tried})
    assert stage.shares(image) == [ONE]
