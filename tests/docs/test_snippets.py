# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever the documentation tells people to write and run is written and run, page by page, against the simulator."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import process_tree
import pytest
import yaml
from docs.snippets import PAGES, missing, snippets
from docs.worlds import SETTINGS, WORLDS

if t.TYPE_CHECKING:
    from .conftest import Simulated

ADDRESS = "http://127.0.0.1:4566"  # where "make simulator" listens
OURS = sorted(PAGES.glob("*.rst"))
ELSEWHERE = ("verify_release", "getting_started")  # run by tests/published, which has an archive; by the fresh reader
FIRST = ("release_guide",)  # what people follow first; all pages together take minutes
RUNS = [
    pytest.param(page, marks=[] if page.stem in FIRST else [pytest.mark.extra], id=page.stem)
    for page in OURS
    if page.stem not in ELSEWHERE
]


@pytest.mark.parametrize("page", OURS, ids=lambda page: page.stem)
def test_every_block_says_what_a_test_does_with_it(page: Path) -> None:
    found = snippets(page)
    faults = [f"{page.name}:{one.line} {one.fault()}" for one in found if one.fault()]
    assert not faults, "\n".join(faults)
    assert len(found) == page.read_text().count(".. code-block::"), "a block was not understood"
    for snippet in found:
        if snippet.language == "json":
            json.loads(snippet.code)
        elif snippet.language == "yaml":
            list(yaml.safe_load_all(snippet.code))


def test_every_page_is_in_the_table_of_contents() -> None:
    contents = yaml.safe_load((PAGES.parent / "extra-docs.yml").read_text())
    listed = [name for section in contents["sections"] for name in section["toctree"]]
    assert sorted(listed) == sorted(page.stem for page in PAGES.glob("*.rst"))


@pytest.mark.slow
@pytest.mark.parametrize("page", RUNS)
def test_a_page_from_top_to_bottom(simulated: Simulated, page: Path) -> None:
    simulated.control("settings", SETTINGS.get(page.stem, {}))
    simulated.control("seed", WORLDS.get(page.stem, {}))
    Reader(simulated, page, {name: str(value) for name, value in simulated.ready["env"].items()}).read()


@pytest.mark.slow
@pytest.mark.extra
def test_the_rights_of_the_release_guide_are_enough(simulated: Simulated) -> None:
    found = {one.mark: one.code for one in snippets(PAGES / "release_guide.rst") if one.mark.startswith("file ")}
    simulated.control("seed", WORLDS["release_guide"])
    user = {"name": "guide", "access_keys": [{"id": "guide-key", "secret": "guide-secret"}]}
    simulated.control("seed", {"users": [{**user, "policies": [json.loads(found["file policy.json"])]}]})
    (simulated.folder / "release.yml").write_text(found["file release.yml"])
    keys = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "guide-key", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "guide-secret"}
    env = {**simulated.env, **simulated.ready["env"], **keys}
    command = ["ansible-playbook", "imageops.alicloud.create_copy_share", "-e", "@release.yml"]
    done = process_tree.run(command, cwd=simulated.folder, env=env)
    assert done.returncode == 0, done.stdout + done.stderr


class Reader:
    """Does what a page says. The environment goes from one block to the next, as in one terminal."""

    def __init__(self, simulated: Simulated, page: Path, given: dict[str, str]) -> None:
        self.page = page
        self.folder = simulated.folder
        self.endpoint = simulated.endpoint
        self.env = {**simulated.env, **given}
        self.shown = ""

    def read(self) -> None:
        for snippet in snippets(self.page):
            where, code = f"{self.page.name}:{snippet.line}", snippet.code.replace(ADDRESS, self.endpoint)
            if snippet.mark.startswith("file "):
                path = self.folder / snippet.mark.removeprefix("file ")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(code)
            elif snippet.mark.startswith("run"):
                self.run(where, code, snippet.exit_code)
            elif snippet.mark == "output":
                assert not missing(code, self.shown), f"{where}: not shown: {missing(code, self.shown)}\n{self.shown}"

    def run(self, where: str, code: str, wanted: int) -> None:
        saved = self.folder / "environment"
        script = f"set -euo pipefail\ntrap 'rc=$?; env -0 > {saved}; exit $rc' EXIT\n{code}"
        done = process_tree.run(["bash", "-c", script], cwd=self.folder, env=self.env)
        self.shown = done.stdout
        assert done.returncode == wanted, f"{where}: exit code {done.returncode}\n{done.stdout}{done.stderr}"
        assert "-secret" not in done.stdout + done.stderr, f"{where}: a secret was shown"
        self.env = dict(line.split("=", 1) for line in saved.read_text().split("\0") if line)
