# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two tasks of one process at the same moment share nothing: a worker may keep the process for the next one."""

from __future__ import annotations

import threading
import typing as t
from unittest import mock

from functional.support import BEIJING, FRANKFURT, HOME, MAIN, VALLEY, Data, Lab
from simulator.seed import CONSUMERS

from ansible_collections.imageops.alicloud.plugins.module_utils._base import clock as clocks
from ansible_collections.imageops.alicloud.plugins.module_utils._base.options import options_from
from ansible_collections.imageops.alicloud.plugins.module_utils._copy import task as copy_task
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import CONNECTION, WAITING, connect

NAME, OTHER = next(iter(CONSUMERS.items()))
WANTED = {MAIN: [BEIJING, FRANKFURT], OTHER: [BEIJING, VALLEY]}
KEYS = {MAIN: "main", OTHER: NAME}


def copied(lab: Lab, account: str, source: str, both: threading.Barrier) -> Data:
    """What a copy task with the keys of an account comes to, which begins its calls when the other one does."""
    given = {option: spec.get("default") for option, spec in {**CONNECTION, **WAITING}.items()}
    given |= {**lab.connection(KEYS[account]), "region": HOME, "image_id": source}
    given |= {"destination_regions": WANTED[account], "name": f"golden-{account}"}
    options = options_from(copy_task.Options, given)
    task = connect(given, options, copy_task.validate(options), check=False)
    both.wait()
    return {**task.identity, **copy_task.copy_images(task)}


def test_two_tasks_at_the_same_moment(lab: Lab) -> None:
    sources = {account: lab.source(account=account) for account in WANTED}
    both, results = threading.Barrier(2, timeout=30), dict[str, t.Any]()

    def work(account: str) -> None:
        results[account] = copied(lab, account, sources[account], both)

    with mock.patch.object(clocks, "Clock", lambda: lab.clock):
        threads = [threading.Thread(target=work, args=(account,)) for account in WANTED]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    for account, regions in WANTED.items():
        result = results[account]
        assert result["account_id"] == account
        assert [(copy["region"], copy["action"], copy["error"]) for copy in result["copies"]] == [
            (region, "started", None) for region in regions
        ]
        assert {copy.name for region in regions for copy in lab.own(region, account)} == {f"golden-{account}"}
        assert set(result["images"].values()) == {
            copy.image_id for region in regions for copy in lab.own(region, account)
        }
