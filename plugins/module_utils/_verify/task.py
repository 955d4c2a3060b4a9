# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Trying an image: start a throw-away instance of it, wait until that is Running, and always remove it."""

from __future__ import annotations

import functools
import itertools
import signal
import typing as t
import uuid

from ansible_collections.imageops.alicloud.plugins.module_utils._base import error_codes, markers
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ApiError, ImageOpsError, Refused
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import (
    AVAILABLE,
    DEPRECATED,
    PENDING,
    RUNNING,
    STARTING,
    Data,
    is_unfinished,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image
from ansible_collections.imageops.alicloud.plugins.module_utils._task import waiter
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import Task, check_regions
from ansible_collections.imageops.alicloud.plugins.module_utils._verify import plan as verify_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._verify import removal, types
from ansible_collections.imageops.alicloud.plugins.module_utils._verify.plan import PLACE, Options
from ansible_collections.imageops.alicloud.plugins.module_utils._verify.signals import Stop, Stopped, handled_by


def validate(options: Options) -> list[str]:
    """What is wrong with the options."""
    faults = [f"{name} is needed" for name in ("region", "image_id", "security_group_id") if not getattr(options, name)]
    return faults + [f"{name} is empty: name at least one" for name in PLACE[:2] if not getattr(options, name)]


def _places(options: Options, wanted: t.Sequence[str]) -> list[Data]:
    """Where an instance may be started and as what: a type in every subnet before the next type."""
    subnets, group = options.vswitch_id, options.security_group_id
    return [dict(zip(PLACE, place, strict=True)) for place in itertools.product(wanted, subnets, [group])]


def verify_image(run: Task[Options]) -> Data:
    """The flow of ecs_image_verify."""
    region, image_id, begun = run.options.region, run.options.image_id, run.clock.now()
    check_regions(run, [region])
    run.refuse_faults()
    image = waiter.shown(run, lambda: run.api.images.get(region, image_id))
    coming = run.check and image is not None and is_unfinished(image)
    _refuse_unless_usable(image, run.options, coming)
    passed_over, untold = types.look(run)
    now = run.api.time
    there = removal.throw_aways(run)
    left = [instance["instance_id"] for instance in there if verify_plan.is_left(instance, now)]
    others = sorted({instance["instance_id"] for instance in there} - set(left))
    if run.check or left:
        run.mark_changed()
    suitable = [instance_type for instance_type in run.options.instance_type if instance_type not in passed_over]
    places = _places(run.options, suitable)
    result: Data = {
        "changed": True,
        "image": image,
        "removed_leftovers": left,
        "instance": {"instance_id": None, **places[0]},
        "unsuitable": [{"instance_type": instance_type, "reason": types.REASON} for instance_type in passed_over],
        "without_room": [],
        "verified": None,
        "planned": run.check,
        "running_after_seconds": None,
        "warnings": [*untold, *_left_alone(region, others), *([_coming(image)] if image and coming else [])],
    }
    if not run.check:
        _try(run, result, places)
    result["warnings"] += types.warnings(run, result["unsuitable"])
    return {**result, "elapsed_seconds": run.elapsed(begun)}


def _coming(image: Image) -> str:
    return f"image {image['image_id']} is {image['status']}: it can be test-booted when it is Available"


def _left_alone(region: str, others: t.Sequence[str]) -> list[str]:
    if not others:
        return []
    what = f"{', '.join(others)} in {region} was started from this image by another run, which may be at work"
    return [f"{what}: it is left alone. A later run removes what that one leaves"]


def _refuse_unless_usable(image: Image | None, options: Options, coming: bool) -> None:
    """
    :param coming: whether it is still on its way in check mode: the task before it would have waited for it
    """
    if image is None:
        raise Refused(
            "InvalidImageId.NotFound",
            f"image {options.image_id} is not visible in {options.region}",
            "Check id, region, account and ecs:DescribeImages.",
        )
    if image["status"] not in (AVAILABLE, DEPRECATED) and not coming:
        raise Refused(
            "ImageNotUsable",
            f"image {image['image_id']} is {image['status']}",
            "Wait until it is Available, then run again.",
        )
    if options.secure_boot and image["secure_boot"] == "unsupported":
        raise Refused(
            "NoSecureBoot",
            f"image {image['image_id']} does not support secure boot",
            "Leave secure_boot out, or make the image with secure_boot=supported.",
        )


def _try(run: Task[Options], result: Data, places: t.Sequence[Data]) -> None:
    """Start, wait, remove. Whatever happens on the way, nothing is left if it can be helped."""
    known: list[str] = list(result["removed_leftovers"])
    failure: ImageOpsError | None = None
    with handled_by(signal.SIG_IGN):
        with handled_by(Stop()) as stop:
            try:
                removal.remove(run, known)
                known.clear()
                _start(run, result, places, known, stop)
            except ImageOpsError as error:
                failure = error
            except Stopped as signal_caught:
                failure = Refused("Interrupted", f"stopped by {signal_caught.name}", "Run again.")
        try:
            removal.remove(run, known)
        except ImageOpsError as error:
            error.extra["before"] = failure.as_dict() if failure else None
            failure = error
    if failure:
        told = ("image", "instance", "removed_leftovers", "unsuitable", "without_room", "warnings")
        failure.extra.update(verified=False, **{key: result[key] for key in told})
        raise failure


def _start(run: Task[Options], result: Data, places: t.Sequence[Data], known: list[str], stop: Stop) -> None:
    begun = run.clock.now()
    deadline = begun + run.options.wait_timeout
    with run.api.until(deadline):
        with stop.put_off():
            answer = _started(run, result, places)
            result["instance"].update(answer)
            known += [answer["instance_id"]] if answer["instance_id"] else []
        if not answer["instance_id"]:
            known.append(_by_its_tag(run))
            result["instance"]["instance_id"] = known[-1]
        _until_running(run, known[-1], deadline)
    result["running_after_seconds"] = run.elapsed(begun)
    result["verified"] = True


def _started(run: Task[Options], result: Data, places: t.Sequence[Data]) -> Data:
    """Start an instance in the first of the places that has room for it, as a type that the image can run on.

    :raises ApiError: if there is none, or the start is refused for another reason
    """
    refusals: list[ApiError] = []
    for place in places:
        if place["instance_type"] in [entry["instance_type"] for entry in result["unsuitable"]]:
            continue
        result["instance"].update(place)
        try:
            answer = run.api.instances.run(run.options.region, _fields(run, place), str(uuid.uuid4()))
        except ApiError as error:
            if not error.refused:  # it may have started one
                run.mark_changed()
            _note(result, place, error)
            refusals.append(error)
        else:
            run.mark_changed()
            return answer
    # That there was no room says that the image was not tried, whatever else there was.
    raise next((refusal for refusal in refusals if refusal.code in error_codes.NO_ROOM), refusals[-1])


def _note(result: Data, place: Data, error: ApiError) -> None:
    """Keep why no instance was started in a place.

    :raises ApiError: if that is no reason to try another one
    """
    if error.code in error_codes.NO_ROOM:
        result["without_room"].append({**{key: place[key] for key in PLACE[:2]}, "code": error.code})
    elif error.code in error_codes.UNSUITABLE_TYPE:
        reason = f"{error.code}: {error.message}"
        result["unsuitable"].append({"instance_type": place["instance_type"], "reason": reason})
    else:
        raise error


def _by_its_tag(run: Task[Options]) -> str:
    """The id of the instance that an answer without one has started: before, there was none.

    :raises Refused: if none shows up
    """
    found, _is_there = waiter.last_look(run, lambda: removal.own(run), bool, deadline=waiter.consistency_end(run))
    if not found:
        raise Refused(
            "NeverSeen",
            f"an instance in {run.options.region} was started, but the answer has no id and none showed up",
            "Grant ecs:DescribeInstances in that region, then run again.",
        )
    return str(found[0]["instance_id"])


def _fields(run: Task[Options], place: Data) -> Data:
    options = run.options
    ends = run.api.time + options.wait_timeout + 2 * removal.LONGEST
    return {
        "ImageId": options.image_id,
        "InstanceType": place["instance_type"],
        "VSwitchId": place["vswitch_id"],
        "SecurityGroupId": place["security_group_id"],
        "InstanceName": f"imageops-verify-{options.image_id}",
        "InternetMaxBandwidthOut": 0,
        "SecurityOptions": None if options.secure_boot is None else {"EnableSecureBoot": options.secure_boot},
        "Tag": [
            {"Key": markers.VERIFY_OF, "Value": options.image_id},
            {"Key": markers.VERIFY_RUN, "Value": verify_plan.tag_of(options.run_id, ends)},
        ],
    }


def _shown(run: Task[Options], instance_id: str, begun: float) -> Data | None:
    """Look at the instance, and show what is seen."""
    region = run.options.region
    instance = run.api.instances.get(region, instance_id)
    status = instance["status"] if instance else PENDING
    percent = 100 if status == RUNNING else 0
    run.report_progress(region, begun, image_id=instance_id, status=status, progress=percent, size=None, error=None)
    return instance


def _ended(where: str, instance: Data) -> Refused | None:
    if instance["status"] in (PENDING, STARTING):
        return None
    return Refused("NotRunning", f"{where} has become {instance['status']}", "Look at the image.")


def _until_running(run: Task[Options], instance_id: str, deadline: float) -> None:
    """
    :raises Refused: if the instance stops or vanishes, or is not Running in time
    """
    begun = run.clock.now()
    where = f"instance {instance_id} in {run.options.region}"

    def hidden(dummy: bool) -> Refused:
        return Refused(
            "NeverSeen", f"{where} was started but never showed up", "Grant ecs:DescribeInstances in that region."
        )

    seen_once = False

    def look() -> Data | None:
        nonlocal seen_once
        instance = _shown(run, instance_id, begun)
        if instance is None and seen_once:
            raise Refused(
                "Vanished",
                f"{where} has vanished while it was waited for: somebody has removed it",
                "This says nothing of the image. Run again.",
            )
        seen_once = instance is not None
        return instance

    def late(instance: Data | None) -> Refused:
        return Refused(
            "NotRunning",
            f"{where} is {instance['status'] if instance else PENDING} after {run.options.wait_timeout:g} seconds",
            "Give it more time with wait_timeout, or look at the image.",
        )

    waiter.until(
        run,
        look,
        lambda instance: instance["status"] == RUNNING,
        failed=functools.partial(_ended, where),
        hidden=hidden,
        late=late,
        deadline=deadline,
    )
