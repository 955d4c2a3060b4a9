# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results hold no secret by themselves: from ansible-core 2.22 on, Ansible takes them out of its output alone."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import ansible_runner
import pytest
from e2e.leaks import Secrets

if t.TYPE_CHECKING:
    from e2e.conftest import Stage

pytestmark = pytest.mark.slow

HOME, BEIJING, REFUSING = "cn-hangzhou", "cn-beijing", "us-west-1"
EVERYTHING = {"Version": "1", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
BOOK = """
- hosts: localhost
  gather_facts: false
  vars_files: [given.yml]
  vars:
    ansible_inject_invocation: true
    ansible_python_interpreter: "{{ ansible_playbook_python }}"
  tasks:
    - name: Look
      imageops.alicloud.ecs_image_info: "{{ image_release_connection | combine({'region': 'cn-hangzhou'}) }}"
      register: looked
    - name: Be refused
      imageops.alicloud.ecs_image_share: >-
        {{ image_release_connection | combine({'region': 'cn-hangzhou', 'image_id': 'm-none', 'accounts': ['x']}) }}
      register: refused
      ignore_errors: true
    - name: Release
      ansible.builtin.include_role:
        name: imageops.alicloud.image_release
    - name: Fail with words of the API
      imageops.alicloud.ecs_image_copy_cancel: >-
        {{ image_release_connection | combine({'region': 'us-west-1', 'image_id': 'm-none'}) }}
      register: echoed
      ignore_errors: true
    - name: The same with keys from the environment
      imageops.alicloud.ecs_image_copy_cancel:
        region: us-west-1
        image_id: m-none
      environment:
        ALIBABA_CLOUD_ACCESS_KEY_ID: "{{ image_release_connection.access_key_id }}"
        ALIBABA_CLOUD_ACCESS_KEY_SECRET: "{{ image_release_connection.access_key_secret }}"
        ALIBABA_CLOUD_SECURITY_TOKEN: "{{ image_release_connection.security_token }}"
      register: from_environment
      ignore_errors: true
    - name: Write down everything that is known
      ansible.builtin.copy:
        content: "{{ hostvars[inventory_hostname] | to_json }}"
        dest: "{{ playbook_dir }}/known.json"
        mode: "0600"
"""


@pytest.fixture
def secrets(stage: Stage) -> Secrets:
    secrets = Secrets()
    key = {"id": secrets.key_id, "secret": secrets.secret, "token": secrets.token}
    stage.control("seed", {"users": [{"name": "marked", "policies": [EVERYTHING], "access_keys": [key]}]})
    echo = f"what you sent: {secrets.secret} and {secrets.token}"
    fault = {"kind": "error", "action": "DescribeImages", "code": "OperationDenied", "status": 403, "message": echo}
    stage.control("faults", {**fault, "region": REFUSING, "times": None})
    return secrets


def test_registered_results_hold_no_secret(stage: Stage, secrets: Secrets) -> None:
    book, given = stage.folder / "book.yml", stage.folder / "given.yml"
    keys = {
        "access_key_id": secrets.key_id,
        "access_key_secret": secrets.secret,
        "security_token": secrets.token,
    }
    variables = {
        "image_release_connection": keys,
        "image_release_source": {"region": HOME, "image_id": stage.image()},
        "image_release_destinations": [{"region": BEIJING}],
        "image_release_manifest": str(stage.manifest),
        "image_release_report": str(stage.folder / "report.html"),
        "image_release_wait_interval": 0.2,
    }
    book.write_text(BOOK)
    given.write_text(json.dumps(variables))
    out, artifacts = run(stage, book)
    known = json.loads((stage.folder / "known.json").read_text())
    assert known["looked"]["images"] and known["refused"]["failed"], out
    assert "OperationDenied" in known["echoed"]["msg"] and "OperationDenied" in known["from_environment"]["msg"]
    given_here = [given, artifacts / "command"]
    found = secrets.in_files(stage.folder, given_here)
    assert not found, "\n".join(found)


def run(stage: Stage, book: Path) -> tuple[str, Path]:
    """What the run showed, and where its events and stats are."""
    private = stage.folder / "runner"
    private.mkdir()
    env = {name: value for name, value in stage.env.items() if not name.startswith("ALIBABA_CLOUD_ACCESS")}
    # From -vvv on, Ansible itself shows what the keyword environment holds, in the command line of the module.
    done = ansible_runner.run(
        private_data_dir=str(private), ident="job", playbook=str(book), envvars=env, verbosity=2, quiet=True
    )
    out = done.stdout.read()
    assert done.rc == 0, out
    return out, private / "artifacts" / "job"
