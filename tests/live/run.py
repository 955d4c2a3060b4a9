# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`make live`: the integration targets against an account."""

from __future__ import annotations

import argparse
import dataclasses
import typing as t
from collections.abc import Callable, Mapping
from pathlib import Path

import yaml

from live import session, targets
from live.caller import Caller
from live.door import Door
from live.gate import Gate
from live.journal import FOLDER, Journal
from live.keeper import Keeper
from live.probe.bench import LONGEST, SLOW_STEP, Bench
from live.session import Say, Stop

CONFIG = Path(__file__).resolve().parents[1] / "integration" / "integration_config.yml"
REQUIRED, OPTIONAL = ("account_id", "regions"), ("image_id", "instance_id", "second_account", "kms_key_id")
Runner = Callable[[Mapping[str, t.Any], list[str]], int]


@dataclasses.dataclass
class Live:
    """One run."""

    settings: Mapping[str, t.Any]
    caller: Caller
    journal: Journal
    keeper: Keeper
    say: Say

    def image(self, bench: Bench) -> str:
        """The image that the targets work with: the run's own, of the image or the instance that was named."""
        source = (
            {"SnapshotId": bench.source_snapshot()}
            if self.settings.get("image_id")
            else {"InstanceId": self.settings["instance_id"]}
        )
        family = {"ImageFamily": self.keeper.name("golden")}
        reply = self.keeper.make(bench.home, "CreateImage", "golden", {"stage": "release"}, **source, **family)
        if not reply.ok:
            raise Stop(f"The image to work with is refused: {reply.code}, request id {reply.request_id}")
        image_id = str(reply.data["ImageId"])
        made = bench.until(lambda: bench.is_available(bench.home, image_id), LONGEST, SLOW_STEP)
        if made[0] is None:
            raise Stop(f"The image {image_id} did not become Available")
        session.sees_snapshots(self.caller, bench.home, bench.disks(bench.home, image_id))
        return image_id

    def world(self, bench: Bench, image_id: str, door: Door) -> dict[str, t.Any]:
        """integration_config.yml, and what the door answers for seeds."""
        snapshots = bench.disks(bench.home, image_id)
        door.seeds["ids"] = {"images": [image_id], "snapshots": snapshots}
        door.seeds["demo"] = {"instances": {"demo": self.settings.get("instance_id") or ""}}
        second = self.settings.get("second_account")
        return {
            "simulator_endpoint": door.endpoint,
            "simulator_access_key_id": door.key_id,
            "simulator_access_key_secret": door.secret,
            "account_regions": list(self.settings["regions"]),
            "account_image": image_id,
            "account_name": self.keeper.name("golden"),
            "account_interval": 5,
            "account_recipients": [str(second)] if second else [],
            "account_key": self.settings.get("kms_key_id") or "",
        }


def settings_of(path: Path) -> dict[str, t.Any]:
    """The settings of a user, checked.

    :raises Stop: with all that is wrong with them
    """
    if not path.is_file():
        raise Stop(f"There is no {path}: copy {path.name}.template beside it, and fill it in")
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise Stop(f"{path} is no list of settings")
    faults = [f"{name} is missing" for name in REQUIRED if not content.get(name)]
    faults += [f"{name} is not known" for name in content if name not in (*REQUIRED, *OPTIONAL)]
    regions = content.get("regions")
    if regions and not (isinstance(regions, list) and len(set(regions)) == len(regions) > 1):
        faults.append("regions takes two or more, each once")
    if not (content.get("image_id") or content.get("instance_id")):
        faults.append("image_id or instance_id is needed")
    if faults:
        raise Stop(f"{path}: {'; '.join(faults)}. Nothing was done")
    return {**content, "account_id": str(content["account_id"])}


def live(options: argparse.Namespace, say: Say, caller: Caller | None = None, runner: Runner | None = None) -> int:
    """Run what the settings are enough for; the code of ansible-test.

    :raises Stop: with what to tell the user
    """
    settings = settings_of(options.config)
    regions = [str(region) for region in settings["regions"]]
    caller = caller or Caller.of_environment(region=regions[0])
    account = session.account_of(caller)
    if account != settings["account_id"]:
        raise Stop(f"These keys belong to account {account}, the settings name {settings['account_id']}. "
                   "Nothing was done.")  # fmt: skip
    session.reachable(caller, regions)
    plan = targets.planned(settings)
    bench = Bench(caller, regions, settings.get("image_id"))
    if settings.get("image_id") and bench.own is None:
        raise Stop(f"There is no image {settings['image_id']} of this account in {regions[0]}. Nothing was done.")
    if settings.get("image_id"):
        session.sees_source(bench)
    say(f"Account {account}, {', '.join(regions)}.\n{plan.text(_size(bench))}")
    session.confirmed(account, options.confirm)
    journal = Journal.begin(FOLDER, account=account, regions=regions, started=caller.started())
    say(f"Run {journal.run}; its journal is {journal.path}. If it is killed: make live-clean CONFIRM={account}")
    run = Live(settings, caller, journal, Keeper(caller, journal), say)
    bench.keeper_ = run.keeper
    with session.cleaned(caller, journal, say):
        image_id = run.image(bench)
        with Door(Gate(caller, run.keeper), {"regions": regions}) as door:
            world = run.world(bench, image_id, door)
            code = (runner or _ansible_test)(world, [target.name for target in plan.run])
    say(f"{len(plan.run)} targets ran, {len(plan.skipped)} did not:")
    for name, why in plan.skipped.items():
        say(f"  {name}: {why}")
    say("Calls: " + ", ".join(f"{action} {count}" for action, count in sorted(caller.calls.items())))
    say("FAILED: see above" if code else "All that ran is well.")
    return code


def _size(bench: Bench) -> int:
    return int((bench.own or {}).get("Size") or 20)


def _ansible_test(world: Mapping[str, t.Any], names: list[str]) -> int:
    import ansible_test

    return ansible_test.against(world, names)
