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
import importlib
import json
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from docs.parts import list_table, with_part
from mutations.catalogue import MUTATIONS, DoesNotApply, faults_of
from mutations.mutation import INVARIANTS, ROOT
from mutations.trials import HEAVY, Verdict, baseline, verdicts_of

PAGE = ROOT / "docs" / "docsite" / "rst" / "reliability.rst"


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
