# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a release is going to do, in lines that people read before they let it. Pure."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base.texts import counted
from ansible_collections.imageops.alicloud.plugins.plugin_utils._family import _launches, _led, _promotion

Data = dict[str, t.Any]

STARTING = ("started", "replaced")
# The words of the copy module, which check mode has in common with the run, as a plan says them.
WOULD = {
    "present": "is there",
    "adopted": "is under way",
    "started": "would be started",
    "replaced": "would be made anew",
    "updated": "would be updated",
    "refused": "would be refused",
}
STORING, TRAFFIC = "snapshot_gib_month", "traffic_gib"  # what prices are given for

# What the cloud does not carry over to a copy or to an account.
KEY_NOTE = "Encrypted images: an account that gets one must be allowed to use its key, which sharing does not do."
SHARE_NOTE = "Accounts that get an image need no role for it, but services of theirs that use it do."
OBJECT = "oss://"  # what the name of an object begins with
IMPORT_NOTE = "An import is not encrypted: give a destination in its own region, or elsewhere, encrypted=true."
USER_DATA_NOTE = "User data, instance types and networks are no part of an image and stay behind."


def plan_text(parts: Data) -> list[str]:
    """
    :param parts: ``image``, ``created``, ``copies``, ``test_boots``, ``shares``, ``promotion`` and ``launched`` as
        check mode foretold them; ``prices``
    :returns: the lines
    """
    image, copies = parts.get("image") or {}, parts["copies"].get("copies") or []
    shares = parts["shares"].get("shares") or []
    lines = [_source_line(image, parts["created"], parts.get("made_from"))] if image else []
    lines += [_copy_line(copy) for copy in copies if copy.get("action")]
    lines += [_test_boot_line(boot) for boot in parts.get("test_boots") or []]
    lines += [_restored_line(image) for image in parts.get("restored") or []]
    told = {image["image_id"] for image in parts.get("restored") or []}
    lines += _share_lines([{**share, "added": []} if share.get("image_id") in told else share for share in shares])
    lines += _promotion_lines(parts.get("promotion") or {})
    lines += _launches.plan_lines(parts.get("launched") or {})
    if not (image or copies) or parts.get("restored"):
        return lines
    acting = [copy for copy in copies if copy.get("action")]
    starting = [copy for copy in acting if copy["action"] in STARTING]
    if _is_new(image) and parts["created"].get("changed"):
        starting = [{"region": image["region"], "size": image.get("size")}, *starting]
    # Images of a manifest are there, and no step is left that could store more.
    lines += [_stored_line(starting)] if image or acting else []
    lines += _price_lines(starting, parts.get("prices") or {})
    imported = _is_new(image) and (parts.get("made_from") or "").startswith(OBJECT)
    return [*lines, *([IMPORT_NOTE] if imported else []), *_notes(copies, acting, shares)]


def _is_new(image: Data) -> bool:
    """Whether an image would be made. One that would only be Available again is planned, too."""
    return bool(image.get("planned") and not image.get("image_id"))


def _source_line(image: Data, created: Data, made_from: str | None) -> str:
    deed = "would be created" if _is_new(image) else "would be changed" if created.get("changed") else "is there"
    # Without a promotion it leads that family in its region as soon as it is made.
    family = f", in the family {image['family']}" if _is_new(image) and image.get("family") else ""
    if _is_new(image) and made_from and made_from.startswith(OBJECT):
        # How large its disks are only the objects say.
        size = f", {image['size']} GiB" if image.get("size") else ""
        return f"{image['region']}: image {image.get('name')} would be imported from {made_from}{size}{family}"
    return f"{image['region']}: image {image.get('name')} {deed}, {image.get('size') or 0} GiB{family}"


def _copy_line(copy: Data) -> str:
    key = f", encrypted with {copy['kms_key_id'] or 'the service key'}" if copy.get("encrypted") else ""
    way = ", by way of its snapshots, whose traffic is billed" if copy.get("method") == "snapshots" else ""
    error = f": {copy['error']['code']}: {copy['error']['message']}" if copy.get("error") else ""
    taken_over = copy["action"] == "adopted" and copy.get("status") == "Available"  # an image without our tags
    deed = "would be taken over" if taken_over else WOULD.get(str(copy["action"]), copy["action"])
    return f"{copy['region']}: copy {copy['name']} {deed}, {copy.get('size') or 0} GiB{key}{way}{error}"


def _test_boot_line(boot: Data) -> str:
    image = boot.get("image_id") or f"the new image {boot.get('name')}"
    types = " or ".join(boot["instance_type"])
    return f"{boot['region']}: an instance of {image} would be started as {types}, and removed"


def _restored_line(image: Data) -> str:
    accounts = image.get("accounts") or []
    back = f", and shared again with {', '.join(accounts)}" if accounts else ""
    return f"{image['region']}: {image['image_id']} would be made Available again{back}"


