#!/usr/bin/env bash
# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install -qq --no-compile ansible-core==2.19.14
clean() { env -i PATH="$PATH" HOME="$work" LC_ALL=C.UTF-8 "$@"; }

mkdir -p roles/copy/tasks
cat > roles/copy/tasks/main.yml <<'YAML'
- ansible.builtin.debug: {msg: "{{ copy_name }} to {{ item }}"}
  loop: [cn-beijing]
- ansible.builtin.debug: {msg: "{{ copy_name }} is done"}
YAML
cat > play.yml <<'YAML'
- hosts: localhost
  gather_facts: false
  tasks:
    - ansible.builtin.include_role: {name: copy}
      vars: {copy_name: "{{ item }}"}
      loop: [golden, silver]
YAML

echo "version:   $(clean venv/bin/ansible --version | head -n 1)"
echo "guess:     the variables given to a role are worked out where they are given, as a function's arguments are"
echo "behaviour: they are worked out at each use: a loop inside the role gives the caller's variable another value"
seen=$(clean venv/bin/ansible-playbook play.yml 2>/dev/null | grep -o '"msg": .*')
echo "seen:"
echo "$seen"
expected='"msg": "cn-beijing to cn-beijing"
"msg": "golden is done"
"msg": "cn-beijing to cn-beijing"
"msg": "silver is done"'
[[ $seen == "$expected" ]] || { echo "The behaviour has changed." >&2; exit 1; }
