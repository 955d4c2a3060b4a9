# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules that run in this process against a simulator whose time only moves when somebody waits."""

from __future__ import annotations

import json
import threading
import typing as t
from pathlib import Path

import claims
from ansible.module_utils.common.parameters import PASS_VARS
from functional.in_process import run_main
from functional.outcomes import Data, Outcome, surprises
from functional.stepped_clock import Event, SteppedClock
from simulator import Simulator
from simulator.control import state, things
from simulator.seed import plant
from simulator.state import making
from simulator.state.images import Image
from simulator.state.snapshots import Lock

HOME, BEIJING, FRANKFURT, VALLEY = "cn-hangzhou", "cn-beijing", "eu-central-1", "us-west-1"
MAIN = "1000000000000001"
ONE, TWO, THREE = "1000000000000011", "1000000000000012", "1000000000000013"
CLAIMS = "claims what is not so"


def accounts(count: int, start: int = 1) -> list[str]:
    """Plain accounts of the simulator, of which there are 64."""
    return [str(2000000000000000 + number) for number in range(start, start + count)]


class Lab:
    """A simulator, the clock that it shares with the modules, and the means to run them and to see what they did."""

    def __init__(self, sim: Simulator, folder: Path) -> None:
        self.sim = sim
        self.folder = folder
        self.clock = SteppedClock(sim)
        self.outputs: list[str] = []
        self.checks_claims = True  # not where the API itself is made to lie

    # Running

    def connection(self, who: str = "main") -> Data:
        return {
            "access_key_id": f"simulator-{who}-key",
            "access_key_secret": f"simulator-{who}-secret",
            "endpoint": self.sim.endpoint,
            "sts_endpoint": self.sim.endpoint,
        }

    def __call__(self, module: str, /, **params: t.Any) -> Outcome:
        """Run one module to its end, whatever that is.

        Three of ``params`` are none of the module's: ``check`` for check mode, ``diff`` for diff mode (true if left
        out), and ``who``, whose keys it gets ("main" if left out; None leaves all of the connection to the others and
        to the environment).
        """
        check, diff, who = params.pop("check", False), params.pop("diff", True), params.pop("who", "main")
        own = {
            "_ansible_check_mode": check,
            "_ansible_diff": diff,
            "_ansible_tmpdir": str(self.folder),
            "_ansible_remote_tmp": str(self.folder),
        }
        if "inject_invocation" in PASS_VARS:
            own["_ansible_inject_invocation"] = True  # claims are read with it, and up to 2.20 it is always there
        began = self.clock.now()
        connection = self.connection(who) if who else {}
        code, out, err = run_main(module, {**connection, **params, **own}, self.clock)
        self.outputs += [out, err]
        result = json.loads(out)
        # In check mode ecs_image tells what the image would be.
        if self.checks_claims and not (check and module == "ecs_image"):
            false = claims.of_result(result, self.facts(began), check)
            assert false == [], f"{module} {CLAIMS}: {false}"
        return Outcome(result, code, out + err)

    def ok(self, module: str, /, **params: t.Any) -> Outcome:
        outcome = self(module, **params)
        assert outcome.code == 0, outcome.result
        assert not outcome.result.get("failed")
        return outcome

    def fails(self, module: str, /, *words: str, **params: t.Any) -> Outcome:
        """Run a module that must fail, and say these words."""
        outcome = self(module, **params)
        assert outcome.code == 1, outcome.result
        assert outcome.result["failed"] is True
        for word in words:
            assert word in outcome.said
        return outcome

    # Looking

    def facts(self, began: float = 0.0) -> claims.Facts:
        """What is there at this moment.

        :param began: when what is judged began
        """
        with self.sim.lock:
            self.sim.world.settle()
            return claims.Facts.of(things(self.sim.world), self.unsettled(began))

    def unsettled(self, began: float) -> tuple[float, float]:
        return began - self.sim.settings.share_read_lag, began

    def image(self, image_id: str) -> Image:
        """An image wherever it is; KeyError if it is gone."""
        with self.sim.lock:
            self.sim.world.settle()
            return {image.image_id: image for image in self.sim.world.all_images()}[image_id]

    def own(self, region: str, account: str = MAIN) -> list[Image]:
        with self.sim.lock:
            self.sim.world.settle()
            return self.sim.world.own_images(account, region)

    def one(self, region: str) -> Image:
        """The one own image of a region."""
        (image,) = self.own(region)
        return image

    def calls(self, action: str | None = None) -> list[Data]:
        """What was asked of ECS. Whose credentials they are is asked of STS, and counted apart."""
        return [call for call in self.sim.journal.calls(action) if call["action"] != "GetCallerIdentity"]

    def actions(self) -> list[str]:
        return [call["action"] for call in self.calls()]

    def writes(self) -> list[Data]:
        return self.sim.journal.writes()

    def state(self) -> str:
        """Everything that is there, without the time, as text to compare."""
        with self.sim.lock:
            self.sim.world.settle()
            return json.dumps({**state(self.sim.world), "now": None}, sort_keys=True, default=str)

    # Preparing

    def plant(self, kind: str, **entry: t.Any) -> str:
        with self.sim.lock:
            return plant(self.sim.world, {kind: [entry]})[kind][0]

    def source(self, **entry: t.Any) -> str:
        """An own, finished, plain image at home, with a feature that copies lose."""
        nvme = {"features": {"NvmeSupport": "supported"}}
        return self.plant(
            "images", **{"region": HOME, "name": "golden", "description": "Golden image", **nvme, **entry}
        )

    def lock(self, snapshot_id: str) -> None:
        """Lock a snapshot for a month, with no time to take that back."""
        with self.sim.lock:
            now = self.clock.now()
            self.sim.world.snapshots[snapshot_id].lock = Lock(now, now, 0, 30)

    def twin(self, source_id: str, region: str, **entry: t.Any) -> str:
        """A finished copy of an image, with its markers, as another run would have left it."""
        source = self.image(source_id)
        name = entry.pop("copied_as", source.name)
        markers = {
            "imageops:copied-from": f"{source.region}/{source.image_id}",
            "imageops:copied-as": name,
            "imageops:source-created": self.stamp(source.created),
        }
        tags = {**source.tags, **markers, **entry.pop("tags", {})}
        disks = [{"size": disk.size, "type": disk.kind} for disk in source.disks]
        values = {"name": name, "description": source.description, "features": source.features, "is_copied": True}
        return self.plant("images", **{"region": region, "tags": tags, "disks": disks, **values, **entry})

    @staticmethod
    def stamp(seconds: float) -> str:
        from simulator.state.clock import stamp

        return stamp(seconds)

    def demo(self, *path: str) -> t.Any:
        """Something of the simulator's first world, such as ("instances", "demo")."""
        value: t.Any = self.sim.world.demo
        for key in path:
            value = value[key]
        return value

    def key(self, region: str) -> str:
        return str(self.demo("kms_keys", region))

    def fault(self, kind: str, action: str = "*", **rule: t.Any) -> int:
        return self.sim.faults.add({"kind": kind, "action": action, **rule})

    @property
    def asks_snapshots(self) -> bool:
        """Whether answers about images say nothing of encryption, so that their snapshots are asked."""
        return self.sim.settings.mapping_encrypted == "absent"

    def setting(self, **values: t.Any) -> None:
        self.sim.settings.change(values)

    def pass_time(self, seconds: float) -> None:
        self.clock.sleep(seconds)

    def until_shown(self) -> None:
        """Let a moment pass, as between the tasks of people: as long as reads are behind, which may be not at all."""
        settings = self.sim.settings
        late = (*settings.listed_late.values(), *settings.tags_shown_late.values())
        self.pass_time(max(settings.image_read_lag, settings.share_read_lag, *late))

    def cancel_by_hand(self, image: Image) -> None:
        """What an operator does in the console."""
        with self.sim.lock:
            self.sim.world.settle()
            making.cancel(self.sim.world, image)

    def delete_by_hand(self, image: Image) -> None:
        """What an operator does in the console. It is gone when this returns."""
        with self.sim.lock:
            making.delete(self.sim.world, image)
        self.pass_time(60)

    def when_held(self, event: Event) -> threading.Thread:
        """Wait in the background until a call is held, let something happen, and let the call go on."""

        # A call that the test before this one let go may not have left yet.
        before = {hold["fault"] for hold in self.sim.faults.held()}

        def watch() -> None:
            pause = threading.Event()
            while not {hold["fault"] for hold in self.sim.faults.held()} - before:
                pause.wait(0.005)
            event()
            self.sim.faults.release()

        thread = threading.Thread(target=watch, daemon=True)
        thread.start()
        return thread


def four_steps(lab: Lab, module: str, /, **params: t.Any) -> Outcome:
    """Check, run, run again, check again: the check wrote nothing and foretold the run, and after it all is silent."""
    before = lab.state()
    lab.sim.journal.clear()
    predicted = lab(module, check=True, **params)
    assert lab.writes() == []
    assert lab.state() == before
    real = lab(module, **params)
    assert predicted.code == real.code
    assert predicted.changed == real.changed
    assert surprises(predicted, real) == {}
    if "copies" in real.result:
        assert predicted.actions == real.actions
    lab.until_shown()
    after = lab.state()
    for check in (False, True):
        lab.sim.journal.clear()
        again = lab.ok(module, check=check, **params)
        assert lab.writes() == []
        assert not again.changed
        assert again.result["diff"]["before"] == again.result["diff"]["after"]
    assert lab.state() == after
    return real
