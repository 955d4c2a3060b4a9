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
    - ansible.builtin.debug: {msg: the copy is done}
YAML
cat > finding.py <<'PYTHON'
import importlib.metadata

import ansible_runner

told = []


def run(handler):
    result = ansible_runner.run(private_data_dir="data", playbook="play.yml", quiet=True, event_handler=handler)
    return {"status": result.status, "kept events": len(list(result.events)), "stats": result.stats and result.stats["ok"]}


seen = {
    "the handler returns True": run(lambda event: True),
    "the handler returns nothing": run(lambda event: told.append(event["event"])),
}
print("version:   ansible-runner", importlib.metadata.version("ansible-runner"))
print("guess:     an event_handler is told each event, and the result of the run is the same with it and without")
print("behaviour: an event whose handler returns nothing is not kept: the result has no events, and no figures for any host")
print("seen:", *(f"\n  {handler:28} {result}" for handler, result in seen.items()))
print("  events that the handler was told:", len(told))
with_true, with_none = seen.values()
assert with_true["kept events"] == len(told) > 0 and with_true["stats"] == {"localhost": 1}, "The behaviour has changed."
assert with_none == {"status": "successful", "kept events": 0, "stats": None}, "The behaviour has changed."
PYTHON
clean venv/bin/python finding.py
