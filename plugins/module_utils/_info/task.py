# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The flows of the modules that only look."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import age, models
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import (
    ApiError,
    ImageOpsError,
    InvalidInput,
    Refused,
    failing,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image
from ansible_collections.imageops.alicloud.plugins.module_utils._info.options import (
    OTHERS,
    SELF,
    NewestOptions,
    Options,
    ShareOptions,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._share import targets
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import Task, check_regions, regions_of


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
    regions = regions_of(run)
    run.options = run.options.seen_from(run.account_id)
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
    return failing(result, failures)


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
        for image in _images_in(
            Task.of(run, dataclasses.replace(wanted, owner=owner).seen_from(run.account_id)), region
        )
    ]
    return str(age.newest(found, 1)[0]["image_id"]) if found else None


def _blindness(run: Task[Options], regions: list[str]) -> list[str]:
    """Nothing was found there, which says nothing to credentials that see nothing. Others' images need other rights."""
    is_doubted = run.options.is_own and run.options.expect_images and run.options.image_ids != []
    return run.visibility_warnings(regions) if is_doubted else []


def _gather(run: Task[Options], region: str, found: dict[str, list[Image] | ImageOpsError]) -> None:
    try:
        found[region] = _images_in(run, region)
    except ImageOpsError as error:
        found[region] = error


def _images_in(run: Task[Options], region: str) -> list[Image]:
    options = run.options
    if options.image_ids is not None:
        looked = [run.api.images.get(region, image_id) for image_id in dict.fromkeys(options.image_ids)]
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
    listed = []
    for image in images:
        is_own = image["owner_alias"] == "self"
        shares = run.api.images.shares_if_there(region, image["image_id"]) if is_own else []
        listed += [models.with_values(image, shares=shares)] if shares is not None else []
    return [image for image in listed if wanted <= {share["account_id"] for share in image["shares"]}]


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
