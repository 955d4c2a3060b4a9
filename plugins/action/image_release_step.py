# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The steps of the role image_release between its modules. Internal: the role's tasks call it, nobody else."""

from __future__ import annotations

import typing as t
import uuid

from ansible.plugins.action import ActionBase

from ansible_collections.imageops.alicloud.plugins.plugin_utils._base import _causes, _hosts, _run, _strategy
from ansible_collections.imageops.alicloud.plugins.plugin_utils._family import _launches, _led
from ansible_collections.imageops.alicloud.plugins.plugin_utils._input import _account, _audience, _settings
from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import _boot_tests, _manifest, _manifest_place
from ansible_collections.imageops.alicloud.plugins.plugin_utils._release import (
    _begin,
    _calls,
    _done,
    _faults,
    _outcome,
    _plan_file,
    _release,
    _release_facts,
    _results,
)

Data = dict[str, t.Any]

ENTERED = (
    "The role image_release was entered in the middle, by --tags or --start-at-task. Run it from its beginning, and "
    "name the steps that you want in image_release_steps."
)
FIRST = ("begin", "planning")  # before there is anything to go by
LAST = ("close", "fail", "planned")  # what is told at the end, by whichever of them a run comes to


class ActionModule(ActionBase):
    _supports_check_mode = True
    _requires_connection = False

    def run(self, tmp: t.Any = None, task_vars: Data | None = None) -> Data:
        result: Data = super().run(tmp, task_vars)
        self._variables = task_vars or {}
        self._results = _results.Results(self._variables, self._templar.template)
        self._plans = _plan_file.PlanFiles(self._variables, self._templar.template)
        step = str(self._task.args.get("step"))
        if step not in FIRST and not self._begun():
            return {**result, **self._entered(step)}
        # Nobody may take the plan of an earlier run for that of this one, which may end anywhere from here on.
        if step in FIRST and self._task.check_mode and (kept := self._plans.withdrawn()):
            return {**result, "failed": True, "msg": kept}
        return _run.told({**result, **getattr(self, f"_{step}")()})

    def _result(self, name: str) -> Data:
        """What a task of the role came to; of our own steps only in this run."""
        return self._results.of(name)

    def _step(self, name: str) -> Data:
        return self._results.of_this_run(name)

    def _begun(self) -> bool:
        return bool(self._result("begun").get("run"))

    def _entered(self, step: str) -> Data:
        tags = {str(tag) for tag in self._variables.get("ansible_run_tags") or ["all"]}
        is_refused = bool(self._result("begun").get("failed"))  # and the play goes on, with ignore_errors
        if step in LAST and not is_refused and tags & {"all", *_release.STEPS}:
            if self._task.check_mode:
                self._plans.withdrawn()
            return {"failed": True, "msg": ENTERED}
        return {"skipped": True, "skip_reason": "the role has not begun"}

    # The steps

    def _planning(self) -> Data:
        """Before the playbook plan has the role begin."""
        return self._plans.asked(str(self._task.args.get("exit_code")))

    def _planned(self) -> Data:
        """The end of the playbook plan."""
        return self._plans.made(self._result("outcome")["plan"], str(self._task.args.get("exit_code")))

    def _begin(self) -> Data:
        if fault := _strategy.fault(self._task) or _strategy.without_end(self._variables):
            return {"failed": True, "msg": fault}
        evaluate = self._templar.template
        play = {name: value for name, value in self._task.args.items() if name != "step"}
        begun = _begin.begun(self._variables, evaluate, play, self._task.module_defaults, bool(self._task.check_mode))
        return begun if begun.get("failed") else {"run": uuid.uuid4().hex, "began": _run.now(), **begun}

    def _check(self) -> Data:
        begun, look = self._result("begun"), self._result("look")
        others = _hosts.begun(self._variables, _results.RESULTS["begun"])
        faults = [*begun["faults"], *(look.get("faults") or []), *_manifest_place.clashes_between(begun, others)]
        if faults:
            return _settings.refused(faults)
        asked = _release.asked(begun["settings"], begun["recorded"])
        if _causes.is_failed(look) and (asked["rollback"] or _faults.strange_regions(asked)):
            return {"failed": True, "msg": "Nothing was changed: " + str(look["msg"])}
        if refused := _release.refused_early(begun["settings"], begun["recorded"], look):
            return {"failed": True, "msg": f"Nothing is promoted, and nothing was changed. {'; '.join(refused)}."}
        return {}

    def _launchable(self) -> Data:
        """What the launch templates would be asked for, as far as the images are known before they are made."""
        begun = self._result("begun")
        settings = begun["settings"]
        if settings["from_manifest"]:
            images = _release.going_back(settings, begun["recorded"])
        else:
            images = _launches.foreseen(settings, self._result("look"))
        call = _launches.call(settings["launch_templates"], images, planned=True)
        return {"run": begun["run"], **({"launch_call": _account.call(settings, call)} if call else {})}

    def _launch_seen(self) -> Data:
        """Refuse what is known to fail at the end, before the first write."""
        look = self._result("launch_look")
        return {"failed": True, "msg": f"Nothing is promoted. {look['msg']}"} if _causes.is_failed(look) else {}

    def _source(self) -> Data:
        """From the image to what is copied."""
        begun, host = self._result("begun"), str(self._variables["inventory_hostname"])
        settings = begun["settings"]
        seen = (self._result("created"), self._result("found"))
        image, failures = ({}, []) if settings["from_manifest"] else _release.source(settings, *seen)
        name = _manifest.name_of(settings, image, begun["recorded"])
        failed_boots = _manifest_place.failed_boots(settings, host, name, image, begun["recorded"])
        step: Data = {"run": begun["run"], "failures": failures, "image": image, "failed_boots": failed_boots}
        if settings["from_manifest"]:
            return step
        if failures:
            return {**step, "stopped": True}
        # Of a release without a name of its own, the file is known by the image's.
        asked = _release.asked(settings, {}, *seen)
        if not settings["name"] and (kept := _manifest_place.faults(asked, host, name)):
            return {**step, "failures": kept, "stopped": True}
        if not _audience.has_destinations(settings):
            return step
        if "copy" not in settings["steps"]:
            look = _calls.look_for_copies(settings, image)
            return {**step, **({"look_call": _account.call(settings, look)} if image["image_id"] else {})}
        if faults := _faults.faults(asked, image):
            return {**step, "failures": [f"Nothing is copied: {'; '.join(faults)}"], "stopped": True}
        if refused := _release.refused_early(settings, begun["recorded"], self._result("look"), image):
            return {**step, "failures": [f"Nothing is promoted. {'; '.join(refused)}."], "stopped": True}
        if "copied" in self._result("done"):
            return step
        return {**step, "copy_call": _account.call(settings, _calls.copy(settings, image))}

    def _spread(self) -> Data:
        """From the copies to what is test-booted and shared."""
        begun, sourced = self._result("begun"), self._step("sourced")
        settings = begun["settings"]
        step: Data = {"run": begun["run"], "failures": [], "test_boots": [], "tests": [], "withheld": []}
        if sourced.get("stopped") or not sourced:
            return step
        copies, failures = _release.copies(settings, begun["recorded"], self._result("copied"), self._result("looked"))
        if settings["rollback"]:
            restore = [_account.call(settings, _calls.make_available(copy)) for copy in copies["copies"]]
            return {**step, "restore_calls": restore}
        withheld, told = _release.withheld(settings, copies)
        failures = [*failures, *told]
        test_boots = _release.test_boots(settings, sourced["image"], copies)
        step |= {"failures": failures, "test_boots": test_boots, "withheld": withheld}
        calls = [_account.call(settings, _calls.test_boot(settings, boot)) for boot in test_boots if boot["image_id"]]
        if calls:
            return {**step, "boots": calls}
        # Test boots of images that are still to be made are one task, which check mode then skips.
        step["changed"] = begun["check"] and bool(test_boots)
        return step | self._after_boots(begun, sourced, copies, [], failures)

    def _tried(self) -> Data:
        """From the test boots to what is shared."""
        begun, sourced, spread = self._result("begun"), self._step("sourced"), self._step("spread")
        settings = begun["settings"]
        copies, _failures = _release.copies(settings, begun["recorded"], self._result("copied"), self._result("looked"))
        tests, told = _release.tested(settings, self._result("tried").get("results") or [])
        failures = [*spread["failures"], *told]
        step = {**{key: spread[key] for key in ("run", "test_boots", "withheld")}, "failures": failures, "tests": tests}
        bad = [test for test in tests if test["error"]]
        if bad and settings["denied_accounts"]:
            step["withdraw_call"] = _account.call(settings, _calls.withdraw(settings, bad))
        return step | self._after_boots(begun, sourced, copies, tests, failures)

    def _restored(self) -> Data:
        """From the images of an older release, which are Available again, to who gets them back."""
        begun, results = self._result("begun"), self._result("restored").get("results") or []
        settings, recorded = begun["settings"], begun["recorded"]
        failures = [failure for result in results for failure in _causes.of_result(result)]
        step: Data = {**self._step("spread"), "failures": failures}
        step.pop("restore_calls", None)
        call = _release.restored_shares(settings, recorded, results, begun["check"])
        if call and not failures:
            step["share_call"] = _account.call(settings, call)
        candidates = _release.going_back(settings, recorded)
        if candidates and not failures:
            look = _calls.look_at_family(settings, candidates)
            step |= {"candidates": candidates, "family_call": _account.call(settings, look)}
            step["elsewhere_call"] = _account.call(settings, _calls.look_elsewhere(settings))
        step["restored"] = [result[_boot_tests.LOOP_VAR] for result in results if result.get("changed")]
        return step

    def _after_boots(self, begun: Data, sourced: Data, copies: Data, tests: list[Data], failures: list[str]) -> Data:
        settings, image = begun["settings"], sourced["image"]
        candidates = _release_facts.candidates(settings, image, copies)
        before = _boot_tests.failed_before(sourced["failed_boots"], candidates, tests)
        failures = [*failures, *_causes.of_images(before), *_release_facts.unpromotable(settings, image, candidates)]
        call = _release.share_call(settings, image, copies, [*tests, *before], failures)
        step: Data = {"failures": failures, **({"share_call": _account.call(settings, call)} if call else {})}
        if call and "shared" in self._result("done") and _done.is_same_share(call, begun.get("done_call")):
            step["is_shared"] = True
        if settings["promotes"] and candidates and not failures:
            as_planned = begun["check"] and bool(self._result("created").get("changed"))
            under_way = begun["check"] and not settings["from_manifest"]
            look = _calls.look_at_family(settings, candidates, as_planned, under_way)
            step |= {"candidates": candidates, "family_call": _account.call(settings, look)}
        return step

    def _promotion(self) -> Data:
        """From the family to what joins it, for all regions at once."""
        begun, spread, family = self._result("begun"), self._step("spread"), self._result("family")
        settings = begun["settings"]
        step: Data = {"run": begun["run"], "failures": [], "join": [], "deprecate": []}
        if _causes.is_failed(family) or _causes.is_failed(self._result("shares")):
            return {**step, "failures": _causes.of_result(family)}
        decided = _release.promotion(settings, family["result"], spread["candidates"])
        step |= {"decided": decided, "changed": begun["check"] and _release.is_all_to_come(decided)}
        if decided["refused"]:
            return {**step, "failures": [f"Nothing is promoted. {'; '.join(decided['refused'])}."]}
        joining = [image for image in decided["promote"] if image["image_id"]]
        step["join"] = [_account.call(settings, _calls.join(settings, image)) for image in joining]
        launch = _launches.call(settings["launch_templates"], spread["candidates"], begun["check"], only_made=True)
        step |= {"prepare_call": _account.call(settings, launch)} if launch else {}
        leaving = decided["previous"] if _calls.deprecates(settings) else []
        step["deprecate"] = [_account.call(settings, _calls.deprecate(settings, image)) for image in leaving]
        return step

    def _ready(self) -> Data:
        """The last moment at which nothing is promoted anywhere: every launch template must have its version."""
        promotion, prepared = self._step("promotion"), self._result("prepared")
        step: Data = {"run": promotion["run"], "failures": [], "join": promotion["join"]}
        if not (promotion.get("prepare_call") and _causes.is_failed(prepared)):
            return step
        told = [f"Nothing is promoted. {failure}" for failure in _causes.of_result(prepared)]
        return {**step, "failures": told, "join": []}

    def _led(self) -> Data:
        """From the family to the launch templates: where an image has not joined, none is switched."""
        begun, ready = self._result("begun"), self._step("ready")
        step: Data = {"run": begun["run"]}
        if ready["failures"] or self._not_joined() or not self._step("promotion").get("prepare_call"):
            return step
        settings, candidates = begun["settings"], self._step("spread")["candidates"]
        launch = _launches.call(settings["launch_templates"], candidates, begun["check"])
        return {**step, **({"launch_call": _account.call(settings, launch)} if launch else {})}

    def _not_joined(self) -> set[str]:
        """The regions where an image could not be put into the family."""
        results = self._result("joined").get("results") or []
        return {result[_release_facts.LOOP_VAR]["region"] for result in results if _causes.is_failed(result)}

    def _leaving(self) -> Data:
        """What is deprecated: nothing that a launch template may still name, or whose successor has not joined."""
        promotion, ready, missing = self._step("promotion"), self._step("ready"), self._not_joined()
        stopped = ready["failures"] or (missing and promotion.get("prepare_call"))
        if stopped or (self._step("led").get("launch_call") and _causes.is_failed(self._result("launched"))):
            return {"run": promotion["run"], "deprecate": []}
        leaving = [call for call in promotion["deprecate"] if call["region"] not in missing]
        candidates, begun = self._step("spread")["candidates"], self._result("begun")
        look = _led.look_at_leaders(begun, leaving, ready["join"], candidates, [begun["settings"]["family"]])
        step = {"run": promotion["run"], "deprecate": leaving, **look}
        if leaving:
            step["foretold"] = self._outcome(leaving=step, deprecated={}, leads={}, elsewhere={}).foretell()
        return step

    def _close(self) -> Data:
        return self._outcome().closed()

    def _outcome(self, **results: Data) -> _outcome.Outcome:
        """What the run has come to.

        :param results: of tasks, in place of those that an earlier run of this host may have registered
        """
        begun = self._result("begun")
        found = {**self._results.all(), **results}
        if found["ready"].get("failures"):
            found["promotion"] = {**found["promotion"], "failures": found["ready"]["failures"]}
        host = str(self._variables["inventory_hostname"])
        return _outcome.Outcome(begun, _outcome.of_this_run(found), host, _run.now(), _run.job())

    def _show(self) -> Data:
        return {"msg": self._result("outcome").get("summary"), "_ansible_verbose_always": True}

    def _fail(self) -> Data:
        return {"failed": True, "msg": "\n".join(self._result("outcome")["failures"])}
