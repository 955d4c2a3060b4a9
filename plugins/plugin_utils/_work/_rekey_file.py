# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The manifest of images with a new key, as a file: before the old images are taken from anybody, and at the end."""

from __future__ import annotations

import contextlib
import dataclasses
import typing as t

from ansible_collections.imageops.alicloud.plugins.plugin_utils._base import _files, _run
from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import (
    _manifest,
    _manifest_file,
    _manifest_place,
)
from ansible_collections.imageops.alicloud.plugins.plugin_utils._work import _rekeyed

Data = dict[str, t.Any]


@dataclasses.dataclass
class RekeyFile:
    """
    :param settings: of the playbook
    :param path: where it goes, None if none is written
    """

    settings: Data
    host: str
    path: str | None

    def before(self) -> Data | None:
        """The manifest that is about to be replaced, or the one that version 1 has left.

        :raises ManifestFault: if it is none that may be replaced
        :raises FileFault: if it can't be read
        """
        whose = ("image_rekey", self.host, self.settings["name"])
        return _manifest_place.before(self.settings, whose, self.path)

    def foretell(self, begun: Data, results: t.Mapping[str, Data]) -> None:
        """Write down who loses images before any is taken. What keeps it from that is told at the end."""
        if not self.path or begun["check"]:
            return
        with _files.alone(self.path), contextlib.suppress(ValueError, OSError):
            previous = self.before()
            if parts := _rekeyed.ahead(begun, results, previous, **self._run()):
                _files.write(self.path, _manifest_file.as_text(_manifest.manifest(parts, previous)))

    def write(
        self, begun: Data, results: t.Mapping[str, Data], failures: list[str], previous: Data | None
    ) -> t.Callable[[], bool] | None:
        """How the manifest of a run is written; None if it says nothing new."""
        parts = _rekeyed.manifest_of(begun, results, failures, previous, **self._run())
        made, path, check = _manifest.manifest(parts, previous), self.path, begun["check"]
        if not path or not _manifest.differs(made, previous):
            return None
        return lambda: _files.write(path, _manifest_file.as_text(made), check=check)

    def _run(self) -> Data:
        return {"host": self.host, "ended": _run.now(), "job_id": _run.job()}
