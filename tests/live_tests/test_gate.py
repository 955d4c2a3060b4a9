# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs of targets against an account: what the gate lets through, what is written down, and what is left."""

from __future__ import annotations

import itertools
import json
import typing as t
from pathlib import Path

import pytest
import yaml
from live import commands, run, session, targets
from live.caller import Caller
from live.cleaner import Cleaner
from live.door import Door
from live.gate import REFUSED, Gate
from live.journal import Journal
from live.keeper import TAG, Keeper
from live_tests import foreign
from live_tests.account import IMAGE, MAIN, REGIONS, SECOND, Account, Killed
from live_tests.in_short import Modules, config

MANY = {"image_quota": 1000}


def test_modules_work_through_it_and_leave_nothing(here: Path) -> None:
    account, said = Account(here, MANY, foreign.world()), []
    before = account.things()
    during: dict[str, t.Any] = {}

    def runner(world: t.Mapping[str, t.Any], names: list[str]) -> int:
        Modules(account, world).work()
        during.update(account.things())
        return 0

    assert run.live(config(here), said.append, account.caller(), runner) == 0
    assert account.things() == before
    made = [json.loads(during[key]) for key in during.keys() - before.keys() if key.startswith("m-")]
    assert len(made) == 3
    assert all(name.startswith("imageops-live-") and tags[TAG] for dummy, dummy2, name, dummy3, tags, dummy4 in made)
    told = "\n".join(said)
    assert "ecs_image_verify: it starts instances" in told and "ecs_image: instance_id is not in the settings" in told
    assert "simulator-main-secret" not in told


