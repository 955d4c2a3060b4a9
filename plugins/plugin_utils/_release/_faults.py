# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Everything that is wrong with a release's variables, at once and before anything is written. Pure."""

from __future__ import annotations

import typing as t

from ansible.module_utils.parsing.convert_bool import boolean

from ansible_collections.imageops.alicloud.plugins.module_utils._base import markers, validation
from ansible_collections.imageops.alicloud.plugins.module_utils._base import regions as base_regions
from ansible_collections.imageops.alicloud.plugins.module_utils._base.options import options_from
from ansible_collections.imageops.alicloud.plugins.module_utils._copy import request as copy_request
from ansible_collections.imageops.alicloud.plugins.module_utils._image import plan as image_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._image.options import Options as ImageOptions
from ansible_collections.imageops.alicloud.plugins.plugin_utils._family import _launches
from ansible_collections.imageops.alicloud.plugins.plugin_utils._input import _audience
from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import _boot_tests

Data = dict[str, t.Any]

USABLE = "usable"  # a name that breaks no rule, in place of one that was named as a fault already
COPY_MARKERS = len(markers.of_copy("", "", {"created_at": "known"}, ""))
UNSHARABLE = "and such images can't be shared"
SERVICE_KEY = f"the copy would be encrypted with the service key, {UNSHARABLE}: give it a kms_key_id"
NOBODY = (
    "image_release_purge_accounts without an account would take it from everybody: it is only done with "
    "image_release_allow_empty=true"
)
IDLE = (
    "nothing would be done: no step is left but share, and nobody is named that gets or loses an image. Give "
    "image_release_accounts, image_release_denied_accounts or image_release_purge_accounts"
)
EVERYWHERE = "every other region"
ITSELF, RECORDED = "the image itself", "the recorded images"


def faults(asked: Data, image: Data | None = None) -> list[str]:
    """
    :param asked: the variables of the role, without its name in front; ``recorded`` are the regions of earlier records
    :param image: the source, once it is known, for what only it decides
    :returns: sentences; one that is true of many destinations names them all
    """
    found = [] if asked["from_manifest"] else _source_faults(asked) + _common_faults(asked)
    if not asked["from_manifest"]:
        found += _destination_faults(asked, image)
    found += _account_faults(asked) + _audience_faults(asked, image) + _family_faults(asked) + _test_boot_faults(asked)
    found += _idle_faults(asked)
    found += _launches.faults(asked, _places(asked), promotes(asked), _is_everywhere(asked))
    return list(dict.fromkeys(found))


def _places(asked: Data) -> set[str]:
    """Where the release has images, as far as they are named."""
    return set(asked["recorded"]) if asked["from_manifest"] else _regions_of(asked)


def strange_regions(asked: Data) -> list[str]:
    """The regions that this version does not know, which the API may know."""
    keyed = {*asked["kms_keys"]} if "copy" in asked["steps"] and not asked["from_manifest"] else set()
    return base_regions.unknown(_regions_of(asked) | keyed)


def _regions_of(asked: Data) -> set[str]:
    named = [_source(asked).get("region"), *(destination["region"] for destination in asked["destinations"])]
    return {region for region in named if region}


def _source(asked: Data) -> Data:
    return asked["source"] or {}


def _is_created(asked: Data) -> bool:
    return not _source(asked).get("image_id") and "create" in asked["steps"]


def promotes(asked: Data) -> bool:
    """Whether the images of a release are to lead their family in the end. A rollback is a promotion, too."""
    return boolean(asked["promote"], strict=False) or "promote" in asked["steps"] or bool(asked["rollback"])


def _source_faults(asked: Data) -> list[str]:
    """What is wrong with the source, and with the image that is made of it."""
    source, found = _source(asked), []
    if not source.get("region"):
        found.append(
            "there is nothing to release: give image_release_source with its region, or image_release_from_manifest"
        )
    if not source.get("image_id") and not asked["name"]:
        found.append("image_release_name is needed: without an image_id, the image is made and found by it")
    if not _is_created(asked):
        return found
    params = {
        **source,
        "region": source.get("region") or USABLE,
        "name": asked["name"] or USABLE,
        "description": asked["description"],
        "family": None if promotes(asked) else asked["family"],
        "tags": validation.tag_texts(asked["tags"] or {}),
        "max_tags": validation.MOST_TAGS,
        "state": "present",
        "wait": True,
    }
    # As ecs_image judges its options.
    return found + image_plan.validate(options_from(ImageOptions, params))


def _common_faults(asked: Data) -> list[str]:
    """What is wrong with what the image and all its copies have in common."""
    tags = validation.tag_texts(asked["tags"] or {})
    found = validation.text_faults(asked["name"] or None, asked["description"], tags)
    apart = any(not _audience.is_itself(asked, destination) for destination in asked["destinations"])
    copied = "copy" in asked["steps"] and (apart or _is_everywhere(asked))
    return found + (_count_fault(asked, len(tags)) if copied else [])


def _count_fault(asked: Data, count: int) -> list[str]:
    most = asked["copy_options"].get("max_tags", validation.MOST_TAGS)
    if count + COPY_MARKERS <= most:
        return []
    return [
        f"{count + COPY_MARKERS} tags with the {COPY_MARKERS} of this collection are more than the {most} that a copy "
        "can have: give fewer"
    ]


def _is_everywhere(asked: Data) -> bool:
    """Whether every region of the account is a destination, named or not."""
    return bool(asked.get("every_region"))


