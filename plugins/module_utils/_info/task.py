# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The flows of the modules that only look."""

from __future__ import annotations

import dataclasses
import re
import sys
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import age, markers, models, validation
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import (
    ApiError,
    ImageOpsError,
    InvalidInput,
    Refused,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image
from ansible_collections.imageops.alicloud.plugins.module_utils._share import targets
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import Task, check_regions

SELF, OTHERS = "self", "others"


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
    return faults + _owner_faults(options.owner, options.owner_account, newest=True)


def _owner_faults(owners: t.Sequence[str], account: str | None, newest: bool) -> list[str]:
    """What is wrong with whose images are asked for.

    :param newest: whether the newest is taken, which anybody could have shared
    """
    faults = [
        f"owner must be {SELF}, {OTHERS} or an account id, not {owner!r}"
        for owner in owners
        if owner not in (SELF, OTHERS) and not validation.is_account(owner)
    ]
    if account and not validation.is_account(account):
        faults.append(f"owner_account must be an account id, not {account!r}")
    if account and any(owner not in (SELF, OTHERS, account) for owner in owners):
        faults.append(f"owner_account is {account}, and owner names another account: name one")
    if newest and not account and OTHERS in owners:
        faults.append(f"owner {OTHERS} needs owner_account here: anybody can share an image that is newer")
    return faults


def image_faults(options: Options) -> list[str]:
    """What is wrong with the options of ecs_image_info."""
    faults = []
    if not (options.regions or options.region):
        faults.append("region or regions is needed")
    if options.name_regex:
        try:
            re.compile(options.name_regex)
        except re.error as error:
            faults.append(f"name_regex is not a regular expression: {error}")
    if not options.image_ids:
        faults += _owner_faults([options.owner], options.owner_account, newest=bool(options.newest))
    if options.newest is not None and options.newest < 1:
        faults.append(f"newest must be at least 1, not {options.newest}: leave it out to have all images")
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


def _answer(query: str, found: list[t.Any], others: t.Sequence[str] = ()) -> t.Any:
    """The value of the query over what was found. Whether an expression fits is only known then.

    :param others: what has gone wrong besides, so that it is told too
    """
    import jmespath
    import jmespath.exceptions

    try:
        return jmespath.search(query, found)
    # Functions of a query meet values that they are not made for, and raise what Python raises then.
    except (jmespath.exceptions.JMESPathError, TypeError, ValueError, ArithmeticError, RecursionError) as error:
        reason = (str(error) or type(error).__name__).splitlines()[0]
        fault = (
            f"query {query!r} can't be answered from what was found: {reason}. Run the task without query to "
            "see what it is asked of"
        )
        raise InvalidInput([*others, fault]) from None


def gather_images(run: Task[Options]) -> Data:
    """The flow of ecs_image_info."""
    regions = list(dict.fromkeys(run.options.regions or [str(run.options.region)]))
    check_regions(run, regions)
    run.refuse_faults()
    found: dict[str, list[Image] | ImageOpsError] = {}
    run.jobs.run(lambda region: _gather(run, region, found), regions)
    errors = {region: error for region, error in found.items() if isinstance(error, ImageOpsError)}
    failures = [f"{region}: {error.msg}" for region, error in errors.items()]
    images = [image for region in regions if region not in errors for image in t.cast("list[Image]", found[region])]
    empty = [region for region in regions if region not in errors and not found[region]]
    result: Data = {
        "changed": False,
        "images": images,
        "warnings": _not_seen(run.options, regions, images, errors) + _blindness(run, empty),
    }
    if run.options.query:
        result["result"] = _answer(run.options.query, images, failures)
    if failures:
        result.update(failed=True, msg="; ".join(failures))
    return result


def _not_seen(
    options: Options, regions: t.Sequence[str], images: t.Sequence[Image], errors: t.Collection[str]
) -> list[str]:
    """A warning about ids that were asked for and are not seen. One that is new may show a little later."""
    asked = (options.name, options.name_regex, options.family, options.tags, options.statuses, options.shared_with)
    if any(asked) or options.copied_from or options.newest or errors:
        return []
    hidden = sorted(set(options.image_ids or []) - {image["image_id"] for image in images})
    return [f"{', '.join(hidden)} is not seen in {', '.join(regions)}"] if hidden else []


def newest_id(run: Task[NewestOptions]) -> str | None:
    """The flow of the lookup: the youngest finished image of these owners, by name or family."""
    region = run.options.region
    check_regions(run, [region])
    run.refuse_faults()
    asked = run.options
    wanted = Options(region=region, name=asked.name, family=asked.family, statuses=["Available"], newest=1)
    found = [
        image
        for owner in asked.owners
        for image in _images_in(Task.of(run, dataclasses.replace(wanted, owner=owner)), region)
    ]
    return str(age.newest(found, 1)[0]["image_id"]) if found else None


def _blindness(run: Task[Options], regions: list[str]) -> list[str]:
    """Nothing was found there, which says nothing to credentials that see nothing. Others' images need other rights."""
    is_doubted = run.options.is_own and run.options.expect_images
    return run.visibility_warnings(regions) if is_doubted else []


def _gather(run: Task[Options], region: str, found: dict[str, list[Image] | ImageOpsError]) -> None:
    try:
        found[region] = _images_in(run, region)
    except ImageOpsError as error:
        found[region] = error


def _images_in(run: Task[Options], region: str) -> list[Image]:
    options = run.options
    if options.image_ids:
        looked = [run.api.images.get(region, image_id) for image_id in options.image_ids]
        images = [image for image in looked if image]
    else:
        own = options.is_own
        images = run.api.images.find(
            region,
            name=options.name,
            # How others' families are to be asked for is not known for sure: they are told apart here.
            family=options.family if own else None,
            tags=options.all_tags,
            owner=SELF if own else OTHERS,
            owner_id=options.account,
        )
    images = [image for image in images if _selected(image, options)]
    if options.shared_with or options.share_lists:
        images = _with_shares(run, region, images)
    if options.newest:
        images = age.newest(images, options.newest)
    return images


def _selected(image: Image, options: Options) -> bool:
    """The API matches names loosely and ignores what it does not know, so that everything is compared again."""
    return (
        (not options.name or image["name"] == options.name)
        and (not options.name_regex or re.search(options.name_regex, image["name"]) is not None)
        and (not options.account or bool(options.image_ids) or image["owner_id"] in ("", options.account))
        and (not options.family or image["family"] in _family_names(image, options))
        and (not options.statuses or image["status"] in options.statuses)
        and all(image["tags"].get(key) == value for key, value in options.all_tags.items())
    )


def _family_names(image: Image, options: Options) -> tuple[str | None, ...]:
    """How the family that is asked for may be told: plain, and with the account of the image to every other account."""
    return options.family, f"acs:{image['owner_id'] or options.account}:{options.family}"


def _with_shares(run: Task[Options], region: str, images: list[Image]) -> list[Image]:
    wanted = set(run.options.shared_with or [])
    listed = [
        models.with_values(
            image, shares=run.api.images.shares(region, image["image_id"]) if image["owner_alias"] == "self" else []
        )
        for image in images
    ]
    return [image for image in listed if wanted <= {share["account_id"] for share in image["shares"]}]


def share_info_faults(options: ShareOptions) -> list[str]:
    """What is wrong with the options of ecs_image_share_info."""
    return targets.target_faults(options) + _query_faults(options.query)


def gather_shares(run: Task[ShareOptions]) -> Data:
    """The flow of ecs_image_share_info."""
    shares: list[Data] = []
    found = targets.targets_of(run)
    warnings = targets.doubts(run, found)
    for target in found:
        if target.get("refusal"):
            raise t.cast(Refused, target["refusal"])
        try:
            accounts = run.api.images.shares(target["region"], target["image_id"]) if target["image_id"] else []
        except ApiError as error:
            error.extra["shares"] = shares
            raise
        shares.append(
            {
                "region": target["region"],
                "image_id": target["image_id"],
                "accounts": [share["account_id"] for share in accounts],
                "shares": accounts,
            }
        )
    result: Data = {"changed": False, "shares": shares, "warnings": warnings}
    if run.options.query:
        result["result"] = _answer(run.options.query, shares)
    return result
