# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the playbook image_rekey has come to: what holds it up, its lines, and its manifest. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.plugin_utils._base import _causes
from ansible_collections.imageops.alicloud.plugins.plugin_utils._family import _led, _promotion
from ansible_collections.imageops.alicloud.plugins.plugin_utils._input import _audience
from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import _boot_tests, _records, _taken
from ansible_collections.imageops.alicloud.plugins.plugin_utils._work import _rekey, _rekey_old
from ansible_collections.imageops.alicloud.plugins.plugin_utils._work._works_told import Told, flat, named

Data = dict[str, t.Any]
Results = t.Mapping[str, Data]

NOT_ENDED = "not all was done, and the manifest says what there is: run again, which goes on with it"
# The variables of the playbook's loops.
PLACE, IMAGE = "__image_rekey_place", _rekey_old.IMAGE


def of_this_run(begun: Data, results: Results) -> dict[str, Data]:
    """The results without those of tasks that this run did not come to: they are of an earlier one of this host.

    :param results: by the names of the tasks: ``copies``, ``tried``, ``holders``, ``audience``, ``shares``, ``found``,
        ``succession``, ``joined``, ``withdrawn``, ``leads``
    """
    shared, followed = (results[step].get("run") == begun["run"] for step in ("audience", "succession"))
    withdrew = followed and not results["joined"].get("failed")
    came = {
        "tried": not results["copies"].get("failed"),
        **dict.fromkeys(("holders", "audience", "shares"), shared),
        **dict.fromkeys(("found", "succession", "joined"), followed),
        "withdrawn": withdrew,
        "leads": withdrew and _is_ended(results["withdrawn"]),
    }
    return {name: result if came.get(name, True) else {} for name, result in results.items()}


def _boots(results: Results) -> list[Data]:
    """The results of the test boots, each with the image that was tried."""
    images = results["copies"].get("images") or {}
    return [
        {**result, _boot_tests.LOOP_VAR: {**result[PLACE], "image_id": images.get(result[PLACE]["region"])}}
        for result in flat([results["tried"]])
        if PLACE in result
    ]


def boots(results: Results, previous: Data | None) -> list[Data]:
    """The new images that were tried, and those that have not come to run in an earlier run, and were not tried.

    :param previous: the manifest of that run
    :returns: as ``_boot_tests.tests`` tells them
    """
    tested = _boot_tests.tests(_boots(results))
    copies = results["copies"].get("copies") or []
    return [*tested, *_boot_tests.failed_before(_boot_tests.failed(previous), copies, tested)]


def audience(begun: Data, results: Results, previous: Data | None) -> Data:
    """Who has the old images gets the new ones, unless one of those is known not to boot."""
    if held := _causes.of_images(boots(results, previous)):
        return {"failed": True, "msg": f"The old images stay as they are. {'; '.join(held)}"}
    images = _records.with_accounts(results["copies"]["copies"], results["holders"]["shares"])
    return {"run": begun["run"], "images": images, "max_accounts": _audience.most_accounts(images)}


def succession(begun: Data, results: Results) -> Data:
    """Which new images follow the old ones in their families, and the look after those are deprecated."""
    old, copies = begun["recorded"]["images"], results["copies"]["copies"]
    found = _promotion.succession(results["found"]["images"], old, copies)
    families = [image["family"] for image in found["join"]]
    return {"run": begun["run"], **found, **_led.look_at_leaders(begun, old, found["join"], copies, families)}


