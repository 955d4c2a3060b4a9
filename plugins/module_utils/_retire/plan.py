# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which images of a family or name have had their time: first deprecated, deleted after a grace. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import age, markers, validation
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import AVAILABLE, DEPRECATED, Data, is_own
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image, Snapshot
from ansible_collections.imageops.alicloud.plugins.module_utils._export import plan as export_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._image import plan_remove
from ansible_collections.imageops.alicloud.plugins.module_utils._retire import selection
from ansible_collections.imageops.alicloud.plugins.module_utils._retire.selection import Selected, Selection

KEEP, DEPRECATE, MARK, DELETE, POSTPONE = "keep", "deprecate", "mark", "delete", "postpone"
NO_DATE = f"is Deprecated without the tag {markers.DEPRECATED_AT}"
WRITING = (DEPRECATE, MARK, DELETE)
FINISHED = (AVAILABLE, DEPRECATED)
DAY = 86400.0
LAST = "the newest Available image of its group: without it none would be left"
NOT_ASKED = "It goes all the same with keep_used=false"
GONE = "it was gone already"
NONE_LEFT = "no Available image of its group would be left beside it"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Options(Selection):
    """What a retirement is told. Days count from the making of the source, not of its copy."""

    region: str | None = None
    regions: list[str] | None = None
    keep: int = 3
    min_age_days: int = 30
    grace_days: int = 14
    max_images: int = 50
    shared: bool = False
    unmarked: bool = False
    delete_snapshots: str = "own"
    orphans: str = "report"
    keep_used: bool = True
    role_arns: list[str] | None = None
    export: t.Mapping[str, t.Any] | None = None  # buckets by region, and how it is written into them
    export_required: bool = True


@dataclasses.dataclass
class Verdict:
    """What is to become of one image, and why."""

    image: Image
    action: str
    reason: str
    born: float  # seconds since the epoch, of the source; 0 if it is not known

    @property
    def restored(self) -> bool:
        """Whether it stays and is in use again after a deprecation, whose date would cut the next grace short."""
        marked = self.image["status"] == AVAILABLE and markers.DEPRECATED_AT in self.image["tags"]
        return marked and self.action not in WRITING


def validate(options: Options) -> list[str]:
    """What is wrong with the options."""
    faults = [] if options.regions or options.region else ["regions is needed: where to look"]
    return faults + selection.presence_faults(options) + value_faults(options)


def value_faults(options: Options) -> list[str]:
    """What is wrong with the options that are given, whatever is missing."""
    faults = selection.value_faults(options)
    for name, least in (("keep", 1), ("min_age_days", 0), ("grace_days", 0), ("max_images", 1)):
        if getattr(options, name) < least:
            faults.append(f"{name} must be at least {least}, not {getattr(options, name)}")
    if options.role_arns and not options.keep_used:
        faults.append("role_arns has no effect with keep_used=false: leave one of them out")
    return faults + _export_faults(options.export)


def buckets_of(export: t.Mapping[str, t.Any] | None) -> Data:
    """The bucket of each region."""
    return (export or {}).get("buckets") or {}


def _export_faults(export: t.Mapping[str, t.Any] | None) -> list[str]:
    if export is None:
        return []
    buckets = buckets_of(export)
    faults = [] if buckets else ["export needs buckets: a bucket for each region"]
    for region, bucket in buckets.items():
        if not isinstance(bucket, str) or not bucket:
            faults.append(f"export needs the name of a bucket as a text for {region}")
        else:
            faults += [f"export: {fault}" for fault in validation.bucket_faults(bucket)]
    return faults + [f"export: {fault}" for fault in export_plan.prefix_faults(export.get("prefix"))]


