# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page about ways of running: ``python tests/ways`` puts what the last runs were seen to work with into it.

``ways.yml`` says what there is to say; tests that pass write into build/ways what they ran with, which ``seen.json``
keeps.
"""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import yaml
from docs.parts import list_table, with_part

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = ROOT / "build" / "ways"
PAGE = ROOT / "docs" / "docsite" / "rst" / "ways.rst"
SEEN = HERE / "seen.json"
NAME = "ways"

Seen = dict[str, dict[str, str]]


def saw(test: str, core: str, python: str, *tools: str) -> None:
    """Write down that a test has passed.

    :param core: the version of ansible-core; the newest of each release is kept
    """
    BUILD.mkdir(parents=True, exist_ok=True)
    release = ".".join(core.split(".")[:2])
    line = {"test": test, "release": release, "with": ", ".join([f"{core} (Python {python}", *tools]) + ")"}
    (BUILD / f"{test}-{release}.json").write_text(json.dumps(line))


def merged(seen: Seen, folder: Path) -> Seen:
    """What was seen before, and what the last runs have written."""
    found = {test: dict(releases) for test, releases in seen.items()}
    for path in sorted(folder.glob("*.json")):
        line = json.loads(path.read_text())
        found.setdefault(line["test"], {})[line["release"]] = line["with"]
    return {test: dict(sorted(releases.items())) for test, releases in sorted(found.items())}


def table(ways: t.Sequence[dict[str, t.Any]], seen: Seen) -> str:
    """The list table that goes into the page."""
    rows = [("Way", "What works", "What to mind", "Seen with")]
    rows += [(way["title"], way["works"].strip(), way["mind"].strip(), seen_with(way, seen)) for way in ways]
    return list_table("Ways to run it", "15 30 35 20", rows)


def seen_with(way: dict[str, t.Any], seen: Seen) -> str:
    """The versions: by the tests, only those with which each of them passed."""
    tests: list[str] = way.get("tests", [])
    passed = [seen.get(test, {}) for test in tests]
    releases = sorted(set.intersection(*(set(one) for one in passed))) if passed else []
    found = [passed[0][release] for release in releases]
    by_hand = [f"{version}, by hand" for version in way.get("by_hand", ())]
    return "; ".join(([f"ansible-core {', '.join(found)}"] if found else []) + by_hand) or "no run yet"


def page(text: str) -> str:
    """The page with its table made anew."""
    ways = yaml.safe_load((HERE / "ways.yml").read_text(encoding="utf-8"))
    return with_part(text, NAME, table(ways, json.loads(SEEN.read_text())))


def main() -> int:
    SEEN.write_text(json.dumps(merged(json.loads(SEEN.read_text()), BUILD), indent=2) + "\n")
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"{SEEN.relative_to(ROOT)} and {PAGE.relative_to(ROOT)} are as the last runs were.")
    return 0
