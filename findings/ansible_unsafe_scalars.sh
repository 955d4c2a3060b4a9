#!/usr/bin/env bash
# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
"${PYTHON:-python3}" -m venv before
before/bin/pip install -qq --no-compile ansible-core==2.18.19
venv/bin/pip install -qq --no-compile ansible-core==2.19.14
clean() { env -i PATH="$PATH" HOME="$work" LC_ALL=C.UTF-8 "$@"; }

cat > vars.yml <<'YAML'
account: !unsafe '1000000000000011'
release: !unsafe '1.10'
build: !unsafe '010'
window: !unsafe '12:30:45'
quoted: '1.10'
YAML
cat > play.yml <<'YAML'
- hosts: localhost
  gather_facts: false
  tasks:
    - ansible.builtin.debug:
        msg: "{{ [account is string, release ~ '', build ~ '', window ~ '', quoted ~ ''] | join(' ') }}"
YAML

show() { clean "$1/bin/ansible-playbook" play.yml -e @vars.yml 2>/dev/null | grep -o '"msg": .*'; }
echo "version:   $(for v in before venv; do clean "$v/bin/ansible" --version | head -n 1; done | paste -sd ' ')"
echo "guess:     !unsafe only forbids templating: a text in quotes remains that text"
echo "behaviour: from 2.19 on, the type of an !unsafe scalar is found anew, quotes or not: numbers, octal, base 60"
echo "seen (is the account a text, release, build, window, and the release without !unsafe):"
old=$(show before)
new=$(show venv)
echo "2.18: $old"
echo "2.19: $new"
[[ $old == '"msg": "True 1.10 010 12:30:45 1.10"' && $new == '"msg": "False 1.1 8 45045 1.10"' ]] ||
    { echo "The behaviour has changed." >&2; exit 1; }
