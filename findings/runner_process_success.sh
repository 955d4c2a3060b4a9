#!/usr/bin/env bash
# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install -qq --no-compile ansible-runner==2.4.3 ansible-core==2.19.14
runner() { env -i PATH="$work/venv/bin:$PATH" HOME="$work" LC_ALL=C.UTF-8 ansible-runner "$@"; }

mkdir -p given/project here there
cat > given/project/play.yml <<'YAML'
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - ansible.builtin.fail:
        msg: The copy has failed.
YAML

code() { "$@" >/dev/null 2>&1 && echo 0 || echo $?; }
piped() { runner transmit given -p play.yml | runner worker --private-data-dir there | runner process here; }

echo "version:   ansible-runner $(runner --version)"
echo "guess:     a play that fails ends transmit | worker | process with the code that ansible-runner run ends with"
echo "behaviour: process ends with 0. The play's code is in the file artifacts/rc, and worker's own, which a pipe does not show"
set +o pipefail  # as a shell has it
seen="run: $(code runner run given -p play.yml), process: $(code piped), artifacts/rc: $(find here -name rc -exec cat {} +)"
echo "seen:"
echo "$seen"
[[ $seen == "run: 2, process: 0, artifacts/rc: 2" ]] || { echo "The behaviour has changed." >&2; exit 1; }
