# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Control over HTTP, the journal, and the program as started from a shell."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import simulator
from simulator import Simulator
from simulator.control import plain
from simulator_tests.helpers import HOME, MAIN, Raw, control

FOLDER = Path(simulator.__file__ or "").parent


def test_clock(sim: Simulator) -> None:
    before = control(sim, "GET", "clock")
    after = control(sim, "POST", "clock", {"advance": 90})
    assert (before["mode"], after["now"] - before["now"]) == ("manual", 90)
    assert control(sim, "POST", "clock", {"mode": "real", "speed": 1000})["speed"] == 1000
    time.sleep(0.02)
    assert control(sim, "GET", "clock")["now"] > after["now"] + 10


def test_settings(sim: Simulator) -> None:
    assert control(sim, "GET", "settings")["copy_slots"] == "both"
    assert control(sim, "POST", "settings", {"copy_slots": "source", "cancel_seconds": 3})["cancel_seconds"] == 3.0


BAD_SETTINGS: list[dict[str, Any]] = [
    {"nonsense": 1},
    {"copy_slots": "none"},
    {"copy_slots": ["both"]},
    {"image_quota": "many"},
    {"image_quota": True},
    {"image_quota": -1},
    {"copy_gib_per_second": 0},
    {"copy_gib_per_second": -5.0},
    {"copy_gib_per_second": float("nan")},
    {"copy_gib_per_second_by_region": {HOME: "fast"}},
    {"copy_gib_per_second_by_region": {HOME: 0}},
    {"copy_gib_per_second_by_region": {"mars": 1.0}},
    {"create_gib_per_second": 0.0},
    {"delete_seconds": -1},
    {"delete_seconds": 1e300},
    {"tag_page_size": 0},
    {"token_seconds": "long"},
    {"session_seconds": -1},
    {"community_regions": ["mars"]},
    {"features_lost_on_copy": ["Nvme"]},
    {"sensitive_words": [1]},
    {"detection_items": [{"Nam": "Nvme"}]},
]


@pytest.mark.parametrize("bad", BAD_SETTINGS, ids=json.dumps)
def test_bad_settings_are_refused_as_a_whole(sim: Simulator, raw: Raw, bad: dict[str, Any]) -> None:
    status, answer = raw.send("POST", "/_simulator/settings", body=json.dumps({"tag_page_size": 7, **bad}).encode())
    assert (status, "setting" in answer["error"]) == (400, True)
    assert sim.settings.tag_page_size == 30


@pytest.mark.parametrize(
    "bad", [{"advance": 1e18}, {"advance": -1}, {"speed": 1e9}, {"speed": 0}, {"mode": "odd"}, {"advance": "soon"}]
)
def test_bad_clocks_are_refused_as_a_whole(sim: Simulator, raw: Raw, bad: dict[str, Any]) -> None:
    before = sim.clock.describe()
    body = json.dumps({"mode": "real", "speed": 5, "advance": 1, **bad}).encode()
    assert raw.send("POST", "/_simulator/clock", body=body)[0] == 400
    assert sim.clock.describe() == before
    assert raw.v1("DescribeImages", {"RegionId": HOME})[0] == 200


@pytest.mark.parametrize("where", ["admit", "run"])
def test_a_bug_is_answered_like_the_providers_own(
    sim: Simulator, raw: Raw, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, where: str
) -> None:
    target = "simulator.dispatch.rights.authorize" if where == "admit" else "simulator.dispatch._perform"

    def broken(*dummy: Any) -> None:
        raise ZeroDivisionError("odd")

    monkeypatch.setattr(target, broken)
    status, answer = raw.v1("DescribeImages", {"RegionId": HOME})
    assert (status, answer["Code"]) == (500, "InternalError")
    entry = sim.journal.entries()[-1]
    assert (entry["status"], entry["code"], entry["fault"]) == (500, "InternalError", "bug")
    assert "ZeroDivisionError: odd" in caplog.text


