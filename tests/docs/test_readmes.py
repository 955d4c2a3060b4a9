# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The README in two languages shows the same examples, names the same things and links the same guides."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ENGLISH, CHINESE = ((ROOT / name).read_text() for name in ("README.md", "README.zh-CN.md"))


def examples(text: str) -> list[str]:
    return re.findall(r"^```\w+\n.*?^```$", text, re.MULTILINE | re.DOTALL)


def rows(text: str) -> list[list[str]]:
    """The names in each row of the tables of modules, roles and playbooks, in their order."""
    return [re.findall(r"`([^`]+)`", line) for line in text.splitlines() if line.startswith("| `imageops.")]


def guides(text: str) -> set[str]:
    return set(re.findall(r"docs/docsite/rst/(\w+)\.rst", text))


def test_the_tables_name_the_same_things() -> None:
    # Only the name and what is needed: the text between them is free.
    assert [row[0] for row in rows(CHINESE)] == [row[0] for row in rows(ENGLISH)]
    needed = [[name for name in row if name.endswith(("s", "_name", "_source"))] for row in rows(ENGLISH)]
    assert [[name for name in row if name.endswith(("s", "_name", "_source"))] for row in rows(CHINESE)] == needed


def test_the_examples_are_the_same() -> None:
    english = [one for one in examples(ENGLISH) if "requirements" not in one or "pip install" in one]
    assert [one for one in examples(CHINESE) if one not in english] == []
    assert len([one for one in examples(CHINESE) if one.startswith("```yaml")]) == 2


@pytest.mark.parametrize("text", [ENGLISH, CHINESE], ids=["English", "Chinese"])
def test_every_guide_that_is_linked_is_there(text: str) -> None:
    assert guides(text) == guides(ENGLISH)
    assert [name for name in guides(text) if not (ROOT / "docs/docsite/rst" / f"{name}.rst").is_file()] == []
