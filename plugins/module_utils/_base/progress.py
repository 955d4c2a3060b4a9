# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module tells its action plugin while it works: a JSON line an event, in a file of its own directory."""

from __future__ import annotations

import json
import os
import threading
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import ProgressEvent

FILE_NAME = "imageops-progress.jsonl"


class Progress:
    """Writes events. Without a file, or when it can't be written, it is silent: the work does not depend on it."""

    def __init__(self, path: str | None) -> None:
        self._path = path
        self._lock = threading.Lock()

    @classmethod
    def in_directory(cls, directory: str | None, wanted: bool) -> Progress:
        """Events are only written where the action plugin has put an empty file."""
        path = os.path.join(directory, FILE_NAME) if directory and wanted else None
        return cls(path if path and os.path.isfile(path) else None)

    def event(self, **event: t.Unpack[ProgressEvent]) -> None:
        """Say that something has moved on. Never put in an option's value or anything secret."""
        if self._path is None:
            return
        line = json.dumps(event) + "\n"
        with self._lock:
            try:
                with open(self._path, "a", encoding="utf-8") as file:
                    file.write(line)
            except OSError:
                self._path = None
