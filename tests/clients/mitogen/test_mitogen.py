# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ansible with mitogen, where modules run one after another in a process that lives on."""

from __future__ import annotations

import http.server
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.conftest import Stage, stage
from ways import beyond, page

from . import mitogen_tools

__all__ = ["stage"]
pytestmark = pytest.mark.slow

HOME, BEIJING = "cn-hangzhou", "cn-beijing"
TWO_TASKS = """
- hosts: localhost
  gather_facts: false
  vars:
    ansible_python_interpreter: "{{ ansible_playbook_python }}"
  module_defaults:
    imageops.alicloud.ecs_image:
      region: cn-hangzhou
      instance_id: i-none
      name: none
      allow_plain_http: true
      sts_endpoint: "{{ lookup('env', 'ALIBABA_CLOUD_STS_ENDPOINT') }}"
      unreachable_timeout: 1
      connect_timeout: 1
  tasks:
    - name: By way of a proxy
      imageops.alicloud.ecs_image:
        endpoint: http://first.example.invalid
      environment:
        HTTP_PROXY: "{{ proxy }}"
      ignore_errors: true
    - name: Without one
      imageops.alicloud.ecs_image:
        endpoint: http://second.example.invalid
      ignore_errors: true
"""


@pytest.fixture(params=mitogen_tools.CORES)
def core(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    tools = mitogen_tools.tools(request.param)
    monkeypatch.setenv("PATH", os.pathsep.join([tools.pop("COMMANDS"), os.environ["PATH"]]))
    monkeypatch.setattr(Stage, "env", property(lambda self: {**plain(self), **tools}))
    return str(request.param)


def plain(stage: Stage, env: property = Stage.env) -> dict[str, str]:  # type: ignore[assignment]
    """The stage's variables, with what comes first on the path."""
    return {**env.__get__(stage), "PATH": os.environ["PATH"]}


@pytest.fixture
def proxied() -> Iterator[tuple[str, list[str]]]:
    """A proxy that serves nothing, and the hosts it was asked for."""
    asked: list[str] = []

    class Proxy(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path.split("/")[2])
            self.send_error(502)

        def log_message(self, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def test_a_release_shows_its_progress_and_is_made_once(stage: Stage, core: str) -> None:
    variables = {
        "image_release_source": {"region": HOME, "image_id": stage.image()},
        "image_release_destinations": [{"region": BEIJING}],
        "image_release_accounts": ["1000000000000011"],
    }
    first = stage.playbook("create_copy_share", variables)
    assert first.changed > 0 and BEIJING in first.err, first.err
    stage.forget()
    again = stage.playbook("create_copy_share", variables)
    assert again.changed == 0 and stage.writes() == []


def test_all_that_is_beside_a_release(stage: Stage, core: str) -> None:
    def run(book: str, variables: dict[str, object]) -> None:
        stage.run("ansible-playbook", book, "-e", json.dumps(variables))

    beyond.life(stage, run)
    beyond.audit(stage, run)
    page.saw("mitogen", *mitogen_tools.versions(core), f"mitogen {mitogen_tools.RELEASE}")


def test_the_proxy_of_a_task_is_its_own(stage: Stage, core: str, proxied: tuple[str, list[str]]) -> None:
    proxy, asked = proxied
    book: Path = stage.folder / "book.yml"
    book.write_text(TWO_TASKS)
    stage.run("ansible-playbook", str(book), "-e", json.dumps({"proxy": proxy}))
    assert set(asked) == {"first.example.invalid"}
