# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the role image_retire and the playbooks without a role have come to, in lines that people read. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base.regions import EVERY
from ansible_collections.imageops.alicloud.plugins.module_utils._base.texts import counted
from ansible_collections.imageops.alicloud.plugins.module_utils._cancel import plan as cancel_plan
from ansible_collections.imageops.alicloud.plugins.plugin_utils._work import _audit, _retired

Data = dict[str, t.Any]


@dataclasses.dataclass
class Told:
    """What one run of that role, or of a playbook, has come to."""

    lines: list[str]
    failures: list[str]
    stats: Data | None = None  # for the next job of a workflow


def failures_of(results: t.Iterable[Data]) -> list[str]:
    """What modules have failed with. Their tasks do not fail, so that one place tells it; only failures have a msg."""
    return [str(result["msg"]).strip() for result in flat(results) if "msg" in result]


def flat(results: t.Iterable[Data]) -> list[Data]:
    """The results of tasks, and of each turn of a loop."""
    found: list[Data] = []
    for result in results:
        found += result["results"] if isinstance(result.get("results"), list) else [result]
    return [result for result in found if not result.get("skipped")]


def _passed_over(begun: Data) -> list[str]:
    return list(begun["recorded"].get("passed_over") or [])


def unshared(begun: Data, results: t.Sequence[Data]) -> Told:
    """
    :param results: of ecs_image_share
    """
    shares = [share for result in flat(results) for share in result.get("shares") or []]
    lost = [share for share in shares if share["removed"]]
    deed = "would be taken from" if begun["check"] else "was taken from"
    lines = [f"{named(share)} {deed} {', '.join(share['removed'])}" for share in lost]
    images = f"{len(lost)} of {counted(len(shares), 'image')}{_regions(begun)}"
    lines.append(f"{images} {_be(begun, lost)} taken from {', '.join(_called_with(begun, 'accounts'))}")
    return Told(lines, failures_of(results))


def stopped(begun: Data, results: t.Sequence[Data]) -> Told:
    """
    :param results: of the tasks that wait, and under ``told`` that of the one that tells copies to stop before them
    """
    told = flat(result["told"] for result in results if "told" in result)
    waited = flat(result for result in results if "told" not in result)
    gone, unsure, stay = _after_the_wait(told, waited)
    deed = "would be stopped" if begun["check"] else "was stopped"
    lines = [f"{named(copy)} {deed} at {copy.get('progress') or 0} %" for copy in gone]
    lines += [f"{named(copy)} was told to stop, and whether it has could not be seen" for copy in unsure]
    lines += [f"{named(copy)} {_why_not_stopped(copy)}" for copy in stay]
    lines += [f"{named(copy)} {NO_ID}" for copy in begun["recorded"].get("copies") or [] if not copy["image_id"]]
    deed = f"{counted(len(gone), 'copy', 'copies')} {_be(begun, gone)} stopped{_regions(begun)}"
    lines.append(f"{deed}, out of {_meant(begun)}")
    return Told(lines, failures_of(waited))


def _meant(begun: Data) -> str:
    """Whose copies were to be stopped: all of them, if nobody named a source or a copy."""
    calls = begun["calls"]
    sources = [f"{call['source_region']}/{call['source_image_id']}" for call in calls if "source_image_id" in call]
    copies = [call for call in calls if "image_id" in call]
    meant = [f"the copies of {', '.join(sources)}"] if sources else []
    meant += [f"{counted(len(copies), 'copy', 'copies')} that the manifests name"] if copies else []
    return " and ".join(meant) or "all copies of this collection"