def test_a_failed_run_leaves_nothing_either(here: Path) -> None:
    account = Account(here, {})
    before = account.things()
    assert run.live(config(here), lambda text: None, account.caller(), lambda world, names: 1) == 1
    assert account.things() == before


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"account_id": SECOND}, f"belong to account {MAIN}, the settings name {SECOND}"),
        ({"account_id": None}, "account_id is missing"),
        ({"regions": ["cn-hangzhou"]}, "regions takes two or more"),
        ({"image_id": None}, "image_id or instance_id is needed"),
        ({"iamge": "x"}, "iamge is not known"),
        ({"image_id": "m-0"}, "no image m-0"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_made(here: Path, given: dict[str, t.Any], words: str) -> None:
    account = Account(here, {})
    with pytest.raises(session.Stop) as stop:
        run.live(config(here, **given), lambda text: None, account.caller(), lambda world, names: 0)
    assert words in str(stop.value)
    assert account.sim.journal.writes() == []


@pytest.mark.parametrize(
    ("action", "code", "words"),
    [
        ("DescribeImages", "Forbidden.RAM", "Region cn-hangzhou answers Forbidden.RAM"),
        ("CreateImage", "Forbidden.RAM", "The image to work with is refused: Forbidden.RAM"),
        ("CreateImage", "QuotaExceed.Image", "The image to work with is refused: QuotaExceed.Image"),
    ],
)
def test_what_is_refused_ends_with_a_word(here: Path, action: str, code: str, words: str) -> None:
    account = Account(here, {})
    before = account.things()
    account.sim.faults.add({"kind": "error", "action": action, "code": code, "status": 403, "message": "no"})
    with pytest.raises(session.Stop, match=words):
        run.live(config(here), lambda text: None, account.caller(), lambda world, names: 0)
    assert account.things() == before


def test_a_region_that_does_not_answer(here: Path) -> None:
    account = Account(here, {})
    account.wire.silent_from = {"cn-beijing": 0}
    with pytest.raises(session.Stop, match="Region cn-beijing does not answer"):
        run.live(config(here), lambda text: None, account.caller(), lambda world, names: 0)
    assert account.sim.journal.writes() == []


def test_a_quota_that_is_met_on_the_way(here: Path) -> None:
    account, said = Account(here, {"image_quota": 2}), []
    before = account.things()

    def runner(world: t.Mapping[str, t.Any], names: list[str]) -> int:
        safe = {"region": REGIONS[0], "name": f"{world['account_name']}-safe", "encrypted": True}
        copy = {"region": REGIONS[0], "image_id": world["account_image"], "destinations": [safe]}
        Modules(account, world).fails("ecs_image_copy", "QuotaExceed.Image", **copy)
        return 1

    assert run.live(config(here), said.append, account.caller(), runner) == 1
    assert "FAILED: see above" in said
    assert account.things() == before


def test_a_region_that_falls_silent(here: Path) -> None:
    """Nothing can be taken away there until it answers again; then `make live-clean` does."""
    account, said = Account(here, {}), []
    before, caller = account.things(), account.caller()

    def runner(world: t.Mapping[str, t.Any], names: list[str]) -> int:
        account.wire.silent_from = {"cn-beijing": account.wire.count + 12}
        with pytest.raises(AssertionError):
            Modules(account, world).work()
        return 1

    with pytest.raises(session.Stop, match=r"could not be taken away: .*cn-beijing.* Try: make live-clean"):
        run.live(config(here), said.append, caller, runner)
    account.wire.silent_from = {}
    assert commands.clean(config(here), lambda text: None, account.caller()) == 0
    assert account.things() == before


def test_the_plan_is_printed_first(here: Path) -> None:
    account, said = Account(here, {}), []
    options = config(here)
    options.confirm = ""
    with pytest.raises(session.Stop, match=f"CONFIRM={MAIN}"):
        run.live(options, said.append, account.caller(), lambda world, names: 0)
    assert "Writes, by action: CancelCopyImage 2, CopyImage 5" in said[0] and "GiB at a time" in said[0]
    assert account.sim.journal.writes() == []


def gate_of(account: Account) -> tuple[Gate, Keeper]:
    caller = account.caller()
    head = {"account": MAIN, "regions": list(REGIONS), "started": caller.started()}
    keeper = Keeper(caller, Journal.begin(account.folder, foreign.RUN, **head))
    return Gate(caller, keeper), keeper


def asked(gate: Gate, action: str, region: str = REGIONS[0], **fields: str) -> t.Any:
    flat = {name.replace("__", "."): value for name, value in fields.items()}
    return gate.answer(action, "2014-05-26", region, {"RegionId": region, **flat})


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("CopyImage", {"ImageId": IMAGE, "DestinationRegionId": "cn-beijing", "DestinationImageName": "golden"}),
        ("CopyImage", {"ImageId": IMAGE, "DestinationRegionId": "cn-beijing"}),
        ("DeleteImage", {"ImageId": IMAGE}),
        ("ModifyImageSharePermission", {"ImageId": IMAGE, "AddAccount__1": SECOND}),
        ("TagResources", {"ResourceType": "image", "ResourceId__1": IMAGE, "Tag__1__Key": "a", "Tag__1__Value": "b"}),
        ("UntagResources", {"ResourceType": "image", "ResourceId__1": IMAGE, "TagKey__1": TAG}),
        ("StopInstance", {"InstanceId": "i-1"}),
        ("RunInstances", {"ImageId": IMAGE}),
    ],
)
def test_what_is_not_the_runs_own_is_refused(tmp_path: Path, action: str, fields: dict[str, str]) -> None:
    account = Account(tmp_path, {})
    before = account.things()
    gate, dummy = gate_of(account)
    assert asked(gate, action, **fields).code == REFUSED
    assert account.things() == before
    assert account.sim.journal.writes() == []