def _requests(asked: Data) -> tuple[list[copy_request.Request], list[str]]:
    """The copies as ecs_image_copy understands them, without what was named as a fault for all of them already."""
    name, description, tags = asked["name"], asked["description"], validation.tag_texts(asked["tags"] or {})
    given = {
        "image": {"region": _source(asked).get("region") or USABLE, "planned": True},
        "destinations": [
            {**destination, "encrypted": _audience.is_encrypted(asked, destination)}
            if destination.get("encrypted") is not None
            else destination
            for destination in asked["destinations"]
        ],
        # As the module gets it, apart from the destinations: a key beside encrypted=false is a fault there.
        "encrypted": _audience.is_encrypted(asked, {}),
        "name": (USABLE if validation.name_faults(name) else name) if name else None,
        "description": None if validation.description_faults(description or "") else description or None,
        "kms_key_id": asked["kms_key_id"] or None,
        "tags": None if validation.tag_faults(tags) else tags,
    }
    return options_from(copy_request.Options, given).asked if asked["destinations"] else ([], [])


def _destination_faults(asked: Data, image: Data | None) -> list[str]:
    found = _requests(asked)[1]
    if _is_everywhere(asked) and asked["kms_key_id"] and not _audience.is_encrypted(asked, {}):
        found.append(f"{EVERYWHERE}: kms_key_id needs encrypted=true")
    common = (
        validation.tag_texts(asked["tags"] or {})
        if _is_created(asked) or not image
        else markers.without_reserved(image["tags"])
    )
    for destination in asked["destinations"]:
        if destination.get("tags") and not _audience.is_itself(asked, destination):
            keys = {key.lower() for key in [*common, *validation.tag_texts(destination["tags"])]}
            found += [f"destination {destination['region']}: {fault}" for fault in _count_fault(asked, len(keys))]
    return found


def _account_faults(asked: Data) -> list[str]:
    """What is wrong with the accounts, each named once however many destinations have it."""
    own = str(asked["account_id"]) if asked["account_id"] else None
    denied = validation.account_faults([str(account) for account in asked["denied_accounts"]])
    return validation.account_faults(_audience.named(asked), own, asked.get("named_in") or ()) + denied


def _audiences(asked: Data) -> dict[str, set[str]]:
    """Who is to have the image of each region."""
    if asked["from_manifest"]:
        return {region: _audience.wanted(asked, region) for region in asked["recorded"] or [RECORDED]}
    found = {
        destination["region"]: _audience.wanted(asked, destination["region"]) for destination in asked["destinations"]
    }
    if _is_everywhere(asked):
        found[EVERYWHERE] = _audience.wanted(asked)
    itself = _audience.of_source(asked)
    if itself is not None and not any(_audience.is_itself(asked, destination) for destination in asked["destinations"]):
        found[ITSELF] = itself
    return found


def _audience_faults(asked: Data, image: Data | None) -> list[str]:
    """What is wrong with who is to have what. A sentence that holds for several images names them."""
    if "share" not in asked["steps"]:
        return []
    wrong: dict[str, list[str]] = {}
    emptied = boolean(asked["purge_accounts"], strict=False) and not boolean(asked["allow_empty"], strict=False)
    for label, accounts in _audiences(asked).items():
        most = asked.get("max_accounts", validation.MOST_ACCOUNTS)
        if len(accounts) > most:
            sentence = (
                f"{len(accounts)} accounts are more than the {most} of image_release_max_accounts: raise it if your "
                "quota is higher"
            )
            wrong.setdefault(sentence, []).append(label)
        if emptied and not accounts:
            wrong.setdefault(NOBODY, []).append(label)
    for label, sentence in _unsharable(asked, image):
        wrong.setdefault(sentence, []).append(label)
    return [f"{', '.join(labels)}: {sentence}" for sentence, labels in wrong.items()]


def _unsharable(asked: Data, image: Data | None) -> t.Iterator[tuple[str, str]]:
    """Copies that accounts are to get and that the API does not share, each with the reason."""
    if asked["from_manifest"] or "copy" not in asked["steps"]:
        return
    audiences = _audiences(asked)
    if _is_everywhere(asked) and boolean(asked["encrypted"] or False, strict=False) and audiences[EVERYWHERE]:
        yield EVERYWHERE, SERVICE_KEY
    for request in _requests(asked)[0]:
        encrypted = request.encrypted
        if encrypted is None and image and request.region != request.source_region:
            encrypted = image["encrypted"]
        if not encrypted or not audiences.get(request.region):
            continue
        if not request.kms_key_id:
            yield request.region, SERVICE_KEY
        if image and len(image["disks"]) > 1:
            yield request.region, f"the copy would be encrypted and have {len(image['disks'])} disks, {UNSHARABLE}"


def _idle_faults(asked: Data) -> list[str]:
    """A release that would be green and do nothing."""
    left = {*asked["steps"]} - ({"create", "copy"} if asked["from_manifest"] else set())
    return [IDLE] if left <= {"share"} and not promotes(asked) and _audience.is_nobody_named(asked) else []


def _family_faults(asked: Data) -> list[str]:
    if not promotes(asked):
        return []
    family = asked["family"] or ""
    if not family:
        return ["image_release_family is empty: promoting needs the family that the images are to be the newest of"]
    return validation.name_faults(family, "image_release_family")


def _test_boot_faults(asked: Data) -> list[str]:
    if "verify" not in asked["steps"]:
        return []
    if not asked["verify"]:
        return ["the step verify has nowhere to start an instance: give image_release_verify, or leave the step out"]
    regions = _places(asked)
    there = ", ".join(sorted(regions))
    found = [
        f"image_release_verify: the release has no image in {place['region']}, only in {there}"
        for place in asked["verify"]
        if place["region"] not in regions
    ]
    return found + _boot_tests.place_faults(asked["verify"], "image_release_verify")
