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
clean() { env -i PATH="$PATH" HOME="$work" LC_ALL=C.UTF-8 ANSIBLE_KEEP_REMOTE_FILES=1 ANSIBLE_REMOTE_TEMP="$work/tmp" "$@"; }

# Runs what Ansible has packed, and counts how often each file of the package ansible.module_utils is compiled.
cat > count.py <<'PY'
import atexit, collections, re, runpy, sys

compiled = collections.Counter()


def watch(event, arguments):
    if event == "compile" and (found := re.search(r"\.zip/ansible/(module_utils/.*)", str(arguments[1]))):
        compiled[found[1]] += 1


def tell():
    print(f"{len(compiled)} files, {compiled.total()} times compiled, each at least {min(compiled.values())} times")


sys.addaudithook(watch)
atexit.register(tell)
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
PY

echo "version:   $(clean venv/bin/ansible --version | head -n 1), $("${PYTHON:-python3}" --version)"
echo "guess:     a module's process compiles each file that Ansible packs for it once"
echo "behaviour: it compiles each twice: Python's zipimport does so to learn a file's name, throws that away, and does it again to"
echo "           load it. Nothing is kept from one task to the next, so that large module_utils cost it each time"
clean venv/bin/ansible localhost -m ansible.builtin.ping -e ansible_python_interpreter="$work/venv/bin/python" >/dev/null 2>&1
packed=("$work"/tmp/*/AnsiballZ_ping.py)
seen=$(clean venv/bin/python count.py "${packed[0]}" | tail -n 1)
echo "seen (files of ansible.module_utils in the process of ping):"
echo "$seen"
[[ $seen == *" files, "*"each at least 2 times" ]] || { echo "The behaviour has changed." >&2; exit 1; }
