# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The flow of ecs_image: look, then create and keep, deprecate, or remove."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import typing as t
import uuid

from ansible_collections.imageops.alicloud.plugins.module_utils._api.transfers import Transfers
from ansible_collections.imageops.alicloud.plugins.module_utils._base import age, error_codes, markers, models
from ansible_collections.imageops.alicloud.plugins.module_utils._base.clock import timestamp
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import (
    ApiError,
    ImageOpsError,
    Refused,
    refuse,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import (
    AVAILABLE,
    CREATE_FAILED,
    CREATING,
    DEPRECATED,
    Data,
    is_unfinished,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base.options import Flow
from ansible_collections.imageops.alicloud.plugins.module_utils._base.regions import EVERY
from ansible_collections.imageops.alicloud.plugins.module_utils._base.retry import is_conflict, is_transient
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image
from ansible_collections.imageops.alicloud.plugins.module_utils._image import (
    importing,
    in_the_way,
    plan_remove,
    remove,
    source,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._image import plan as image_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._image.instance_stop import Pause
from ansible_collections.imageops.alicloud.plugins.module_utils._image.options import ARGUMENTS, EXCLUSIVE, Options
from ansible_collections.imageops.alicloud.plugins.module_utils._task import changes, waiter
from ansible_collections.imageops.alicloud.plugins.module_utils._task.attempt import attempt
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import WAITING, Task, check_regions


def manage_image(run: Task[Options]) -> Data:
    """The flow of ecs_image."""
    places = [place["region"] for place in run.options.copied_to or [] if place["region"] != EVERY]
    check_regions(run, [run.options.region, *places])
    run.refuse_faults()
    image = _find(run)
    if run.options.state == "absent":
        return remove.remove(run, image)
    made = Making()
    try:
        return _ensure(run, image, made)
    except ImageOpsError as error:
        error.extra = {**dataclasses.asdict(made), **error.extra}  # what is there, and is billed, is told with it
        raise


def _find(run: Task[Options]) -> Image | None:
    """The image by its id, or the own image of exactly this name."""
    region, image_id, name = run.options.region, run.options.image_id, run.options.name
    if image_id:
        look = functools.partial(run.api.images.get, region, image_id)
        # What is to be kept may be new; what is to go and is not seen is gone.
        return look() if run.options.state == "absent" else waiter.shown(run, look)
    found = [image for image in run.api.images.find(region, name=name) if image["name"] == name]
    if len(found) > 1:
        raise Refused("Ambiguous", f"{len(found)} images in {region} have the name {name!r}", "Name one with image_id.")
    return found[0] if found else None


def _ensure(run: Task[Options], found: Image | None, made: Making) -> Data:
    """Make an image exist and be as asked, Available or Deprecated."""
    pause = Pause(run)
    try:
        image = _made(run, found, pause, made)
    except ImageOpsError as error:
        pause.end_after(error, lambda: _find(run))
        raise
    pause.end()
    image = _checked(run, image, made, just_made=found is None or is_unfinished(found))
    unshared: list[str] = []
    if is_unfinished(image) and run.waiting.wait and run.check:
        image = _predict(run, image)
    elif image["status"] in (AVAILABLE, DEPRECATED) and not image.get("planned"):
        image, unshared = _keep(run, image)
    return {
        "changed": run.changed,
        **dataclasses.asdict(made),
        "image": image,
        "instance": pause.report,
        "snapshots": image.get("snapshot_ids", []),
        "snapshots_kept": [],
        "unshared": unshared,
        "diff": remove.diff(found, image),
        "warnings": [
            *(image_plan.risks_of(image) if run.options.detection_strategy else []),
            *image_plan.fixed_differences(image, run.options),
            *image_plan.withdrawn(image, run.options),
        ],
    }


@dataclasses.dataclass
class Making:
    """The image as it was last seen, once it is ours; when and by which request this run has made it, or which task."""

    image: Image | None = None
    started_at: str | None = None
    finished_at: str | None = None
    request_id: str | None = None
    task_id: str | None = None

    def see(self, image: Image) -> None:
        """Keep what a look has shown of our image. One of which it is not known yet whose it is is not told as ours."""
        self.image = image if self.image else None

    @contextlib.contextmanager
    def waited_for(self) -> t.Iterator[None]:
        """While this is done, the image may vanish. Then it is not told as there."""
        try:
            yield
        except Refused as error:
            if error.code == waiter.VANISHED:
                self.image = None
            raise


def _made(run: Task[Options], found: Image | None, pause: Pause, made: Making) -> Image:
    """The image, created if it was not there, and waited for."""
    # One that is listed late is only met when its name is taken.
    image = _with_its_tags(run, found if found is not None else _create(run, pause, made))
    waits = is_unfinished(image) and run.waiting.wait
    is_open = waits and _may_be_ours(run, image)  # its tags may show only when it has finished
    if not is_open:
        _refuse_unless_ours(run, image)
        made.image = image
    if run.check or not waits:
        # No next step may plan with an image that the run only judges when it has finished.
        return models.with_values(image, image_id=None, planned=True) if is_open else image
    known, image = image["tags"], _until_settled(run, image["image_id"], made)
    # One that has failed may have lost its tags, one that was just made may not show them yet: they are its own.
    image = _with_its_tags(run, models.with_values(image, tags={**known, **image["tags"]}))
    _refuse_unless_ours(run, image)
    made.image = image
    made.finished_at = timestamp(run.clock) if made.started_at else None
    return image


def _may_be_ours(run: Task[Options], image: Image) -> bool:
    """Whether an image that is to be of a certain origin shows none, and is so new that it may do so yet."""
    return bool(image_plan.created_from(run.options)) and age.may_lack_tags(image, run.api.time)


def _with_its_tags(run: Task[Options], image: Image) -> Image:
    """An image that may be ours, when its tags show: they may do so later than it does itself."""
    if not _may_be_ours(run, image):
        return image
    shown = waiter.shown(
        run,
        lambda: run.api.images.get(run.options.region, image["image_id"]),
        lambda seen: not _may_be_ours(run, seen),
    )
    return shown or image


def _checked(run: Task[Options], image: Image, made: Making, just_made: bool) -> Image:
    """The image after its check, if one was asked for."""
    if run.check or image["status"] != AVAILABLE or not (run.options.detection_strategy and run.waiting.wait):
        return image
    with made.waited_for():
        return waiter.until_checked(run, image, just_made)


def _predict(run: Task[Options], image: Image) -> Image:
    """Check mode: an image in the making as it will be, with its snapshots tagged if it is made from an instance."""
    finished = models.with_values(image, status=AVAILABLE)
    repairs = image_plan.repairs(finished, run.options, [])
    if repairs or image_plan.makes_snapshots(run.options):
        run.mark_changed()
    return repairs.applied_to(finished)


def _refuse_unless_ours(run: Task[Options], image: Image) -> None:
    refusal = image_plan.refusal_to_keep(image, run.options)
    if refusal and refusal.code == CREATE_FAILED and run.options.import_from:
        refusal = importing.explained(run, run.options.region, image["image_id"], refusal)
    refuse(refusal)


def _until_settled(run: Task[Options], image_id: str, made: Making) -> Image:
    region, begun = run.options.region, run.clock.now()

    def seen(image: Image) -> None:
        made.see(image)
        status, percent, size = image["status"], image["progress"], image["size"]
        run.report_progress(region, begun, image_id=image_id, status=status, progress=percent, size=size)

    try:
        with made.waited_for():
            return waiter.until_settled(run, region, image_id, seen)
    except Refused as error:
        if not run.options.import_from:
            raise
        refusal = importing.explained(run, region, image_id, error)
        if refusal is not error:  # its task has ended, and nothing of it is to be seen
            made.image = None
        raise refusal from None


def _create(run: Task[Options], pause: Pause, made: Making) -> Image:
    refuse(image_plan.refusal_to_create(run.options))
    disks = source.disks(run)
    refuse(source.refusal_to_share(run.options, disks))
    refuse(source.refusal_for_copies(run))
    pause.begin()
    if run.check:
        run.mark_changed()
        return image_plan.planned_image(run.options, disks, run.account_id)
    made.started_at = timestamp(run.clock)
    return _send(run, pause, made)


def _send(run: Task[Options], pause: Pause, made: Making) -> Image:
    """CreateImage or ImportImage until it is accepted, or until a look shows that the image is there."""
    token, is_import = str(uuid.uuid4()), bool(run.options.import_from)
    begin = Transfers.of(run.api).begin_import if is_import else run.api.images.create

    def call() -> Image:
        answer = begin(run.options.region, image_plan.request(run.options), token)
        run.mark_changed()
        made.request_id, made.task_id = answer["request_id"], answer.get("task_id")
        planned = image_plan.planned_image(run.options, [], run.account_id)
        family = "" if is_import else planned["family"]  # it follows when the import has finished
        known = {"image_id": answer["image_id"], "status": CREATING, "family": family}
        made.image = models.with_values(planned, planned=False, **known)
        return made.image

    def look(error: ApiError) -> Image | None:
        # The call may have taken effect, or another run may have been faster.
        found = _find(run)
        if found and not error.answered and image_plan.may_be_made(found, run.options):
            run.mark_changed()
            made.task_id = importing.task_of(run, run.options.region, found["image_id"]) if is_import else None
        return found

    return attempt(
        run,
        call,
        look,
        passes=lambda error: (
            is_conflict(error) or is_transient(error) or (is_import and error.code in error_codes.OBJECT_IS_TAKEN)
        ),
        early=lambda error: error.code in error_codes.EARLY_IMAGE_OF_INSTANCE,
        before_repeat=pause.begin,  # somebody may have started the instance meanwhile
    )


def _keep(run: Task[Options], image: Image) -> tuple[Image, list[str]]:
    """Give a finished image what it lacks.

    :returns: the image after that, and the accounts that it was taken from
    """
    region, image_id = run.options.region, image["image_id"]
    made_here = image_plan.makes_snapshots(run.options) and markers.CREATED_FROM in image["tags"]
    snapshots = waiter.snapshots_of(run, image) if made_here else []
    repairs = image_plan.repairs(image, run.options, snapshots)
    where = f"image {image_id} in {region}"
    changes.refuse_clashing_tags(where, image["tags"], repairs.tags, repairs.untag)
    changes.refuse_too_many_tags(where, image["tags"], repairs, run.options.max_tags)
    unshared: list[str] = []
    if repairs.attributes.get("Status") == DEPRECATED:
        unshared = in_the_way.unshare_all(run, image, plan_remove.refusal_to_withdraw)
    kept = repairs.applied_to(image)
    if repairs and run.check:
        run.mark_changed()
        if repairs.attributes.get("Status") == AVAILABLE:
            kept = models.with_values(kept, planned=True)  # so that the next step does not go by what it still is
    elif repairs:
        in_the_way.unshared_late(
            run, image, unshared, lambda: changes.apply(run.api, region, image_id, repairs, run.mark_changed)
        )
    return kept, unshared


FLOW = Flow({**WAITING, **ARGUMENTS}, Options, image_plan.validate, manage_image, EXCLUSIVE)
