# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The check of the English: it finds what it should, where it stands, and nothing in code."""

from __future__ import annotations

import typing as t
from pathlib import Path

import prose
import pytest
import yaml

RULES = yaml.safe_load(prose.RULES.read_text(encoding="utf-8"))["rules"]
TEXTS = {
    "page.rst": """\
Title
=====

It is deleted after its days
of grace.

.. code-block:: shell

    echo "days of grace"

``days of grace`` is an option.
""",
    "page.md": "# Title\n\n\nIt is deleted after its days\nof grace.\n\n```shell\necho 'days of grace'\n```\n",
    "module.py": """\
# days of grace
DOCUMENTATION = r\"\"\"
description:
  - It is deleted after its days
    of grace.
\"\"\"
EXAMPLES = r\"\"\"
- name: days of grace
\"\"\"
""",
    "filter.yml": """\
---
# days of grace
DOCUMENTATION:
  description: It is deleted after its days
    of grace.
EXAMPLES: |
  days of grace
""",
}


def found_in(path: Path) -> list[prose.Finding]:
    return prose.own_findings(path.name, prose.prose_of(path), RULES)


@pytest.mark.parametrize("name", TEXTS)
def test_prose_is_looked_at_and_code_is_not(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(TEXTS[name])
    (one,) = found_in(path)
    assert (one.line, "grace period" in one.what) == (4, True)


# A sentence for the screen in line 5, and the same words where nobody reads them.
SCREENS = {
    "a.py": '''"""days of grace"""
WORDS = "days of grace"
def told(days):
    """days of grace"""
    raise ValueError(f"{days} are over: "
        "no more days of grace" if days else "days_of_grace")  # days of grace
''',
    "a.yml": """---
# days of grace
- name: Retire
  ansible.builtin.assert:
    fail_msg: "The days of grace are over"
""",
}


@pytest.mark.parametrize("name", SCREENS)
def test_what_ends_on_the_screen_is_looked_at(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(SCREENS[name])
    (one,) = prose.own_findings(path.name, prose.screen_of(path), RULES)
    assert (one.line, "grace period" in one.what) == (5, True)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["not"])[:30])
def test_every_rule_says_what_to_write(rule: t.Mapping[str, str]) -> None:
    assert rule["instead"] and not prose.own_findings("", "Sets which accounts an image is shared with.", [dict(rule)])


def test_what_users_read_is_looked_at() -> None:
    names = {str(path.relative_to(prose.ROOT)) for path in prose.files()}
    assert {"README.md", "docs/docsite/rst/release_guide.rst", "plugins/modules/ecs_image_copy.py"} <= names
    names = {str(path.relative_to(prose.ROOT)) for path in prose.files(prose.SCREEN)}
    assert {"plugins/module_utils/_copy/plan.py", "roles/image_release/tasks/main.yml"} <= names
