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
  vars: {strict: false}
  any_errors_fatal: "{{ strict }}"
  tasks:
    - ansible.builtin.assert: {that: inventory_hostname == 'good'}
    - ansible.builtin.debug: {msg: "{{ inventory_hostname }} goes on"}
YAML
sed 's/"{{ strict }}"/false/' play.yml > literal.yml

runs() { clean venv/bin/ansible-playbook -i good,bad, "$1" 2>/dev/null | grep -c 'good goes on' || true; }
echo "version:   $(clean venv/bin/ansible --version | head -n 1)"
echo "guess:     any_errors_fatal takes a template, as other keywords do; one that gives false is like false"
echo "behaviour: a template that gives false stops the good host as true does (in 2.18 too; 2.21 works as guessed)"
literal=$(runs literal.yml)
template=$(runs play.yml)
echo "seen: with false, good hosts that went on: $literal; with a template that gives false: $template"
[[ $literal == 1 && $template == 0 ]] || { echo "The behaviour has changed." >&2; exit 1; }
