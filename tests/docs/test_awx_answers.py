# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The answers of surveys as a controller writes them, in each playbook of the project."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import cores
import process_tree
import pytest
import yaml
from docs.answers import as_file
from docs.awx_assets import AWX
from environment import for_ansible

pytestmark = pytest.mark.slow

ACCOUNT = "1000000000000011"
TWO = [ACCOUNT, "1000000000000012"]
# playbook, variable of the survey, answer, variable of the role or playbook, what it must be
CASES: list[tuple[str, str, t.Any, str, t.Any]] = [
    (book, asked, answer, variable, wanted)
    for book, asked, variable in (
        ("unshare.yml", "unshare_accounts", "unshare_everywhere_accounts"),
        ("unshare.yml", "unshare_regions", "unshare_everywhere_regions"),
        ("stop_copies.yml", "stop_regions", "stop_copies_regions"),
        ("retire.yml", "retire_regions", "image_retire_regions"),
        ("retire.yml", "retire_families", "image_retire_families"),
        ("retire.yml", "retire_role_arns", "image_retire_role_arns"),
        ("audit.yml", "audit_regions", "image_audit_regions"),
        ("audit.yml", "audit_roles", "image_audit_roles"),
    )
    for answer, wanted in (
        (ACCOUNT, [ACCOUNT]),
        (int(ACCOUNT), [ACCOUNT]),
        (f" {TWO[0]}\r\n{TWO[1]},\t\n", TWO),
        (TWO, TWO),
        ("", []),
    )
]
CASES += [
    (
        "retire.yml",
        "retire_name_patterns",
        "base-*\r\n web-2026 *\n",
        "image_retire_name_patterns",
        ["base-*", "web-2026 *"],
    ),
    ("retire.yml", "retire_name_patterns", "1234", "image_retire_name_patterns", ["1234"]),
    *(
        ("retire.yml", f"retire_{name}", answer, f"image_retire_{name}", wanted)
        for name in ("keep_used", "export_required")
        for answer, wanted in (("yes", True), ("no", False), (True, True), (False, False), ("", True))
    ),
    *(
        ("retire.yml", f"retire_{name}", answer, f"image_retire_{name}", default if answer == "" else answer)
        for name, default in (("keep", 3), ("min_age_days", 30), ("grace_days", 14), ("max", 50))
        for answer in ("", 0, 7)
    ),
    (
        "retire.yml",
        "retire_export_buckets",
        "cn-hangzhou: archive\r\n cn-beijing:archive-2, \n",
        "image_retire_export",
        {"buckets": {"cn-hangzhou": "archive", "cn-beijing": "archive-2"}, "format": "raw"},
    ),
    ("retire.yml", "retire_export_buckets", "", "image_retire_export", {}),
    ("retire.yml", "retire_export_buckets", "x", "image_retire_export", {"buckets": {"x": ""}, "format": "raw"}),
    ("retire.yml", "retire_folder", " /kept ", "image_retire_report", "/kept/image_retire.html"),
    ("release.yml", "alicloud_account_id", f" {ACCOUNT}\n", "image_release_account_id", ACCOUNT),
    ("release_inventory.yml", "alicloud_account_id", ACCOUNT, "image_release_account_id", ACCOUNT),
]


@pytest.mark.parametrize("core", [cores.OLDEST, pytest.param(cores.NEWEST, marks=pytest.mark.extra)])
def test_every_answer_arrives_as_what_it_was_meant(core: str, tmp_path: Path) -> None:
    """All cases in one run: a play for each, which shows what the variable is there."""
    plays = []
    for number, (book, asked, _answer, variable, _wanted) in enumerate(CASES):
        (given,) = yaml.safe_load((AWX / "project" / book).read_text())
        plays.append(
            {
                "hosts": "localhost",
                "gather_facts": False,
                "vars": {**given["vars"], asked: f"{{{{ answer_{number} }}}}"},
                "tasks": [{"ansible.builtin.debug": {"msg": f"{{{{ [{number}, {variable}] | to_json }}}}"}}],
            }
        )
    (tmp_path / "plays.yml").write_text(yaml.safe_dump(plays))
    answers = {f"answer_{number}": case[2] for number, case in enumerate(CASES)}
    (tmp_path / "extravars").write_text(as_file(answers))
    command = [str(cores.programs(core) / "ansible-playbook"), "plays.yml", "-e", "@extravars"]
    env = {**for_ansible(tmp_path), "ANSIBLE_STDOUT_CALLBACK": "ansible.builtin.default"}
    done = process_tree.run(command, cwd=tmp_path, env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    shown = dict(
        json.loads(json.loads(line.split(": ", 1)[1])) for line in done.stdout.splitlines() if '"msg": ' in line
    )
    for number, (book, asked, answer, variable, wanted) in enumerate(CASES):
        # Before ansible-core 2.19 every template makes a text.
        found = int(shown[number]) if isinstance(wanted, int) else shown[number]
        assert found == wanted, f"{book}: {asked} = {answer!r} makes {variable} {shown[number]!r}"