def regained_lines(given: t.Sequence[Data], family: str, is_planned: bool) -> list[str]:
    """
    :param given: as ``_audience.regained`` tells it
    """
    get = "would get" if is_planned else "got"
    return [
        f"{one['region']}: {', '.join(one['accounts'])} {get} {one['image_id']} back, and had no image of the family "
        f"{family} there: name in image_release_denied_accounts whoever was cut off"
        for one in given
    ]


def _share_lines(shares: t.Sequence[Data]) -> list[str]:
    """A line for each change of a share list, with all images that it is the same for."""
    same: dict[str, list[Data]] = {}
    for share in shares:
        added, removed = share.get("added") or [], share.get("removed") or []
        gains = f" +{counted(len(added), 'account')} ({', '.join(added)})" if added else ""
        losses = f" -{counted(len(removed), 'account')} ({', '.join(removed)})" if removed else ""
        if gains or losses:
            same.setdefault(gains + losses, []).append(share)
    return [f"{_named(images)}: the share list would change:{change}" for change, images in same.items()]


def _named(images: t.Sequence[Data]) -> str:
    """Images by region and id. Those that are still to be made have no id, and need their regions alone."""
    there = [f"{image['region']} {image['image_id']}" for image in images if image.get("image_id")]
    new = [image["region"] for image in images if not image.get("image_id")]
    words = "the new image in" if len(new) == 1 else "the new images in"
    return ", ".join([*there, *([f"{words} {', '.join(new)}"] if new else [])])


def _promotion_lines(promotion: Data) -> list[str]:
    if promotion.get("refused"):
        return [f"nothing would be promoted: {sentence}" for sentence in promotion["refused"]]
    lines = [
        f"{image['region']}: {image['image_id'] or image['name']} would join the family {promotion['family']}"
        for image in promotion.get("promote") or []
    ]
    lines += _led.moved_lines(promotion.get("promote") or [], is_planned=True)
    if not promotion.get("deprecates"):
        return lines
    found = _led.groups(promotion["previous"]) + _led.groups(promotion.get("left") or [], _promotion.LEFT)
    return lines + _led.lines(found, is_planned=True)


def _stored_line(new: t.Sequence[Data]) -> str:
    """Snapshots hold what is used of a disk, so that the size of the disks is the most that it can be."""
    stored = f"{sum(image.get('size') or 0 for image in new)} GiB of disks more would be stored as snapshots, at most"
    unknown = sorted({image["region"] for image in new if not image.get("size")})
    # What is imported is as large as its objects say, which nobody has read yet.
    return f"{stored}, and what has no size yet, in {', '.join(unknown)}" if unknown else stored


def _price_lines(new: t.Sequence[Data], prices: Data) -> list[str]:
    """
    :param new: the image itself, if it would be created, and the copies that would be started
    """
    month = sum(month_price(prices, image) or 0.0 for image in new)
    billed = [image for image in new if image.get("method") == "snapshots"]
    once = sum(_price(prices, image, TRAFFIC) or 0.0 for image in billed)
    currency = f" {prices['currency']}" if prices.get("currency") else ""
    told = [f"{month:.2f}{currency} a month at most"] if is_priced(prices) else []
    told += [f"{once:.2f}{currency} once for traffic"] if is_priced(prices, TRAFFIC) else []
    lines = [f"What is new would cost {', and '.join(told)}, by the prices given"] if told and new else []
    for images, name, what in ((new, STORING, "stored"), (billed, TRAFFIC, "transferred to")):
        if places := unpriced(prices, images, name):
            lines.append(f"No price is given for {', '.join(places)}: what is {what} there is not counted")
    return lines


def unpriced(prices: Data, images: t.Sequence[Data], name: str = STORING) -> list[str]:
    """Regions of images for which no price is given, while one is for others: they count as nothing."""
    if not is_priced(prices, name):
        return []
    return sorted({image["region"] for image in images if _given(prices, image["region"], name) is None})


def is_priced(prices: Data, name: str = STORING) -> bool:
    """Whether a price is given, anywhere: without one, nothing is said of what it would cost."""
    return any((place or {}).get(name) is not None for place in (prices, *(prices.get("regions") or {}).values()))


def month_price(prices: Data, image: Data) -> float | None:
    """What an image costs a month at most: its snapshots hold what is used of its disks.

    :param prices: as the role's variable image_release_prices has them
    :returns: None where no price is given for its region
    """
    return _price(prices, image, STORING)


def _price(prices: Data, image: Data, name: str) -> float | None:
    price = _given(prices, image["region"], name)
    return None if price is None else float(price) * (image.get("size") or 0)


def _given(prices: Data, region: str, name: str) -> t.Any:
    """The price of a region, or that of all regions, or None."""
    own = (prices.get("regions") or {}).get(region) or {}
    return own.get(name) if own.get(name) is not None else prices.get(name)


def _notes(copies: t.Sequence[Data], acting: t.Sequence[Data], shares: t.Sequence[Data]) -> list[str]:
    shared = any(share.get("added") for share in shares)
    encrypted = any(copy.get("encrypted") for copy in copies)
    notes = [KEY_NOTE] if shared and encrypted else []
    notes += [SHARE_NOTE] if shared else []
    return [*notes, USER_DATA_NOTE] if acting or shared else notes
