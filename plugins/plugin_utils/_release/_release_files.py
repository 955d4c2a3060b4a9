# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of a release: what is written, and what is said of it. In check mode nothing is written."""

from __future__ import annotations

import dataclasses
import os
import typing as t

from ansible_collections.imageops.alicloud.plugins.plugin_utils._base import _files
from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import _manifest, _manifest_file, _memory
from ansible_collections.imageops.alicloud.plugins.plugin_utils._report import _report_files

Data = dict[str, t.Any]

STAYS = "and stays as it was"


@dataclasses.dataclass
class ReleaseFiles:
    """
    :param settings: of the role
    :param manifest: where it goes, None if none is written
    :param mode: of new files
    """

    settings: Data
    manifest: str | None
    mode: int | None
    check: bool
    reports: list[str] = dataclasses.field(default_factory=list)
    _done: dict[str, bool] = dataclasses.field(default_factory=dict)  # whether each changes, by what is told of it

    @property
    def changed(self) -> bool:
        """Whether a file was changed, or would be in check mode."""
        return any(self._done.values())

    def write(self, record: Data, previous: Data | None) -> None:
        """
        :param record: the manifest
        :param previous: the one before it
        :raises FileFault: if one can't be written
        """
        path = self.manifest
        news = bool(path) and _manifest.differs(record, previous)
        if path and news and not self.check:
            _files.write(path, _manifest_file.as_text(record), self.mode)
        if path and (news or os.path.exists(path)):
            self._done[f"manifest: {path}{_kept(record, previous)}"] = news
        # A report tells of the run that has changed something, as the manifest in its file does.
        shown = record if news or not previous else previous
        for target, text in _report_files.reports(self.settings, shown, path).items():
            self._report(target, _files.write(target, text, self.mode, self.check))
        if self.settings["report_index"] and path:
            index = _files.path_of(self.settings["report_index"])
            # It would be made of the manifest that check mode does not write.
            is_to_come = self.check and news
            self._report(index, is_to_come or _report_files.write_index(index, path, self.mode, self.check))

    def _report(self, path: str, news: bool) -> None:
        self.reports.append(path)
        self._done[f"report: {path}"] = news

    def lines(self) -> list[str]:
        """Each file that is there; in check mode each that a run would write, or would not take."""
        if not self.check:
            return list(self._done)
        foretold = {told: f"{told} would be written" if news else told for told, news in self._done.items()}
        return [line for told, line in foretold.items() if line != told or told.endswith(STAYS)]


def _kept(record: Data, previous: Data | None) -> str:
    if previous and _memory.would_lose(record, previous):
        return f" is of account {previous['account_id']} {STAYS}"
    return ""
