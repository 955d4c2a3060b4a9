# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every API action meets with every kind of trouble: the end is the same, nothing is made twice, calls are bounded."""

from __future__ import annotations

import pytest
from reliability import releases, retirements, transfers
from reliability.arena import Arena
from reliability.results import Recorder
from reliability.retirements import Retirement
from reliability.seeds import EVERYTHING, numbered
from reliability.troubles import Troubles

pytestmark = pytest.mark.slow

SHARDS = 4 if EVERYTHING else 1


@pytest.fixture(scope="module")
def release(stepped: Arena) -> Troubles:
    return Troubles(stepped, releases.release, releases.faults, releases.MODULES)


@pytest.fixture(scope="module")
def retirement(stepped: Arena) -> Troubles:
    run = Retirement()
    return Troubles(stepped, run, run.prepare, retirements.MODULES)


@pytest.fixture(scope="module")
def imports(stepped: Arena) -> Troubles:
    return Troubles(stepped, transfers.imports, transfers.prepare, transfers.IMPORTS)


@pytest.fixture(scope="module")
def export(stepped: Arena) -> Troubles:
    run = transfers.Export()
    return Troubles(stepped, run, run.prepare, transfers.EXPORTS)


@pytest.mark.parametrize("shard", range(SHARDS))
@pytest.mark.parametrize("run", ["release", "retirement", "imports", "export"])
def test_no_trouble_changes_the_end(request: pytest.FixtureRequest, run: str, shard: int) -> None:
    troubles: Troubles = request.getfixturevalue(run)
    with Recorder(f"{run} in trouble", str(shard)) as recorder:
        for _number, cell in numbered(troubles.cells, lambda cell: cell.met, lambda cell: cell.meeting)[shard::SHARDS]:
            failures, more = troubles.try_cell(cell)
            recorder.cell(str(cell), failures, more_calls=more)
