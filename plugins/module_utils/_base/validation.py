# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The API's rules for names, descriptions, tags, devices and accounts, as sentences about what breaks them. Pure."""

from __future__ import annotations

import math
import re
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import age, markers
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import InvalidInput
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data
from ansible_collections.imageops.alicloud.plugins.module_utils._base.options import dictionaries

# Letters of any script, since the documentation allows Chinese ones without saying which.
_NAME = re.compile(r"[^\W\d_][\w.:-]{1,127}")
_LINK = re.compile(r"https?://", re.IGNORECASE)
_ACCOUNT = re.compile(r"[0-9]{5,20}")
ACCOUNT_RULE = "must be an account id: digits only, 5 to 20 of them"

_ROLE = re.compile(r"acs:ram::(\d+):role/\S+", re.ASCII)
_BUCKET = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_NAMING = ("image_ids", "instance_type", "regions", "role_arns", "vswitch_id")  # lists of things that are named
_IDS = ("image_id", "snapshot_id", "source_image_id")
_AROUND = re.compile(r"[\[\](){}'\"]")  # what a list or a text is written with, and no id has

# Options in seconds, and whether 0 is one of their values.
_SECONDS = {
    "connect_timeout": False,
    "consistency_wait": True,
    "read_timeout": False,
    "unreachable_timeout": True,
    "wait_interval": False,
    "wait_timeout": True,
}

LONGEST = 31_536_000  # seconds that any wait may be: a year, which every clock can count
MOST_TAGS = 20  # tags on one resource
MOST_DISKS = 17  # of one image: the system disk and 16 data disks
SYSTEM_DEVICE = "/dev/xvda"
MOST_ACCOUNTS = 50  # accounts that one image is shared with, unless the quota was raised
IMAGE_FAULT = "image must have its region and its image_id as texts"
IMAGES_FAULT = "images must be a dictionary from region to image id, or a list of images with region and image_id"
SHARE_BATCH = 10  # accounts that one call adds, and as many that it removes


def name_faults(name: str, what: str = "name") -> list[str]:
    """Image names: 2 to 128 characters, a letter first, then letters, digits, ``.``, ``:``, ``_`` and ``-``."""
    if _LINK.search(name) or name.lower().startswith(("aliyun", "acs:")):
        return [f"{what} {name!r} must not start with aliyun or acs:, nor hold http:// or https://"]
    if not _NAME.fullmatch(name):
        return [
            f"{what} {name!r} must have 2 to 128 characters, a letter first, then letters, digits, '.', ':', '_' or '-'"
        ]
    return []


def pattern_fault(pattern: str) -> str | None:
    """Why a text is no regular expression, or None."""
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return f"is not a regular expression: {error}"
    return None


def common_faults(params: t.Mapping[str, t.Any]) -> list[str]:
    """What is wrong with options that many modules have, whatever else they have."""
    roles = role_faults("role_arns", [arn for arn in _entries(params, "role_arns") if arn])
    return _blank_faults(params) + _id_faults(params) + roles + _time_faults(params)


def _blank_faults(params: t.Mapping[str, t.Any]) -> list[str]:
    """Lists that name things and have an entry with nothing in it, as a survey's empty answer makes them."""
    return [
        f"{name} has an empty entry: leave it out"
        for name in _NAMING
        if isinstance(params.get(name), list) and not all(str(entry).strip() for entry in params[name])
    ]


def _id_faults(params: t.Mapping[str, t.Any]) -> list[str]:
    """Ids with what was copied or written around them. Nothing has such an id, and what is not there counts as gone."""
    images = [params.get("image"), *(params.get("images") or [])]
    # Where image_ids is an option, image_id is another name of it.
    given = [(name, params.get(name)) for name in _IDS if name != "image_id" or params.get("image_ids") is None]
    given += [("image_ids", entry) for entry in _entries(params, "image_ids")]
    given += [("image_id", image.get("image_id")) for image in images if isinstance(image, dict)]
    texts = [(name, value) for name, value in given if isinstance(value, str)]
    found = [f"{name} {value!r} has blanks around it" for name, value in texts if value != value.strip()]
    return found + [
        f"{name} {value!r} is no id: write it without brackets and quotes, and several with commas between them"
        for name, value in texts
        if _AROUND.search(value)
    ]


