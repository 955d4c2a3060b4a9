# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""See that the AWX project can be signed and verified as content, with ansible-sign and a throw-away key.

The signature is the users' own, over their repository; here it is only seen that MANIFEST.in takes in every file, and
that a project in which one was changed, or came in afterwards, is not accepted.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import throw_away
import tool_venv
from environment import BUILD, ROOT, clean

SOURCE = ROOT / "extensions" / "awx" / "project"
PROJECT = BUILD / "awx-content"


def ansible_sign(home: Path, *words: str) -> int:
    command = [str(tool_venv.commands("sign") / "ansible-sign"), "project", *words, str(PROJECT)]
    # Without a value of its own it asks for the terminal, of which there may be none.
    env = clean() | {"GNUPGHOME": str(home), "GPG_TTY": os.environ.get("GPG_TTY", "none")}
    return subprocess.run(command, env=env, check=False, stdout=subprocess.DEVNULL).returncode


def copy_project() -> None:
    shutil.rmtree(PROJECT, ignore_errors=True)
    shutil.copytree(SOURCE, PROJECT)


def unsigned() -> list[str]:
    """The files that no checksum is kept of."""
    listing = (PROJECT / ".ansible-sign" / "sha256sum.txt").read_text()
    listed = {line.split(maxsplit=1)[1] for line in listing.splitlines()}
    files = {str(path.relative_to(SOURCE)) for path in SOURCE.rglob("*") if path.is_file()}
    return sorted(files - listed)


def faults(home: Path) -> list[str]:
    copy_project()
    if ansible_sign(home, "gpg-sign", "--fingerprint", throw_away.KEY):
        return ["it can't be signed"]
    found = [f"not under the signature: {name}" for name in unsigned()]
    if ansible_sign(home, "gpg-verify"):
        found.append("its own signature is not accepted")
    (PROJECT / "added.yml").write_text("[]\n")
    if not ansible_sign(home, "gpg-verify"):
        found.append("a playbook that came in afterwards is accepted")
    (PROJECT / "added.yml").unlink()
    with open(PROJECT / "release.yml", "a") as file:
        file.write("# changed\n")
    if not ansible_sign(home, "gpg-verify"):
        found.append("a playbook that was changed afterwards is accepted")
    return found


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        home = throw_away.make_key(Path(scratch))
        try:
            found = faults(home)
        finally:
            throw_away.stop_agent(home)
    print("\n".join(found) or "ansible-sign: the AWX project is signed and verified, every file of it")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
