# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real ansible processes against a simulator process: its own clock, faster than ours."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import typing as t
from pathlib import Path

import environment
import jsonschema
import process_tree
import pytest
import simulator_process

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "roles" / "image_release" / "files" / "manifest.schema.json").read_text())
HERE = Path(__file__).resolve().parent
SPEED = 10  # simulated seconds a second: a copy of 20 GiB takes 0.4 s

Data = dict[str, t.Any]


@dataclasses.dataclass
class Play:
    """What one ansible process came to."""

    code: int
    out: str
    err: str
    results: list[Data]

    @property
    def changed(self) -> int:
        """The changed= of the recap, over all hosts."""
        return sum(int(number) for number in re.findall(r"\bchanged=(\d+)", self.out))

    def of(self, action: str) -> list[Data]:
        """The results of one of the collection's modules, of all tasks that were not skipped."""
        wanted = f"imageops.alicloud.{action}"
        found = [line for line in self.results if line["action"] == wanted and line["outcome"] != "skipped"]
        return [line["result"] for line in found]

    def one(self, action: str) -> Data:
        (result,) = self.of(action)
        return result


class Stage:
    """A simulator process, and ansible processes that know no other cloud."""

    def __init__(self, folder: Path, endpoint: str, ready: Data) -> None:
        self.folder = folder
        self.endpoint = endpoint
        self.ready = ready
        self.manifest = folder / "manifest.json"
        self.holds_claims = False
        (folder / "ansible.cfg").write_text(
            # Claims are read with the invocation, which every result has up to ansible-core 2.20.
            "[defaults]\nlocalhost_warning = false\npipelining = true\nnocolor = true\ninject_invocation = true\n"
            f"callback_plugins = {HERE / 'callback_plugins'}\ncallbacks_enabled = record\n"
        )

    @property
    def env(self) -> dict[str, str]:
        return {
            **environment.for_ansible(self.folder),
            **simulator_process.only_here(self.ready),
            "ANSIBLE_ASYNC_DIR": str(self.folder / "async"),
            "E2E_RESULTS": str(self.folder / "results.jsonl"),
            **({"E2E_CONTROL": self.ready["control"]} if self.holds_claims else {}),
        }

    def run(self, *words: str, code: int | None = 0) -> Play:
        record = self.folder / "results.jsonl"
        record.write_text("")
        done = process_tree.run(words, cwd=self.folder, env=self.env)
        results = [json.loads(line) for line in record.read_text().splitlines()]
        play = Play(done.returncode, done.stdout, done.stderr, results)
        assert code is None or play.code == code, play.out + play.err
        if self.holds_claims:
            false = [claim for line in results for claim in line["false_claims"]]
            assert false == [], f"what is not so is claimed: {false}"
        assert "-secret" not in play.out + play.err + json.dumps(results), "a secret was written"
        return play

    def command(self, name: str, variables: Data) -> list[str]:
        """The words that run a playbook."""
        given = {"image_release_manifest": str(self.manifest), "image_release_wait_interval": 0.1, **variables}
        book = f"imageops.alicloud.{name}" if not name.endswith(".yml") else name
        return ["ansible-playbook", book, "-e", json.dumps(given)]

    def playbook(self, name: str, variables: Data, *words: str, code: int | None = 0) -> Play:
        return self.run(*self.command(name, variables), *words, code=code)

    def check_records(self) -> None:
        """Every record that a run has left is as the published schema says."""
        for path in self.folder.glob("*.json"):
            record = json.loads(path.read_text())
            if "collection" in record and record.get("schema") == SCHEMA["properties"]["schema"]["const"]:
                jsonschema.validate(record, SCHEMA, jsonschema.Draft202012Validator)

    def control(self, path: str, body: t.Any = None, method: str | None = None) -> t.Any:
        return simulator_process.control(self.ready, path, body, method)

    # Looking and preparing

    def image(self, **entry: t.Any) -> str:
        features = {"NvmeSupport": "supported"}
        body = {"images": [{"region": "cn-hangzhou", "name": "golden", "features": features, **entry}]}
        return str(self.control("seed", body)["ids"]["images"][0])

    def images(self) -> list[Data]:
        return t.cast("list[Data]", self.control("state")["images"])

    def instances(self) -> list[str]:
        return sorted(instance["name"] for instance in self.control("state")["instances"])

    def in_region(self, region: str) -> list[Data]:
        return [image for image in self.images() if image["region"] == region]

    def shares(self, image_id: str) -> list[str]:
        (image,) = [image for image in self.images() if image["image_id"] == image_id]
        return sorted(share["account_id"] for share in image["shares"] if share["revoked"] is None)

    def writes(self) -> list[Data]:
        return [call for call in self.control("journal")["entries"] if call["write"]]

    def forget(self) -> None:
        self.control("journal", method="DELETE")


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Data]:
    """One simulator for all tests of a process: to start one takes as long as a short play."""
    folder = tmp_path_factory.mktemp("simulator")
    with simulator_process.running(ROOT / "tests" / "simulator", folder, "--speed", str(SPEED)) as ready:
        yield ready


@pytest.fixture
def stage(request: pytest.FixtureRequest, tmp_path: Path, simulated: Data) -> t.Iterator[Stage]:
    """Put back to the start before each test, which may change what it says of itself."""
    ready = simulator_process.control(simulated, "reset", {})
    stage = Stage(tmp_path, ready["endpoint"], ready)
    # Of another build, each test is to show its own fault: see tests/ways/before.py.
    is_another_build = bool(os.environ.get("COLLECTIONS_OF_PLAYS"))
    stage.holds_claims = request.path.parent.name in ("e2e", "ways") and not is_another_build
    yield stage
    stage.check_records()
