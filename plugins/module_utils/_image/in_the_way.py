# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What keeps an image from being removed: the copies that are being made of it, instances, and who else has it."""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import error_codes, markers
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import (
    ApiError,
    ImageOpsError,
    Refused,
    refuse,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import SETTLED, UNFINISHED, Data
from ansible_collections.imageops.alicloud.plugins.module_utils._base.regions import REGIONS
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image
from ansible_collections.imageops.alicloud.plugins.module_utils._image import plan_remove
from ansible_collections.imageops.alicloud.plugins.module_utils._image.options import RemoveOptions
from ansible_collections.imageops.alicloud.plugins.module_utils._share import plan as share_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._share.share_list import LAG, ShareList
from ansible_collections.imageops.alicloud.plugins.module_utils._task.attempt import attempt
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import Run, Task

OptionsT = t.TypeVar("OptionsT", bound=RemoveOptions)


class RunningCopies:
    """The marked copies that are being made in any region, as far as a single look there tells. Not made in a job.

    :param images: those whose copies are looked for
    :param seen: all own images of regions that were looked at already, which need no further look
    """

    def __init__(
        self, run: Run, images: t.Sequence[Image], seen: t.Mapping[str, t.Sequence[Image]] | None = None
    ) -> None:
        self._run = run
        self._origins = {markers.source_ref(image["region"], image["image_id"]) for image in images}
        self._found: list[Image] = []
        seen = seen or {}
        if self._origins:
            for found in seen.values():
                self._take(found)
            run.jobs.run(self._look, sorted({*REGIONS, *(image["region"] for image in images)} - set(seen)))

    def of(self, image: Image) -> list[Image]:
        """Those of one image."""
        origin = markers.source_ref(image["region"], image["image_id"])
        found = [copy for copy in self._found if copy["tags"][markers.COPIED_FROM] == origin]
        return sorted(found, key=lambda copy: (copy["region"], copy["image_id"]))

    def _look(self, region: str) -> None:
        tags = {markers.COPIED_FROM: next(iter(self._origins))} if len(self._origins) == 1 else None
        with contextlib.suppress(ImageOpsError):  # a region that can't be looked at must not hold up a removal
            self._take(self._run.api.briefly().images.find(region, tags=tags, statuses=sorted(UNFINISHED)))

    def _take(self, images: t.Iterable[Image]) -> None:
        for image in images:
            # Compared again, so that nothing is refused by a loose match.
            if image["tags"].get(markers.COPIED_FROM) in self._origins and image["status"] not in SETTLED:
                self._found.append(image)


def instances_of(run: Run, image: Image) -> list[Data]:
    """The account's instances that were made from an image, as far as these credentials see any.

    What the image itself says of its usage is no proof, neither way.
    """
    try:
        return run.api.instances.of_image(image["region"], image["image_id"])
    except ApiError as error:
        if not error.code.startswith(error_codes.LACKS_RIGHT):
            raise
        return []  # the API refuses to delete what is used


def given_back(run: Run, image: Image, accounts: list[str]) -> list[str]:
    """Share an image again with those who have lost it for nothing.

    :returns: the accounts that have not got it again
    """
    lost: list[str] = []
    shares = ShareList(
        run, image["region"], image["image_id"], lambda *_told: None, lambda account, _error: lost.append(account)
    )
    shares.apply(share_plan.plan([], accounts, state="present"), len(accounts))
    return lost


def refuse_foreign(image: Image) -> None:
    """Refuse another account's image before anything of it is looked at that only its owner sees."""
    refuse(plan_remove.refusal_of_owner(image))


def unshare_all(run: Task[OptionsT], image: Image, refusal_of: t.Callable[..., Refused | None]) -> list[str]:
    """Take an image from all who have it, after checking that nothing else will refuse.

    :returns: the accounts that it was, or would be, taken from
    :raises ImageOpsError: with those that it was taken from before that, as ``unshared``
    """
    lost = list[str]()

    def changed(_added: t.Sequence[str], removed: t.Sequence[str], _request: str | None) -> None:
        run.mark_changed()
        lost.extend(removed)

    try:
        return _taken_from_all(run, image, refusal_of, changed)
    except ImageOpsError as error:
        error.extra.update(unshared=lost)
        raise


def _taken_from_all(
    run: Task[OptionsT], image: Image, refusal_of: t.Callable[..., Refused | None], changed: t.Callable[..., None]
) -> list[str]:
    """
    :param changed: as ``ShareList`` takes it
    """
    region, image_id = image["region"], image["image_id"]
    refuse_foreign(image)
    shares = ShareList(run, region, image_id, changed, _raise)
    accounts = _known_holders(image) if run.check else None
    if accounts is None:
        accounts = _holders(run, image, shares)
    refuse(refusal_of(image, accounts, run.options))
    if run.check:
        run.changed = run.changed or bool(accounts or image["is_public"])
        return accounts
    everybody = share_plan.plan(accounts, accounts, state="absent")
    shares.apply(everybody, len(accounts))
    if image["is_public"]:
        run.api.images.publish(region, image_id, False)
        run.mark_changed()
    return accounts


def unshared_late(run: Task[OptionsT], image: Image, unshared: list[str], write: t.Callable[[], None]) -> None:
    """Do what the API only does with an image that nobody has.

    The list that was read may have been behind: if the API says that somebody has the image, those are taken off, too,
    when they show, if that was asked for.

    :param unshared: the accounts that it was taken from, to which those are added
    """
    shares = ShareList(run, image["region"], image["image_id"], lambda *_told: run.mark_changed(), _raise)

    def look(_error: ApiError) -> None:
        late = [account for account in shares.read() if account not in unshared]
        shares.apply(share_plan.plan(late, late, state="absent"), len(late))
        unshared.extend(late)

    def is_early(error: ApiError) -> bool:
        return error.code in error_codes.SHARED and run.options.unshare

    try:
        attempt(run, write, look, early=is_early, early_for=LAG)
    except ImageOpsError as error:
        error.extra.update(unshared=unshared)  # they have lost it all the same
        raise


def _raise(_account: str, error: ApiError) -> None:
    raise error


def _holders(run: Run, image: Image, shares: ShareList) -> list[str]:
    """Who has an image. A new one may be listed before its share list is found.

    :raises ApiError: if the image is gone, or its list is not found for ``consistency_wait``
    """

    def look(error: ApiError) -> None:
        if run.api.images.get(image["region"], image["image_id"]) is None:
            raise error

    return attempt(run, shares.read, look, early=lambda error: error.code == error_codes.NO_SUCH_IMAGE)


def _known_holders(image: Image) -> list[str] | None:
    """Who has an image, as far as the look at it has told that. Enough for check mode: a run reads the list itself."""
    if "shares" in image:
        return [share["account_id"] for share in image["shares"]]
    return [] if image["is_shared"] is False else None
