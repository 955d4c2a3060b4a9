#!/usr/bin/env bash
# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install -qq --no-compile jmespath==1.1.0
clean() { env -i PATH="$PATH" HOME="$work" LC_ALL=C.UTF-8 "$@"; }

cat > finding.py <<'PYTHON'
import importlib.metadata

import jmespath
from jmespath.exceptions import JMESPathError

IMAGES = [{"name": "golden-2026", "size": "40"}]
seen = {}
for query in ("[?starts_with(name, `2026`)]", "[?contains(name, `2026`)]", "[?size > `50`]"):
    try:
        seen[query] = jmespath.search(query, IMAGES)
    except JMESPathError as error:
        seen[query] = f"{type(error).__name__}, a JMESPathError"
    except TypeError as error:
        seen[query] = f"a bare {type(error).__name__}: {error}"

print("version:   jmespath", importlib.metadata.version("jmespath"))
print("guess:     a query that parses and meets a wrong type raises a JMESPathError, or the comparison is null")
print("behaviour: so it is for most functions; contains(), and < and > between text and number, raise Python's TypeError")
print("seen:", *(f"\n  {query:30} {answer}" for query, answer in seen.items()))
first, *others = seen.values()
assert first == "JMESPathTypeError, a JMESPathError", "The behaviour has changed."
assert all(str(other).startswith("a bare TypeError") for other in others), "The behaviour has changed."
PYTHON
clean venv/bin/python finding.py
