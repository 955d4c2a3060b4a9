# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The record of every call, without secrets."""

from __future__ import annotations

import itertools
import threading
from collections import deque
from typing import Any

from .settings import Settings

Entry = dict[str, Any]
SECRETS = frozenset(("Signature", "SecurityToken", "AccessKeySecret", "Password", "OIDCToken"))


class Journal:
    """Entries in the order in which calls were answered; `seq` goes on over a clear.

    Only the newest are kept, as many as the settings say; how many had to go is known.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._entries: deque[Entry] = deque()
        self.dropped = 0
        """Since the last clear."""
        self._seq = itertools.count(1)
        self._lock = threading.Lock()

    def add(self, entry: Entry) -> Entry:
        entry["params"] = {key: value for key, value in entry["params"].items() if key not in SECRETS}
        with self._lock:
            entry["seq"] = next(self._seq)
            self._entries.append(entry)
            while len(self._entries) > self._settings.journal_limit:
                self._entries.popleft()
                self.dropped += 1
        return entry

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self.dropped = 0

    def entries(self, since: int = 0) -> list[Entry]:
        with self._lock:
            return [dict(entry) for entry in self._entries if entry["seq"] > since]

    def calls(self, action: str | None = None) -> list[Entry]:
        """All calls; raises if some of them are not here any more."""
        if self.dropped:
            raise RuntimeError(f"the journal has dropped {self.dropped} calls, see the setting journal_limit")
        return [entry for entry in self.entries() if action in (None, entry["action"])]

    def writes(self) -> list[Entry]:
        """Calls that change state, refused ones included."""
        return [entry for entry in self.calls() if entry["write"]]
