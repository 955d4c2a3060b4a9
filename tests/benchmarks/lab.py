# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A simulator process, and processes whose time, memory and threads are measured."""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import json
import os
import subprocess
import sys
import threading
import time
import typing as t
from pathlib import Path

import environment
import simulator_process

HERE = Path(__file__).resolve().parent
BENCH = environment.BUILD / "bench"
HOME = "cn-hangzhou"
SIZE = 20  # GiB: what an image has if nothing else is said
PATIENCE = 900.0  # seconds after which a process is taken to hang

Data = dict[str, t.Any]


@dataclasses.dataclass
class Measured:
    """What one process took, with the children it waited for, and what it said."""

    code: int
    out: str
    err: str
    wall: float  # seconds
    cpu: float  # seconds, user and system
    memory: float  # MiB, the peak of what was resident in the largest process
    threads: int  # the most that were seen at once

    @property
    def result(self) -> Data:
        """What a module has printed."""
        return t.cast(Data, json.loads(self.out.strip().splitlines()[-1]))


def run(
    command: t.Sequence[str], env: t.Mapping[str, str], text: str = "", cwd: Path = BENCH, code: int | None = 0
) -> Measured:
    """Run a process to its end and measure it."""
    usage = BENCH / "usage"
    usage.unlink(missing_ok=True)
    words = [sys.executable, "-I", "-S", str(HERE / "measured.py"), str(usage), *command]
    with open(BENCH / "out", "w+b") as out, open(BENCH / "err", "w+b") as err, open(BENCH / "in", "w+b") as given:
        given.write(text.encode())
        given.seek(0)
        process = subprocess.Popen(words, stdin=given, stdout=out, stderr=err, env=dict(env), cwd=cwd)
        watch = Watch(process.pid)
        process.wait()
        threads = watch.end()
        out.seek(0)
        err.seek(0)
        said, complained = out.read().decode(errors="replace"), err.read().decode(errors="replace")
    if not usage.exists():
        raise SystemExit(f"{' '.join(command)} can't be run:\n{complained[-4000:]}")
    took = json.loads(usage.read_text(encoding="ascii"))
    if code is not None and took["code"] != code:
        raise SystemExit(f"{' '.join(command)} ended with {took['code']}:\n{said[-4000:]}{complained[-4000:]}")
    return Measured(out=said, err=complained, threads=threads, **took)


class Watch(threading.Thread):
    """Counts the threads of a process until it ends, and stops it if it hangs.

    :param parent: of the process, which runs nothing else
    """

    def __init__(self, parent: int) -> None:
        super().__init__(daemon=True)
        self._children = Path(f"/proc/{parent}/task/{parent}/children")
        self._most, self._over = 0, threading.Event()
        self.start()

    def end(self) -> int:
        self._over.set()
        self.join()
        return self._most

    def run(self) -> None:
        began = time.monotonic()
        while not self._over.wait(0.02):
            try:
                pid = int(self._children.read_text(encoding="ascii"))
                if time.monotonic() - began > PATIENCE:
                    os.kill(pid, 15)
                    return
                words = Path(f"/proc/{pid}/status").read_text(encoding="ascii").split()
                self._most = max(self._most, int(words[words.index("Threads:") + 1]))
            except (OSError, ValueError):
                continue


class Simulation:
    """A simulator process whose copies take real time."""

    def __init__(self) -> None:
        BENCH.mkdir(parents=True, exist_ok=True)
        self._running = contextlib.ExitStack()
        self.ready: Data = self._running.enter_context(simulator_process.running(HERE / "serve.py", BENCH))
        self.golden = ""  # the image that was planted last

    def __enter__(self) -> Simulation:
        return self

    def __exit__(self, *problem: object) -> None:
        self._running.close()

    # Preparing and looking

    def control(self, path: str, body: t.Any = None, method: str | None = None) -> t.Any:
        return simulator_process.control(self.ready, path, body, method)

    def images(self) -> list[Data]:
        return t.cast("list[Data]", self.control("state")["images"])

    def fresh(self, seconds: float, settings: t.Mapping[str, t.Any]) -> None:
        """Start again, with copies that take so many seconds each."""
        self.control("reset", {})
        self.control("settings", {"copy_gib_per_second": SIZE / seconds, **settings})

    def source(self, **entry: t.Any) -> str:
        """An own image at home, with a feature that copies lose and that has to be given back."""
        body = {"region": HOME, "name": "golden", "features": {"NvmeSupport": "supported"}, **entry}
        self.golden = str(self.control("seed", {"images": [body]})["ids"]["images"][0])
        return self.golden

    def calls(self) -> collections.Counter[str]:
        """How often each action was called since the last look."""
        return collections.Counter(entry["action"] for entry in self.entries())

    def entries(self) -> list[Data]:
        """The calls since the last look."""
        journal = self.control("journal")
        if journal["dropped"]:
            raise SystemExit(f"the journal lost {journal['dropped']} calls: its limit is too low for this benchmark")
        self.control("journal", method="DELETE")
        return t.cast("list[Data]", journal["entries"])

    # Running

    @property
    def env(self) -> dict[str, str]:
        """The simulator's keys and addresses, and nothing of the caller's accounts and proxies."""
        given = {name: str(value) for name, value in self.ready["env"].items()}
        env = environment.clean("ANSIBLE_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY") | given
        paths = [str(environment.BUILD / "collections"), str(HERE.parent)]
        env |= {"PYTHONPATH": os.pathsep.join(paths), "ANSIBLE_LOCALHOST_WARNING": "false", "HOME": str(BENCH)}
        env |= {"ANSIBLE_COLLECTIONS_PATH": paths[0], "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false"}
        return env

    def module(self, name: str, env: t.Mapping[str, str] | None = None, **arguments: t.Any) -> Measured:
        """Run one module in a process of its own."""
        command = [sys.executable, str(HERE / "one_module.py"), name]
        return run(command, {**self.env, **(env or {})}, json.dumps(arguments))

    def playbook(self, book: str, *words: str, **variables: t.Any) -> Measured:
        command = ["ansible-playbook", book, "-e", json.dumps(variables), *words]
        return run(command, self.env)


def regions() -> list[str]:
    """Every region that the simulator knows, home first."""
    from simulator.state.regions import REGIONS

    return sorted(REGIONS, key=lambda name: (name != HOME, name))


def destinations(count: int, key: str) -> list[Data]:
    """So many destinations. The one beyond all other regions is at home: a copy with another encryption."""
    others = regions()[1 : count + 1]
    inside = {"region": HOME, "name": "golden-encrypted", "encrypted": True, "kms_key_id": key}
    return [{"region": region} for region in others] + [inside] * (count - len(others))
