# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a release has come to: its manifest, its reports, its plan, its summary, and what other jobs get of it."""

from __future__ import annotations

import contextlib
import dataclasses
import typing as t

from ansible_collections.imageops.alicloud.plugins.plugin_utils._base import _causes, _files, _images, _run
from ansible_collections.imageops.alicloud.plugins.plugin_utils._family import _launches
from ansible_collections.imageops.alicloud.plugins.plugin_utils._input import _audience
from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import (
    _manifest,
    _manifest_file,
    _manifest_place,
    _taken,
)
from ansible_collections.imageops.alicloud.plugins.plugin_utils._release import (
    _calls,
    _plan,
    _plan_file,
    _release,
    _release_facts,
    _release_files,
    _summary,
)
from ansible_collections.imageops.alicloud.plugins.plugin_utils._report import _plan_text

Data = dict[str, t.Any]

UNSEEN = "Whether a younger release leads the family in other regions was not seen everywhere: "
UNDER_WAY = "The run that has begun to take images from their accounts has not told how it ended. Run the release again"
STOPPED = (
    "The release was stopped before it was through: another host of this play has failed (any_errors_fatal), or a task "
    "above. Run it again, it goes on where it was"
)


def of_this_run(results: t.Mapping[str, Data]) -> dict[str, Data]:
    """The results without those of files that this run did not come to: they are of an earlier release of this host.

    :param results: those of our own steps are of this run already
    """
    spread = results["spread"]
    came = dict.fromkeys(("family", "prepared", "joined", "launched", "deprecated"), bool(results["promotion"]))
    came |= {"tried": bool(spread.get("tests")), "restored": "restored" in spread}
    came["elsewhere"] = bool(results["promotion"] and spread.get("elsewhere_call"))
    came["leads"] = bool(results["leaving"].get("lead_call"))
    found = {name: result if came.get(name, True) else {} for name, result in results.items()}
    return {**found, "promotion": _release_facts.with_elsewhere(found)}


