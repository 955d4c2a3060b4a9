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
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import Run, check_regions

# What images are chosen by, beside their owner.
SELECTORS = ("image_ids", "name", "name_regex", "family", "tags", "statuses", "shared_with", "copied_from")


def newest_faults(params: dict[str, t.Any]) -> list[str]:
    """What is wrong with the lookup's options."""
    faults = [f"{name} is needed" for name in ("region", "owner") if not params[name]]
    if bool(params["name"]) == bool(params["family"]):
        faults.append("either name or family is needed")
    strange = [owner for owner in params["owner"] if owner != "self" and not validation.is_account(owner)]
    return faults + [f"owner must be self or an account id, not {owner!r}" for owner in strange]


def image_faults(params: dict[str, t.Any]) -> list[str]:
    """What is wrong with the options of ecs_image_info."""
    faults = []
    if not (params["regions"] or params["region"]):
        faults.append("region or regions is needed")
    if params["name_regex"]:
        try:
            re.compile(params["name_regex"])
        except re.error as error:
            faults.append(f"name_regex is not a regular expression: {error}")
    if params["owner"] != "self" and not params["image_ids"] and not validation.is_account(params["owner"]):
        faults.append("owner must be self or an account id")
    if params["newest"] is not None and params["newest"] < 1:
        faults.append(f"newest must be at least 1, not {params['newest']}: leave it out to have all images")
    return faults + validation.tag_value_faults(params["tags"] or {}) + _query_faults(params["query"])


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


def gather_images(run: Run) -> Data:
    """The flow of ecs_image_info."""
    regions = list(dict.fromkeys(run.params["regions"] or [run.params["region"]]))
    check_regions(run, regions)
    run.refuse_faults()
    found: dict[str, list[Image] | ImageOpsError] = {}
    run.jobs.run(lambda region: _gather(run, region, found), regions)
    errors = {region: error for region, error in found.items() if isinstance(error, ImageOpsError)}
    failures = [f"{region}: {error.msg}" for region, error in errors.items()]
    images = [image for region in regions if region not in errors for image in t.cast("list[Image]", found[region])]
    empty = [region for region in regions if region not in errors and not found[region]]
    result: Data = {"changed": False, "images": images, "warnings": _blindness(run, empty)}
    if run.params["query"]:
        result["result"] = _answer(run.params["query"], images, failures)
    if failures:
        result.update(failed=True, msg="; ".join(failures))
    return result


def newest_id(run: Run) -> str | None:
    """The flow of the lookup: the youngest finished image of these owners, by name or family."""
    region = run.params["region"]
    check_regions(run, [region])
    run.refuse_faults()
    wanted = {**dict.fromkeys(SELECTORS), **run.params, "statuses": ["Available"], "newest": 1}
    found = [
        image
        for owner in run.params["owner"]
        for image in _images_in(dataclasses.replace(run, params={**wanted, "owner": owner}), region)
    ]
    return str(age.newest(found, 1)[0]["image_id"]) if found else None


def _blindness(run: Run, regions: list[str]) -> list[str]:
    """Nothing was found there, which says nothing to credentials that see nothing. Others' images need other rights."""
    is_doubted = run.params["owner"] == "self" and run.params["expect_images"]
    return run.visibility_warnings(regions) if is_doubted else []


def _gather(run: Run, region: str, found: dict[str, list[Image] | ImageOpsError]) -> None:
    try:
        found[region] = _images_in(run, region)
    except ImageOpsError as error:
        found[region] = error


def _images_in(run: Run, region: str) -> list[Image]:
    params = run.params
    if params["image_ids"]:
        looked = [run.api.images.get(region, image_id) for image_id in params["image_ids"]]
        images = [image for image in looked if image]
    else:
        own = params["owner"] == "self"
        tags = dict(params["tags"] or {})
        if params["copied_from"]:
            tags[markers.COPIED_FROM] = params["copied_from"]
        images = run.api.images.find(
            region,
            name=params["name"],
            family=params["family"],
            tags=tags,
            owner="self" if own else "others",
            owner_id=None if own else params["owner"],
        )
    images = [image for image in images if _selected(image, params)]
    if params["shared_with"] or params.get("share_lists"):
        images = _with_shares(run, region, images)
    if params["newest"]:
        images = age.newest(images, params["newest"])
    return images


def _selected(image: Image, params: t.Mapping[str, t.Any]) -> bool:
    """The API matches names loosely and ignores what it does not know, so that everything is compared again."""
    tags = {
        **(params["tags"] or {}),
        **({markers.COPIED_FROM: params["copied_from"]} if params["copied_from"] else {}),
    }
    return (
        (not params["name"] or image["name"] == params["name"])
        and (not params["name_regex"] or re.search(params["name_regex"], image["name"]) is not None)
        and (not params["family"] or image["family"] == params["family"])
        and (not params["statuses"] or image["status"] in params["statuses"])
        and all(image["tags"].get(key) == value for key, value in tags.items())
    )


def _with_shares(run: Run, region: str, images: list[Image]) -> list[Image]:
    wanted = set(run.params["shared_with"] or [])
    listed = [
        models.with_values(
            image, shares=run.api.images.shares(region, image["image_id"]) if image["owner_alias"] == "self" else []
        )
        for image in images
    ]
    return [image for image in listed if wanted <= {share["account_id"] for share in image["shares"]}]


def share_info_faults(params: dict[str, t.Any]) -> list[str]:
    """What is wrong with the options of ecs_image_share_info."""
    return targets.target_faults(params) + _query_faults(params["query"])


def gather_shares(run: Run) -> Data:
    """The flow of ecs_image_share_info."""
    shares: list[Data] = []
    for target in targets.targets_of(run):
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
                "accounts": [one["account_id"] for one in accounts],
                "shares": accounts,
            }
        )
    result: Data = {"changed": False, "shares": shares}
    if run.params["query"]:
        result["result"] = _answer(run.params["query"], shares)
    return result
