#!/usr/bin/env bash
# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install -qq --no-compile ansible-runner==2.4.3 ansible-core==2.19.14
clean() { env -i PATH="$work/venv/bin:$PATH" HOME="$work" LC_ALL=C.UTF-8 "$@"; }

mkdir -p data/project
cat > data/project/play.yml <<'YAML'
- hosts: localhost
  gather_facts: false
  tasks:
    - ansible.builtin.debug:
        msg: "{{ region | default('no region') }}, check mode {{ ansible_check_mode }}"
YAML
cat > finding.py <<'PYTHON'
import importlib.metadata

import ansible_runner


def run(**arguments):
    result = ansible_runner.run(private_data_dir="data", playbook="play.yml", quiet=True, **arguments)
    (said,) = (event["event_data"]["res"]["msg"] for event in result.events if event["event"] == "runner_on_ok")
    return said


seen = [
    run(extravars={"region": "cn-beijing"}, cmdline="--check"),
    run(),
    run(extravars={"region": "us-west-1"}, cmdline="--diff"),
    run(),
]
print("version:   ansible-runner", importlib.metadata.version("ansible-runner"))
print("guess:     extravars and cmdline are arguments of one run")
print("behaviour: the first of each is kept in the data folder and rules all later runs that do not give their own")
print("seen:", *(f"\n  {said}" for said in seen))
first = "cn-beijing, check mode True"
assert seen == [first, first, "us-west-1, check mode False", first], "The behaviour has changed."
PYTHON
clean venv/bin/python finding.py