def _after_the_wait(told: t.Sequence[Data], waited: t.Sequence[Data]) -> tuple[list[Data], list[Data], list[Data]]:
    """
    :param told: results of telling copies to stop
    :param waited: results of waiting for the same copies
    :returns: the copies that are stopped, those that were told to and could not be looked at since, and those that stay
    """
    gone = {_which(copy): copy for result in waited for copy in result.get("cancelled") or []}
    stay = [copy for result in waited for copy in result.get("not_cancelled") or []]
    blind = {copy["region"] for copy in stay if copy["reason"] == cancel_plan.NOT_LOOKED_AT}
    ended = {_which(copy) for copy in stay if copy["reason"] != cancel_plan.UNKNOWN}
    unsure = []
    for copy in (copy for result in told for copy in result.get("cancelled") or []):
        if copy["region"] in blind:
            unsure.append(copy)
        elif _which(copy) not in ended:
            gone.setdefault(_which(copy), copy)
    # Those that are gone since they were told to stop are known. What is left of them is not.
    stay = [copy for copy in stay if copy.get("snapshots_left") or _which(copy) not in gone]
    return list(gone.values()), unsure, stay


def _which(copy: Data) -> tuple[str | None, ...]:
    return copy["region"], copy["image_id"], copy["snapshot_id"]


# Why a copy was left alone, by the reasons of ecs_image_copy_cancel.
NOT_STOPPED = {
    cancel_plan.UNKNOWN: "is not there: it was stopped before, or is gone",
    cancel_plan.COMPLETED: "is finished, and stays",
    cancel_plan.FAILED: "has failed, and stays",
    cancel_plan.NOT_A_COPY: "is being made in another way, and goes on",
    cancel_plan.SUSPECT: "runs, and shows no tags: whether it is a copy of ours is not known, and it goes on",
    cancel_plan.STILL_RUNNING: "goes on",
    cancel_plan.NOT_LOOKED_AT: "could not be looked at",
}

NO_ID = "has no id in its manifest, so that it was not looked for: stop_copies_regions does, if it may run"


def _why_not_stopped(copy: Data) -> str:
    left = copy.get("snapshots_left") or []
    rest = f", and {', '.join(left)} {'is' if len(left) == 1 else 'are'} left of it" if left else ""
    return NOT_STOPPED.get(str(copy.get("reason")), "goes on or is finished") + rest


def retired(begun: Data, results: t.Sequence[Data]) -> Told:
    """
    :param results: of ecs_image_retire
    """
    whole = [result for result in flat(results) if "kept" in result]
    lines = [line for result in whole for line in _retired.summary(result, begun["check"])]
    stats = _retired.facts(whole[0]) if whole else None
    return Told(lines, failures_of(results), stats)


def _be(begun: Data, things: t.Sequence[Data]) -> str:
    if begun["check"]:
        return "would be"
    return "was" if len(things) == 1 else "were"


def _regions(begun: Data) -> str:
    """Where was looked, so that one that was left out by mistake is missed."""
    found = sorted({*_called_with(begun, "regions"), *(call["region"] for call in begun["calls"] if "region" in call)})
    return f" in {'all regions' if EVERY in found else ', '.join(found)}" if found else ""


def _called_with(begun: Data, option: str) -> list[str]:
    """The values of an option that is a list, of all calls of the run."""
    return sorted({value for call in begun["calls"] for value in call.get(option) or []})


def named(image: Data) -> str:
    """An image as lines name it."""
    return " ".join(str(image[key]) for key in ("region", "image_id", "name") if image.get(key))


def _with_manifests(tell: t.Callable[[Data, t.Sequence[Data]], Told]) -> t.Callable[[Data, t.Sequence[Data]], Told]:
    def told(begun: Data, results: t.Sequence[Data]) -> Told:
        found = tell(begun, results)
        return dataclasses.replace(found, lines=[*_passed_over(begun), *found.lines])

    return told


def audited(made: Data, fail_on: str) -> Told:
    """
    :param made: the record of an audit
    """
    return Told(_audit.lines(made), _audit.failures(made, fail_on), _audit.facts(made))


TOLD = {
    "unshare_everywhere": _with_manifests(unshared),
    "stop_copies": stopped,
    "image_retire": retired,
}