def plan(
    found: Selected, rules: Options, now: float, used: t.Mapping[str, str] | None = None, unseen: str = ""
) -> list[Verdict]:
    """Judge the images of one region.

    :param found: the groups, each of which keeps its newest ones; images may tell their ``shares``
    :param now: seconds since the epoch
    :param used: by whom images are used, by id
    :param unseen: what may use images and could not be looked at, so that none is known to be unused
    :returns: a verdict for each image, the oldest first
    """
    images = {image["image_id"]: image for group in [*found.groups, found.loose] for image in group}
    reasons = {**_users(used or {}, images), **_reasons_to_stay(found, rules.keep)}
    verdicts = {key: _unless(unseen, _judge(image, reasons.get(key), rules, now)) for key, image in images.items()}
    for group in found.groups:
        _leave_one(group, verdicts)
    return sorted(verdicts.values(), key=lambda verdict: age.order(verdict.image))


def _unless(unseen: str, verdict: Verdict) -> Verdict:
    """Keep what would go, if it may be used where nobody could look."""
    if not unseen or verdict.action not in WRITING:
        return verdict
    reason = f"it is not known whether it is used: {unseen} could not be looked at. {NOT_ASKED}"
    return dataclasses.replace(verdict, action=KEEP, reason=reason)


def _users(used: t.Mapping[str, str], images: t.Container[str]) -> dict[str, str]:
    return {image_id: f"used by {users}" for image_id, users in used.items() if users and image_id in images}


def _reasons_to_stay(found: Selected, keep: int) -> dict[str, str]:
    """Why images stay for their place in the order of their group, by id."""
    sources = age.first_sources([image for group in found.groups for image in group])
    reasons = {
        image["image_id"]: f"among the newest {keep}"
        for group in found.groups
        for image in _newest(group, keep, sources)
    }
    for group in found.groups:
        usable = [image for image in group if image["status"] == AVAILABLE]
        for image in age.newest(usable, 1):
            reasons.setdefault(image["image_id"], LAST)
    heads = [age.order(image) for group in found.groups for image in group if image["status"] == AVAILABLE]
    for image in found.loose if heads else []:
        # It may still be promoted.
        if age.order(image) > max(heads):
            reasons[image["image_id"]] = "younger than the newest image of the groups"
    return reasons


def _newest(group: t.Sequence[Image], count: int, made_of: t.Mapping[str, str]) -> list[Image]:
    """The images of the newest sources. What has failed, is not finished or in an unknown state fills no place."""
    usable = [image for image in group if image["status"] in FINISHED]
    sources: dict[str, tuple[float, str]] = {}
    for image in usable:
        source = made_of[image["image_id"]]
        sources[source] = max(sources.get(source, (0.0, "")), (age.born(image), source))
    newest = sorted(sources, key=lambda source: sources[source], reverse=True)[:count]
    return [image for image in usable if made_of[image["image_id"]] in newest]


def _leave_one(group: t.Sequence[Image], verdicts: dict[str, Verdict]) -> None:
    """Delete nothing of a group that has no Available image once this is done."""
    stay = [
        image
        for image in group
        if image["status"] == AVAILABLE and verdicts[image["image_id"]].action not in (DELETE, DEPRECATE)
    ]
    for image in [] if stay else group:
        verdict = verdicts[image["image_id"]]
        if verdict.action == DELETE:
            verdicts[image["image_id"]] = dataclasses.replace(verdict, action=KEEP, reason=NONE_LEFT)


def _judge(image: Image, place: str | None, rules: Options, now: float) -> Verdict:
    since = age.born(image)
    if rules.image_ids is not None and image["image_id"] not in rules.image_ids:
        return Verdict(image, KEEP, "not among the images that are named", since)
    protection = place or _protection(image, since, rules, now)
    if protection:
        return Verdict(image, KEEP, protection, since)
    if rules.grace_days == 0:
        return Verdict(image, DELETE, "there is no grace period", since)
    if image["status"] == AVAILABLE:
        return Verdict(image, DEPRECATE, f"will be deleted after {rules.grace_days} days", since)
    marked = age.seconds(image["tags"].get(markers.DEPRECATED_AT, ""))
    if not marked:
        return Verdict(image, MARK, f"{NO_DATE}; will be deleted after {rules.grace_days} days", since)
    left = marked + rules.grace_days * DAY - now
    if left > 0:
        return Verdict(image, KEEP, f"will be deleted in {left / DAY:.1f} days", since)
    return Verdict(image, DELETE, f"deprecated since {image['tags'][markers.DEPRECATED_AT]}", since)


