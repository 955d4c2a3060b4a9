# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The way of somebody who knows nothing: from the README to a report of their own. What is printed is what is run."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import demo
import process_tree
import pytest
import yaml
from docs.snippets import PAGES
from docs.test_snippets import Reader

if t.TYPE_CHECKING:
    from .conftest import Simulated

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDES = "https://github.com/imageops/imageops.alicloud/blob/main/"
IDS = {"image": "m-bp1g7004ksh0oeuco4rf", "key": "0e478b7a-4262-4802-b8cb-00d3fb408261", "account": "1234567890123456"}


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_the_first_command_is_there() -> None:
    """What the README says first is a target of the Makefile, and installs nothing but itself."""
    commands = blocks("shell")[0].split("\n")
    targets = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)
    made = [line.split()[1] for line in commands if line.startswith("make ")]
    assert made == ["demo"] and {*made} <= {*targets}


def test_the_demo_leads_where_the_readme_leads() -> None:
    """Both name the same guide next, and the report that the demo writes."""
    first = re.findall(r"\[Getting started\]\((\S+)\)", README)
    assert first and {*first} == {GUIDES + demo.GUIDE}
    assert (ROOT / demo.GUIDE).is_file()
    assert f"build/{demo.DEMO.name}/report.html" in README


@pytest.mark.slow
def test_the_readmes_playbook_runs_as_it_is_printed(simulated: Simulated) -> None:
    play, cancel = (yaml.safe_load(text) for text in blocks("yaml")[1:3])
    for identifier in IDS.values():
        assert identifier in yaml.safe_dump([play, cancel])
    simulated.control(
        "seed",
        {
            "accounts": [{"id": IDS["account"]}],
            "images": [{"id": IDS["image"], "region": "cn-hangzhou", "name": "base"}],
            "keys": [{"id": IDS["key"], "region": "ap-southeast-1"}],
        },
    )
    (simulated.folder / "release.yml").write_text(yaml.safe_dump(play))
    first, second = (run(simulated, "release.yml") for _number in range(2))
    assert "changed=2" in first and "changed=0" in second
    play[0]["tasks"] = cancel
    (simulated.folder / "cancel.yml").write_text(yaml.safe_dump(play))
    assert "changed=0" in run(simulated, "cancel.yml")  # they are finished


def run(simulated: Simulated, book: str) -> str:
    env = {**simulated.env, **{name: str(value) for name, value in simulated.ready["env"].items()}}
    command = ["ansible-playbook", book]
    done = process_tree.run(command, cwd=simulated.folder, env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WARNING" not in done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_getting_started_ends_with_a_report_of_the_own_release(simulated: Simulated) -> None:
    Reader(simulated, PAGES / "getting_started.rst", {}).read()
    report = (simulated.folder / "report.html").read_text()
    index = (simulated.folder / "report_index.html").read_text()
    assert "base-2026-11" in report and "eu-central-1" in report and "complete" in report
    assert "image_release-localhost-base-2026-11.json" in index
