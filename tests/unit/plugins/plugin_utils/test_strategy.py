# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which plays a role can't work with."""

from __future__ import annotations

from types import SimpleNamespace as Some

import pytest

from ansible_collections.imageops.alicloud.plugins.plugin_utils._base import _strategy


def task(strategy: str, run_once: bool) -> Some:
    """A task in an included file, in a block, in a play."""
    block = Some(_play=Some(strategy=strategy), _parent=None)
    return Some(run_once=run_once, _parent=Some(_parent=block))


@pytest.mark.parametrize("strategy", ["free", "host_pinned", "ansible.builtin.free", "mitogen_free"])
def test_results_of_all_hosts_are_not_mixed(strategy: str) -> None:
    assert f"the strategy {strategy}," in _strategy.fault(task(strategy, run_once=True))
    assert _strategy.fault(task(strategy, run_once=False)) == ""


@pytest.mark.parametrize("strategy", ["linear", "debug", "mitogen_linear"])
def test_one_host_for_all_is_fine(strategy: str) -> None:
    assert _strategy.fault(task(strategy, run_once=True)) == ""


def test_a_task_of_no_play_is_not_judged() -> None:
    assert _strategy.fault(Some(run_once=True, _parent=None)) == ""


@pytest.mark.parametrize("tags", [["always"], ["docs", "tagged"]])
def test_no_release_goes_without_its_end(tags: list[str]) -> None:
    """A copy that failed was no failure of the play, and no manifest was written."""
    told = _strategy.without_end({"ansible_skip_tags": tags})
    assert f"--skip-tags {tags[-1]} leaves out the end" in told
    assert _strategy.without_end({"ansible_skip_tags": ["docs"]}) == _strategy.without_end({}) == ""
