# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole ansible-playbook processes against a simulator process, to be killed with all that they have started."""

from __future__ import annotations

import collections
import contextlib
import json
import os
import signal
import subprocess
import typing as t
from pathlib import Path

import environment
import simulator_process
from process_tree import kill_tree

from .forks import Data, wait_for
from .kills import Cell

SPEED = 10  # simulated seconds a second
RECORD = environment.ROOT / "tests" / "e2e" / "callback_plugins"  # holds what is told against what is there
LONGEST = 400.0  # seconds of the machine's time that a playbook may take


class Stage:
    """The simulator process and what is known of it. To be closed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._running = contextlib.ExitStack()
        simulator = simulator_process.running(environment.ROOT / "tests" / "simulator", folder, "--speed", str(SPEED))
        self.ready: Data = self._running.enter_context(simulator)
        self._plays: list[Play] = []  # since the world is new
        self._count = 0
        self._standing: dict[int, Data] = {}
        config = "[defaults]\nlocalhost_warning = false\npipelining = true\nnocolor = true\n"
        config += f"callback_plugins = {RECORD}\ncallbacks_enabled = record\n"
        (folder / "ansible.cfg").write_text(config)

    def close(self) -> None:
        self._running.close()

    def control(self, path: str, body: t.Any = None, method: str | None = None) -> t.Any:
        return simulator_process.control(self.ready, path, body, method)

    def journal(self) -> list[Data]:
        return t.cast("list[Data]", self.control("journal")["entries"])

    def fault(self, **rule: t.Any) -> int:
        return int(self.control("faults", rule)["ids"][0])

    def fresh(self) -> None:
        """A new world, in which a copy takes five of its seconds, and keeps its tags if it fails."""
        self.control("reset", {})
        self.control("settings", {"copy_gib_per_second": 20 / 5, "copy_tags_after_failure": "kept"})
        self._standing.clear()
        self._plays.clear()

    def stands(self, **rule: t.Any) -> None:
        """A fault that belongs to the world: it is still to come if a playbook was killed before it."""
        self._standing[self.fault(**rule)] = rule

    def _forget_faults(self) -> None:
        """All but those that stand and have not been used up."""
        known = {one["id"]: one["used"] for one in self.control("faults")["faults"]}
        left = [
            rule for one, rule in self._standing.items() if one in known and not (rule.get("times", 1) and known[one])
        ]
        self._standing.clear()
        self.control("faults", method="DELETE")
        for rule in left:
            self.stands(**rule)

    def is_held(self) -> bool:
        return bool(self.control("faults")["held"])

    def play(self, name: str, variables: Data, *more: str) -> Play:
        self._count += 1
        given = {"image_release_manifest": str(self.folder / "manifest.json"), **variables}
        words = [str(environment.BIN / "ansible-playbook"), f"imageops.alicloud.{name}", "-e", json.dumps(given), *more]
        play = Play(words, self._environment(), self.folder, self.folder / f"play-{self._count}.txt")
        self._plays.append(play)
        return play

    def false_claims(self) -> list[str]:
        """What the results and the manifests of this world's plays have said that was not so when they said it."""
        return [claim for play in self._plays for claim in play.false_claims()]

    def kill_at(self, cell: Cell, name: str, variables: Data) -> bool:
        """Run a playbook, and kill it with all its children at one call, or ask it kindly to end.

        :returns: whether that call came
        """
        where: Data = {"action": cell.action, "region": cell.region, "nth": cell.nth}
        self.fault(kind="hold", when=cell.when, **where)
        if cell.when == "before" and cell.signal == signal.SIGKILL:
            self.fault(kind="reset_before", **where)
        play = self.play(name, variables)
        came = wait_for(lambda: self.is_held() or play.ended(), LONGEST) and self.is_held()
        if cell.signal == signal.SIGKILL:
            play.kill()
        else:
            play.ask_to_end(cell.signal)
        self.control("faults/release", {})
        self._forget_faults()
        play.end()
        return came

    def kill_after_a_write(self, left: collections.Counter[str], name: str, variables: Data) -> bool:
        """Run a playbook, and kill it with all its children when the first call of these actions has taken effect.

        :param left: how often each action is still to be met, changed here
        :returns: whether one came
        """
        rules = {self.fault(kind="hold", when="after", action=action): action for action in left if left[action] > 0}
        play = self.play(name, variables)
        came = wait_for(lambda: self.is_held() or play.ended(), LONGEST)
        held = [rules[hold["fault"]] for hold in self.control("faults")["held"]]
        if held or not came:
            play.kill()
        self.control("faults/release", {})
        self._forget_faults()
        left.subtract(held)
        return bool(held)

    def _environment(self) -> dict[str, str]:
        judged = {"E2E_CONTROL": self.ready["control"]}
        return {**environment.for_ansible(self.folder), **simulator_process.only_here(self.ready), **judged}


class Play:
    """One ansible-playbook process with all its children."""

    def __init__(self, words: list[str], env: dict[str, str], folder: Path, output: Path) -> None:
        self._output = output
        self._results = output.with_suffix(".jsonl")
        self._results.write_text("")
        env = {**env, "E2E_RESULTS": str(self._results)}
        with open(output, "wb") as file:
            self._process = subprocess.Popen(
                words, env=env, cwd=folder, stdout=file, stderr=subprocess.STDOUT, start_new_session=True
            )

    def ended(self) -> bool:
        return self._process.poll() is not None

    def end(self) -> int:
        """Wait for its end, and return its exit code."""
        try:
            return self._process.wait(LONGEST)
        except subprocess.TimeoutExpired:
            self.kill()
            return -1

    def text(self) -> str:
        return self._output.read_text(errors="replace")

    def false_claims(self) -> list[str]:
        """As its callback has found them: whole lines only, the last may have been cut by a kill."""
        lines = [line for line in self._results.read_text().splitlines(keepends=True) if line.endswith("\n")]
        return [claim for line in lines for claim in json.loads(line)["false_claims"]]

    def ask_to_end(self, number: int) -> None:
        """A signal for all that a terminal's Ctrl-C would reach."""
        if not self.ended():  # else the number may be another process's by now
            os.killpg(self._process.pid, number)

    def kill(self) -> None:
        if not self.ended():
            kill_tree(self._process.pid)
        self._process.wait()