def role_faults(name: str, arns: t.Sequence[str]) -> list[str]:
    """What no role can be called: that it can't be taken on would pass for an account that lets nobody look.

    :param name: of the option or variable that the roles stand in
    """
    return [
        f"{name}: {arn!r} is no ARN of a role, such as acs:ram::ACCOUNT:role/NAME"
        for arn in arns
        if not account_of_role(arn)
    ]


def _entries(params: t.Mapping[str, t.Any], name: str) -> list[str]:
    """The texts of a list as ``options_from`` takes them: without the spaces that Ansible leaves in parting a text."""
    return [entry.strip(" ") for entry in params.get(name) or [] if isinstance(entry, str)]


def account_of_role(arn: str) -> str | None:
    """The account that a role belongs to, None for what is no ARN of a role."""
    found = _ROLE.fullmatch(arn)
    return found[1] if found else None


def bucket_faults(bucket: str) -> list[str]:
    """The name of a bucket, as OSS has them."""
    if _BUCKET.fullmatch(bucket):
        return []
    return [f"bucket {bucket[:80]!r} must have 3 to 63 characters: a to z, digits and '-', none of it outside"]


def region_faults(regions: t.Sequence[str]) -> list[str]:
    """Regions of destinations: each once, and none empty."""
    faults = [] if all(regions) else ["a destination has an empty region"]
    twice = sorted({region for region in regions if regions.count(region) > 1})
    return faults + [f"{region} is a destination twice: one copy per region and task" for region in twice]


def description_faults(description: str) -> list[str]:
    """Descriptions: 2 to 256 characters, not a link. An empty one means none."""
    if description and (not 2 <= len(description) <= 256 or _LINK.match(description)):
        return [
            f"description {description[:40]!r} must have 2 to 256 characters and not start with http:// or https://"
        ]
    return []


def text_faults(
    name: str | None, description: str | None, tags: t.Mapping[str, t.Any] | None, family: str | None = None
) -> list[str]:
    """What is wrong with how an image or a snapshot is to be called, and with what it is to say. None says nothing."""
    faults = [] if name is None else name_faults(name)
    faults += description_faults(description or "")
    faults += name_faults(family, "family") if family else []
    return faults + tag_faults(tags or {})


def with_texts_as_tags(options: t.Any) -> t.Any:
    """Options with whatever is called ``tags`` as texts. YAML makes numbers and booleans of what looks like them."""
    if isinstance(options, list):
        return [with_texts_as_tags(option) for option in options]
    if not isinstance(options, dict):
        return options
    return {
        name: tag_texts(value) if name == "tags" and isinstance(value, dict) else with_texts_as_tags(value)
        for name, value in options.items()
    }


def image_entries(given: t.Any) -> list[Data]:
    """The option ``images`` in one form: entries with ``region`` and ``image_id``.

    :param given: what one module returned and another takes: a dictionary from region to id, or a list of images
    :raises InvalidInput: if it is neither
    """
    try:
        given = dictionaries(given)
    except ValueError:
        raise InvalidInput([IMAGES_FAULT]) from None
    if isinstance(given, dict):
        given = [{"region": str(region), "image_id": image_id} for region, image_id in given.items()]
    if not isinstance(given, list) or not all(isinstance(entry, dict) for entry in given):
        raise InvalidInput([IMAGES_FAULT])
    if not all(_is_named_by_texts(entry) for entry in given):
        raise InvalidInput([IMAGES_FAULT])
    return list(given)


def _is_named_by_texts(image: t.Mapping[str, t.Any]) -> bool:
    return all(isinstance(image.get(name), (str, type(None))) for name in ("region", "image_id"))


def with_images(params: dict[str, t.Any]) -> dict[str, t.Any]:
    """Parameters with what the options ``image`` and ``images`` hold in one form.

    :raises InvalidInput: if something in them can't be an image
    """
    if isinstance(params.get("image"), dict) and not _is_named_by_texts(params["image"]):
        raise InvalidInput([IMAGE_FAULT])
    return params if params.get("images") is None else {**params, "images": image_entries(params["images"])}