def test_seed_and_state(sim: Simulator) -> None:
    ids = control(
        sim,
        "POST",
        "seed",
        {
            "accounts": [{"id": "4000000000000001", "access_keys": [{"id": "k-1", "secret": "s-1"}]}],
            "images": [{"region": "cn-beijing", "name": "theirs", "account": "4000000000000001", "shares": [MAIN]}],
            "keys": [{"region": "cn-beijing"}],
        },
    )["ids"]
    assert Raw(sim, "k-1", "s-1").v1("DescribeRegions")[0] == 200
    state = control(sim, "GET", "state")
    assert ids["images"][0] in [image["image_id"] for image in state["images"]]
    assert ids["keys"][0] in [key["key_id"] for key in state["kms_keys"]]
    assert "s-1" not in json.dumps(state)


def test_what_is_told_is_whole_and_a_copy(sim: Simulator, image: str) -> None:
    """As the standard library tells it, which takes four times as long."""
    for things in (sim.world.all_images(), sim.world.instances.values(), sim.world.accounts.values()):
        for thing in things:
            assert plain(thing) == asdict(thing)
    shown = plain(sim.world.region_images(HOME)[image])
    shown["tags"]["changed"] = shown["disks"][0]["size"] = 1
    again = plain(sim.world.region_images(HOME)[image])
    assert "changed" not in again["tags"] and again["disks"][0]["size"] == 20


def test_journal(sim: Simulator, raw: Raw) -> None:
    raw.v1("DescribeRegions")
    tagged = {"RegionId": HOME, "ResourceType": "image", "ResourceId.1": "m-x", "Tag.1.Key": "a", "Tag.1.Value": ""}
    raw.v1("TagResources", tagged)
    Raw(sim, secret="wrong").v1("DescribeRegions")
    raw.v1("NoSuchAction")
    entries = control(sim, "GET", "journal")["entries"]
    assert [(e["action"], e["status"], e["write"]) for e in entries] == [
        ("DescribeRegions", 200, False),
        ("TagResources", 404, True),
        ("DescribeRegions", 400, False),
        ("NoSuchAction", 404, False),
    ]
    assert entries[1]["params"] == tagged
    assert (entries[1]["region"], entries[1]["account"], entries[1]["code"]) == (
        HOME,
        MAIN,
        "InvalidResourceId.NotFound",
    )
    text = json.dumps(entries)
    assert "Signature" not in entries[0]["params"]
    assert "secret" not in text
    assert control(sim, "GET", f"journal?since={entries[2]['seq']}")["entries"] == entries[3:]
    control(sim, "DELETE", "journal")
    assert sim.journal.calls() == []


def test_the_journal_is_bounded_and_says_what_it_dropped(sim: Simulator, raw: Raw) -> None:
    control(sim, "POST", "settings", {"journal_limit": 3})
    for dummy in range(5):
        raw.v1("DescribeRegions")
    assert control(sim, "GET", "state")["journal_dropped"] == 2
    journal = control(sim, "GET", "journal")
    assert (len(journal["entries"]), journal["dropped"]) == (3, 2)
    for count in (sim.journal.calls, sim.journal.writes):
        with pytest.raises(RuntimeError, match="dropped 2 calls"):
            count()
    sim.journal.clear()
    assert control(sim, "GET", "state")["journal_dropped"] == 0
    assert sim.journal.calls() == []


def test_reset_keeps_the_same_ids(sim: Simulator, image: str) -> None:
    before = sim.world.demo
    control(sim, "POST", "settings", {"image_quota": 1})
    answer = control(sim, "POST", "reset")
    assert answer["demo"] == before
    assert image not in sim.world.region_images(HOME)
    assert sim.settings.image_quota == 100


def test_unknown_control_call(raw: Raw) -> None:
    assert raw.send("GET", "/_simulator/nothing")[0] == 404


