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
  gather_facts: false
  any_errors_fatal: true
  tasks:
    - block:
        - ansible.builtin.assert: {that: inventory_hostname == 'good'}
      rescue:
        - ansible.builtin.debug:
            msg: "{{ inventory_hostname }} is in the rescue, ansible_failed_result is defined: {{ ansible_failed_result is defined }}"
    - ansible.builtin.debug: {msg: "{{ inventory_hostname }} goes on"}
YAML

echo "version:   $(clean venv/bin/ansible --version | head -n 1)"
echo "guess:     a rescue runs on the hosts that have failed, and ansible_failed_result says why; any_errors_fatal then ends the play"
echo "behaviour: with any_errors_fatal it runs on all hosts, without ansible_failed_result where nothing failed; the play goes on"
rc=0
clean venv/bin/ansible-playbook -i good,bad, play.yml > out 2>/dev/null || rc=$?
seen=$(grep -o '"msg": "\(good\|bad\).*' out | sort)
echo "seen (exit code $rc):"
echo "$seen"
grep rescued= out
expected='"msg": "bad goes on"
"msg": "bad is in the rescue, ansible_failed_result is defined: True"
"msg": "good goes on"
"msg": "good is in the rescue, ansible_failed_result is defined: False"'
[[ $rc == 0 && $seen == "$expected" ]] || { echo "The behaviour has changed." >&2; exit 1; }
