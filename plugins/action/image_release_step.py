# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The steps of the role image_release between its modules. Internal: the role's tasks call it, nobody else."""

from __future__ import annotations

import os
import time
import typing as t
import uuid

from ansible.plugins.action import ActionBase

from ansible_collections.imageops.alicloud.plugins.plugin_utils import (
    _account,
    _calls,
    _faults,
    _files,
    _outcome,
    _records,
    _release,
    _settings,
)

Data = dict[str, t.Any]

PREFIX = "image_release_"
LOOK_EVERY = 15.0  # seconds between two looks at copies that are still being made
# Results of the role's tasks, by what the steps call them.
RESULTS = {
    "begun": "__image_release",
    "look": "__image_release_look",
    "created": "__image_release_created",
    "found": "__image_release_found",
    "sourced": "__image_release_sourced",
    "copied": "__image_release_copies",
    "looked": "__image_release_looked",
    "spread": "__image_release_spread",
    "tried": "__image_release_tried",
    "withdrawn": "__image_release_withdrawn",
    "shares": "__image_release_shares",
    "family": "__image_release_family",
    "promotion": "__image_release_promotion",
    "joined": "__image_release_joined",
    "deprecated": "__image_release_deprecated",
    "outcome": "image_release_result",
}
ENTERED = (
    "The role image_release was entered in the middle, by --tags or --start-at-task. Run it from its beginning, and "
    "name the steps that you want in image_release_steps."
)


