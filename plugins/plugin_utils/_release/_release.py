# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a release does next, given what its modules have come to. Pure: nothing is read or written here."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import markers
from ansible_collections.imageops.alicloud.plugins.module_utils._base.regions import EVERY
from ansible_collections.imageops.alicloud.plugins.plugin_utils._base import _causes
from ansible_collections.imageops.alicloud.plugins.plugin_utils._family import _promotion
from ansible_collections.imageops.alicloud.plugins.plugin_utils._input import _audience, _copy_options
from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import _boot_tests, _manifest
from ansible_collections.imageops.alicloud.plugins.plugin_utils._release import _calls, _faults
from ansible_collections.imageops.alicloud.plugins.plugin_utils._report import _plan_text

Data = dict[str, t.Any]

STEPS = ("create", "copy", "verify", "share", "promote")
GONE = (
    "If it was deleted, its copies can go on without it: share or promote them by the manifest of their release, with "
    "image_release_from_manifest. For more regions, give one of the copies as image_release_source, and as "
    "destinations only regions that have none."
)


def prepared(settings: Data) -> list[str]:
    """Bring settings that hang together into one form.

    :returns: what is wrong with them
    """
    steps = settings["steps"]
    faults = (
        []
        if steps
        else [f"image_release_steps is empty, so that nothing would be done: give some of {', '.join(STEPS)}"]
    )
    faults += [f"image_release_steps has {step!r}: it takes {', '.join(STEPS)}" for step in steps if step not in STEPS]
    settings["copy_options"] = _copy_options.read(settings["copy_options"], faults)
    settings["promotes"] = _faults.promotes(settings)
    if settings["rollback"] and not settings["from_manifest"]:
        faults.append("image_release_rollback needs image_release_from_manifest, the manifests of the older release")
    there = {destination.get("region") for destination in settings["destinations"]}
    settings["every_region"] = settings["destination_regions"] == [EVERY]
    # Regions that have a key of their own are named, and so get it.
    named = settings["kms_keys"] if settings["every_region"] else settings["destination_regions"]
    more = [{"region": region} for region in dict.fromkeys(named) if region not in there]
    settings["destinations"] = [_with_key(settings, destination) for destination in [*settings["destinations"], *more]]
    for name in ("name", "family"):
        settings[name] = settings[name].strip() if settings[name] else settings[name]
    return faults


def _with_key(settings: Data, destination: Data) -> Data:
    own = destination.get("encrypted")
    encrypted = settings["encrypted"] if own is None else own
    key = settings["kms_keys"].get(destination.get("region"))
    return (
        {**destination, "kms_key_id": key} if key and encrypted and not destination.get("kms_key_id") else destination
    )


def asked(settings: Data, recorded: Data, *results: Data) -> Data:
    """What the rules are applied to.

    :param results: of modules, which say the account that is at work if no variable does
    """
    accounts = [settings["account_id"], *(result.get("account_id") for result in results)]
    at_work = next((account for account in accounts if account), None)
    return {**settings, "account_id": at_work, "recorded": recorded.get("regions") or []}


def first_look(settings: Data, recorded: Data, faults: t.Sequence[str]) -> Data | None:
    """What is looked at before anything is written: regions that this version does not know, and the family.

    :param faults: what is wrong anyway. Then only the regions are of interest, so that all is told at once
    """
    strange = _faults.strange_regions(asked(settings, recorded))
    if not faults and settings["rollback"]:
        return _calls.look_at_family(settings, going_back(settings, recorded))
    if not faults and settings["promotes"] and "copy" in settings["steps"] and not settings["from_manifest"]:
        return _calls.look_before(settings, strange)
    return {"regions": strange, "name": settings["name"] or ""} if strange else None


def going_back(settings: Data, recorded: Data) -> list[Data]:
    """The images of an older release that are to lead their family again."""
    return targets(settings, {}, {"copies": recorded["images"]}, True)