def test_the_tag_of_the_run_stays(tmp_path: Path) -> None:
    gate, keeper = gate_of(Account(tmp_path, {}))
    copy = {"ImageId": IMAGE, "DestinationRegionId": REGIONS[1], "DestinationImageName": keeper.name("a")}
    made = {"ResourceType": "image", "ResourceId__1": asked(gate, "CopyImage", **copy).data["ImageId"]}
    for what in ({"TagKey__1": TAG}, {"All": "true"}):
        assert asked(gate, "UntagResources", REGIONS[1], **made, **what).code == REFUSED
    assert asked(gate, "UntagResources", REGIONS[1], **made, TagKey__1="other").code != REFUSED


def test_other_keys_open_nothing(tmp_path: Path) -> None:
    """Who finds the address of a run on this machine still needs the keys that it has made up."""
    account = Account(tmp_path, {})
    with Door(gate_of(account)[0], {"regions": list(REGIONS)}) as door:
        world = {"simulator_endpoint": door.endpoint, "simulator_access_key_id": door.key_id}
        modules = Modules(account, {**world, "simulator_access_key_secret": "another"})
        modules.fails("ecs_image_share_info", "SignatureDoesNotMatch", region=REGIONS[0], image_id=IMAGE)


def play(gate: Gate, keeper: Keeper) -> None:
    """Calls of all kinds that make, change and end something, without any care of what comes of them."""
    home, near, dummy = REGIONS
    copy = {"ImageId": IMAGE, "DestinationRegionId": near}
    first = asked(gate, "CopyImage", **copy, DestinationImageName=keeper.name("a")).data.get("ImageId", "")
    asked(gate, "DescribeImages", near, ImageId=first, Status="Creating")
    keeper.caller.clock.sleep(45)
    asked(gate, "DescribeImages", near, ImageId=first)
    asked(gate, "ModifyImageSharePermission", near, ImageId=first, AddAccount__1=SECOND)
    asked(gate, "CopyImage", **copy, DestinationImageName=keeper.name("b"))
    image = keeper.caller.ask(home, "DescribeImages", ImageId=IMAGE).entries("Images", "Image")[0]
    snapshot = image["DiskDeviceMappings"]["DiskDeviceMapping"][0]["SnapshotId"]
    made = asked(gate, "CreateImage", SnapshotId=snapshot, ImageName=keeper.name("c")).data.get("ImageId", "")
    named = {"DestinationSnapshotName": keeper.name("d"), "DestinationSnapshotDescription": "a copy"}
    asked(gate, "CopySnapshot", SnapshotId=snapshot, DestinationRegionId=near, **named)
    keeper.caller.clock.sleep(15)
    asked(gate, "DeleteImage", ImageId=made)
    asked(gate, "ModifyImageSharePermission", near, ImageId=first, RemoveAccount__1=SECOND)
    asked(gate, "DeleteImage", near, ImageId=first)


# After a call is the harder one: what it has made is nowhere written down yet.
@pytest.mark.parametrize(
    "after", [pytest.param(False, marks=pytest.mark.extra), True], ids=["before a call", "after a call"]
)
def test_killed_at_every_call(tmp_path: Path, after: bool) -> None:
    for call in itertools.count(1):
        account = Account(tmp_path / str(call), MANY, foreign.world())
        before = account.things()
        gate, keeper = gate_of(account)
        account.wire.count, account.wire.dies_at, account.wire.after = 0, call, after
        try:
            play(gate, keeper)
        except Killed:
            account.wire.dies_at = None
        else:
            assert call > 12
            return
        journal = Journal.read(keeper.journal.path)
        left = Cleaner(account.caller(), journal).run()
        assert left.kept == [] and account.things() == before, f"killed at call {call}"


def test_the_table_names_every_target() -> None:
    assert targets.unknown() == []


def test_the_template_holds_every_setting() -> None:
    file = Path(run.CONFIG).with_suffix(".yml.template")
    assert list(yaml.safe_load(file.read_text(encoding="utf-8"))) == [*run.REQUIRED, *run.OPTIONAL]


def test_a_caller_names_no_key(tmp_path: Path) -> None:
    assert "simulator-main-secret" not in repr(vars(Caller))
