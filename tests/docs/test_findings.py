# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The form of the scripts in ``findings``. What they show is theirs to run: they need the package registries."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

FINDINGS = Path(__file__).resolve().parents[2] / "findings"
SCRIPTS = sorted(FINDINGS.glob("*.sh"))
HEADER = Path(__file__).read_text().splitlines()[:3]
INSTALL = r"^ *(?:\S+/bin/pip install -qq --no-compile|npm install \S+ \S+ --prefix \S+) (.+)$"
PINNED = re.compile(r"(?:[a-z][\w.-]*==|@[a-z-]+/[\w-]+@)\d+(?:\.\d+)+")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_a_finding_has_its_form(script: Path) -> None:
    text = script.read_text()
    assert text.splitlines()[:4] == ["#!/usr/bin/env bash", *HEADER]
    assert script.stat().st_mode & 0o111, "it can't be run"
    assert '\nset -euo pipefail\nwork=$(mktemp -d)\ntrap \'rm -rf "$work"\' EXIT\ncd "$work"\n' in text
    installs = re.findall(INSTALL, text, re.MULTILINE)
    packages = [package for line in installs for package in line.split()]
    assert packages and len(installs) == len(re.findall(r"\b(?:pip|npm) install\b", text))
    assert [package for package in packages if not PINNED.fullmatch(package)] == []
    for part in ("version:", "guess:", "behaviour:", "seen"):
        assert re.search(rf"(?:echo|print\()[^\n]*[\"']{part}", text), f"it doesn't say its {part}"
    assert "The behaviour has changed." in text
    assert "imageops" not in re.sub("^# Copyright.*$", "", text, flags=re.MULTILINE), "it shows others' behaviour alone"
    assert not re.search(r"https?://(?!127\.0\.0\.1|www\.gnu\.org|ecs\.example\.invalid)\w", text), "it names a host"


def test_the_readme_lists_no_other_script() -> None:
    listed = re.findall(r"^\| `(\w+)` \|", (FINDINGS / "README.md").read_text(), re.MULTILINE)
    assert listed == [script.stem for script in SCRIPTS]


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
def test_the_scripts_are_bash() -> None:
    for script in SCRIPTS:
        subprocess.run(["bash", "-n", str(script)], check=True)
