# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Releases as hosts of an inventory, cut into slices, each sent through ansible-runner as AWX sends its jobs.

The slices know nothing of each other: what keeps them from doing anything twice is in the cloud alone.
"""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import json
import subprocess
import time
import typing as t
from pathlib import Path

import pytest
from process_tree import kill_tree

if t.TYPE_CHECKING:
    from .conftest import Stage

pytestmark = pytest.mark.slow

HOME, BEIJING, FRANKFURT = "cn-hangzhou", "cn-beijing", "eu-central-1"
REGIONS = (BEIJING, FRANKFURT)
RELEASES, SLICES = 12, 4
PATIENCE = 180.0  # seconds

BOOK = """
- hosts: all
  connection: local
  gather_facts: false
  vars:
    ansible_python_interpreter: "{{ ansible_playbook_python }}"
  tasks:
    - name: Copy
      imageops.alicloud.ecs_image_copy:
        region: cn-hangzhou
        image_id: "{{ source }}"
        destination_regions: [cn-beijing, eu-central-1]
        wait_interval: 0.1
"""

Data = dict[str, t.Any]


@dataclasses.dataclass
class Slice:
    """One job: its hosts, the folder it is sent from, and where its events come back to."""

    stage: Stage
    name: str
    hosts: Data

    def __post_init__(self) -> None:
        self.folder = self.stage.folder / self.name
        env = {name: value for name, value in self.stage.env.items() if name.startswith(("ALIBABA", "ANSIBLE_"))}
        for path, content in (
            ("project/copy.yml", BOOK),
            ("inventory/hosts.json", json.dumps({"all": {"hosts": self.hosts}})),
            ("env/envvars", json.dumps(env | {"E2E_RESULTS": self.stage.env["E2E_RESULTS"]})),
            ("env/settings", json.dumps({"suppress_ansible_output": True})),
        ):
            (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / path).write_text(content)

    def start(self, ident: str = "job") -> list[subprocess.Popen[bytes]]:
        """transmit | worker | process, the middle one being where ansible runs."""
        job = [str(self.folder), "-i", ident]
        commands = [
            ["transmit", *job, "-p", "copy.yml", "--forks", str(len(self.hosts))],
            ["worker", "--private-data-dir", str(self.folder / f"worker-{ident}")],
            ["process", *job],
        ]
        (self.folder / f"worker-{ident}").mkdir()
        processes: list[subprocess.Popen[bytes]] = []
        for words in commands:
            given = processes[-1].stdout if processes else subprocess.DEVNULL
            with open(self.folder / f"{ident}-{words[0]}.log", "wb") as log:
                out = log if words[0] == "process" else subprocess.PIPE
                processes.append(
                    subprocess.Popen(
                        ["ansible-runner", *words],
                        stdin=given,
                        stdout=out,
                        stderr=log,
                        env=self.stage.env,
                        start_new_session=True,
                    )
                )
            if processes[1:] and processes[-2].stdout:
                processes[-2].stdout.close()
        return processes

    def finish(self, processes: list[subprocess.Popen[bytes]], ident: str = "job") -> None:
        for process in processes:
            process.wait(PATIENCE)
        said = "".join(path.read_text(errors="replace") for path in sorted(self.folder.glob(f"{ident}-*.log")))
        assert [process.returncode for process in processes] == [0, 0, 0], said
        assert (self.artifacts(ident) / "status").read_text() == "successful", said

    def artifacts(self, ident: str = "job") -> Path:
        return self.folder / "artifacts" / ident

    def events(self, ident: str = "job") -> list[Data]:
        """What has come back, in order. A file that is just being written is left out."""
        found = []
        for path in (self.artifacts(ident) / "job_events").glob("*.json"):
            with contextlib.suppress(ValueError, FileNotFoundError):
                found.append(json.loads(path.read_text()))
        return sorted(found, key=lambda event: int(event["counter"]))

    def lines(self, ident: str = "job") -> list[str]:
        return [str(event["stdout"]) for event in self.events(ident) if event["event"] == "verbose"]


def slices(stage: Stage, count: int, number: int) -> list[Slice]:
    """So many releases, dealt out to so many slices."""
    hosts = {f"release{one:02}": {"source": stage.image(name=f"golden-{one:02}")} for one in range(count)}
    return [Slice(stage, f"slice{one}", dict(list(hosts.items())[one::number])) for one in range(number)]


def copies(stage: Stage) -> dict[tuple[str, str], list[str]]:
    """The states of the copies by region and the source that they carry in their marker."""
    found = collections.defaultdict(list)
    for image in stage.images():
        if image["region"] != HOME:
            found[image["region"], image["tags"]["imageops:copied-from"]].append(image["status"])
    return dict(found)


def wanted(parts: list[Slice]) -> dict[tuple[str, str], list[str]]:
    """Each release in each region, once."""
    sources = [host["source"] for part in parts for host in part.hosts.values()]
    return {(region, f"{HOME}/{source}"): ["Available"] for region in REGIONS for source in sources}


def check_events(part: Slice, ident: str = "job") -> None:
    """Nothing is lost on the way: no gap in the count, and an outcome for each host."""
    events = part.events(ident)
    assert [event["counter"] for event in events] == list(range(1, len(events) + 1))
    outcomes = [event["event_data"]["host"] for event in events if event["event"] == "runner_on_ok"]
    assert sorted(outcomes) == sorted(part.hosts)


def check_lines(part: Slice) -> None:
    """Each copy is shown on its way and at its end."""
    lines = part.lines()
    for host in part.hosts:
        for region in REGIONS:
            mine = [line for line in lines if line.startswith(f"[{host}] {region} ")]
            assert len(mine) > 1 and "done after" in mine[-1], lines


def whole(stage: Stage, parts: list[Slice]) -> Slice:
    """All of them in one job."""
    return Slice(stage, "whole", {name: host for part in parts for name, host in part.hosts.items()})


def test_slices_at_the_same_time_come_to_what_one_run_comes_to(stage: Stage) -> None:
    stage.control("settings", {"copy_gib_per_second": 1.0, "copy_slots": "destination"})
    parts = slices(stage, RELEASES, SLICES)
    running = [part.start() for part in parts]
    for part, processes in zip(parts, running, strict=True):
        part.finish(processes)
    assert copies(stage) == wanted(parts)
    assert [call["code"] for call in stage.writes() if call["action"] == "CopyImage"].count(None) == 2 * RELEASES
    for part in parts:
        check_events(part)
        check_lines(part)

    stage.forget()
    again = whole(stage, parts)
    again.finish(again.start())
    assert stage.writes() == []
    assert not [event for event in again.events() if event["event_data"].get("res", {}).get("changed")]


def test_a_slice_that_is_killed_and_run_again(stage: Stage) -> None:
    stage.control("settings", {"copy_gib_per_second": 0.2, "copy_slots": "destination"})
    (part,) = parts = slices(stage, 3, 1)
    processes = part.start("first")
    wait_until(lambda: sum(call["action"] == "CopyImage" for call in stage.writes()) >= 2)
    for process in processes:
        kill_tree(process.pid)
        process.wait()
    assert "Available" not in [state for states in copies(stage).values() for state in states]

    part.finish(part.start("second"), "second")
    assert copies(stage) == wanted(parts)
    accepted = [call for call in stage.writes() if call["action"] == "CopyImage" and call["code"] is None]
    assert len(accepted) == len(REGIONS) * len(part.hosts)
    check_events(part, "second")


def test_progress_arrives_while_the_task_runs(stage: Stage) -> None:
    stage.control("settings", {"copy_gib_per_second": 0.4})
    (part,) = slices(stage, 1, 1)
    processes = part.start()
    wait_until(lambda: any("%" in line for line in part.lines()))
    assert not [event for event in part.events() if event["event"] == "runner_on_ok"], "the task was over before"
    assert processes[1].poll() is None
    part.finish(processes)
    check_events(part)
    check_lines(part)
    task = next(event["uuid"] for event in part.events() if event["event"] == "playbook_on_task_start")
    shown = [event for event in part.events() if event["event"] == "verbose" and "[release00]" in event["stdout"]]
    assert {event["parent_uuid"] for event in shown} == {task}
    assert len({event["created"][:19] for event in shown}) > 2, "they came all at once"


def wait_until(reached: t.Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.1)
