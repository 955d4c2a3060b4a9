# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All habits of a real cloud at once, round after round: no false claim, no second copy, nothing of others touched."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from reliability.arena import Arena
from reliability.results import Recorder
from reliability.seeds import EVERYTHING, seeds
from reliability.soak import Round
from reliability.soak_of_roles import role_round
from reliability.stage import Stage

pytestmark = pytest.mark.slow

SEED = 20261128
PARTS = 8 if EVERYTHING else 1


@pytest.mark.parametrize("part", range(PARTS))
def test_rounds_of_tasks(stepped: Arena, part: int) -> None:
    with Recorder("soak", str(part)) as recorder:
        for number in seeds(184, 4)[part::PARTS]:
            recorder.cell(f"round {number}", Round(stepped, SEED + number)())


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Stage]:
    stage = Stage(Path(tmp_path_factory.mktemp("soak")))
    yield stage
    stage.close()


if EVERYTHING:  # each takes half a minute

    @pytest.mark.parametrize("part", range(4))
    def test_rounds_of_the_whole_role(stage: Stage, part: int) -> None:
        with Recorder("soak of the role", str(part)) as recorder:
            for number in range(16)[part::4]:
                recorder.cell(f"round {number}", role_round(stage, SEED + number))
