# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a copy shows while it runs, and where it shows nothing."""

from __future__ import annotations

import typing as t

import pytest

if t.TYPE_CHECKING:
    from .conftest import Stage

pytestmark = pytest.mark.slow

HOME, BEIJING, FRANKFURT = "cn-hangzhou", "cn-beijing", "eu-central-1"


@pytest.mark.parametrize("progress", [True, False], ids=["shown", "silent"])
def test_an_ad_hoc_copy_with_credentials_from_the_environment(stage: Stage, progress: bool) -> None:
    stage.control("settings", {"copy_gib_per_second": 1.0})
    source = stage.image()
    words = f"region={HOME} image_id={source} destination_regions={BEIJING},{FRANKFURT} wait_interval=0.1"
    play = stage.run(
        "ansible",
        "localhost",
        "-m",
        "imageops.alicloud.ecs_image_copy",
        "-a",
        f"{words} progress={str(progress).lower()}",
    )
    assert len(stage.in_region(BEIJING)) == len(stage.in_region(FRANKFURT)) == 1
    assert "CHANGED" in play.out
    lines = [line for line in play.err.splitlines() if line.startswith("[localhost] ")]
    if progress:
        assert any(BEIJING in line and "done after" in line for line in lines)
        assert any(FRANKFURT in line and "%" in line for line in lines)
    else:
        assert lines == []
    assert not [line for line in play.out.splitlines() if line.startswith("[localhost] ")]


QUIET = """
- hosts: localhost
  connection: local
  gather_facts: false
  vars:
    ansible_python_interpreter: "{{ ansible_playbook_python }}"
  module_defaults:
    imageops.alicloud.ecs_image_copy:
      region: cn-hangzhou
      image_id: "{{ source }}"
      wait_interval: 0.1
  tasks:
    - name: In check mode
      imageops.alicloud.ecs_image_copy:
        destination_regions: [cn-beijing]
      check_mode: true
    - name: Asynchronously
      imageops.alicloud.ecs_image_copy:
        destination_regions: [cn-beijing]
      async: 60
      poll: 1
    - name: Without a log
      imageops.alicloud.ecs_image_copy:
        destination_regions: [eu-central-1]
      no_log: true
"""


def test_nothing_is_shown_where_nothing_may_be(stage: Stage) -> None:
    book = stage.folder / "quiet.yml"
    book.write_text(QUIET)
    play = stage.playbook(str(book), {"source": stage.image()})
    assert "[localhost] " not in play.err
    assert [result["changed"] for result in play.of("ecs_image_copy")][:2] == [True, True]
    assert len(stage.in_region(BEIJING)) == len(stage.in_region(FRANKFURT)) == 1
