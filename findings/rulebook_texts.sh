#!/usr/bin/env bash
# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install -qq --no-compile ansible-rulebook==1.3.2 ansible-core==2.19.14
clean() { env -i PATH="$work/venv/bin:$PATH" HOME="$work" LC_ALL=C.UTF-8 "$@"; }

mkdir project
cat > project/rules.yml <<'YAML'
- name: Images
  hosts: localhost
  sources:
    - eda.builtin.generic:
        payload:
          - {image: golden, release: "1.10", build: "1e3", account: "1000000000000011"}
  rules:
    - name: An image
      condition: event.image is defined
      action:
        run_playbook:
          name: play.yml
          extra_vars:
            release: "{{ event.release }}"
            build: "{{ event.build }}"
            account: "{{ event.account }}"
            sentence: "release {{ event.release }}"
YAML
cat > project/play.yml <<'YAML'
- hosts: localhost
  gather_facts: false
  tasks:
    - ansible.builtin.debug:
        msg: "{{ [release, build, account, sentence, ansible_eda.event.release] | to_json }}"
YAML
echo 'all: {hosts: {localhost: {ansible_connection: local}}}' > project/inventory.yml

echo "version:   ansible-rulebook $(clean venv/bin/python -c 'import importlib.metadata as m; print(m.version("ansible-rulebook"))')"
echo "guess:     a text of an event that a rulebook hands to a playbook arrives as that text, as in Ansible's own templates"
echo "behaviour: what looks like a number becomes one; the event that comes along as ansible_eda has the text"
seen=$(cd project && clean ANSIBLE_NOCOLOR=1 ../venv/bin/ansible-rulebook --shutdown-delay 30 -r rules.yml -i inventory.yml 2>/dev/null |
    grep -o '"msg": "\[.*\]"' || true)
echo "seen (release, build, account, a sentence with the release, the event's release):"
echo "$seen"
[[ $seen == '"msg": "[1.1, 1000.0, 1000000000000011, \"release 1.10\", \"1.10\"]"' ]] ||
    { echo "The behaviour has changed." >&2; exit 1; }