def in_one_form(params: Data) -> Data:
    """A module's parameters as Ansible has checked them, with tags and images in one form.

    :raises InvalidInput: if something in them can't be an image
    """
    return with_images(t.cast(Data, with_texts_as_tags(params)))


def tag_texts(tags: t.Mapping[t.Any, t.Any]) -> dict[str, t.Any]:
    """Tags as the API takes them: YAML makes numbers, booleans and nothing of what are texts to it.

    Lists and dictionaries stay what they are, and are refused as faults.
    """
    return {
        str(key): value if isinstance(value, (str, list, dict)) else "" if value is None else str(value)
        for key, value in tags.items()
    }


def tag_value_faults(tags: t.Mapping[str, t.Any]) -> list[str]:
    """What is wrong with the values of tags: they are texts."""
    return [
        f"tags: the value of {key[:40]!r} must be a text, not a {type(value).__name__}"
        for key, value in tags.items()
        if not isinstance(value, str)
    ]


def tag_faults(tags: t.Mapping[str, t.Any]) -> list[str]:
    """Tag keys: 1 to 128 characters; values: up to 128. Reserved prefixes and links are refused, equal keys too."""
    faults = tag_value_faults(tags)
    seen: dict[str, str] = {}
    for key, value in tags.items():
        if not 1 <= len(key) <= 128 or _LINK.search(key) or key.lower().startswith(("aliyun", "acs:")):
            faults.append(
                f"tags: the key {key[:40]!r} must have 1 to 128 characters, no link, no aliyun or acs: in front"
            )
        if key == markers.KEEP:
            fault = age.keep_fault(value) if isinstance(value, str) else None
            faults += [f"tags: {fault}"] if fault else []
        elif key.lower().startswith("imageops:"):
            faults.append(f"tags: the key {key[:40]!r} is reserved, imageops: marks what this collection made")
        if key.lower() in seen:
            faults.append(f"tags: the keys {seen[key.lower()]!r} and {key!r} differ in case only")
        seen[key.lower()] = key
        if not isinstance(value, str):
            continue
        if len(value) > 128 or _LINK.search(value) or value.lower().startswith("acs:"):
            faults.append(f"tags: the value of {key[:40]!r} must have up to 128 characters, no link, no acs: in front")
    return faults


def _time_faults(params: t.Mapping[str, t.Any]) -> list[str]:
    """Options in seconds that are no such number: nobody could wait by them, not even for an answer of the API."""
    faults = []
    for name, may_be_zero in _SECONDS.items():
        value = params.get(name)
        if value is not None and not (math.isfinite(value) and (0 < value <= LONGEST or (may_be_zero and value == 0))):
            least = "0 or more" if may_be_zero else "more than 0"
            faults.append(f"{name} must be {least} and at most {LONGEST} seconds, not {value:g}")
    return faults


def is_account(value: str) -> bool:
    """Whether it looks like an account's id. Digits of other scripts are none to the API."""
    return _ACCOUNT.fullmatch(value) is not None


def account_faults(accounts: t.Sequence[str], own: str | None = None, named_in: t.Sequence[str] = ()) -> list[str]:
    """Account ids: digits only, and never one's own.

    :param named_in: the places that name the own account, if nobody has asked the cloud for it yet
    """
    faults = [f"account {account!r} {ACCOUNT_RULE}" for account in accounts if not is_account(account)]
    if own and own in accounts:
        faults.append(owner_fault(own, named_in))
    return faults


def owner_fault(account: str, named_in: t.Sequence[str] = ()) -> str:
    """Why an account can't get an image of its own."""
    by_name = f", by {', '.join(named_in)}" if named_in else ""
    return f"account {account} owns the image{by_name}: an image can't be shared with its owner"


def device_faults(device: str | None) -> list[str]:
    """What is wrong with the name of a disk's device, if it has one."""
    if not device or re.fullmatch("/dev/xvd[a-z]", device):
        return []
    return [f"device {device!r} is none of /dev/xvda to /dev/xvdz"]
