# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets that are known by sight, and every place where one of them could turn up."""

from __future__ import annotations

import contextlib
import re
import threading
import typing as t
import uuid
from pathlib import Path

# What the simulator hands out at random: keys and tokens of sessions, OIDC tokens; and what requests are signed with.
SHAPES = {
    "the secret of a session": r"(?<![A-Za-z0-9])[A-Za-z0-9]{44}(?![A-Za-z0-9])",
    "the token of a session": r"[A-Za-z0-9]{160}",
    "an OIDC token": r"eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+",
    "a signature": r"Signature=\w{20,}",
}


class Secrets:
    """The keys of one test. Another test's are not its own, since both see the same processes."""

    def __init__(self) -> None:
        self.mark = f"LeakMark{uuid.uuid4().hex[:8]}"
        self.key_id = f"marked-{self.mark[-8:]}"
        self.secret, self.token, self.issuer_key = (f"{self.mark}{what}" for what in ("Secret", "Token", "Issuer"))
        self._shapes = {"a marked secret": self.mark, **SHAPES}

    def in_text(self, text: str) -> list[str]:
        """What kinds of secrets are in a text, each with what stands before it."""
        return [
            f"{kind} after {text[max(0, match.start() - 60) : match.start()]!r}"
            for kind, shape in self._shapes.items()
            for match in re.finditer(shape, text)
        ]

    def in_files(self, folder: Path, given: t.Collection[Path]) -> list[str]:
        """The same for all files of a folder but those in which the user has given secrets."""
        found = []
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path not in given:
                text = path.read_bytes().decode("latin-1")
                found += [f"{path.relative_to(folder)}: {one}" for one in self.in_text(text)]
        return found

    @contextlib.contextmanager
    def watched_processes(self) -> t.Iterator[list[str]]:
        """What command lines of this machine show while something runs."""
        found: list[str] = []
        done = threading.Event()

        def look() -> None:
            while not done.wait(0.05):
                for path in Path("/proc").glob("[0-9]*/cmdline"):
                    with contextlib.suppress(OSError):
                        if self.mark.encode() in path.read_bytes():
                            found.append(f"{path}: a marked secret")

        watcher = threading.Thread(target=look)
        watcher.start()
        try:
            yield found
        finally:
            done.set()
            watcher.join()
