# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which images of a family or name have had their time: first deprecated, deleted after a grace. Pure."""

from __future__ import annotations

import dataclasses
import datetime
import re
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import markers
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import AVAILABLE, DEPRECATED, Data
from ansible_collections.imageops.alicloud.plugins.module_utils._image import plan_remove

KEEP, DEPRECATE, MARK, DELETE, POSTPONE = "keep", "deprecate", "mark", "delete", "postpone"
WRITING = (DEPRECATE, MARK, DELETE)
DAY = 86400.0

# Names that nobody gives an image, of every length and kind. A pattern that fits one of them says nothing.
STRANGERS = (
    *("qjzx", "jxq", "qj-zx0", "QJ-ZX", "Zq_j.x:K-7", "\u955c\u50cf-qjzx"),
    *(("qJ.x_7-z:k" * 13)[:length] for length in range(2, 129)),
)


@dataclasses.dataclass(frozen=True)
class Rules:
    """What may go. Days count from the making of the source, not of its copy."""

    keep: int
    min_age_days: int
    grace_days: int
    most: int
    shared: bool
    unmarked: bool
    only: frozenset[str] | None = None  # ids of the images that may go; None: all of the groups may


@dataclasses.dataclass
class Verdict:
    """What is to become of one image, and why."""

    image: Data
    action: str
    reason: str
    born: float  # seconds since the epoch, of the source; 0 if it is not known

    @property
    def restored(self) -> bool:
        """Whether it stays and is in use again after a deprecation, whose date would cut the next grace short."""
        marked = self.image["status"] == AVAILABLE and markers.DEPRECATED_AT in self.image["tags"]
        return marked and self.action not in WRITING


def validate(params: dict[str, t.Any]) -> list[str]:
    """What is wrong with the options."""
    faults = [] if params["regions"] or params["region"] else ["regions is needed: where to look"]
    families, patterns = params["families"] or [], params["name_patterns"] or []
    if not families and not patterns:
        faults.append("nothing is selected: give families or name_patterns")
    faults += ["families holds an empty name"] if "" in families else []
    for pattern in patterns:
        faults += _pattern_faults(pattern)
    for name, least in (("keep", 1), ("min_age_days", 0), ("grace_days", 0), ("max_images", 1)):
        if params[name] < least:
            faults.append(f"{name} must be at least {least}, not {params[name]}")
    return faults


def _pattern_faults(pattern: str) -> list[str]:
    try:
        expression = re.compile(pattern)
    except re.error as error:
        return [f"name_patterns: {pattern!r} is not a regular expression: {error}"]
    if expression.fullmatch(""):
        return [f"name_patterns: {pattern!r} fits any name: say which images are meant"]
    for name in STRANGERS:
        if expression.fullmatch(name):
            return [f"name_patterns: {pattern!r} fits any name, such as {name!r}: say which images are meant"]
    return []


def groups(images: t.Sequence[Data], families: t.Sequence[str], patterns: t.Sequence[str]) -> list[list[Data]]:
    """The images of each family and of each name pattern. One may be in several."""
    return [
        *([image for image in images if image["family"] == family] for family in families),
        *([image for image in images if re.fullmatch(pattern, image["name"])] for pattern in patterns),
    ]


def seconds(stamp: str) -> float:
    """A time as the API writes it, in seconds since the epoch; 0 if it is none."""
    try:
        return datetime.datetime.fromisoformat(stamp.replace("Z", "+00:00")).timestamp()
    except ValueError:
        return 0.0


def born(image: Data) -> float:
    """When the image was made, or its source if it is a copy."""
    return seconds(image["tags"].get(markers.SOURCE_CREATED) or image["created_at"])


def plan(found: t.Sequence[t.Sequence[Data]], rules: Rules, now: float) -> list[Verdict]:
    """Judge the images of one region.

    :param found: the groups, each of which keeps its newest ones; images may tell their ``shares``
    :param now: seconds since the epoch
    :returns: a verdict for each image, the oldest first
    """
    newest = {image["image_id"] for group in found for image in _newest(group, rules.keep)}
    images = {image["image_id"]: image for group in found for image in group}
    verdicts = [_judge(image, image["image_id"] in newest, rules, now) for image in images.values()]
    return sorted(verdicts, key=lambda one: (one.born, one.image["image_id"]))


