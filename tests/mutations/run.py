# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Take out one guard after another in a copy of the collection, and see that a test turns red each time.

Usage: ``run.py [--only TEXT] [--invariant NUMBER] [--jobs NUMBER] [--json FILE] [--list] [--check]``

If all are tried, the figures go into the page about reliability.

Exit code 1 if a mutation survives, 2 if one no longer applies or the tests are red without any.
"""

from __future__ import annotations

import argparse
import ast
import dataclasses
import importlib
import json
import os
import re
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from docs.parts import list_table, with_part  # noqa: E402
from mutations import (  # noqa: E402
    living,
    looking,
    losses,
    moving,
    reaching,
    reports,
    roles,
    second_copies,
    seen,
    templates,
    trusting,
)
from mutations.mutation import INVARIANTS, Mutation  # noqa: E402

MUTATIONS = (
    *second_copies.MUTATIONS,
    *losses.MUTATIONS,
    *looking.MUTATIONS,
    *moving.MUTATIONS,
    *templates.MUTATIONS,
    *reports.MUTATIONS,
    *reaching.MUTATIONS,
    *trusting.MUTATIONS,
    *roles.MUTATIONS,
    *living.MUTATIONS,
    *seen.MUTATIONS,
)
PAGE = ROOT / "docs" / "docsite" / "rst" / "reliability.rst"
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


class DoesNotApply(Exception):
    """The guard no longer looks as the catalogue says."""


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


def mutated(mutation: Mutation, text: str) -> str:
    """:raises DoesNotApply: if the edit is not possible, or its result no Python or YAML"""
    count = text.count(mutation.old)
    if count != 1:
        raise DoesNotApply(f"{mutation.name!r}: its text stands {count} times in {mutation.file}")
    result = text.replace(mutation.old, mutation.new)
    try:
        yaml.safe_load(result) if mutation.path.suffix == ".yml" else ast.parse(result)
    except (SyntaxError, yaml.YAMLError) as error:
        raise DoesNotApply(f"{mutation.name!r}: {mutation.file} can't be read any more: {error}") from None
    return result


def faults_of(mutations: list[Mutation]) -> list[str]:
    """Every mutation that can't be tried."""
    faults = []
    for mutation in mutations:
        path = ROOT / mutation.path
        try:
            mutated(mutation, path.read_text())
        except (DoesNotApply, OSError) as error:
            faults.append(str(error))
        if not any((ROOT / "tests" / name.partition("::")[0]).exists() for name in mutation.tests):
            faults.append(f"{mutation.name!r}: none of its tests is there: {', '.join(mutation.tests)}")
    return faults


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
            return Verdict(self.mutation, f"(nothing ends within {LONGEST} s)", seconds)
        said = self.tree.output.read_text()
        red, code = FAILED.search(said), os.waitstatus_to_exitcode(status)
        if code == 1 and red:
            return Verdict(self.mutation, red[1], seconds)
        if code:
            raise DoesNotApply(f"{self.mutation.name!r}: the tests do not even run:\n{said[-3000:]}")
        return Verdict(self.mutation, "", seconds)


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


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", metavar="TEXT", help="mutations whose name or file holds this")
    parser.add_argument("--invariant", type=int, metavar="NUMBER")
    parser.add_argument("--jobs", type=int, default=max(1, (os.cpu_count() or 1) // 2), metavar="NUMBER")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the table there too")
    parser.add_argument("--list", action="store_true", help="show the mutations and end")
    parser.add_argument("--check", action="store_true", help="see that every mutation still applies and end")
    parser.add_argument("--no-baseline", action="store_true", help="believe that the tests are green")
    return parser.parse_args()


def main() -> int:
    asked = options()
    chosen = [
        mutation
        for mutation in MUTATIONS
        if asked.invariant in (None, mutation.invariant) and asked.only in f"{mutation.name} {mutation.file}"
    ]
    if asked.list:
        for mutation in chosen:
            print(f"{mutation.invariant:3} | {mutation.name:58} | {mutation.file}")
        return 0
    faults = faults_of(chosen)
    faults += [] if chosen else ["no mutation is chosen"]
    faults += [
        f"invariant {number} ({name}) has fewer than two mutations"
        for number, name in INVARIANTS.items()
        if sum(mutation.invariant == number for mutation in MUTATIONS) < 2
    ]
    if faults or asked.check:
        print("\n".join(faults) or f"all {len(chosen)} mutations apply")
        return 2 if faults else 0
    for name in HEAVY:
        importlib.import_module(name)
    # No byte code is kept: two edits within one second could pass for the same file.
    sys.dont_write_bytecode = True
    sys.stdout.flush()
    with tempfile.TemporaryDirectory(prefix="mutations-") as name:
        red = "" if asked.no_baseline else baseline(chosen, Path(name))
        if red:
            print(f"red without any mutation:\n{red}")
            return 2
        try:
            verdicts = verdicts_of(chosen, asked.jobs, Path(name))
        except DoesNotApply as error:
            print(error)
            return 2
    if len(chosen) == len(MUTATIONS):
        PAGE.write_text(with_part(PAGE.read_text(encoding="utf-8"), "guards", table(verdicts)), encoding="utf-8")
    return report(verdicts, asked.json)


def table(verdicts: list[Verdict]) -> str:
    """What goes into the page: each invariant, its guards, and how many of them no test misses."""
    rows: list[tuple[object, ...]] = [("Promise", "Guards taken out", "Noticed by no test")]
    for number, name in INVARIANTS.items():
        mine = [one for one in verdicts if one.mutation.invariant == number]
        rows.append((f"{number}. {name}", len(mine), sum(not one.red for one in mine)))
    rows.append(("Together", len(verdicts), sum(not one.red for one in verdicts)))
    return list_table("Guards taken out", "70 15 15", rows)


def report(verdicts: list[Verdict], file: Path | None) -> int:
    survivors = [verdict.mutation.name for verdict in verdicts if not verdict.red]
    summary = {"mutations": len(verdicts), "killed": len(verdicts) - len(survivors), "survived": survivors}
    if file:
        table = [
            {
                "mutation": one.mutation.name,
                "invariant": one.mutation.invariant,
                "red": one.red,
                "seconds": round(one.seconds, 1),
            }
            for one in verdicts
        ]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({**summary, "table": table}, indent=2) + "\n")
    print(json.dumps(summary))
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
