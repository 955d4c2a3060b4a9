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

cat > play.yml <<'YAML'
- hosts: all
  connection: local
  gather_facts: false
  strategy: free
  run_once: true
  vars: {ansible_python_interpreter: "{{ ansible_playbook_python }}"}
  tasks:
    - ansible.builtin.shell: "sleep {{ 0 if inventory_hostname == 'one' else 3 }}; echo {{ inventory_hostname }}"
      register: mine
    - ansible.builtin.command: "sleep {{ 8 if inventory_hostname == 'one' else 0 }}"
    - ansible.builtin.debug: {msg: "{{ inventory_hostname }} goes on with the result of {{ mine.stdout }}"}
YAML

echo "version:   $(clean venv/bin/ansible --version | head -n 1)"
echo "guess:     a task of run_once runs once; where it runs on each host, as with the strategy free, each goes on with its own result"
echo "behaviour: it runs on each host, and whichever ends last gives its result to all of them, while they are at work"
rc=0
clean venv/bin/ansible-playbook -i one,two play.yml > out 2>/dev/null || rc=$?
seen=$(grep -o '"msg": ".*"' out | sort)
echo "seen (exit code $rc):"
echo "$seen"
expected='"msg": "one goes on with the result of two"
"msg": "two goes on with the result of two"'
[[ $rc == 0 && $seen == "$expected" ]] || { echo "The behaviour has changed." >&2; exit 1; }
