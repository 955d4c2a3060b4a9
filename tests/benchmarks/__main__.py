# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Command line: ``python tests/benchmarks [GROUP...]`` runs, ``--docs`` puts the figures into the documentation."""

from __future__ import annotations

import argparse
import importlib
import sys
import time
import typing as t
from pathlib import Path

if t.TYPE_CHECKING:
    from benchmarks.results import Report

HERE = Path(__file__).resolve().parent
GROUPS = {
    "copies": "copying",
    "converged": "converged",
    "tls": "hosts",
    "releases": "releases",
    "start-up": "startup",
    "audits": "audits",
    "peers": "peers",
    "before": "before",
    "before-many": "before_many",
    "simulator": "crowd",
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks", description="Ratios and counts, none of them a timed test.")
    parser.add_argument("group", nargs="*", help=f"some of {', '.join(GROUPS)}; without one, all")
    parser.add_argument("--docs", action="store_true", help="run nothing; put the last figures into the documentation")
    parser.add_argument("--install-peers", action="store_true", help="run nothing; install the other tools into build")
    parser.add_argument("--strict", action="store_true", help="end with 1 if a budget is missed")
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.group if name not in GROUPS]:
        parser.error(f"no such group: {', '.join(unknown)}")
    # Started as a folder, so that neither its own package nor the tools beside it are on the path yet.
    sys.path[:0] = [str(HERE.parent), str(HERE.parent / "tools")]
    from benchmarks import docs, peers
    from benchmarks.lab import BENCH
    from benchmarks.results import Report

    path = BENCH / "results.json"
    if options.docs:
        return docs.insert(path)
    if options.install_peers:
        return peers.install()
    report = Report()
    if report.machine["load"] > 1:
        print(f"This machine is busy (load {report.machine['load']}): counts hold, times are too long.")
    try:
        measure(report, options.group or list(GROUPS))
    finally:  # what took half an hour is not lost by what fails after it
        report.save(path)
    docs.draw(path)
    print(f"\n{len(report.missed)} of {sum(one.budget is not None for one in report.results)} budgets missed; {path}")
    return int(options.strict and bool(report.missed))


def measure(report: Report, groups: list[str]) -> None:
    import environment

    environment.link_checkout()
    for group in groups:
        print(f"\n=== {group}", flush=True)
        began = time.monotonic()
        importlib.import_module(f"benchmarks.{GROUPS[group]}").measure(report)
        report.seconds[group] = round(time.monotonic() - began, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
