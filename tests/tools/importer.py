# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Have Galaxy's importer judge the built collection. It ends well whatever it finds: its log is read instead.

Its environment is its own, because it pins what other tools need newer.
"""

from __future__ import annotations

import re
import subprocess
import sys

import artifact
import tool_venv
from environment import BUILD, clean

HERE = BUILD / "importer"
# No flake8: it warns of spaces around a slice's colon (E203) and of lines that break before an operator (W503), and
# ruff puts both where PEP 8 has them. The rest of its checks are among ruff's.
SETTINGS = """\
[galaxy-importer]
CHECK_REQUIRED_TAGS = True
CHECK_CHANGELOG = True
REQUIRE_V1_OR_GREATER = True
RUN_ANSIBLE_DOC = True
RUN_ANSIBLE_LINT = True
RUN_ANSIBLE_TEST = False
RUN_FLAKE8 = False
"""


def findings(log: str) -> list[str]:
    """The lines that say that something is wrong."""
    return [line for line in log.splitlines() if re.search(r"\b(WARNING|ERROR|CRITICAL|Traceback)\b", line)]


def main() -> int:
    folder = tool_venv.commands("importer")
    HERE.mkdir(parents=True, exist_ok=True)
    archive = artifact.build(HERE / "dist")
    (HERE / "galaxy-importer.cfg").write_text(SETTINGS)
    env = clean("ANSIBLE_", "GALAXY_") | {"GALAXY_IMPORTER_CONFIG": str(HERE / "galaxy-importer.cfg")}
    env["PATH"] = f"{folder}:{env['PATH']}"
    # The importer hands ansible-lint a path that ends in ansible_collections. Ansible takes that. ansible-lint's own
    # search for imported playbooks does not, and goes on with Python's path.
    env["PYTHONPATH"] = str(BUILD / "collections")
    command = [str(folder / "python"), "-m", "galaxy_importer.main", str(archive)]
    done = subprocess.run(
        command, cwd=HERE, env=env, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    (HERE / "log").write_text(done.stdout)
    found = findings(done.stdout)
    finished = "Importer processing completed successfully" in done.stdout
    if done.returncode or found or not finished:
        print("\n".join(found) or done.stdout)
        return 1
    print(f"galaxy-importer took {archive.name} without a warning")
    return 0


if __name__ == "__main__":
    sys.exit(main())
