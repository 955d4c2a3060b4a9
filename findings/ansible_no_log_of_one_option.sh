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
cat > library/image.py <<'PYTHON'
from ansible.module_utils.basic import AnsibleModule


def main():
    module = AnsibleModule({"pin": {"type": "str", "no_log": True}, "size": {"type": "int"}})
    module.exit_json(name="release-2026", number=2026, numbers=[20261], size=module.params["size"], when={"2026": "2026"})


main()
PYTHON
cat > play.yml <<'YAML'
- hosts: localhost
  gather_facts: false
  vars: {ansible_python_interpreter: "{{ ansible_playbook_python }}"}
  tasks:
    - image: {pin: "2026", size: 2026}
      register: image
    - ansible.builtin.debug:
        msg: "{{ [image.name, image.number, image.numbers, image.size, image.when] | map('string') | join(' | ') }}"
YAML

echo "version:   $(clean venv/bin/ansible --version | head -n 1)"
echo "guess:     no_log hides that option; other values of the result reach the next task as the module gave them"
echo "behaviour: every text that holds the value is changed, numbers that contain its digits become a text, keys remain"
seen=$(clean venv/bin/ansible-playbook play.yml 2>/dev/null | grep -o '"msg": .*')
echo "seen (the module gave release-2026, 2026, [20261], its option size = 2026, {'2026': '2026'}):"
echo "$seen"
hidden=VALUE_SPECIFIED_IN_NO_LOG_PARAMETER
expected="\"msg\": \"release-******** | $hidden | ['$hidden'] | $hidden | {'2026': '$hidden'}\""
[[ $seen == "$expected" ]] || { echo "The behaviour has changed." >&2; exit 1; }