def _newest(group: t.Sequence[Data], count: int) -> list[Data]:
    """The images of the newest sources that can be used. Two copies of one source are the same age."""
    usable = [image for image in group if image["status"] == AVAILABLE]
    ages = sorted({born(image) for image in usable}, reverse=True)[:count]
    return [image for image in usable if born(image) in ages]


def _judge(image: Data, newest: bool, rules: Rules, now: float) -> Verdict:
    since = born(image)
    if rules.only is not None and image["image_id"] not in rules.only:
        return Verdict(image, KEEP, "not among the images that are named", since)
    protection = f"among the newest {rules.keep}" if newest else _protection(image, since, rules, now)
    if protection:
        return Verdict(image, KEEP, protection, since)
    if rules.grace_days == 0:
        return Verdict(image, DELETE, "there is no grace", since)
    if image["status"] == AVAILABLE:
        return Verdict(image, DEPRECATE, f"{rules.grace_days} days of grace begin", since)
    marked = seconds(image["tags"].get(markers.DEPRECATED_AT, ""))
    if not marked:
        return Verdict(image, MARK, f"deprecated by somebody: {rules.grace_days} days of grace begin", since)
    left = marked + rules.grace_days * DAY - now
    if left > 0:
        return Verdict(image, KEEP, f"{left / DAY:.1f} days of grace are left", since)
    return Verdict(image, DELETE, f"deprecated since {image['tags'][markers.DEPRECATED_AT]}", since)


def _protection(image: Data, since: float, rules: Rules, now: float) -> str | None:
    """Why an image stays, whatever its place in the order."""
    if image["status"] not in (AVAILABLE, DEPRECATED):
        return f"is {image['status']}"
    if image["owner_alias"] not in ("self", ""):
        return f"belongs to account {image['owner_id']}"
    if not since:
        return "its age is not known"
    if now - since < rules.min_age_days * DAY:
        return f"younger than {rules.min_age_days} days"
    if image["is_public"]:
        return "is public"
    if image["usage"] == "instance":
        return "used by instances"
    if image.get("shares") and not rules.shared:
        return f"shared with {', '.join(one['account_id'] for one in image['shares'])}"
    if not rules.unmarked and not (markers.is_marked_copy(image) or markers.CREATED_FROM in image["tags"]):
        return "carries no tag of this collection"
    return None


def limit(verdicts: t.Iterable[Verdict], most: int) -> list[Verdict]:
    """Let the oldest go first, and put off what is more than one run may do."""
    done = 0
    result = []
    for one in sorted(verdicts, key=lambda one: (one.action != DELETE, one.born, one.image["image_id"])):
        if one.action in WRITING:
            done += 1
            if done > most:
                one = dataclasses.replace(one, action=POSTPONE, reason=f"more than {most} in one run")
        result.append(one)
    return result


def orphans(snapshots: t.Iterable[Data], images: t.Collection[str], which: str) -> list[Data]:
    """Snapshots that were made for an image which is gone, and that nothing uses.

    Some of them an interrupted removal was about to delete, as their tags say. What a cancelled copy leaves is no such.

    :param images: ids of all own images of the region
    :param which: snapshots that go with an image: ``none``, ``own`` or ``all``
    """
    found = []
    for one in snapshots:
        tags = one["tags"]
        owner = tags.get(markers.LEFTOVER_OF) or tags.get(markers.SNAPSHOT_OF)
        if not owner or owner in images or one["usage"] != "none":
            continue
        removal = markers.LEFTOVER_OF in tags and markers.LEFTOVER_NAME in tags
        begun = removal and which != "none" and plan_remove.is_left(one, which)
        kept = {key: one[key] for key in ("region", "snapshot_id", "size")}
        found.append({**kept, "made_for": owner, "begun": begun})
    return found
