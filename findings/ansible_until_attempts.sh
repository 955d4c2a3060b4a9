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
- hosts: localhost
  gather_facts: false
  vars: {ansible_python_interpreter: "{{ ansible_playbook_python }}"}
  tasks:
    - ansible.builtin.shell: echo >> ran; wc -l < ran
      register: never
      until: never.stdout == 'ready'
      retries: 3
      delay: 0
      ignore_errors: true
    - ansible.builtin.shell: echo >> ran_in_time; wc -l < ran_in_time
      register: in_time
      until: in_time.stdout == '4'
      retries: 3
      delay: 0
    - ansible.builtin.shell: echo Creating
      register: unasked
      until: unasked.stdout == 'Available'
      retries: 0
    - ansible.builtin.debug:
        msg: "{{ [never, in_time, unasked] | map(attribute='failed') }} {{ [never.attempts, in_time.attempts] }} {{ unasked.stdout }}"
YAML

echo "version:   $(clean venv/bin/ansible --version | head -n 1)"
echo "guess:     attempts is how often a task has run; a task whose until was not met has failed, however few its retries"
echo "behaviour: retries: 3 makes four runs, and after the last one attempts is 3 or 4, as it failed or not; with retries: 0"
echo "           nobody looks at until, and the task succeeds"
seen=$(clean venv/bin/ansible-playbook play.yml 2>/dev/null | grep -o '"msg": "\[.*')
runs=$(wc -l < ran)
echo "seen (failed and attempts of: never met, met at the last run; what the task with retries: 0 said):"
echo "$seen; runs of the first: $runs"
[[ $seen == '"msg": "[True, False, False] [3, 4] Creating"' && $runs == 4 ]] || { echo "The behaviour has changed." >&2; exit 1; }
