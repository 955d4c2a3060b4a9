# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`make live` as a user runs it, by ansible-test, in an account that the simulator has."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import typing as t
from pathlib import Path

import environment
import process_tree
import pytest
import simulator_process
from live import targets
from live_tests.account import IMAGE, MAIN, REGIONS, SECOND, WORLD
from live_tests.test_live_policy import USERS
from live_tests.test_policy import KEYS, actions, read

LIVE = Path(__file__).resolve().parents[1] / "live"
POLICY = read("policy-live.json")


def things(ready: dict[str, t.Any]) -> set[str]:
    """Ids of all images and snapshots."""
    state = simulator_process.control(ready, "state")
    return {one["image_id"] for one in state["images"]} | {one["snapshot_id"] for one in state["snapshots"]}


@pytest.fixture
def ready(tmp_path: Path) -> t.Iterator[dict[str, t.Any]]:
    # A copy takes long enough to be cancelled by another task, and short enough to be waited for.
    slow = ("--speed", "10", "--set", "copy_gib_per_second=0.05")
    with simulator_process.running(LIVE.parent / "simulator", tmp_path, *slow) as ready:
        simulator_process.control(ready, "seed", WORLD)
        yield ready


def started(ready: dict[str, t.Any], folder: Path, *words: str, **variables: str) -> subprocess.Popen[str]:
    env = {
        **environment.clean(),
        **simulator_process.only_here(ready),
        "LIVE_CONFIRM": MAIN,
        "LIVE_FOLDER": str(folder),
        **variables,
    }
    return subprocess.Popen(
        [sys.executable, str(LIVE), *words], cwd=folder, env=env, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )  # fmt: skip


def under_way(ready: dict[str, t.Any], folder: Path) -> subprocess.Popen[str]:
    """A probe that has made some things already."""
    before = things(ready)
    process = started(ready, folder, "probe", "--level", "copy", "--image", IMAGE)
    end = time.monotonic() + process_tree.PATIENCE
    while len(things(ready)) <= len(before) + 3 and process.poll() is None and time.monotonic() < end:
        time.sleep(0.05)
    return process


def test_a_rehearsal_finds_what_is_assumed(ready: dict[str, t.Any], tmp_path: Path) -> None:
    """Whoever tries the free probe on the simulator first, as it is, sees no alarm."""
    process = started(ready, tmp_path, "probe")
    said = process_tree.said(process)[0]
    assert "!! otherwise, and its default is not the stricter one: none" in said
    assert process.returncode == 0, said[-2000:]


@pytest.mark.extra
def test_the_targets_run_and_leave_nothing(ready: dict[str, t.Any], tmp_path: Path) -> None:
    before = things(ready)
    instance = simulator_process.control(ready, "state")["demo"]["instances"]["demo"]
    settings = {"account_id": MAIN, "regions": REGIONS[:2], "image_id": IMAGE, "second_account": SECOND}
    config = tmp_path / "integration_config.yml"
    config.write_text(json.dumps({**settings, "instance_id": instance}), encoding="utf-8")
    user = [{"name": "live", "policies": [POLICY], "access_keys": [KEYS]}]
    simulator_process.control(ready, "seed", {"users": user, **USERS})
    keys = {"ALIBABA_CLOUD_ACCESS_KEY_ID": KEYS["id"], "ALIBABA_CLOUD_ACCESS_KEY_SECRET": KEYS["secret"]}
    said = process_tree.said(started(ready, tmp_path, "run", "--config", str(config), **keys), 1800)[0]
    assert "All that ran is well." in said, said[-8000:]
    plan = targets.planned(json.loads(config.read_text()))
    assert f"{len(plan.run)} targets ran, {len(plan.skipped)} did not" in said
    assert things(ready) == before
    # What is made sure of with one right less is what the targets really do.
    calls = simulator_process.control(ready, "journal")["entries"]
    done = {call["action"] for call in calls if call["code"] is None}
    assert {action.partition(":")[2] for action in actions(POLICY)} <= done


@pytest.mark.extra
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_probe_and_leaves_nothing(ready: dict[str, t.Any], tmp_path: Path, number: int) -> None:
    before = things(ready)
    process = under_way(ready, tmp_path)
    process.send_signal(number)
    said = process_tree.said(process)[0]
    assert f"Ended by {signal.Signals(number).name}, and nothing of run" in said
    assert process.returncode == 1
    assert things(ready) == before


@pytest.mark.extra
def test_a_kill_is_finished_by_the_next_command(ready: dict[str, t.Any], tmp_path: Path) -> None:
    before = things(ready)
    process = under_way(ready, tmp_path)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert things(ready) != before
    said = process_tree.said(started(ready, tmp_path, "clean"))[0]
    assert "0 things left" in said
    assert things(ready) == before
