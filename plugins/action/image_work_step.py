# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands between the modules of the role image_retire and of the playbooks. Internal: only they call it."""

from __future__ import annotations

import functools
import typing as t
import uuid

from ansible.plugins.action import ActionBase

from ansible_collections.imageops.alicloud.plugins.plugin_utils._base import _files, _hosts, _run, _strategy
from ansible_collections.imageops.alicloud.plugins.plugin_utils._input import _account, _settings
from ansible_collections.imageops.alicloud.plugins.plugin_utils._report import _report
from ansible_collections.imageops.alicloud.plugins.plugin_utils._work import (
    _audit,
    _audit_file,
    _judged,
    _rekey_file,
    _rekeyed,
    _works,
    _works_told,
)

Data = dict[str, t.Any]

# What later steps need of the manifests.
_TOLD = ("images", "passed_over", "failed", "regions", "name", "copies", "launch_templates", "unknown")
_REPORTS = {"report": _report.retired, "report_markdown": _report.retired_markdown}
# The variable with the manifests that a run reads, and those with the files that it writes: endings for usual names.
_FILES: dict[str, tuple[str, dict[str, str | None]]] = {
    "image_audit": ("manifests", {"file": "json", "report": "html"}),
    "image_retire": ("from_manifest", dict.fromkeys(_REPORTS)),
    "image_rekey": ("manifests", {"manifest": "json"}),
}


