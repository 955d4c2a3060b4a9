# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rulebooks of the collection by a real ansible-rulebook, with its engine in Java."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import tool_venv
from e2e.conftest import Stage, stage

__all__ = ["stage"]
pytestmark = pytest.mark.slow

HOME, BEIJING = "cn-hangzhou", "cn-beijing"
MAIN, ONE = "1000000000000001", "1000000000000011"
PATIENCE = 600.0  # seconds, on a machine that has much else to do


@contextlib.contextmanager
def rulebook(stage: Stage, name: str, variables: dict[str, Any], **env: str) -> Iterator[subprocess.Popen[bytes]]:
    """A rulebook at work, by its name in the collection."""
    commands = tool_venv.commands("rulebook")
    hosts = f"localhost ansible_connection=local ansible_python_interpreter={commands / 'python'}\n"
    (stage.folder / "inventory.ini").write_text(hosts)
    (stage.folder / "vars.json").write_text(json.dumps(variables))
    command = [
        commands / "ansible-rulebook",
        "-r",
        name,
        "-i",
        "inventory.ini",
        "--vars",
        "vars.json",
        "--print-events",
    ]
    place = {**stage.env, **env, "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}"}
    with open(stage.folder / "rulebook.log", "ab") as log:
        process = subprocess.Popen(command, cwd=stage.folder, env=place, stdout=log, stderr=log)
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def until(stage: Stage, process: subprocess.Popen[bytes], is_so: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not is_so():
        log = (stage.folder / "rulebook.log").read_text()
        assert time.monotonic() < ends and process.poll() is None, log
        time.sleep(0.3)


def calls(stage: Stage, action: str) -> int:
    return sum(entry["action"] == action for entry in stage.control("journal")["entries"])


def test_a_copy_that_finishes_is_shared_once(stage: Stage) -> None:
    source = stage.image(name="base-1")
    variables = {
        "watched_regions": [HOME, BEIJING],
        "watched_state": str(stage.folder / "state.json"),
        "watched_source": f"{HOME}/{source}",
        "watched_interval": 5,
        "share_accounts": [ONE],
    }
    with rulebook(stage, "imageops.alicloud.share_finished_copies", variables) as process:
        until(stage, process, lambda: calls(stage, "DescribeImages") >= 2)
        copy = {"region": HOME, "image_id": source, "destination_regions": [BEIJING]}
        stage.run("ansible", "-m", "imageops.alicloud.ecs_image_copy", "-a", json.dumps(copy), "localhost")
        (made,) = stage.in_region(BEIJING)
        until(stage, process, lambda: stage.shares(made["image_id"]) == [ONE])
    stage.forget()
    # What was told is not told again by the next process.
    with rulebook(stage, "imageops.alicloud.share_finished_copies", variables) as process:
        until(stage, process, lambda: calls(stage, "DescribeImages") >= 4)
    assert calls(stage, "ModifyImageSharePermission") == calls(stage, "DescribeImageSharePermission") == 0


def test_an_image_that_is_shared_is_taken_over(stage: Stage) -> None:
    image = stage.image(name="base-1")
    keys = stage.control("seed", {"keys": [{"region": HOME, "account": ONE}]})["ids"]["keys"]
    variables = {
        "watched_regions": [HOME],
        "watched_state": str(stage.folder / "state.json"),
        "watched_interval": 5,
        "image_owner": MAIN,
        "take_over_key": keys[0],
    }
    consumer = {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": "simulator-consumer-one-key",
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "simulator-consumer-one-secret",
    }
    with rulebook(stage, "imageops.alicloud.take_over_shared_images", variables, **consumer) as process:
        until(stage, process, lambda: calls(stage, "DescribeImages") >= 1)
        share = {"region": HOME, "image_id": image, "accounts": [ONE]}
        stage.run("ansible", "-m", "imageops.alicloud.ecs_image_share", "-a", json.dumps(share), "localhost")
        until(stage, process, lambda: any(one["name"] == "base-1-own" for one in stage.in_region(HOME)))
    (own,) = [one for one in stage.in_region(HOME) if one["name"] == "base-1-own"]
    assert own["account_id"] == ONE


NOTICES = """
- name: Notices
  hosts: localhost
  sources:
    - eda.builtin.webhook:
        host: 127.0.0.1
        port: {port}
        token: secret-of-the-hook
      filters:
        - imageops.alicloud.ecs_image_notice:
            region: cn-hangzhou
  rules:
    - name: An image has become available
      condition: event.change == "available" and event.looked_up
      action:
        run_module:
          name: imageops.alicloud.ecs_image_share
          module_args:
            region: "{{{{ event.region }}}}"
            image_id: "{{{{ event.image_id }}}}"
            accounts: ["1000000000000011"]
"""


def test_a_notice_by_a_webhook_is_acted_upon_once(stage: Stage) -> None:
    image = stage.image(name="base-1")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (stage.folder / "notices.yml").write_text(NOTICES.format(port=port))
    content = {"imageId": image, "currentState": "Available"}
    when = {"eventTime": "20260410T160101.922+0800", "userId": MAIN, "regionId": HOME}
    body = json.dumps({"name": "Image:StateChange", "product": "ECS", "content": content, **when}).encode()
    headers = {"Authorization": "Bearer secret-of-the-hook", "Content-Type": "application/json"}

    def sent() -> bool:
        request = urllib.request.Request(f"http://127.0.0.1:{port}/hook", body, headers)
        with contextlib.suppress(OSError), urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return bool(answer.status == 200)
        return False

    with rulebook(stage, "notices.yml", {}) as process:
        until(stage, process, sent)
        until(stage, process, lambda: stage.shares(image) == [ONE])
        assert sent() and sent()
        time.sleep(3)  # for what must not come
    assert calls(stage, "ModifyImageSharePermission") == 1
    assert calls(stage, "DescribeImageSharePermission") <= 2  # of the one action
