# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which version of a launch template has an image, or is to be made; which is the default, and which can go. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import markers
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import ScalingGroup, TemplateVersion
from ansible_collections.imageops.alicloud.plugins.module_utils._template import fields
from ansible_collections.imageops.alicloud.plugins.module_utils._template.fields import Content

MOST_VERSIONS = 30  # of one template
PRESENT, ADOPTED, CREATED = "present", "adopted", "created"
MISSING = "missing"  # the template itself
LATEST = "Latest"


@dataclasses.dataclass(frozen=True)
class Version:
    """One version, taken apart."""

    number: int
    is_default: bool
    description: str
    content: Content

    @classmethod
    def of(cls, version: TemplateVersion) -> Version:
        """A version as the API has told it."""
        return cls(version["number"], version["is_default"], version["description"], fields.read(version["data"] or {}))

    @property
    def image_id(self) -> str:
        """The image that instances of it start from; empty for none."""
        return str(self.content.fields.get("ImageId", ""))


@dataclasses.dataclass(frozen=True)
class Wish:
    """What one template is to come to.

    :param image_id: None for an image that is still to be made, in check mode
    :param keep: how many of the newest versions stay; None for all
    :param losses: fields that may be lost, by name
    """

    image_id: str | None
    set_default: bool = True
    keep: int | None = None
    losses: t.Collection[str] = ()


@dataclasses.dataclass(frozen=True)
class Plan:
    """What is to be done with one template.

    :param number: the version with the image; None for one that is to be made
    :param lost: fields that the new version will not have, which the caller allows
    :param faults: why nothing can be done, as sentences
    """

    source: Version | None
    action: str
    number: int | None
    lost: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def request(self) -> dict[str, t.Any]:
        """The fields of the new version but for its image."""
        source = self.source.content.fields if self.source else {}
        return {name: value for name, value in source.items() if name != "ImageId"}

    def told(self, check: bool) -> dict[str, t.Any]:
        """What the result says of it. A version is made when all is decided everywhere, and not told until then."""
        number = self.source.number if self.source else None
        return {
            "action": self.action if self.action != CREATED or check else None,
            "version": self.number,
            "previous_version": number,
            "previous_image_id": (self.source.image_id or None) if self.source else None,
            "default_version": number,
            "lost": list(self.lost),
        }


def plan(told: t.Sequence[TemplateVersion], wish: Wish, going: int = 0) -> Plan:
    """Decide which version has the image: the default itself, one that is there, or a new one.

    :param told: all versions, as the API tells them
    :param going: how many versions are deleted first, where there are too many
    """
    versions = [Version.of(version) for version in told]
    source = next((version for version in versions if version.is_default), None)
    if source is None:
        return Plan(None, CREATED, None, faults=("none of its versions is told to be the default",))
    if any(version["data"] is None for version in told if version["number"] == source.number):
        return Plan(source, CREATED, None, faults=(f"what version {source.number} holds is not told",))
    if wish.image_id and source.image_id == wish.image_id:
        return Plan(source, PRESENT, source.number)
    found = [version for version in versions if _is_wanted(version, source, wish)]
    ours = [version for version in found if _is_ours(version, source, wish)]
    if found:
        return Plan(source, ADOPTED, max(version.number for version in ours or found))
    lost = tuple(sorted(source.content.unknown))
    faults = _faults(versions, source, wish, going)
    return Plan(source, CREATED, None, lost, tuple(faults))


def _is_ours(version: Version, source: Version, wish: Wish) -> bool:
    """Whether a run before this one has made it for the same, whose answer may have been lost."""
    return bool(wish.image_id) and version.description == markers.of_version(str(wish.image_id), source.number)


def _is_wanted(version: Version, source: Version, wish: Wish) -> bool:
    """Whether a version is the default's but for its image. One of ours has lost what was allowed to be."""
    if not wish.image_id or version.image_id != wish.image_id or unlike(version, source, wish.image_id):
        return False
    return _is_ours(version, source, wish) or version.content.unknown == source.content.unknown


def unlike(version: Version, source: Version, image_id: str) -> list[str]:
    """In which fields a version is not as the source, with another image."""
    return fields.differences({**source.content.fields, "ImageId": image_id}, version.content.fields)


def _faults(versions: t.Sequence[Version], source: Version, wish: Wish, going: int) -> list[str]:
    found = []
    unsent = sorted(name for name in source.content.unknown if name not in wish.losses)
    if unsent:
        found.append(
            f"version {source.number} has {', '.join(unsent)}, which no new version can be given: it would be lost. "
            "Name what may be lost in allowed_losses"
        )
    if source.content.fields.get("SecurityGroupId") and source.content.fields.get("SecurityGroupIds"):
        found.append(
            f"version {source.number} has SecurityGroupId and SecurityGroupIds, which no call may say together"
        )
    # What the API has made of a request of ours that was the same.
    for version in versions:
        if _is_ours(version, source, wish):
            wrong = unlike(version, source, str(wish.image_id))
            found.append(
                f"version {version.number}, made for this, is not as version {source.number} in {', '.join(wrong)}: "
                "delete it, and look at these fields"
            )
    if len(versions) - going >= MOST_VERSIONS:
        way_out = "or give keep_versions" if wish.keep is None else f"since keep_versions={wish.keep} makes no room"
        found.append(f"it has {len(versions)} versions, and {MOST_VERSIONS} is the most: delete some, {way_out}")
    return found


def followers(groups: t.Iterable[ScalingGroup], template_id: str, version: str) -> list[ScalingGroup]:
    """The groups that go by one version of a template: ``Latest``, ``Default`` or a number."""
    return [group for group in groups if group["template_id"] == template_id and group["version"] == version]


def going(
    numbers: t.Iterable[int],
    keep: int | None,
    stays: t.Collection[int],
    template_id: str,
    groups: t.Sequence[ScalingGroup] | None,
) -> list[int]:
    """The versions that are too old, but for those that a scaling group names.

    :param stays: the default, and the version with the image that is asked for
    :param groups: of the region; None if they are not known, so that nothing can go
    """
    if keep is None or groups is None:
        return []
    numbers = sorted(numbers, reverse=True)
    return sorted(
        number for number in numbers[keep:] if number not in stays and not followers(groups, template_id, str(number))
    )


def unseen(wish: Wish, why: str) -> str:
    """The warning where the scaling groups could not be looked at."""
    then = ", so that no version is deleted" if wish.keep is not None else ""
    return (
        f"did not look which scaling groups go by it{then}. Those on {LATEST} would take a new version as soon as it "
        f"is made: {why}"
    )


def warnings(plan: Plan, template_id: str, groups: t.Sequence[ScalingGroup]) -> list[str]:
    """What a person should know before a version is made."""
    if plan.action != CREATED or plan.faults or plan.source is None:
        return []
    number = plan.source.number
    told = [
        f"scaling group {group['name'] or group['group_id']} is on {LATEST}, and takes the new version as soon as it "
        "is made, before it is the default"
        for group in followers(groups, template_id, LATEST)
    ]
    told.append(
        f"whether version {number} asks for a secure boot ({', '.join(fields.UNREADABLE)}) can't be read, and no new "
        "version can ask for it"
    )
    if plan.lost:
        told.append(f"the new version has no {', '.join(plan.lost)}, as allowed_losses says")
    if not plan.source.image_id:
        told.append(
            f"version {number} names no image. Who starts instances of it by an image family can't do so any more once "
            "it names one"
        )
    return told