def told(begun: Data, results: Results, previous: Data | None) -> Told:
    """What was asked for and could not be done is a failure: those images keep their old key."""
    be = "would be" if begun["check"] else "was"
    keys, gone = begun["settings"]["keys"], _rekey_old.withdrawn(results)
    lines = [f"{region}: the image keeps its key" for region, key in keys.items() if key == _rekey.KEEP]
    lines += [
        f"{named(copy)} {'has' if copy['image_id'] else 'would be made with'} the key {copy['kms_key_id']}"
        for copy in results["copies"].get("copies") or []
        if not copy["error"]
    ]
    lines += [
        f"{named(share)} {be} shared with {', '.join(share['added'])}"
        for share in results["shares"].get("shares") or []
        if share["added"]
    ]
    lines += _rekey_old.lines(begun, results, previous)
    lines += _templates_left(begun["recorded"], gone)
    failures = [*(begun["recorded"].get("failed") or []), *_causes.of_images(boots(results, previous))]
    left = {result["image"]["region"] for result in gone}
    leading = [copy for copy in results["copies"].get("copies") or [] if copy["region"] in left]
    failures += [*_led.withdrawn(leading, results["leads"].get("result")), *_joined_beside(results)]
    return Told(lines, failures if _is_ended(results["withdrawn"]) else [*failures, NOT_ENDED])


def _templates_left(recorded: Data, withdrawn: t.Sequence[Data]) -> list[str]:
    """Launch templates of the old release: nothing here gives them the new images."""
    regions = {result["image"]["region"] for result in withdrawn}
    return [
        f"{template['region']}: the launch template {template['id']} is left as it is. If it starts the old image, "
        "give it the new one, by promoting this manifest with image_release_launch_templates"
        for template in recorded.get("launch_templates") or []
        if template["region"] in regions
    ]


def _joined_beside(results: Results) -> list[str]:
    """What another run has put into the families that the new images have joined."""
    led, before, joined = results["leads"].get("result") or [], results["found"].get("images") or [], _joined(results)
    return [
        sentence
        for family in dict.fromkeys(image["family"] for image in joined)
        for sentence in _promotion.joined_beside(
            led, before, [image for image in joined if image["family"] == family], family
        )
    ]


def _is_ended(withdrawn: Data) -> bool:
    return "results" in withdrawn and not withdrawn.get("failed")


def manifest_of(begun: Data, results: Results, failures: list[str], previous: Data | None, **run: t.Any) -> Data:
    """What the manifest of new images is put together of.

    :param previous: the manifest before this one
    :param run: ``host``, ``ended``, ``job_id``
    """
    return {
        "began": begun["began"],
        "check": begun["check"],
        "name": begun["settings"]["name"],
        "image": {},
        "created": {},
        "copies": results["copies"],
        "tests": boots(results, previous),
        "shares": results["shares"],
        "facts": [*_boot_tests.facts(_boots(results), run["ended"]), *_asked(results), *_families(results)],
        **_rekey_old.of_manifest(results, previous),
        "failures": failures,
        "changed": any(bool(result.get("changed")) for result in flat(results.values())),  # of old images, too
        **run,
    }


def ahead(begun: Data, results: Results, previous: Data | None, **run: t.Any) -> Data | None:
    """What the manifest is put together of before the old images are taken from anybody: after that only it knows whom.

    :param run: ``host``, ``ended``, ``job_id``
    :returns: None if the manifest before it knows that already
    """
    going = _taken.foretold(_rekey_old.about_to_go(begun, results))
    if not _taken.is_news(going, previous):
        return None
    results = {**results, "joined": {}, "withdrawn": {}, "leads": {}}
    return {**manifest_of(begun, results, [NOT_ENDED], previous, **run), "left": going}


def _asked(results: Results) -> list[Data]:
    """Who should have each new image."""
    return [
        {"region": image["region"], "image_id": image["image_id"], "asked_accounts": sorted(image["accounts"])}
        for image in results["audience"].get("images") or []
    ]


def _families(results: Results) -> list[Data]:
    """Which family each new image was put into, in this run or before it."""
    images = [*(results["succession"].get("joined") or []), *_joined(results)]
    return [{key: image[key] for key in ("region", "image_id", "family")} for image in images]


def _joined(results: Results) -> list[Data]:
    """The new images that this run has put into a family."""
    return [result[IMAGE] for result in flat([results["joined"]]) if IMAGE in result and not result.get("failed")]
