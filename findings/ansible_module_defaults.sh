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
  module_defaults:
    ansible.builtin.debug: {msg: of the play}
  tasks:
    - ansible.builtin.debug:
    - module_defaults:
        ansible.builtin.debug: {verbosity: 0}
      block:
        - ansible.builtin.debug:
    - module_defaults:
        ansible.builtin.debug: "{{ {} }}"
      block:
        - ansible.builtin.debug:
YAML

echo "version:   $(clean venv/bin/ansible --version | head -n 1)"
echo "guess:     a block's module_defaults are laid over the play's, key by key; an empty dictionary changes nothing"
echo "behaviour: they replace the play's whole entry of that module, also an empty dictionary does"
seen=$(clean venv/bin/ansible-playbook play.yml 2>/dev/null | grep -o '"msg": .*')
echo "seen, with the play's defaults, another key in a block, nothing in a block:"
echo "$seen"
expected='"msg": "of the play"
"msg": "Hello world!"
"msg": "Hello world!"'
[[ $seen == "$expected" ]] || { echo "The behaviour has changed." >&2; exit 1; }
