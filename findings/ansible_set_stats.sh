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
  tasks:
    - ansible.builtin.set_stats: {data: {image: {name: golden, copies: {cn-beijing: m-1}, accounts: [a, b]}}}
    - ansible.builtin.set_stats: {data: {image: {name: silver, copies: {us-west-1: m-2}, accounts: [c]}}}
    - ansible.builtin.set_fact: {image: {copies: {cn-beijing: m-1}}}
    - ansible.builtin.set_fact: {image: {copies: {us-west-1: m-2}}}
    - ansible.builtin.debug: {msg: "set_fact: {{ image.copies }}"}
YAML

echo "version:   $(clean venv/bin/ansible --version | head -n 1)"
echo "guess:     set_stats of a name that is there replaces its value, as set_fact does; or adds up all that can be added"
echo "behaviour: dictionaries are merged at every depth, lists and texts are replaced: one value made of two runs"
seen=$(clean venv/bin/ansible-playbook play.yml 2>/dev/null | grep -o -e '"msg": .*' -e 'RUN: .*' | tr -s ' ')
echo "seen:"
echo "$seen"
expected='"msg": "set_fact: {'\''us-west-1'\'': '\''m-2'\''}"
RUN: { "image": { "accounts": [ "c" ], "copies": { "cn-beijing": "m-1", "us-west-1": "m-2" }, "name": "silver" }}'
[[ $seen == "$expected" ]] || { echo "The behaviour has changed." >&2; exit 1; }