def _protection(image: Image, since: float, rules: Options, now: float) -> str | None:
    """Why an image stays, whatever its place in the order."""
    if image["status"] not in FINISHED:
        return f"is {image['status']}"
    if not is_own(image):
        return f"belongs to account {image['owner_id']}"
    kept = age.kept(image, now)
    if kept:
        return kept
    if not since:
        return "its age is not known"
    if max(0.0, now - since) < rules.min_age_days * DAY:
        return f"younger than {rules.min_age_days} days"
    return _others(image, rules) or _unexportable(image, rules)


def _others(image: Image, rules: Options) -> str | None:
    """Who else has an image, or made it."""
    if image["is_public"]:
        return "is public"
    if not rules.shared and image.get("shares"):
        return f"shared with {', '.join(share['account_id'] for share in image['shares'])}"
    if not rules.shared and image["is_shared"]:
        return "shared with other accounts"
    if not rules.unmarked and not selection.is_ours(image):
        return "carries no tag of this collection"
    return None


def _unexportable(image: Image, rules: Options) -> str | None:
    why = why_not_exported(image, rules) if rules.export_required else None
    return f"{why}. It goes all the same with export_required=false" if why else None


def export_of(image: Image, export: t.Mapping[str, t.Any]) -> export_plan.Options:
    """The export of an image that is to go."""
    region = image["region"]
    how = {key: export[key] for key in ("prefix", "format", "role_name") if export.get(key)}
    return export_plan.Options(region=region, image_id=image["image_id"], bucket=buckets_of(export).get(region), **how)


def why_not_exported(image: Image, rules: Options) -> str | None:
    """Why an image that is to be exported first can't be, as far as it shows that, or None."""
    if rules.export is None or export_plan.seen_finished(image):
        return None
    wanted = export_of(image, rules.export)
    # What nothing helps against comes first: a bucket for a region would be given for nothing.
    why: list[t.Any] = [refusal] if (refusal := export_plan.refusal(image)) else []
    why += export_plan.validate(wanted) if wanted.bucket else [f"export needs a bucket for {image['region']}"]
    return f"can't be exported: {why[0]}".rstrip(".") if why else None


def limit(verdicts: t.Iterable[Verdict], most: int) -> list[Verdict]:
    """Let the oldest go first, and put off what is more than one run may do."""
    done = 0
    result = []
    for verdict in sorted(verdicts, key=lambda verdict: (verdict.action != DELETE, age.order(verdict.image))):
        if verdict.action in WRITING:
            done += 1
            if done > most:
                verdict = dataclasses.replace(verdict, action=POSTPONE, reason=f"more than {most} in one run")
        result.append(verdict)
    return result


def orphans(snapshots: t.Iterable[Snapshot], images: t.Collection[str], which: str) -> list[Data]:
    """Snapshots that were made for an image which is gone, and that nothing uses.

    Some of them an interrupted removal was about to delete, as their tags say. What a cancelled copy leaves is no such.

    :param images: ids of all own images of the region
    :param which: snapshots that go with an image: ``none``, ``own`` or ``all``
    """
    found = []
    for snapshot in snapshots:
        tags = snapshot["tags"]
        owner = tags.get(markers.LEFTOVER_OF) or tags.get(markers.SNAPSHOT_OF)
        if not owner or owner in images or snapshot["usage"] != "none":
            continue
        removal = markers.LEFTOVER_OF in tags and markers.LEFTOVER_NAME in tags
        begun = removal and which != "none" and plan_remove.is_left(snapshot, which)
        kept = {key: snapshot[key] for key in ("region", "snapshot_id", "size")}
        found.append({**kept, "made_for": owner, "begun": begun})
    return found
