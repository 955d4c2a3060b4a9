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
  vars: {ansible_python_interpreter: "{{ ansible_playbook_python }}"}
  tasks:
    - ansible.builtin.command: echo Available
      register: looked
      until: looked.stdout == 'Available'
      retries: 2
      delay: 3
    - ansible.builtin.debug: {msg: goes on}
YAML

echo "version:   $(clean venv/bin/ansible --version | head -n 1)"
echo "guess:     in check mode a command is skipped, and a skipped task is not repeated and does not fail"
echo "behaviour: until is put to the skipped result: all retries with all their pauses, and then the host has failed"
clean venv/bin/ansible-playbook -i one, play.yml >/dev/null 2>&1
start=$SECONDS
rc=0
clean venv/bin/ansible-playbook -i one, --check play.yml > out 2>/dev/null || rc=$?
took=$((SECONDS - start))
echo "seen, with --check (exit code $rc, without it 0; $took seconds, with two pauses of 3):"
grep -o -e '^FAILED - .*' -e '"msg": "[^"]*"' -e '^one .*' out | tr -s ' '
retried=$(grep -c RETRYING out || true)
[[ $rc == 2 && $retried == 2 ]] && grep -q 'would have run if not in check mode' out && ((took >= 6)) ||
    { echo "The behaviour has changed." >&2; exit 1; }