def test_default_world(sim: Simulator) -> None:
    demo: Any = sim.world.demo
    assert len(demo["plain_accounts"]) >= 60
    assert set(demo["kms_keys"]) == {
        "cn-hangzhou", "cn-beijing", "cn-shanghai", "eu-central-1", "us-west-1", "ap-southeast-1",
    }  # fmt: skip
    assert all(len(account) == 16 for account in sim.world.accounts)


@pytest.fixture
def start(tmp_path: Path) -> Any:
    running: list[subprocess.Popen[str]] = []

    def run(*arguments: str) -> tuple[subprocess.Popen[str], dict[str, Any]]:
        command = [sys.executable, str(FOLDER), "--port", "0", *arguments]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path)
        running.append(process)
        assert process.stdout is not None
        return process, json.loads(process.stdout.readline())

    yield run
    for process in running:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_program(start: Callable[..., Any], tmp_path: Path, number: int) -> None:
    seed, ready = tmp_path / "seed.json", tmp_path / "ready"
    seed.write_text('{"images": [{"region": "cn-beijing", "id": "m-seeded"}]}')
    options = ["--seed-file", str(seed), "--clock", "manual", "--set", "copy_slots=source", "--set", "share_quota=7"]
    process, line = start("--ready-file", str(ready), *options)
    assert json.loads(ready.read_text()) == line
    assert line["pid"] == process.pid
    assert line["control"] == line["endpoint"] + "/_simulator"
    assert line["env"] == {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": "simulator-main-key",
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "simulator-main-secret",
        "ALIBABA_CLOUD_REGION_ID": HOME,
        "ALIBABA_CLOUD_ECS_ENDPOINT": line["endpoint"],
        "ALIBABA_CLOUD_STS_ENDPOINT": line["endpoint"],
    }

    class There:
        endpoint = line["endpoint"]

    there: Any = There()
    assert control(there, "GET", "settings")["share_quota"] == 7
    assert Raw(there).v1("DescribeImages", {"RegionId": "cn-beijing", "ImageId": "m-seeded"})[1]["TotalCount"] == 1
    os.kill(process.pid, number)
    assert process.wait(60) == 0


def test_program_refuses_nonsense() -> None:
    for arguments in (["--set", "nonsense=1"], ["--host", "0.0.0.0"], ["--seed-file", "/nowhere.json"]):
        command = [sys.executable, str(FOLDER), "--port", "0", *arguments]
        assert subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 2


def test_starts_twice() -> None:
    with Simulator() as one, Simulator() as two:
        assert one.endpoint != two.endpoint
        assert one.world.demo == two.world.demo
    with pytest.raises(ValueError, match="loopback"):
        Simulator(host="0.0.0.0")


@pytest.mark.parametrize("json_asked", [False, True])
def test_on_a_terminal_it_speaks_to_people(json_asked: bool) -> None:
    main, terminal = pty.openpty()
    command = [sys.executable, str(FOLDER), "--port", "0", *(["--json"] if json_asked else [])]
    process = subprocess.Popen(command, stdout=terminal)
    os.close(terminal)
    try:
        said = b""
        while (b"\n" if json_asked else b"Ctrl-C") not in said:
            said += os.read(main, 65536)
    finally:
        process.terminate()
        process.wait(60)
        os.close(main)
    text = said.decode().replace("\r", "")
    assert text.startswith("{") is json_asked
    if not json_asked:
        pasted = "".join(line + "\n" for line in text.splitlines() if line.startswith("export "))
        shell = subprocess.run(["sh", "-c", pasted + "env"], env={}, capture_output=True, text=True, check=True)
        variables = dict(line.partition("=")[::2] for line in shell.stdout.splitlines())
        endpoint = variables["ALIBABA_CLOUD_ECS_ENDPOINT"]
        assert endpoint.startswith("http://127.0.0.1:") and variables["ALIBABA_CLOUD_ACCESS_KEY_SECRET"]
        assert variables["IMAGEOPS_SIMULATOR"] == f"{endpoint}/_simulator"
        assert f"Its control:  {endpoint}/_simulator" in text and "--speed" in text