@dataclasses.dataclass
class Outcome:
    """The end of one run of the role.

    :param results: of the role's tasks, by the names that the action plugin gives them
    """

    begun: Data
    results: t.Mapping[str, Data]
    host: str
    ended: str
    job_id: str | None

    @property
    def settings(self) -> Data:
        """The role's variables, as the step begin has evaluated them."""
        return t.cast("Data", self.begun["settings"])

    def failures(self) -> list[str]:
        """Everything that went wrong, in the order of the steps."""
        sourced, spread, promotion = (self.results[name] for name in ("sourced", "spread", "promotion"))
        found = list(sourced.get("failures") or []) + list(spread.get("failures") or [])
        for name, wanted in (("withdrawn", "withdraw_call"), ("shares", "share_call")):
            if spread.get(wanted) and _causes.is_failed(self.results[name]):
                found += _causes.of_shares(self.results[name]) or _causes.of_result(self.results[name])
        found += promotion.get("failures") or []
        found += _causes.of_result(self._launched())
        if spread and {"share", "promote"} & {*self.settings["steps"]}:
            found += self.begun["recorded"].get("failed") or []
        for name in ("joined", "deprecated"):
            if promotion.get("decided"):
                found += [
                    failure
                    for result in self.results[name].get("results") or []
                    for failure in _causes.of_result(result)
                ]
        found += _release_facts.withdrawn(self.results)
        found += _release_facts.joined_beside(self.settings, self.results)
        return found if found or spread else [STOPPED]

    def parts(self) -> Data:
        """What a manifest is put together of."""
        sourced, spread = self.results["sourced"], self.results["spread"]
        copies: Data = {}
        looked: Data = {}
        if spread and not sourced.get("stopped"):
            looked = self.results["looked"]
            copies, _failures = _release.copies(self.settings, self.begun["recorded"], self.results["copied"], looked)
        return {
            "host": self.host,
            "began": self.begun["began"],
            "ended": self.ended,
            "check": self.begun["check"],
            "job_id": self.job_id,
            "name": self.settings["name"],
            "image": sourced.get("image") or {},
            "recorded": self._recorded(),
            "created": self._created(),
            "found": self.results["found"],
            "copies": copies,
            **_release_facts.not_copied(self.settings, sourced.get("image") or {}, copies, looked),
            "tests": spread.get("tests") or [],
            "shares": self._shares(),
            "failures": self.failures(),
            "steps": self._steps(),
            "facts": _release_facts.facts(self.settings, self.results, self.ended),
            "launch_templates": _launches.facts(self._launched(), self._prepared()),
            "deprecated": _release_facts.deprecated(self.results),
            "joined": _release_facts.joined(self.results),
            "family": self.settings["family"],
            "left": self._left(),
            "followed": _release_facts.followed(self.results),
            "by_others": _release_facts.by_others(self.results),
        }

    def _recorded(self) -> Data:
        restored = self.results["restored"].get("results") or []
        return _release.seen_again(self.begun["recorded"], self.results["family"], restored)

    def _left(self) -> list[Data] | None:
        """What still is Available, None if it is as it was in the manifest before: what was not seen is not gone."""
        found = _release_facts.left(self.results) if _calls.deprecates(self.settings) else None
        return found or (None if _causes.of_result(self.results["elsewhere"]) else found)

    def _prepared(self) -> Data:
        """What making versions of launch templates has come to, if this run has come so far."""
        return self.results["prepared"] if self.results["promotion"].get("prepare_call") else {}

    def _launched(self) -> Data:
        """What switching launch templates has come to, if this run has come so far."""
        return self.results["launched"] if self.results["led"].get("launch_call") else {}

    def _steps(self) -> list[str]:
        """The steps that were asked for, in the order in which they are done."""
        asked = {*self.settings["steps"]} | ({"promote"} if self.settings["promotes"] else set())
        # The images of a manifest are there.
        asked -= {"create", "copy"} if self.settings["from_manifest"] else set()
        return [step for step in _release.STEPS if step in asked]

    def _shares(self) -> Data:
        """What the steps that share have come to, together."""
        spread = self.results["spread"]
        shares = dict(self.results["shares"]) if spread.get("share_call") else {}
        more = list(spread.get("withheld") or [])
        if spread.get("withdraw_call"):
            more += self.results["withdrawn"].get("shares") or []
        return {**shares, "shares": [*(shares.get("shares") or []), *more]} if more else shares

    def _created(self) -> Data:
        created = self.results["created"]
        return created if "create_call" in self.begun and self.results["sourced"] and not created.get("skipped") else {}

    def foretell(self) -> list[_images.Place]:
        """Write down who loses images before any is taken: after that only this manifest knows it.

        A file that can't be written is told of at the end.

        :returns: the places of the images that no earlier run has begun to take
        """
        going = _taken.foretold(_release_facts.leaving(self.results))
        if self.begun["check"] or not going:
            return []
        parts = {**self.parts(), "failures": [UNDER_WAY]}
        if not (path := self._path(parts)):
            return []
        with _files.alone(path), contextlib.suppress(_files.FileFault):
            previous, fault = self._previous(parts)
            if not fault and _taken.is_news(going, previous):
                record = _manifest.manifest({**parts, "left": going, "followed": []}, previous)
                _files.write(path, _manifest_file.as_text(record), self._mode())
            known = _taken.begun_by(previous)
            return [place for image in going if (place := _images.place(image)) not in known]
        return []

    def closed(self) -> Data:
        """Write what is to be written, and tell the rest."""
        parts = self.parts()
        parts["changed"] = self._changes(parts)
        path = self._path(parts)
        with _files.alone(path):
            return self._closed(parts, path)

    def _closed(self, parts: Data, path: str | None) -> Data:
        check = self.begun["check"]
        previous, fault = self._previous(parts)
        if fault and not any(fault in failure for failure in parts["failures"]):
            parts["failures"] = [*parts["failures"], fault]
        if path and not (previous or fault) and _calls.deprecates(self.settings):
            parts["forgotten"] = _release_facts.forgotten(self.settings, self.results)
        record = _manifest.manifest(parts, previous)
        forgotten = _summary.forgotten(parts, path)
        result: Data = {
            **_manifest.summary(record),
            "run": self.begun["run"],
            "check": check,
            "changed": False,
            "manifest": path,
            "reports": [],
            "summary": [*_summary.lines(record, parts), *forgotten, *self._regained(parts), *self._not_done()],
        }
        files = _release_files.ReleaseFiles(self.settings, None if fault else path, self._mode(), check)
        try:
            files.write(record, previous)
        except _files.FileFault as fault_of_file:
            result |= {"complete": False, "failures": [*result["failures"], str(fault_of_file)]}
        result |= {"changed": files.changed, "reports": files.reports}
        if check:
            launched = self._launched() or self._prepared()
            result["plan"] = _plan.plan(parts, record, self.settings, self.results, launched)
            result["plan"]["lines"] += [*forgotten, *self._regained(parts), *self._not_done()]
            result["summary"] = (result["plan"]["lines"] or result["summary"]) + files.lines()
            self._write_plan(result)
            return result
        result["summary"] += files.lines()
        summary = {name: result[name] for name in _manifest.summary(record)}
        result["ansible_stats"] = _run.handed_on("release", self.host, summary)
        return result

    def _path(self, parts: Data) -> str | None:
        """Where the manifest goes."""
        return _manifest_place.path(self.settings, self.host, self._name(parts))

    @staticmethod
    def _name(parts: Data) -> str | None:
        return _manifest.name_of(parts, parts["image"], parts["recorded"])

    def _previous(self, parts: Data) -> tuple[Data | None, str | None]:
        """What the manifest was before, and why it can't be replaced."""
        asked = _release.asked(self.settings, {}, self.results["created"], self.results["found"])
        try:
            known = self.begun["recorded"]
            return _manifest_place.previous(asked, self.host, self._name(parts), parts["image"], known), None
        except (_manifest_file.ManifestFault, _files.FileFault) as fault:
            return None, str(fault)

    def _mode(self) -> int | None:
        mode = self.settings["file_mode"]
        return _files.mode_of(mode) if mode not in (None, "") else None

    def _regained(self, parts: Data) -> list[str]:
        """Who gets an image back with an older release, and may have been cut off since it led."""
        if not self.settings["rollback"]:
            return []
        before, shares = self.results["look"].get("result") or [], parts["shares"].get("shares") or []
        given = _audience.regained(self.settings, before, shares)
        return _plan_text.regained_lines(given, self.settings["family"], self.begun["check"])

    def _not_done(self) -> list[str]:
        """What a rollback has not seen, and that no launch template goes back with it."""
        unseen = [UNSEEN + failure for failure in _causes.of_result(self.results["elsewhere"])]
        return unseen + _launches.left_alone(self.settings)

    def _changes(self, parts: Data) -> bool:
        """Whether a run would change something in the cloud."""
        loops = [
            result
            for name in ("joined", "deprecated", "restored")
            for result in self.results[name].get("results") or []
        ]
        decided = self.results["promotion"].get("decided") or {}
        planned = [image for image in decided.get("promote") or [] if not image["image_id"]]
        results = [parts["created"], parts["copies"], parts["shares"], self._launched(), self._prepared(), *loops]
        return bool(planned) or any(bool(result.get("changed")) for result in results)

    def _write_plan(self, result: Data) -> None:
        if self.settings["plan_file"]:
            text = _plan_file.as_text(result["plan"])
            try:
                _files.write(_files.path_of(self.settings["plan_file"]), text, self._mode())
            except _files.FileFault as fault:
                result["failures"] = [*result["failures"], str(fault)]
