# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The oldest ansible-core that is supported, whatever is installed: what it does with values, it does alone."""

from __future__ import annotations

import typing as t

import cores
import pytest
from ways.plays import BEIJING, HOME, ONE

if t.TYPE_CHECKING:
    from e2e.conftest import Play, Stage

pytestmark = pytest.mark.slow

# As a controller writes what people have typed into a survey.
ANSWERS = """
image_release_source: {{region: {home}, image_id: {image}}}
image_release_destination_regions: !unsafe '{beijing}'
image_release_accounts: !unsafe '{account}'
image_release_tags: !unsafe 'version=1.10'
image_release_promote: !unsafe 'no'
image_release_wait_interval: 0.1
image_release_manifest: kept.json
"""


def test_a_survey_s_release_is_planned_run_and_run_again(stage: Stage) -> None:
    """There every second run of the role failed after its writes."""
    program = str(cores.programs(cores.OLDEST) / "ansible-playbook")
    answers = {"home": HOME, "beijing": BEIJING, "account": ONE, "image": stage.image()}
    (stage.folder / "answers.yml").write_text(ANSWERS.format(**answers))

    def release(*words: str) -> Play:
        play = stage.run(program, "imageops.alicloud.create_copy_share", "-e", "@answers.yml", "-vv", *words)
        assert f"[core {cores.OLDEST}." in play.out
        return play

    kept = stage.folder / "kept.json"
    release("--check")
    assert stage.writes() == [] and not kept.exists()
    assert release().changed > 0
    (copy,) = stage.in_region(BEIJING)
    assert stage.shares(copy["image_id"]) == [ONE] and copy["tags"]["version"] == "1.10"
    text = kept.read_text()
    stage.forget()
    assert release().changed == 0 and stage.writes() == []
    assert kept.read_text() == text
