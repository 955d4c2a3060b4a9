# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules that only look are told, and what is wrong with it."""

from __future__ import annotations

import dataclasses
import sys
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import markers, validation
from ansible_collections.imageops.alicloud.plugins.module_utils._share import targets

SELF, OTHERS = "self", "others"
# An empty text among these must not choose: without it the rest chooses all images, or one's own.
CHOOSING = ("name", "name_regex", "family", "copied_from", "owner_account")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Options:
    """What ecs_image_info is told."""

    region: str | None = None
    regions: list[str] | None = None
    image_ids: list[str] | None = None
    name: str | None = None
    name_regex: str | None = None
    family: str | None = None
    tags: t.Mapping[str, str] | None = None
    statuses: list[str] | None = None
    owner: str = "self"
    owner_account: str | None = None
    shared_with: list[str] | None = None
    share_lists: bool = False
    copied_from: str | None = None
    newest: int | None = None
    query: str | None = None
    expect_images: bool = True

    @property
    def all_tags(self) -> dict[str, str]:
        """The tags that an image must have, with the marker of its source."""
        return {**(self.tags or {}), **({markers.COPIED_FROM: self.copied_from} if self.copied_from else {})}

    @property
    def account(self) -> str | None:
        """The account whose shared images are looked for; None for every one, or for own images."""
        return self.owner_account or (None if self.owner in (SELF, OTHERS) else self.owner)

    @property
    def is_own(self) -> bool:
        """Whether own images are looked for."""
        return self.owner == SELF and not self.owner_account

    def seen_from(self, account_id: str) -> Options:
        """The same for one account: its own images are those of ``self``, though it is named by its id."""
        options = dataclasses.replace(self, owner=SELF, owner_account=None) if self.account == account_id else self
        if options.is_own and options.family:
            return dataclasses.replace(options, family=options.family.removeprefix(f"acs:{account_id}:"))
        return options


@dataclasses.dataclass(frozen=True, kw_only=True)
class ShareOptions(targets.Options):
    """What ecs_image_share_info is told."""

    query: str | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class NewestOptions:
    """What the lookup is told."""

    region: str
    owner: list[str]
    owner_account: str | None = None
    name: str | None = None
    family: str | None = None

    @property
    def owners(self) -> list[str]:
        """Whose images are looked at."""
        return [self.owner_account] if self.owner_account else self.owner


def newest_faults(options: NewestOptions) -> list[str]:
    """What is wrong with the lookup's options."""
    faults = [f"{name} is needed" for name in ("region", "owner") if not getattr(options, name)]
    if bool(options.name) == bool(options.family):
        faults.append("either name or family is needed")
    faults += _empty_faults(options, ["owner_account"])
    return faults + _owner_faults(options.owner, options.owner_account, newest=True)


def _empty_faults(options: object, names: t.Iterable[str]) -> list[str]:
    """Texts that choose images and have nothing in them, as a survey's empty answer makes them."""
    given = {name: getattr(options, name) for name in names}
    return [
        f"{name} is empty: leave it out" for name, value in given.items() if value is not None and not value.strip()
    ]


def _owner_faults(owners: t.Sequence[str], account: str | None, newest: bool) -> list[str]:
    """What is wrong with whose images are asked for.

    :param newest: whether the newest is taken, which anybody could have shared
    """
    faults = [
        f"owner must be {SELF}, {OTHERS} or an account id, not {owner!r}"
        for owner in owners
        if owner not in (SELF, OTHERS) and not validation.is_account(owner)
    ]
    if account and account.strip() and not validation.is_account(account):
        faults.append(f"owner_account must be an account id, not {account!r}")
    if account and any(owner not in (SELF, OTHERS, account) for owner in owners):
        faults.append(f"owner_account is {account}, and owner names another account: name one")
    if newest and not account and OTHERS in owners:
        faults.append(f"owner {OTHERS} needs owner_account here: anybody can share an image that is newer")
    return faults


def image_faults(options: Options) -> list[str]:
    """What is wrong with the options of ecs_image_info."""
    faults = _empty_faults(options, CHOOSING)
    if not (options.regions or options.region):
        faults.append("region or regions is needed")
    wrong = validation.pattern_fault(options.name_regex or "")
    if wrong:
        faults.append(f"name_regex {wrong}")
    if not options.image_ids:
        faults += _owner_faults([options.owner], options.owner_account, newest=bool(options.newest))
    if options.newest is not None and options.newest < 1:
        faults.append(f"newest must be at least 1, not {options.newest}: leave it out to have all images")
    faults += [f"shared_with: {fault}" for fault in validation.account_faults(options.shared_with or [])]
    if options.copied_from and not all(options.copied_from.partition("/")):
        faults.append(f"copied_from must be a region and an image id, as cn-hangzhou/m-1, not {options.copied_from!r}")
    return faults + validation.tag_value_faults(options.tags or {}) + _query_faults(options.query)


def _query_faults(query: str | None) -> list[str]:
    if not query:
        return []
    try:
        import jmespath
        import jmespath.exceptions
    except ImportError:
        return [
            f"query needs the Python package jmespath: install it for {sys.executable}, which runs the module, "
            "or leave query out"
        ]
    try:
        jmespath.compile(query)
    except (jmespath.exceptions.JMESPathError, ValueError) as error:  # the latter for numbers of too many digits
        return [f"query is not a JMESPath expression: {str(error).splitlines()[0]}"]
    return []


def share_info_faults(options: ShareOptions) -> list[str]:
    """What is wrong with the options of ecs_image_share_info."""
    return targets.target_faults(options) + _query_faults(options.query)