class ActionModule(ActionBase):
    _supports_check_mode = True
    _requires_connection = False

    def run(self, tmp: t.Any = None, task_vars: Data | None = None) -> Data:
        result: Data = super().run(tmp, task_vars)
        self._variables = task_vars or {}
        self._host = str(self._variables.get("inventory_hostname"))
        self._lost: list[str] = []
        self._work = str(self._task.args.get("work"))
        return _run.told({**result, **getattr(self, f"_{self._task.args.get('step')}")()})

    def _begin(self) -> Data:
        """Evaluate every variable once, and tell the modules what to do."""
        if fault := _strategy.fault(self._task):
            return {"failed": True, "msg": fault}
        work, faults = _works.WORKS[self._work], list[str]()
        settings = self._settings(faults)
        named = f"{self._work}_{work.manifests}"
        recorded = work.narrowed(settings, self._recorded(settings[work.manifests], named, faults))
        account = self._account(settings, recorded, named)
        faults += account.faults
        settings["account_id"] = account.account_id
        if not settings["allow_odd_account_ids"]:
            faults += _works.odd_accounts(settings)
        faults += work.faults(settings, recorded) if not faults or not settings[work.manifests] or recorded else []
        faults += _judged.faults(self._work, settings, recorded, _works.names_of(self._work, self._variables))
        if not faults:
            faults += self._previous_faults(settings)
        unwritable = _files.unwritable(self._written(settings)) if not faults else []
        faults += [] if self._task.check_mode else unwritable
        if faults:
            return _settings.refused(faults)
        guard = {"account_id": account.account_id} if account.account_id else {}
        return {
            "run": uuid.uuid4().hex,
            "check": bool(self._task.check_mode),
            "began": _run.now(),
            "files": {name: path for name, path in self._written(settings) if path},
            "warnings": _files.foretold(unwritable),
            "settings": work.settled(settings),
            "recorded": {name: recorded[name] for name in _TOLD if name in recorded},
            "guard": guard,
            "calls": [{**guard, **call} for call in work.calls(settings, recorded)],
            **account.handed_on(),
        }

    def _check(self) -> Data:
        """Refuse what only shows once the other hosts have begun, too."""
        begun = self._begun()
        faults = _works.clashes_between(begun, _hosts.begun(self._variables, f"__{self._work}"))
        return _settings.refused(faults) if faults else {}

    def _begun(self) -> Data:
        """What the first step has found out. Without it a run can't be entered, and is told so."""
        return dict(self._templar.template(self._variables[f"__{self._work}"]))

    def _previous_faults(self, settings: Data) -> list[str]:
        """Why the files that are there must not be overwritten."""
        found = []
        for name, read in {"manifest": self._manifest_before, "file": self._audit_before}.items():
            try:
                if name in settings:
                    read(settings)
            except (ValueError, OSError) as fault:
                found.append(f"{self._work}_{name}: {fault}")
        return found or self._clashes(settings)

    def _clashes(self, settings: Data) -> list[str]:
        """Files of this run that would overwrite each other, or a manifest that it reads."""
        manifests, _written = _FILES.get(self._work, ("", {}))
        named = (settings[manifests] if manifests else None) or []
        read = [(f"{self._work}_{manifests}", _files.path_of(path)) for path in named]
        return _files.clashes([*read, *self._written(settings)])

    def _written(self, settings: Data) -> list[tuple[str, str | None]]:
        """The files that this run writes, by their variables."""
        return [(f"{self._work}_{name}", self._place(settings, name)) for name in _FILES.get(self._work, ("", {}))[1]]

    def _settings(self, faults: list[str]) -> Data:
        """The variables by their short names."""
        prefix = f"{self._work}_"
        if self._work in _works.PLAYBOOKS:
            options = _works.options_of(self._work)
        else:
            options = _settings.options_of(str(self._variables["role_path"]))
        settings, wrong = _settings.read(
            options, prefix, self._variables, self._templar.template, apart=("connection",)
        )
        common, others = _settings.read(
            _works.COMMON, "image_release_", _only(self._variables, _works.COMMON), self._templar.template
        )
        # Credentials and the guard are among these: misspelt, they would let it work in another account.
        faults += _settings.unknown(self._variables, options, prefix) + wrong + others
        faults += _settings.unknown_of_releases(self._variables)
        return {**common, **settings, "account_id": settings.get("account_id"), "guard": common["account_id"]}

    def _recorded(self, names: t.Sequence[str], variable: str, faults: list[str]) -> Data:
        try:
            return _works.WORKS[self._work].read([_files.path_of(name) for name in names]) if names else {}
        except ValueError as error:
            faults.append(f"{variable}: {error}")
            return {}

    def _account(self, settings: Data, recorded: Data, variable: str) -> _account.Account:
        """Whose credentials the modules work with. A playbook's connection has come as its play's defaults."""
        defaults = _account.defaults_of_modules(self._task.module_defaults, self._templar.template)
        by_module = _account.by_module(defaults)
        own, wrong = self._own_connection(settings.pop("connection", None))
        play = {name: value for name, value in self._task.args.items() if name not in ("work", "step", "results")}
        stated = {f"{self._work}_account_id": settings.get("account_id"), _works.ACCOUNT: settings.pop("guard")}
        stated[variable] = None if settings.get("roles") else recorded.get("account_id")
        account = _account.account(own, play, by_module, stated, f"{self._work}_connection")
        account.faults[:0] = wrong
        return account

    def _own_connection(self, given: t.Any) -> tuple[Data, list[str]]:
        """The role's own connection; of a playbook only whether it is one."""
        name = f"{self._work}_connection"
        if self._work in _works.PLAYBOOKS:
            name, faults = "image_release_connection", list[str]()
            given = _settings.evaluated(
                self._variables.get(name), name, self._templar.template, self._variables.get("omit"), faults
            )
            return {}, faults + ([f"{name} must be a dictionary"] if given and not isinstance(given, dict) else [])
        return _account.own(given, name)

    def _place(self, settings: Data, name: str) -> str | None:
        """Where a file of this host is, by its variable, None if none is wanted. A manifest's has its release in it."""
        given, ending = settings[name], _FILES[self._work][1][name]
        if given is None and ending:
            release = [settings["name"]] if name == "manifest" else []
            given = _files.usual_name(ending, self._work, self._host, *release)
        return _files.path_of(given) if given else None

    def _manifest_before(self, settings: Data) -> Data | None:
        return self._new_keys(settings).before()

    def _new_keys(self, settings: Data) -> _rekey_file.RekeyFile:
        return _rekey_file.RekeyFile(settings, self._host, self._place(settings, "manifest"))

    def _audit_before(self, settings: Data) -> Data | None:
        """The record of the audit before this one."""
        path = self._place(settings, "file")
        host = self._host if settings["file"] is None else None
        return _audit_file.read(_files.read_own(path), path, host) if path else None

    def _close_rekey(self, begun: Data) -> Data:
        """The end of a rekey, with the manifest of the new images."""
        results = _rekeyed.of_this_run(begun, self._registered())
        previous = self._unless_lost(lambda: self._manifest_before(begun["settings"]))
        told = _rekeyed.told(begun, results, previous)
        file = self._new_keys(begun["settings"])
        if not file.path or self._lost:
            return self._outcome(told, begun)  # what is there now is not ours to replace
        writing = file.write(begun, results, told.failures, previous)
        return self._outcome(told, begun, changed=bool(writing and self._unless_lost(writing)))

    def _unless_lost(self, deed: t.Callable[[], t.Any]) -> t.Any:
        """What a file has to say or takes. A fault of it hides nothing of what was done in the cloud."""
        try:
            return deed()
        except (ValueError, OSError) as fault:
            self._lost.append(str(fault))
            return None

    def _results(self) -> list[Data]:
        return [dict(result) for result in self._task.args["results"] if isinstance(result, dict)]

    def _registered(self) -> dict[str, Data]:
        """The results of the tasks that the step names, empty for those that a run has failed before."""
        return {
            name: _run.registered(self._variables.get(f"__{self._work}_{name}"), self._templar.template)
            for name in self._task.args["registered"]
        }

    def _audience(self) -> Data:
        """Of a rekey: who has the old images gets the new ones."""
        begun, results = self._begun(), self._registered()
        return _rekeyed.audience(begun, results, self._manifest_before(begun["settings"]))

    def _succession(self) -> Data:
        """Of a rekey: which new images follow the old ones in their families. Writes down who has those."""
        begun, results = self._begun(), self._registered()
        step = _rekeyed.succession(begun, results)
        self._new_keys(begun["settings"]).foretell(begun, {**results, "succession": step})
        return step

    def _close_audit(self, begun: Data, results: list[Data]) -> tuple[_works_told.Told, bool]:
        """The end of an audit.

        :returns: also whether its files say something new
        """
        settings = begun["settings"]
        before = self._unless_lost(lambda: self._audit_before(settings))
        run = {"host": self._host, "began_at": begun["began"], "ended_at": _run.now(), "job_id": _run.job()}
        unknown = begun["recorded"].get("unknown") or []
        made = _audit.record(begun["calls"], _works_told.flat(results), before, run, unknown)
        told = _works_told.audited(made, settings["fail_on"])
        made = made if _audit.differs(made, before) or before is None else before
        texts = {
            self._place(settings, "file"): _audit_file.as_text(made),
            self._place(settings, "report"): _report.audit(made, settings["prices"]),
        }
        if self._lost:
            return told, False  # what is there now is not ours to replace
        return told, self._write_news(begun, {path: text for path, text in texts.items() if path})

    def _close(self) -> Data:
        """Tell what became of it, and fail with everything that went wrong."""
        begun = self._begun()
        if self._work == "image_rekey":
            with _files.alone(self._place(begun["settings"], "manifest")):
                return self._close_rekey(begun)
        results = [result for result in self._results() if not result.get("skipped")]
        if self._work == "image_audit":
            with _files.alone(self._place(begun["settings"], "file")):
                told, changed = self._close_audit(begun, results)
            return self._outcome(told, begun, changed=changed)
        told = _works_told.TOLD[self._work](begun, results)
        more = {"changed": self._write_reports(begun, results)} if self._work == "image_retire" else {}
        return self._outcome(told, begun, **more)

    def _write_reports(self, begun: Data, results: list[Data]) -> bool:
        """The reports of a retirement that was done or planned at least in part.

        :returns: whether they say anything new
        """
        whole = next((result for result in _works_told.flat(results) if "kept" in result), None)
        paths = {name: self._place(begun["settings"], name) for name in _REPORTS}
        texts = {path: _REPORTS[name](whole, begun["check"]) for name, path in paths.items() if path and whole}
        return self._write_news(begun, texts)

    def _write_news(self, begun: Data, texts: t.Mapping[str, str]) -> bool:
        """
        :returns: whether any of these files says something new
        """
        # Each is written before any is asked for.
        check = begun["check"]
        writing = [functools.partial(_files.write, path, text, check=check) for path, text in texts.items()]
        news = [self._unless_lost(write) for write in writing]
        return any(news)

    def _outcome(self, told: _works_told.Told, begun: Data, **more: t.Any) -> Data:
        failures = [*told.failures, *self._lost]
        outcome: Data = {"msg": told.lines, "failures": failures, "_ansible_verbose_always": True, **more}
        if told.stats and not begun["check"]:
            work = self._work.removeprefix("image_")
            outcome["ansible_stats"] = _run.handed_on(work, self._host, told.stats)
        if failures:
            return {**outcome, "failed": True, "msg": "\n".join(failures), "summary": told.lines}
        return outcome


def _only(variables: Data, names: t.Iterable[str]) -> Data:
    return {name: variables[name] for name in (*names, "omit") if name in variables}
