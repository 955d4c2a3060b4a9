# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs the modules' own main() in this process against a simulator whose time only moves when somebody waits."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import io
import json
import threading
import typing as t
from pathlib import Path
from unittest import mock

import claims
from ansible.module_utils import basic
from ansible.module_utils.common import warnings as module_warnings
from ansible.module_utils.common.parameters import PASS_VARS
from simulator import Simulator
from simulator.control import state
from simulator.seed import plant
from simulator.state import making
from simulator.state.images import Image
from simulator.state.snapshots import Lock
from stepping import SteppingClock

from ansible_collections.imageops.alicloud.plugins.module_utils._base import clock as clocks

HOME, BEIJING, FRANKFURT, VALLEY = "cn-hangzhou", "cn-beijing", "eu-central-1", "us-west-1"
MAIN = "1000000000000001"
ONE, TWO, THREE = "1000000000000011", "1000000000000012", "1000000000000013"
CLAIMS = "claims what is not so"
MODULES = "ansible_collections.imageops.alicloud.plugins.modules"

Data = dict[str, t.Any]
Event = t.Callable[[], t.Any]


def accounts(count: int, start: int = 1) -> list[str]:
    """Plain accounts of the simulator, of which there are 64."""
    return [str(2000000000000000 + number) for number in range(start, start + count)]


class SteppedClock(SteppingClock):
    """The simulator's clock: whoever sleeps moves it, so that nobody waits. Things can be made to happen on the way."""

    def __init__(self, sim: Simulator) -> None:
        super().__init__()
        self._sim = sim
        self._events: list[tuple[float, Event]] = []
        self.slept = 0.0

    def now(self) -> float:
        return self._sim.clock.now()

    def wall(self) -> float:
        return self._sim.clock.now()

    def sleep(self, seconds: float) -> None:
        self.slept += max(0.0, seconds)
        super().sleep(seconds)

    def move_to(self, moment: float) -> None:
        with self._sim.lock:
            for due in sorted((event for event in self._events if event[0] <= moment), key=lambda event: event[0]):
                self._events.remove(due)
                self._move(due[0])
                due[1]()
            self._move(moment)

    def _move(self, moment: float) -> None:
        self._sim.clock.advance(max(0.0, moment - self.now()))
        self._sim.world.settle()

    def after(self, seconds: float, event: Event) -> None:
        """Let something happen when somebody waits past that moment."""
        self._events.append((self.now() + seconds, event))


@dataclasses.dataclass
class Outcome:
    """How a module ended: its result, its exit code, and all that it wrote."""

    result: Data
    code: int
    text: str

    @property
    def changed(self) -> bool:
        return bool(self.result["changed"])

    @property
    def msg(self) -> str:
        return str(self.result.get("msg", ""))

    @property
    def said(self) -> str:
        """The message, and the remedy that stands beside it."""
        return f"{self.msg} {(self.result.get('error') or {}).get('hint') or ''}"

    @property
    def warnings(self) -> list[str]:
        return [one if isinstance(one, str) else str(one) for one in self.result.get("warnings", [])]

    def copy_in(self, region: str) -> Data:
        """The one entry of ``copies`` for a region."""
        (entry,) = [copy for copy in self.result["copies"] if copy["region"] == region]
        return t.cast(Data, entry)

    @property
    def actions(self) -> dict[str, str]:
        return {copy["region"]: copy["action"] for copy in self.result["copies"]}

    def share(self) -> Data:
        (entry,) = self.result["shares"]
        return t.cast(Data, entry)


@contextlib.contextmanager
def module_args(args: Data) -> t.Iterator[None]:
    """Hand a module its arguments. ansible-core has a function for that from 2.19 on."""
    try:
        from ansible.module_utils.testing import patch_module_args
    except ImportError:
        with mock.patch.object(basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": args}).encode()):
            yield
    else:
        with patch_module_args(args):
            yield


def module_side() -> contextlib.AbstractContextManager[t.Any]:
    """Be a module even if a test has loaded the controller: it would show warnings itself (ansible-core 2.19 on)."""
    try:
        from ansible.module_utils import _internal
    except ImportError:
        return contextlib.nullcontext()
    if not hasattr(_internal, "is_controller"):
        return contextlib.nullcontext()
    return mock.patch.object(_internal, "is_controller", False)


def forget_messages() -> None:
    """Warnings and deprecations are kept for the life of a process, and a process is one module elsewhere."""
    for name in ("_global_warnings", "_global_deprecations"):
        getattr(module_warnings, name).clear()


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
        main = importlib.import_module(f"{MODULES}.{module}").main
        out, err = io.StringIO(), io.StringIO()
        forget_messages()
        began = self.clock.now()
        connection = self.connection(who) if who else {}
        with (
            module_args({**connection, **params, **own}),
            module_side(),
            mock.patch.object(clocks, "Clock", lambda: self.clock),
            mock.patch("sys.argv", [module]),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            code: int | None = None
            try:
                main()
            except SystemExit as end:
                code = int(end.code or 0)
        assert code is not None, "main() came back"
        self.outputs += [out.getvalue(), err.getvalue()]
        result = json.loads(out.getvalue())
        # In check mode ecs_image tells what the image would be.
        if self.checks_claims and not (check and module == "ecs_image"):
            false = claims.of_result(result, self.facts(began), check)
            assert false == [], f"{module} {CLAIMS}: {false}"
        return Outcome(result, code, out.getvalue() + err.getvalue())

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
            return claims.Facts.of(state(self.sim.world), self.unsettled(began))

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


def flat(value: t.Any, path: str = "") -> Data:
    """Nested dictionaries as one, by path."""
    if not isinstance(value, dict):
        return {path: value}
    return {inner: one for key, part in value.items() for inner, one in flat(part, f"{path}/{key}").items()}


# What the cloud chooses for a new image if it is not asked for, so that check mode may leave it empty.
CHOSEN = ("resource_group_id", "boot_mode", "imds_support")


def surprises(predicted: Outcome, real: Outcome) -> Data:
    """Where a diff is not what check mode foretold. Ids that only come into being can't be known before."""
    told, came = flat(predicted.result["diff"]), flat(real.result["diff"])
    unknown = {path for path, value in told.items() if path.endswith(CHOSEN) and not value}
    return {
        path: (told.get(path), came.get(path))
        for path in {*told, *came} - unknown
        if told.get(path) != came.get(path) and not path.endswith("/image_id")
    }


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
