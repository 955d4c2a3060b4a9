#!/usr/bin/env bash
# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install -qq --no-compile ansible-core==2.18.19
clean() { env -i PATH="$PATH" HOME="$work" LC_ALL=C.UTF-8 "$@"; }

echo 'not a real one' > password
for hidden in true false; do
    mkdir -p "roles/hidden_$hidden/meta" "roles/hidden_$hidden/tasks"
    cat > "roles/hidden_$hidden/meta/argument_specs.yml" <<YAML
argument_specs: {main: {options: {account: {type: dict, no_log: $hidden}}}}
YAML
    echo '- ansible.builtin.debug: {msg: "a key of {{ account.key | length }} characters"}' > "roles/hidden_$hidden/tasks/main.yml"
    echo "[{hosts: localhost, gather_facts: false, roles: [hidden_$hidden]}]" > "play_$hidden.yml"
done
{
    echo 'account:'
    clean venv/bin/ansible-vault encrypt_string --vault-password-file password --name key example 2>/dev/null | sed 's/^/  /'
} > vars.yml

echo "version:   $(clean venv/bin/ansible --version | head -n 1)"
echo "guess:     no_log in a role's argument specification only hides values, so secrets of a vault suit it best"
echo "behaviour: in 2.18 a dictionary with a !vault value is refused there if no_log is true, and only then"
show() {
    clean venv/bin/ansible-playbook "$1" -e @vars.yml --vault-password-file password 2>&1 |
        grep -o -e 'a key of [^"]*' -e 'Unknown parameter type' | sort -u || true
}
plain=$(show play_false.yml)
hidden=$(show play_true.yml)
echo "seen with no_log false: $plain; with no_log true: $hidden"
[[ $plain == 'a key of 7 characters' && $hidden == 'Unknown parameter type' ]] ||
    { echo "The behaviour has changed." >&2; exit 1; }
