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

mkdir library
cat > library/share.py <<'PYTHON'
from ansible.module_utils.basic import AnsibleModule


def main():
    module = AnsibleModule({"regions": {"type": "list", "elements": "str"}, "tags": {"type": "dict"}, "days": {"type": "int"}})
    module.exit_json(got=[value for _, value in sorted(module.params.items(), reverse=True) if value is not None])


main()
PYTHON
cat > play.yml <<'YAML'
- hosts: localhost
  gather_facts: false
  vars: {ansible_python_interpreter: "{{ ansible_playbook_python }}"}
  tasks:
    - share: "{{ item }}"
      loop:
        - {regions: "cn-beijing, cn-shanghai", tags: "stage=one, team=two"}
        - {regions: "[cn-beijing, cn-shanghai]"}
        - {regions: [cn-beijing, null], days: true}
      register: shared
    - ansible.builtin.debug: {msg: "{{ shared.results | map(attribute='got') | to_json }}"}
YAML

echo "version:   $(clean venv/bin/ansible --version | head -n 1)"
echo "guess:     a text given for a list is split as one given for a dictionary is: around commas, without the spaces"
echo "behaviour: the list's parts keep their spaces, and brackets; nothing in a list becomes an empty text, true is an int"
seen=$(clean venv/bin/ansible-playbook play.yml 2>/dev/null | grep -o '"msg": .*')
echo "seen (two regions and two tags as texts, a list in brackets as a text, a null in a list with days: true):"
echo "$seen"
expected='"msg": "[[{\"stage\": \"one\", \"team\": \"two\"}, [\"cn-beijing\", \" cn-shanghai\"]], '
expected+='[[\"[cn-beijing\", \" cn-shanghai]\"]], [[\"cn-beijing\", \"\"], true]]"'
[[ $seen == "$expected" ]] || { echo "The behaviour has changed." >&2; exit 1; }
