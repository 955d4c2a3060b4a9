# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Seeds: refused as a whole if anything in them is wrong, and never the reason for a broken answer later."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import simulator
from simulator import Simulator
from simulator.seed import KINDS_OF_OBJECTS
from simulator.seed_keys import KEYS
from simulator_tests.helpers import HOME, MAIN, Raw, control

FOLDER = Path(simulator.__file__ or "").parent


def image(**entry: Any) -> dict[str, Any]:
    return {"images": [{"region": HOME, "name": "bad", **entry}]}


def policy(**statement: Any) -> dict[str, Any]:
    whole = {"Effect": "Allow", "Action": "ecs:*", "Resource": "*", **statement}
    return {"users": [{"name": "u", "policies": [{"Version": "1", "Statement": [whole]}]}]}


BAD: list[tuple[Any, str]] = [
    ([], "object of lists"),
    ({"nonsense": []}, "unknown kinds: nonsense"),
    ({"users": {}}, "users is a list"),
    ({"users": ["me"]}, "users[0] is an object"),
    ({"users": [{}]}, "users[0] lacks name"),
    ({"users": [{"name": "u", "access_keys": [{"id": "k"}]}]}, "users[0].access_keys[0] lacks secret"),
    ({"users": [{"name": "u", "policies": [{"Version": "2"}]}]}, 'Version "1"'),
    (policy(Condition={"StringEquals": ["odd"]}), "Condition"),
    (policy(Effect=[]), "Effect"),
    ({"accounts": [{"id": "acme"}]}, "digits"),
    ({"accounts": [{"arrears": "yes"}]}, "accounts[0].arrears takes true or false"),
    ({"roles": [{"name": "r", "account": "9"}]}, "no account 9"),
    ({"roles": [{"name": "r", "trust": MAIN}]}, "roles[0].trust takes a list"),
    ({"sign_ins": [{"token": "t", "access_config": "a", "role": "none"}]}, "no role"),
    ({"keys": [{"region": HOME, "state": "Nope"}]}, "keys[0].state takes one of Enabled"),
    ({"keys": [{}]}, "no region"),
    ({"instances": [{"region": HOME, "status": "Bogus"}]}, "instances[0].status takes one of"),
    ({"instances": [{"region": HOME, "disks": [{}]}]}, "instances[0].disks[0] lacks size"),
    ({"snapshots": [{"region": HOME, "status": "bogus"}]}, "snapshots[0].status takes one of"),
    (image(region="mars"), "images[0].region takes"),
    (image(colour=1), "unknown keys of images[0]: colour"),
    (image(status="Fine"), "images[0].status takes one of"),
    (image(disks=[]), "images[0].disks has at least one entry"),
    (image(disks=[{"size": "20"}]), "images[0].disks[0].size takes a whole number"),
    (image(disks=[{"size": 0}]), "images[0].disks[0].size takes a whole number"),
    (image(created="yesterday"), "images[0].created takes a time"),
    (image(tags={"a": 1}), "images[0].tags takes"),
    (image(shares=["acme"]), "images[0].shares takes"),
    (image(features={"Nvme": "supported"}), "images[0].features takes"),
    (image(name="good"), "two images of the name 'good'"),
    ({"images": [{"name": "nowhere"}]}, "images[0] lacks region"),
]


@pytest.mark.parametrize(("bad", "text"), BAD, ids=lambda part: part if isinstance(part, str) else "")
def test_nothing_of_a_bad_seed_stays(sim: Simulator, raw: Raw, bad: Any, text: str) -> None:
    good = {
        "accounts": [{"id": MAIN, "arrears": True, "default_encryption": [HOME]}],
        "users": [{"name": "releaser", "policies": [], "access_keys": [{"id": "new", "secret": "s"}]}],
        "images": [{"region": HOME, "name": "good", "disks": [{"size": 20, "encrypted": True}]}],
    }
    before = control(sim, "GET", "state")
    seed = bad if isinstance(bad, list) else {**good, **{kind: _both(good, kind, bad[kind]) for kind in bad}}
    status, answer = raw.send("POST", "/_simulator/seed", body=json.dumps(seed).encode())
    assert status == 400
    assert text in answer["error"].replace("[1]", "[0]")
    assert control(sim, "GET", "state") == before
    assert sim.world.users[MAIN, "releaser"].policies
    ids = control(sim, "POST", "seed", good)["ids"]
    sim.reset()
    assert control(sim, "POST", "seed", good)["ids"] == ids, "no id is used up"


def _both(good: dict[str, Any], kind: str, bad: Any) -> Any:
    return [*good.get(kind, []), *bad] if isinstance(bad, list) else bad


def test_every_kind_has_its_keys() -> None:
    assert set(KEYS) == {*KINDS_OF_OBJECTS, "access_keys", "disks"}


def test_a_bad_seed_file_is_no_traceback(tmp_path: Path) -> None:
    file = tmp_path / "seed.json"
    for text in ('{"users": [{}]}', "[]", '{"images": 1}', "{"):
        file.write_text(text)
        command = [sys.executable, str(FOLDER), "--port", "0", "--seed-file", str(file)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert (done.returncode, done.stderr.startswith("simulator: ")) == (2, True)
        assert len(done.stderr.splitlines()) == 1
