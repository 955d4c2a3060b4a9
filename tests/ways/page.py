# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page about ways of running: ``python tests/ways`` puts what the last runs were seen to work with into it.

``ways.yml`` says what there is to say; tests that pass write into build/ways what they ran with, which ``seen.json``
keeps. What the keywords of a play came to is kept in ``keywords.json``.
"""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import yaml
from docs.parts import list_table, with_part
from ways import kinds

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = ROOT / "build" / "ways"
PAGE = ROOT / "docs" / "docsite" / "rst" / "ways.rst"
SEEN, KEYWORDS = HERE / "seen.json", HERE / "keywords.json"

Seen = dict[str, dict[str, str]]
Versions = tuple[str, str]  # of ansible-core and of Python
Came = dict[str, dict[str, dict[str, str]]]  # keyword -> release of ansible-core -> what its run came to


def release_of(core: str) -> str:
    return ".".join(core.split(".")[:2])


def saw(test: str, core: str, python: str, *tools: str) -> None:
    """Write down that a test has passed.

    :param core: the version of ansible-core; the newest of each release is kept
    """
    BUILD.mkdir(parents=True, exist_ok=True)
    release = release_of(core)
    line = {"test": test, "release": release, "with": ", ".join([f"{core} (Python {python}", *tools]) + ")"}
    (BUILD / f"{test}-{release}.json").write_text(json.dumps(line))


def saw_keyword(keyword: str, core: str, **came: str) -> None:
    """Write down what the first run with a keyword came to.

    :param keyword: what the test calls it
    :param came: what the play ``says``, the good releases that are ``done``, and the exit ``code``
    """
    folder = BUILD / "keywords"
    folder.mkdir(parents=True, exist_ok=True)
    line = {"keyword": keyword, "core": core, **came}
    (folder / f"{keyword}-{release_of(core)}.json").write_text(json.dumps(line))


def merged_keywords(came: Came, folder: Path) -> Came:
    """What keywords came to before, and in the last runs."""
    found = {keyword: dict(releases) for keyword, releases in came.items()}
    for path in sorted(folder.glob("*.json")):
        line = json.loads(path.read_text())
        found.setdefault(line.pop("keyword"), {})[release_of(line["core"])] = line
    return {keyword: dict(sorted(releases.items())) for keyword, releases in sorted(found.items())}


def keyword_table(came: Came) -> str:
    """The list table of what the keywords came to."""
    rows = [("Keywords of the play", "Good releases that the first run completed", "Its exit code", "Seen with")]
    rows += [
        (alike(releases, "says"), alike(releases, "done"), alike(releases, "code"), ", ".join(cores(releases)))
        for releases in came.values()
    ]
    return list_table("20 releases, one of a bad image", "35 30 15 20", rows)


def alike(releases: t.Mapping[str, t.Mapping[str, str]], key: str) -> str:
    """A value that is the same everywhere, or what it is with which ansible-core."""
    values = {line[key] for line in releases.values()}
    if len(values) == 1:
        return values.pop()
    return ", ".join(f"{line[key]} ({line['core']})" for line in releases.values())


def cores(releases: t.Mapping[str, t.Mapping[str, str]]) -> list[str]:
    return [line["core"] for line in releases.values()]


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
    """The page with its tables made anew."""
    ways = yaml.safe_load((HERE / "ways.yml").read_text(encoding="utf-8"))
    text = with_part(text, "ways", table(ways, json.loads(SEEN.read_text())))
    return with_part(text, "keywords", keyword_table(json.loads(KEYWORDS.read_text())))


def main() -> int:
    SEEN.write_text(json.dumps(merged(json.loads(SEEN.read_text()), BUILD), indent=2) + "\n")
    KEYWORDS.write_text(
        json.dumps(merged_keywords(json.loads(KEYWORDS.read_text()), BUILD / "keywords"), indent=2) + "\n"
    )
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    kinds.write()
    print(f"{SEEN.relative_to(ROOT)} and the pages about ways and reliability are as the last runs were.")
    return 0
