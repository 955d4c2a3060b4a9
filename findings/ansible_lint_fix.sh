#!/usr/bin/env bash
# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install -qq --no-compile ansible-lint==26.10.1 ansible-core==2.19.14
clean() { env -i PATH="$work/venv/bin:$PATH" HOME="$work" LC_ALL=C.UTF-8 "$@"; }

mkdir project
cd project
cat > play.yml <<'YAML'
---
- name: Convert an image
  hosts: localhost
  gather_facts: false
  tasks:
    - name: Make a VHD
      ansible.builtin.command: qemu-img convert -O vpc -o subformat=fixed golden.raw golden.vhd creates=golden.vhd
YAML
check() { clean ../venv/bin/ansible-playbook --check play.yml 2>/dev/null | grep -o -e 'Unsupported parameters for [^.]*[^:]*: [a-z]*' -e 'failed=[0-9]' | uniq | paste -sd ' ' || true; }

echo "version:   ansible-lint $(clean ../venv/bin/python -c 'import importlib.metadata as m; print(m.version("ansible-lint"))')"
echo "guess:     what --fix changes means what it meant before; what it cannot change so, it only reports"
echo "behaviour: with creates= on the line, each word with a = becomes an option, those of the command's own arguments too"
before=$(check)
clean ../venv/bin/ansible-lint --offline --nocolor -q --fix=all play.yml >/dev/null 2>&1 || true
fixed=$(sed '1,/ansible.builtin.command/d' play.yml)
after=$(check)
echo "seen, with --check before: $before; after --fix: $after"
echo "$fixed"
expected='        subformat: fixed
        creates: golden.vhd
        cmd: qemu-img convert -O vpc -o golden.raw golden.vhd'
[[ $fixed == "$expected" && $before == failed=0 && $after == *subformat*failed=1 ]] ||
    { echo "The behaviour has changed." >&2; exit 1; }