def refused_early(settings: Data, recorded: Data, looked: Data, image: Data | None = None) -> list[str]:
    """Why the images of a release could not be promoted, as far as its regions could be looked at.

    :param image: the source, if it is known
    """
    found = looked.get("result")
    if not settings["promotes"] or found is None:
        return []
    if settings["rollback"]:
        return list(promotion(settings, found, going_back(settings, recorded))["refused"])
    source_image = image or next((candidate for candidate in found if _is_source(settings, candidate)), {})
    planned = [{**destination, "image_id": None, "planned": True} for destination in settings["destinations"]]
    there = {**source_image, "region": settings["source"]["region"], "image_id": None, "planned": True}
    others = [other for other in found if other["image_id"] != source_image.get("image_id")]
    decided = promotion(settings, others, _manifest.share_targets(there, planned, [], True))
    return [*decided["refused"], *_withdrawn(settings, found, source_image)]


def _withdrawn(settings: Data, found: t.Sequence[Data], source_image: Data) -> list[str]:
    """Copies that somebody has taken back: with them Deprecated the source alone would lead the family again."""
    origin = markers.source_ref(settings["source"]["region"], str(source_image.get("image_id")))
    name = settings["name"] or source_image.get("name")
    asked = {(destination["region"], destination.get("name") or name) for destination in settings["destinations"]}
    return [
        f"{image['region']}: {image['image_id']} ({image['name']}) is Deprecated, because it was taken back. The "
        "playbook imageops.alicloud.rollback makes this release lead again, with its manifest"
        for image in found
        if image["status"] == "Deprecated"
        and image["tags"].get(markers.COPIED_FROM) == origin
        and (settings["every_region"] or (image["region"], image["tags"].get(markers.COPIED_AS)) in asked)
    ]


def _is_source(settings: Data, image: Data) -> bool:
    source, wanted = settings["source"], settings["source"].get("image_id")
    is_named = image["image_id"] == wanted if wanted else image["name"] == settings["name"]
    return bool(is_named and image["region"] == source["region"])


def promotion(settings: Data, found: t.Sequence[Data], candidates: t.Sequence[Data]) -> Data:
    """
    :param found: images of the family, as ecs_image_info tells them
    :param candidates: the images of this release that are to lead it
    """
    unshare, back = settings["unshare_previous"], settings["rollback"]
    return _promotion.promotion(found, candidates, settings["family"] or "", unshare, back)


def is_all_to_come(decided: Data) -> bool:
    """Whether images would join the family that are still to be made. That is one task, which check mode then skips."""
    made = any(image["image_id"] for image in decided["promote"])
    return bool(decided["promote"] and not made and not decided["refused"])


def restored_shares(settings: Data, recorded: Data, restored: t.Sequence[Data], check: bool) -> Data | None:
    """What ecs_image_share is to do for a release that takes the lead again: who had its images gets them back.

    :param restored: results of making its images Available
    :param check: whether that was foretold only
    """
    had = {
        (image["region"], image["image_id"]): [share["account_id"] for share in image["shares"] or []]
        for image in recorded["known"]
    }
    waiting = {result[_boot_tests.LOOP_VAR]["image_id"] for result in restored if check and result.get("changed")}
    images = [
        {**target, "accounts": had.get((target["region"], target["image_id"]), [])}
        | ({"planned": True, "status": "Available"} if target["image_id"] in waiting else {})
        for target in targets(settings, {}, {"copies": recorded["images"]}, True)
    ]
    images = [image for image in images if image["accounts"] or settings["accounts"]]
    most = _audience.most_accounts(images, settings["max_accounts"])
    return _calls.share({**settings, "max_accounts": most}, images) if images else None


def seen_again(recorded: Data, family: Data, restored: t.Sequence[Data]) -> Data:
    """What manifests hold, with the images as they are now that this run has looked, or has made them Available.

    :param family: the look at the images and at their family
    """
    images = list(family.get("result") or [])
    images += [result["image"] for result in restored if not _causes.is_failed(result)]
    seen = {(image["region"], image["image_id"]): {key: image[key] for key in ("name", "status")} for image in images}
    known = [
        {**image, **seen[key], "last_seen_at": None} if (key := (image["region"], image["image_id"])) in seen else image
        for image in recorded.get("known") or []
    ]
    return {**recorded, "known": known} if recorded else recorded


def source(settings: Data, created: Data, found: Data) -> tuple[Data, list[str]]:
    """The image that is released.

    :returns: the image, or nothing and why
    """
    result = found if created.get("skipped") or not created else created
    if _causes.is_failed(result):
        return {}, _causes.of_result(result, first=True)
    if result is created:
        return created["image"], []
    if not found.get("images"):
        wanted = settings["source"].get("image_id") or settings["name"]
        where = settings["source"]["region"]
        return {}, [f"There is no image {wanted} in {where} that account {found.get('account_id')} can see. {GONE}"]
    return found["images"][0], []


