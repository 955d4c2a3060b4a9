# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An account to probe: the simulator, asked without a network at the provider's own addresses, and its clock."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

from live.caller import Caller
from live.journal import Journal
from live.keeper import Keeper
from live.probe.bench import Bench
from live.probe.run import LEVEL_COPY, probe
from live.probe.scenes import Findings
from simulator import Simulator
from simulator.dispatch import Exchange
from simulator.seed import plant
from simulator.settings import SWITCHES
from simulator.wire.request import parse

from ansible_collections.imageops.alicloud.plugins.module_utils._base.clock import Clock
from ansible_collections.imageops.alicloud.plugins.module_utils._client.connection import Connection
from ansible_collections.imageops.alicloud.plugins.module_utils._client.wire import Answer

REGIONS = ("cn-hangzhou", "cn-beijing", "eu-central-1")
MAIN, SECOND = "1000000000000001", "1000000000000011"
IMAGE = "m-bp1small0000000000"
# Copies and images take longer than things show late, as in a real account.
SPEED = {"copy_gib_per_second": 0.5, "create_gib_per_second": 2.0}
WORLD = {
    "images": [
        {
            "id": IMAGE, "region": REGIONS[0], "name": "small", "version": "7", "license_type": "BYOL",
            "secure_boot": "supported", "login_as_non_root": True, "created": "2026-01-01T00:00:00Z",
            "disks": [{"size": 20, "disk_id": "d-bp1small0000000000"}],
        }
    ]
}  # fmt: skip


class Killed(BaseException):
    """The process ends here: nothing catches it."""


class Direct:
    """The simulator's answers to requests that never leave this process. Can be cut off before or after one of them."""

    def __init__(self, sim: Simulator) -> None:
        self._sim = sim
        self.count = 0
        self.dies_at: int | None = None
        self.after = False
        self.silent_from: dict[str, int] = {}
        """Hosts by a word in their names, and the number of the call from which on they do not answer."""

    def post(self, endpoint: t.Any, query: str, headers: t.Mapping[str, str], body: bytes) -> Answer:
        self.count += 1
        if self.dies_at is not None and self.count >= self.dies_at and not (self.after and self.count == self.dies_at):
            raise Killed
        if any(word in endpoint.host and self.count >= call for word, call in self.silent_from.items()):
            raise TimeoutError("timed out")
        exchange = Exchange(parse("POST", f"/?{query}", headers, body))
        dispatcher = self._sim._dispatcher
        with self._sim.lock, exchange.guarded():
            dispatcher.admit(exchange)
            for fault in exchange.before:
                if fault.kind == "error" and exchange.error is None:
                    exchange.error = fault.error(exchange.action)
            dispatcher.run(exchange)
            reply = dispatcher.reply(exchange)
            dispatcher.record(exchange)
        assert not exchange.broken
        if self.count == self.dies_at:
            raise Killed
        return Answer(reply.status, {name.lower(): text for name, text in reply.headers.items()}, reply.body)


class StandingClock(Clock):
    """The simulator's time, which only waiting moves."""

    def __init__(self, sim: Simulator) -> None:
        self._sim = sim

    def now(self) -> float:
        return self._sim.clock.now()

    def wall(self) -> float:
        return self.now()

    def sleep(self, seconds: float) -> None:
        with self._sim.lock:
            self._sim.clock.advance(seconds)


class Account:
    """A world with these switches, and what it takes to probe it."""

    def __init__(self, folder: Path, settings: t.Mapping[str, t.Any], world: t.Any = None) -> None:
        self.sim = Simulator(clock="manual", settings={**SPEED, **settings})
        plant(self.sim.world, world or WORLD)
        self.folder, self.wire = folder, Direct(self.sim)
        self.clock = StandingClock(self.sim)
        self.before: dict[str, t.Any] = {}

    def caller(self, who: str = "main") -> Caller:
        keys = {"access_key_id": f"simulator-{who}-key", "access_key_secret": f"simulator-{who}-secret"}
        caller = Caller(Connection.from_params({**keys, "region": REGIONS[0]}), self.clock)
        caller._wire = self.wire  # type: ignore[assignment]
        return caller

    def bench(
        self,
        regions: t.Sequence[str] = REGIONS,
        share_with: str = SECOND,
        run: str = "",
        who: str = "main",
        watcher: t.Any = None,
    ) -> Bench:
        caller = self.caller(who)
        caller.watchers += [watcher] if watcher else []
        bench = Bench(caller, regions, IMAGE)
        bench.account_id, bench.share_with = caller.account_id(), share_with
        head = {"account": bench.account_id, "regions": list(regions), "started": caller.started()}
        journal = Journal.begin(self.folder, run, **head)
        bench.keeper_ = Keeper(caller, journal)
        return bench

    def probed(self, level: str = LEVEL_COPY, **options: t.Any) -> Findings:
        return probe(self.bench(**options), level)

    def things(self) -> dict[str, t.Any]:
        """All images and snapshots of all accounts, with everything that can change in them."""
        world = self.sim.world
        images = {one.image_id: one for one in world.all_images()}
        return {
            key: json.dumps([one.account_id, one.region, one.name, one.status, one.tags, _shared(one)], sort_keys=True)
            for key, one in {**images, **world.snapshots}.items()
        }


def _shared(thing: t.Any) -> t.Any:
    return thing.accounts() if hasattr(thing, "accounts") else thing.shares


def values() -> list[tuple[str, t.Any]]:
    """Every switch that has a probe, with each other value of the table."""
    return [
        (name, value)
        for name, switch in SWITCHES.items()
        if switch.level not in ("", "no")
        for value in (*switch.stricter, *switch.kinder, *switch.other)
    ]
