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

mkdir -p roles/disks/meta roles/disks/tasks
cat > roles/disks/meta/argument_specs.yml <<'YAML'
argument_specs:
  main:
    options:
      disks_regions: {type: list, elements: str}
      disks_count: {type: int}
      disks_label: {type: str, default: system}
      disks_system:
        type: dict
        options:
          size: {type: int}
          category: {type: str, default: cloud_essd}
YAML
cat > roles/disks/tasks/main.yml <<'YAML'
- ansible.builtin.debug:
    msg: "{{ disks_regions | first }}, {{ disks_count + '1' }}, {{ disks_label is defined }}, {{ disks_system }}"
YAML
cat > play.yml <<'YAML'
- hosts: localhost
  gather_facts: false
  roles:
    - role: disks
      vars: {disks_regions: "cn-beijing,cn-shanghai", disks_count: "3", disks_system: {size: "40"}}
YAML

echo "version:   $(clean venv/bin/ansible --version | head -n 1)"
echo "guess:     as in a module: a valid text becomes the list or the number of the specification, defaults are set"
echo "behaviour: a role's values are checked as if they were converted, and passed on as they were, without any default"
seen=$(clean venv/bin/ansible-playbook play.yml 2>/dev/null | grep -o '"msg": "[^T].*')
echo "seen (first region, count + '1', is the label defined, the system disk):"
echo "$seen"
[[ $seen == "\"msg\": \"c, 31, False, {'size': '40'}\"" ]] || { echo "The behaviour has changed." >&2; exit 1; }