def copies(settings: Data, recorded: Data, copied: Data, looked: Data) -> tuple[Data, list[str]]:
    """The copies of a release, and what went wrong with them."""
    if settings["from_manifest"]:
        return {"copies": recorded["images"]}, []
    if not looked.get("skipped") and looked:
        known = _manifest.present(looked) if "copies" in looked else {}
        told = _causes.of_copies(looked) or _causes.of_result(looked)
        return known, told + missing(looked.get("copies") or [])
    told = _causes.of_copies(copied) if _causes.is_failed(copied) else []
    return ({} if copied.get("skipped") else copied), told or _causes.of_result(copied)


def missing(looked: t.Sequence[Data]) -> list[str]:
    """Copies that the steps need and that are not there, or not yet."""
    found = []
    for copy in looked:
        if copy.get("error"):
            continue
        if copy["action"] in _plan_text.STARTING:
            found.append(f"{copy['region']}: there is no copy {copy['name']} of this image: run the step copy first")
        elif copy["status"] not in _manifest.FINISHED:
            found.append(f"{copy['region']}: {copy['image_id']} is {copy['status']}: run again when it is Available")
    return found


def withheld(settings: Data, copies_there: Data) -> tuple[list[Data], list[str]]:
    """Copies that can't be shared with those who should have them, because somebody has deprecated them.

    :returns: what the share step would say of them, and sentences
    """
    told, sentences = [], []
    for copy in copies_there.get("copies") or []:
        wanted = _audience.wanted(settings, copy["region"])
        if copy.get("status") != "Deprecated" or copy.get("error") or not wanted or "share" not in settings["steps"]:
            continue
        why = f"{copy['image_id']} is Deprecated, and such images can't be shared"
        hint = "Make it Available with ecs_image, or leave its region out."
        error = {"code": "ImageDeprecated", "message": why, "request_id": None, "hint": hint}
        failed = [{"account_id": account, "error": error} for account in sorted(wanted)]
        told.append({"region": copy["region"], "image_id": copy["image_id"], "failed": failed, "error": error})
        sentences.append(f"{copy['region']}: {why}. {hint}")
    return told, sentences


def targets(settings: Data, image: Data, copies_there: Data, with_source: bool) -> list[Data]:
    """The images of the release with the accounts that each is for.

    :param copies_there: the copies that are there or, in check mode, would be
    :param with_source: whether the source counts as one
    """
    return _manifest.share_targets(image, copies_there.get("copies") or [], settings["destinations"], with_source)


def test_boots(settings: Data, image: Data, copies_there: Data) -> list[Data]:
    """Which images are test-booted where."""
    if "verify" not in settings["steps"]:
        return []
    return _boot_tests.boot_tests(targets(settings, image, copies_there, True), settings["verify"])


def share_call(
    settings: Data, image: Data, copies_there: Data, tests: t.Sequence[Data], failures: list[str]
) -> Data | None:
    """What ecs_image_share is to do, if anything.

    :param tests: as ``tested`` tells them
    """
    if "share" not in settings["steps"] or (failures and settings["on_failure"] != "share_good"):
        return None
    if _audience.is_nobody_named(settings):
        return None
    with_source = _audience.is_shared_itself(settings)
    bad = {test["image_id"] for test in tests if test["error"]}
    images = [
        target
        for target in targets(settings, image, copies_there, with_source)
        if target["image_id"] not in bad - {None}
    ]
    return _calls.share(settings, images) if images else None


def tested(settings: Data, results: t.Sequence[Data]) -> tuple[list[Data], list[str]]:
    """What the test boots have come to.

    :returns: the images that were tried, as ``_boot_tests.tests`` tells them, and what is told of them. Those with an
        ``error`` are for nobody
    """
    tests, told = _boot_tests.tests(results), []
    for test, result in zip(tests, results, strict=True):
        if test["not_tested"] and settings["verify_optional"]:
            test["error"] = None
        elif test["error"]:
            told += [
                f"Not tested: {failure}" if test["not_tested"] else failure for failure in _causes.of_result(result)
            ]
    return tests, told
