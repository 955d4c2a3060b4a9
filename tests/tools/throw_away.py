# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""gpg, and keys that nobody keeps: for seeing that what is signed can be verified."""

from __future__ import annotations

import subprocess
from pathlib import Path

from environment import clean

KEY = "rehearsal@example.invalid"


def gpg(home: Path | None, *words: str) -> None:
    """Run gpg with the keys of this folder, the caller's own if it is None."""
    env = clean() | ({"GNUPGHOME": str(home)} if home else {})
    subprocess.run(["gpg", "--batch", "--yes", "--quiet", *words], env=env, check=True)


def make_key(scratch: Path) -> Path:
    """The folder with the new key ``KEY``, without a passphrase.

    :param scratch: a folder with a short path, since gpg's agent has its socket there
    """
    home = scratch / "gnupg"
    home.mkdir(mode=0o700)
    gpg(home, "--passphrase", "", "--quick-generate-key", KEY, "default", "sign", "1d")
    return home


def stop_agent(home: Path) -> None:
    """End the agent that gpg has started for this folder."""
    env = clean() | {"GNUPGHOME": str(home)}
    subprocess.run(["gpgconf", "--kill", "gpg-agent"], env=env, check=False)
