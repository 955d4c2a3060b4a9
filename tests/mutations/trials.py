# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tries mutations, each in a copy of the checkout that may be broken."""

from __future__ import annotations

import dataclasses
import os
import re
import shutil
import signal
import sys
import time
from pathlib import Path

import pytest
from mutations.catalogue import DoesNotApply, mutated
from mutations.mutation import ROOT, Mutation

COLLECTION = Path("build", "collections", "ansible_collections", "imageops", "alicloud")
LONGEST = 600  # seconds that the tests of one mutation may take; a hang is as good as a failure
FAILED = re.compile(r"^(?:FAILED|ERROR) tests/(\S+::\S+)", re.MULTILINE)  # an error is one of the checks after a test
# What the tests load of others' code, loaded once. Nothing of the collection is among it.
HEAVY = (
    "aiohttp.web",
    "alibabacloud_credentials.client",
    "alibabacloud_ecs20140526.client",
    "ansible.module_utils.basic",
    "hypothesis",
    "jmespath",
)


@dataclasses.dataclass
class Verdict:
    mutation: Mutation
    red: str  # the test that noticed, or nothing
    seconds: float


class Tree:
    """A copy of the checkout that may be broken: plugins and tests, and what pytest needs to find them."""

    def __init__(self, folder: Path) -> None:
        self.root = folder
        unwanted = shutil.ignore_patterns("__pycache__", "build", "output", "*.pyc")
        for name in ("plugins", "roles", "playbooks", "tests", "meta"):
            shutil.copytree(ROOT / name, folder / name, ignore=unwanted)
        for name in ("pyproject.toml", "galaxy.yml"):
            shutil.copy2(ROOT / name, folder / name)
        link = folder / COLLECTION
        link.parent.mkdir(parents=True)
        link.symlink_to(folder, target_is_directory=True)

    def apply(self, mutation: Mutation) -> str:
        """:returns: what stood in the file before"""
        path = self.root / mutation.path
        before = path.read_text()
        path.write_text(mutated(mutation, before))
        return before

    def restore(self, mutation: Mutation, before: str) -> None:
        (self.root / mutation.path).write_text(before)

    def start(self, files: tuple[str, ...], *options: str, longest: int = LONGEST) -> int:
        """Run test files of this tree in a child, which has all that takes long to load already.

        :param longest: seconds after which the child ends, whatever it does
        :returns: the child's process id
        """
        files = tuple(f"tests/{name}" for name in files if (self.root / "tests" / name.partition("::")[0]).exists())
        pid = os.fork()
        if pid:
            return pid
        code = 3
        try:
            signal.alarm(longest)
            sys.dont_write_bytecode = True  # a file may be as old and as long as with the mutation before
            os.chdir(self.root)
            said = os.open(self.output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(said, 1)
            os.dup2(said, 2)
            sys.path[:] = [path for path in sys.path if not path.startswith(str(ROOT / "tests"))]
            # Faults that are known already are not what is looked for.
            code = int(pytest.main(["-q", "--tb=line", "-m", "not xfail", *options, *files]))
        finally:
            sys.stdout.flush()
            os._exit(code)

    @property
    def output(self) -> Path:
        return self.root / "output.txt"


@dataclasses.dataclass
class Trial:
    """One mutation that is being tested."""

    tree: Tree
    mutation: Mutation
    before: str
    began: float

    def verdict(self, status: int) -> Verdict:
        """
        :param status: how the child has ended
        :raises DoesNotApply: if the tests could not even run
        """
        self.tree.restore(self.mutation, self.before)
        seconds = time.monotonic() - self.began
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM:
            if not self.ends_without():
                raise DoesNotApply(f"{self.mutation.name!r}: its tests take more than {LONGEST} s without it, too")
            return Verdict(self.mutation, f"(nothing ends within {LONGEST} s)", seconds)
        said = self.tree.output.read_text()
        red, code = FAILED.search(said), os.waitstatus_to_exitcode(status)
        if code == 1 and red:
            return Verdict(self.mutation, red[1], seconds)
        if code:
            raise DoesNotApply(f"{self.mutation.name!r}: the tests do not even run:\n{said[-3000:]}")
        return Verdict(self.mutation, "", seconds)

    def ends_without(self) -> bool:
        """Whether the tests end in time where nothing is taken out: what is slow by itself shows nothing."""
        return not os.WIFSIGNALED(os.waitpid(self.tree.start(self.mutation.tests, "-x"), 0)[1])


def verdicts_of(mutations: list[Mutation], jobs: int, folder: Path) -> list[Verdict]:
    trees = [Tree(folder / f"tree-{number}") for number in range(jobs)]
    todo, running, verdicts = list(reversed(mutations)), dict[int, Trial](), list[Verdict]()
    try:
        while todo or running:
            while todo and trees:
                tree, mutation = trees.pop(), todo.pop()
                trial = Trial(tree, mutation, tree.apply(mutation), time.monotonic())
                running[tree.start(mutation.tests, "-x")] = trial
            pid, status = os.wait()
            trial = running.pop(pid)
            verdicts.append(trial.verdict(status))
            show(verdicts[-1])
            trees.append(trial.tree)
    finally:
        for pid in running:
            os.kill(pid, signal.SIGKILL)
    return verdicts


def show(verdict: Verdict) -> None:
    mutation = verdict.mutation
    told = verdict.red or "SURVIVED"
    print(f"{mutation.invariant:3} | {mutation.name:58} | {told:100} | {verdict.seconds:5.1f} s", flush=True)


def baseline(mutations: list[Mutation], folder: Path) -> str:
    """What is red without any mutation, as pytest told it; empty if nothing is."""
    named = {name for mutation in mutations for name in mutation.tests}
    files = tuple(sorted(name for name in named if "::" not in name or name.partition("::")[0] not in named))
    tree, longest = Tree(folder / "baseline"), LONGEST * len(files)
    status = os.waitpid(tree.start(files, longest=longest), 0)[1]
    late = f"\n(the tests of {len(files)} files do not end within {longest} s)" if os.WIFSIGNALED(status) else ""
    return tree.output.read_text()[-4000:] + late if status else ""
