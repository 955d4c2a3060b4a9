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
clean() { env -i PATH="$PATH" HOME="$work" LC_ALL=C.UTF-8 ANSIBLE_SHOW_CUSTOM_STATS=1 "$@"; }

cat > play.yml <<'YAML'
- hosts: localhost
  gather_facts: false
  check_mode: true
  vars: {ansible_python_interpreter: "{{ ansible_playbook_python }}"}
  tasks:
    - ansible.builtin.file: {path: released, state: touch}
      register: touched
    - ansible.builtin.stat: {path: released}
      register: there
    - ansible.builtin.debug:
        msg: "changed {{ touched.changed }}, made {{ there.stat.exists }}, ansible_check_mode {{ ansible_check_mode }}"
    - ansible.builtin.set_stats: {data: {released: true}}
      when: not ansible_check_mode
YAML

echo "version:   $(clean venv/bin/ansible --version | head -n 1)"
echo "guess:     ansible_check_mode says whether the tasks around it run in check mode"
echo "behaviour: it knows only of --check: with the keyword check_mode, modules only foretell and the variable says false"
seen=$(clean venv/bin/ansible-playbook play.yml 2>/dev/null | grep -o -e '"msg": .*' -e 'RUN: .*')
echo "seen:"
echo "$seen"
expected='"msg": "changed True, made False, ansible_check_mode False"
RUN: { "released": true}'
[[ $seen == "$expected" ]] || { echo "The behaviour has changed." >&2; exit 1; }
