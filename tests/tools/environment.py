# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where things lie, and the environment that the tools run in: it names no cloud account of the caller's."""

from __future__ import annotations

import contextlib
import fcntl
import os
import sys
import typing as t
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
COLLECTION = Path("ansible_collections", "imageops", "alicloud")
BIN = Path(sys.executable).parent

# What of the checkout is no part of the collection, and what holds links to the checkout.
NOT_SHOWN = {".git", ".venv", "build", "collections"}

# The SDK, the older SDKs and the collection read their credentials, regions and endpoints from these.
CLOUD_PREFIXES = ("ALIBABA", "ALICLOUD", "ALIYUN")


def clean(*also: str) -> dict[str, str]:
    """The caller's environment, without anything that names an Alibaba Cloud account or starts with one of ``also``."""
    unwanted = CLOUD_PREFIXES + also
    env = {name: value for name, value in os.environ.items() if not name.upper().startswith(unwanted)}
    # Each test file and each start of the simulator would be compiled anew.
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    env["PATH"] = os.pathsep.join([str(BIN), env.get("PATH", os.defpath)])
    env["LC_ALL"] = "C.UTF-8"
    if not sys.stdout.isatty():
        env["NO_COLOR"] = "1"
    env["ANSIBLE_HOME"] = str(BUILD / "ansible-home")
    # Plays may be run with another build than this checkout: see tests/ways/before.py.
    env["ANSIBLE_COLLECTIONS_PATH"] = os.environ.get("COLLECTIONS_OF_PLAYS") or str(BUILD / "collections")
    bypassed = ",".join(filter(None, ["127.0.0.1,localhost,::1", env.get("no_proxy") or env.get("NO_PROXY")]))
    env["NO_PROXY"] = env["no_proxy"] = bypassed
    return env


def for_ansible(folder: Path) -> dict[str, str]:
    """The environment of an Ansible that works in a folder: it knows no cloud, no proxy, no settings but its own."""
    unwanted = ("_PROXY", "NO_COLOR")
    kept = clean("ANSIBLE_", "AWX_", "JOB_ID", "PYTEST_").items()
    return {
        **{name: value for name, value in kept if not name.upper().endswith(unwanted)},
        "HOME": str(folder),
        "PWD": str(folder),
        "ANSIBLE_CONFIG": str(folder / "ansible.cfg"),
        "ANSIBLE_HOME": str(folder / "ansible-home"),
    }


def link_checkout() -> None:
    """Make ``build/collections`` show this checkout as an installed collection: edits count at once.

    Each entry is a link of its own. One link to the whole checkout would hold itself, and ``ansible-galaxy collection
    build``, which follows links, would never come to an end.
    """
    shown = BUILD / "collections" / COLLECTION
    if shown.is_symlink():
        shown.unlink()
    shown.mkdir(parents=True, exist_ok=True)
    entries = {path.name: path for path in ROOT.iterdir() if path.name not in NOT_SHOWN}
    for link in shown.iterdir():
        if link.name not in entries:
            link.unlink(missing_ok=True)
    for name, path in entries.items():
        # Another run may do the same at this moment.
        with contextlib.suppress(FileExistsError):
            (shown / name).symlink_to(os.path.relpath(path, shown))


@contextlib.contextmanager
def locked(name: str) -> t.Iterator[None]:
    """Let nobody else, in whatever process, do the thing of this name meanwhile."""
    path = BUILD / "locks" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"waiting for another run that holds {path}", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