class ActionModule(ActionBase):
    _supports_check_mode = True
    _requires_connection = False

    def run(self, tmp: t.Any = None, task_vars: Data | None = None) -> Data:
        result: Data = super().run(tmp, task_vars)
        self._variables = task_vars or {}
        step = str(self._task.args.get("step"))
        if step != "begin" and not self._begun():
            return {**result, **self._entered(step)}
        return {**result, **getattr(self, f"_{step}")()}

    # What came before

    def _result(self, name: str) -> Data:
        """What a task of the role came to; of our own steps only in this run."""
        found = self._variables.get(RESULTS[name])
        if not isinstance(found, dict):
            return {}
        # ansible-core warns whoever reads that one.
        kept = {key: found[key] for key in found if key != "skipped_reason"}
        return dict(self._templar.template(kept))

    def _step(self, name: str) -> Data:
        found = self._result(name)
        return found if found.get("run") == self._result("begun").get("run") else {}

    def _begun(self) -> bool:
        return bool(self._result("begun").get("run"))

    def _entered(self, step: str) -> Data:
        tags = {str(tag) for tag in self._variables.get("ansible_run_tags") or ["all"]}
        if step == "close" and tags & {"all", *_release.STEPS}:
            return {"failed": True, "msg": ENTERED}
        return {"skipped": True, "skip_reason": "the role has not begun"}

    # The steps

    def _begin(self) -> Data:
        options = _settings.options_of(str(self._variables["role_path"]))
        settings, faults = _settings.read(
            options, PREFIX, self._variables, self._templar.template, apart=("connection",)
        )
        faults += _release.prepared(settings)
        recorded, wrong = self._recorded(settings)
        account, by_module = self._account(settings, recorded)
        settings["account_id"] = account.account_id
        del settings["connection"]
        faults += [*wrong, *account.faults, *self._mode_faults(settings)]
        if not settings["allow_odd_account_ids"]:
            faults += _settings.account_faults(settings)
        if faults:
            return _refused(faults)
        faults = _faults.faults(_release.asked(settings, recorded))
        look = _release.first_look(settings, recorded, faults)
        if faults and not look:
            return _refused(faults)
        begun = {
            "run": uuid.uuid4().hex,
            "began": _now(),
            "check": bool(self._task.check_mode),
            "settings": settings,
            "recorded": recorded,
            "look_every": settings["wait_interval"] or LOOK_EVERY,
            "looks": int(settings["wait_timeout"] / (settings["wait_interval"] or LOOK_EVERY)) + 1,
            "waits": bool(settings["wait"]) and not self._task.check_mode,
            "cut": account.cut,
            "given": account.given,
            "by_module": by_module,
            "faults": faults,
        }
        return {
            **begun,
            **self._first_calls(settings),
            **({"look_call": self._call(begun, "info", look)} if look else {}),
        }

    def _first_calls(self, settings: Data) -> Data:
        begun = {"settings": settings}
        if settings["from_manifest"]:
            return {}
        if settings["source"].get("image_id") or "create" not in settings["steps"]:
            return {"find_call": self._call(begun, "info", _calls.find(settings))}
        return {"create_call": self._call(begun, "", _calls.create(settings))}

    @staticmethod
    def _mode_faults(settings: Data) -> list[str]:
        try:
            if settings["file_mode"] not in (None, ""):
                _files.mode_of(settings["file_mode"])
        except _files.FileFault as fault:
            return [f"image_release_file_mode: {fault}"]
        return []

    def _recorded(self, settings: Data) -> tuple[Data, list[str]]:
        """What the manifests of earlier releases hold."""
        paths = [_files.path_of(name) for name in settings["from_manifest"]]
        try:
            return (_records.read_files(paths) if paths else {}), []
        except ValueError as fault:
            return {}, [f"image_release_from_manifest: {fault}"]

    def _account(self, settings: Data, recorded: Data) -> tuple[_account.Account, Data]:
        by_module: dict[str, Data] = {}
        for defaults in self._task.module_defaults or []:
            for name, given in defaults.items():
                if name.startswith(_account.MODULES):
                    by_module[name] = self._templar.template(given) or {}
        own, faults = _account.own(settings["connection"], "image_release_connection")
        play = {name: value for name, value in self._task.args.items() if name != "step"}
        stated = {
            "image_release_account_id": settings["account_id"],
            "image_release_from_manifest": recorded.get("account_id"),
        }
        account = _account.account(own, play, by_module, stated, "image_release_connection")
        account.faults[:0] = faults
        return account, _account.without_id(by_module)

    def _call(self, begun: Data, module: str, arguments: Data) -> Data:
        """A module's arguments, with the account that must be at work."""
        account = begun["settings"]["account_id"]
        return {**({"account_id": account} if account else {}), **arguments}

    def _check(self) -> Data:
        begun, look = self._result("begun"), self._result("look")
        settings = begun["settings"]
        if begun["faults"] or look.get("faults"):
            return _refused([*begun["faults"], *(look.get("faults") or [])])
        if _release.is_failed(look) and _faults.strange_regions(_release.asked(settings, begun["recorded"])):
            return {"failed": True, "msg": "Nothing was changed: " + str(look["msg"])}
        refused = _release.refused_early(settings, look)
        if refused:
            return {"failed": True, "msg": f"Nothing is promoted, and nothing was changed. {'; '.join(refused)}."}
        return {}

    def _source(self) -> Data:
        """From the image to what is copied."""
        begun = self._result("begun")
        settings = begun["settings"]
        step: Data = {"run": begun["run"], "failures": []}
        if settings["from_manifest"]:
            return {**step, "image": {}}
        image, failures = _release.source(settings, self._result("created"), self._result("found"))
        if failures:
            return {**step, "image": image, "failures": failures, "stopped": True}
        step["image"] = image
        if not settings["destinations"]:
            return step
        if "copy" not in settings["steps"]:
            look = _calls.look_for_copies(settings, image)
            return {**step, **({"look_call": self._call(begun, "copy", look)} if image["image_id"] else {})}
        faults = _faults.faults(_release.asked(settings, {}), image)
        if faults:
            return {**step, "failures": [f"Nothing is copied: {'; '.join(faults)}"], "stopped": True}
        refused = _release.refused_early(settings, self._result("look"), image)
        if refused:
            return {**step, "failures": [f"Nothing is promoted. {'; '.join(refused)}."], "stopped": True}
        return {**step, "copy_call": self._call(begun, "copy", _calls.copy(settings, image))}

    def _spread(self) -> Data:
        """From the copies to what is test-booted and shared."""
        begun, sourced = self._result("begun"), self._step("sourced")
        settings = begun["settings"]
        if sourced.get("stopped") or not sourced:
            return {"run": begun["run"], "failures": [], "trials": [], "unverified": [], "withheld": []}
        copies, failures = _release.copies(settings, begun["recorded"], self._result("copied"), self._result("looked"))
        withheld, told = _release.withheld(settings, copies)
        failures = [*failures, *told]
        trials = _release.trials(settings, sourced["image"], copies)
        step = {"run": begun["run"], "failures": failures, "trials": trials, "unverified": [], "withheld": withheld}
        if any(one["image_id"] for one in trials):
            calls = [self._call(begun, "verify", _calls.test_boot(settings, one)) for one in trials if one["image_id"]]
            return {**step, "boots": calls}
        return {**step, **self._after_trials(begun, sourced, copies, [], failures)}

    def _tried(self) -> Data:
        """From the test boots to what is shared."""
        begun, sourced, spread = self._result("begun"), self._step("sourced"), self._step("spread")
        copies, _failures = _release.copies(
            begun["settings"], begun["recorded"], self._result("copied"), self._result("looked")
        )
        unverified, told = _release.unverified(begun["settings"], self._result("tried").get("results") or [])
        failures = [*spread["failures"], *told]
        step = {"run": begun["run"], "failures": failures, "trials": spread["trials"], "unverified": unverified}
        step["withheld"] = spread["withheld"]
        if unverified and begun["settings"]["denied_accounts"]:
            step["withdraw_call"] = self._call(begun, "share", _calls.withdraw(begun["settings"], unverified))
        return {**step, **self._after_trials(begun, sourced, copies, unverified, failures)}

    def _after_trials(
        self, begun: Data, sourced: Data, copies: Data, unverified: list[Data], failures: list[str]
    ) -> Data:
        settings = begun["settings"]
        call = _release.share_call(settings, sourced["image"], copies, unverified, failures)
        step: Data = {"share_call": self._call(begun, "share", call)} if call else {}
        if settings["promotes"] and not failures:
            candidates = _release.targets(settings, sourced["image"], copies, True)
            if candidates:
                look = _calls.look_at_family(settings, candidates)
                step |= {"candidates": candidates, "family_call": self._call(begun, "info", look)}
        return step

    def _promotion(self) -> Data:
        """From the family to what joins it, for all regions at once."""
        begun, spread, family = self._result("begun"), self._step("spread"), self._result("family")
        settings = begun["settings"]
        step: Data = {"run": begun["run"], "failures": [], "join": [], "deprecate": []}
        if _release.is_failed(family) or _release.is_failed(self._result("shares")):
            return {**step, "failures": _release.failure_of(family)}
        decided = _release.promotion(settings, family["result"], spread["candidates"])
        step["decided"] = decided
        if decided["refused"]:
            return {**step, "failures": [f"Nothing is promoted. {'; '.join(decided['refused'])}."]}
        joining = [one for one in decided["promote"] if one["image_id"]]
        step["join"] = [self._call(begun, "", _calls.join(settings, one)) for one in joining]
        leaving = decided["previous"] if settings["deprecate_previous"] else []
        step["deprecate"] = [self._call(begun, "", _calls.deprecate(settings, one)) for one in leaving]
        return step

    def _close(self) -> Data:
        begun = self._result("begun")
        results = {name: self._result(name) for name in RESULTS if name != "outcome"}
        for name in ("sourced", "spread", "promotion"):
            results[name] = self._step(name)
        outcome = _outcome.Outcome(begun, results, str(self._variables["inventory_hostname"]), _now(), _job())
        return outcome.closed()

    def _show(self) -> Data:
        outcome = self._result("outcome")
        if outcome.get("failures"):
            return {"failed": True, "msg": " | ".join(outcome["failures"]), "summary": outcome["summary"]}
        return {"msg": outcome.get("summary"), "_ansible_verbose_always": True}


def _refused(faults: t.Sequence[str]) -> Data:
    return {"failed": True, "msg": _release.REFUSED + "; ".join(dict.fromkeys(faults))}


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def _job() -> str | None:
    """The id of the controller's job, if there is one."""
    return os.environ.get("AWX_JOB_ID") or os.environ.get("JOB_ID") or None
