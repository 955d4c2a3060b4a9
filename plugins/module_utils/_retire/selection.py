# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which images a retirement is about. Pure."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import markers, validation
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import AVAILABLE, DEPRECATED
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image

# Names that nobody gives an image, of every length and kind. A pattern that fits one of them says nothing.
STRANGERS = (
    *("qjzx", "jxq", "qj-zx0", "QJ-ZX", "Zq_j.x:K-7", "\u955c\u50cf-qjzx"),
    *(("qJ.x_7-z:k" * 13)[:length] for length in range(2, 129)),
)

# What stands between the name of a family and the rest in the names of its releases.
_REST = r"(?:[-_.:].*)?"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Selection:
    """Which images a task names. None: it does not choose by that."""

    families: t.Sequence[str] | None = None
    name_patterns: t.Sequence[str] | None = None
    tags: t.Mapping[str, str] | None = None
    image_ids: t.Collection[str] | None = None  # of the images that may go; None: all of the groups may
    unpromoted: bool = False


@dataclasses.dataclass(frozen=True)
class Selected:
    """The images of one region, as they are judged."""

    groups: list[list[Image]]  # each keeps its newest ones
    loose: list[Image]  # in no family and no group: they fill no place
    left: list[Image]  # ours, in no family, and not selected: nobody would ever retire them


def presence_faults(options: Selection) -> list[str]:
    """What is missing, so that nothing is chosen."""
    if options.families or options.name_patterns or options.tags or options.image_ids is not None:
        return []
    return ["nothing is selected: give families, name_patterns, tags or image_ids"]


def value_faults(options: Selection) -> list[str]:
    """What is wrong with how images are chosen."""
    families, patterns, tags = options.families or [], options.name_patterns or [], options.tags or {}
    faults = ["families holds an empty name"] if "" in families else []
    faults += ["tags holds an empty key"] if "" in tags else []
    faults += validation.tag_value_faults(tags)
    for pattern in patterns:
        faults += _pattern_faults(pattern)
    if options.unpromoted and not families:
        faults.append("unpromoted needs families: the images are known by the names of those")
    return faults


def _pattern_faults(pattern: str) -> list[str]:
    wrong = validation.pattern_fault(pattern)
    if wrong:
        return [f"name_patterns: {pattern!r} {wrong}"]
    expression = re.compile(pattern)
    if expression.fullmatch(""):
        return [f"name_patterns: {pattern!r} fits any name: say which images are meant"]
    for name in STRANGERS:
        if expression.fullmatch(name):
            return [f"name_patterns: {pattern!r} fits any name, such as {name!r}: say which images are meant"]
    return []


def select(images: t.Sequence[Image], wanted: Selection) -> Selected:
    """
    :param images: all own images of one region
    """
    found = [image for image in images if (wanted.tags or {}).items() <= image["tags"].items()]
    groups = _groups(found, wanted)
    grouped = {image["image_id"] for group in groups for image in group}
    homeless = [image for image in found if not image["family"] and image["image_id"] not in grouped]
    loose = [image for image in homeless if _is_loose(image, wanted)]
    known = {image["image_id"] for image in loose}
    left = [image for image in homeless if image["image_id"] not in known and _is_forgotten(image, wanted)]
    return Selected(groups, loose, left)


def _groups(images: t.Sequence[Image], wanted: Selection) -> list[list[Image]]:
    """The images of each family, of each name pattern, or of the tags alone. One may be in several."""
    families, patterns = wanted.families or (), wanted.name_patterns or ()
    if not (families or patterns or wanted.tags):
        # By ids alone: each is judged among the others of its family.
        named = {image["family"] for image in images if image["image_id"] in (wanted.image_ids or ())}
        families = sorted(named - {""})
    elif not (families or patterns):
        return [list(images)]
    return [
        *([image for image in images if image["family"] == family] for family in families),
        *([image for image in images if re.fullmatch(pattern, image["name"])] for pattern in patterns),
    ]


def _is_loose(image: Image, wanted: Selection) -> bool:
    """Whether an image of no family is meant: by its id, or by our marker and the name of a family."""
    if wanted.image_ids is not None:
        return image["image_id"] in wanted.image_ids
    return wanted.unpromoted and _is_of_release(image, wanted.families or ())


def _is_forgotten(image: Image, wanted: Selection) -> bool:
    usable = image["status"] in (AVAILABLE, DEPRECATED)
    return usable and _is_of_release(image, wanted.families or ())


def _is_of_release(image: Image, families: t.Iterable[str]) -> bool:
    """Whether an image looks like one of a release that was never promoted."""
    names = {image["name"], markers.made_as(image) or image["name"]}
    return is_ours(image) and any(
        re.fullmatch(re.escape(family) + _REST, name) for family in families for name in names
    )


def is_ours(image: Image) -> bool:
    """Whether an image carries a tag of this collection."""
    return markers.is_marked_copy(image) or markers.CREATED_FROM in image["tags"]
