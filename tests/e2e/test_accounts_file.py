# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The role in a play of one's own, with accounts out of a file."""

from __future__ import annotations

import json
import typing as t

import pytest

if t.TYPE_CHECKING:
    from .conftest import Stage

pytestmark = pytest.mark.slow

HOME = "cn-hangzhou"
ONE, TWO = "1000000000000011", "1000000000000012"
PLAY: list[dict[str, t.Any]] = [
    {
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "vars": {
            "ansible_python_interpreter": "{{ ansible_playbook_python }}",
            "image_release_accounts": "{{ lookup('ansible.builtin.file', 'accounts.txt') }}",
        },
        "roles": ["imageops.alicloud.image_release"],
    }
]
ACCOUNTS = f"# who gets our images\n\n{ONE}\n{TWO} # since May\n\n# 1000000000000013\n"


def test_a_file_of_accounts_has_comments_and_its_faults_have_lines(stage: Stage) -> None:
    image = stage.image()
    book, accounts = stage.folder / "book.yml", stage.folder / "accounts.txt"
    book.write_text(json.dumps(PLAY))
    accounts.write_text(ACCOUNTS)
    source = {"image_release_source": {"region": HOME, "image_id": image}}
    stage.playbook(str(book), source)
    assert stage.shares(image) == [ONE, TWO]
    accounts.write_text(f"{ACCOUNTS}everybody\n")
    refused = stage.playbook(str(book), source, code=2)
    assert "image_release_accounts, line 7: account 'everybody' must be an account id" in refused.out
