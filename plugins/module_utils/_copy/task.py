# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A whole copy task: the source, all destinations at once, and one result in which each has its own outcome."""

from __future__ import annotations

import contextlib
import dataclasses
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import models, regions
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import (
    ImageOpsError,
    InvalidInput,
    failing,
    sentence_of,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import AVAILABLE, UNFINISHED, Data
from ansible_collections.imageops.alicloud.plugins.module_utils._base.options import Flow
from ansible_collections.imageops.alicloud.plugins.module_utils._base.texts import counted
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image
from ansible_collections.imageops.alicloud.plugins.module_utils._copy import copy_one
from ansible_collections.imageops.alicloud.plugins.module_utils._copy import plan as copy_plan
from ansible_collections.imageops.alicloud.plugins.module_utils._copy import request as copy_request
from ansible_collections.imageops.alicloud.plugins.module_utils._copy.destination import Destination
from ansible_collections.imageops.alicloud.plugins.module_utils._copy.request import Options, Request
from ansible_collections.imageops.alicloud.plugins.module_utils._task import waiter
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import (
    WAITING,
    Run,
    Task,
    check_regions,
    name_every_region,
)

Key: t.TypeAlias = "tuple[str, str | None]"  # a source's region and id
Source: t.TypeAlias = "Image | ImageOpsError | None"  # as it is, why it can't be looked at, or None if it is not there


def validate(options: Options) -> list[str]:
    """What is wrong with the options."""
    return options.asked[1]


def copy_images(run: Task[Options]) -> Data:
    """The flow of ecs_image_copy."""
    name_every_region(run, copy_request.source_region(run.options))
    requests, faults = run.options.asked
    run.faults += [] if run.faults else faults  # now that all regions have names
    given = run.options.image or {}
    if models.is_planned(given) and not run.check:
        run.faults.append(
            "the image has no image_id yet, because check mode has only planned it: give what ecs_image returns in a "
            "real run"
        )
    check_regions(run, [region for request in requests for region in (request.source_region, request.region)])
    sources = _sources(run, requests)
    images = [_image(sources.get(_key(request))) for request in requests]
    wanted = [
        copy_request.wanted_of(request, image, run.options.copy_tags)
        for request, image in zip(requests, images, strict=True)
    ]
    _check_sources(run, requests, sources, wanted)
    run.refuse_faults()
    destinations = [
        _destination(run, request, destination, sources.get(_key(request)))
        for request, destination in zip(requests, wanted, strict=True)
    ]
    run.jobs.run(copy_one.copy_to, destinations)
    _look_again(run, requests, destinations, sources)
    return _result(run, destinations, _image(next(iter(sources.values()))) if len(sources) == 1 else None)


def _destination(run: Task[Options], request: Request, wanted: copy_request.Wanted, source: Source) -> Destination:
    destination = Destination(run, _image(source), wanted)
    destination.source_error = source if isinstance(source, ImageOpsError) else None
    if request.is_source and destination.source:
        ignored = request.not_applied(destination.source)
        destination.warnings += (
            [f"{request.region} is the source's own region: its {', '.join(ignored)} stay as they are"]
            if ignored
            else []
        )
    return destination


def _look_again(
    run: Task[Options], requests: t.Sequence[Request], destinations: list[Destination], sources: dict[Key, Source]
) -> None:
    """Copies that wait for nothing but their source: an image that was just made may show late.

    Where every copy is there, a source that is gone is not looked for.
    """
    waiting = [
        number
        for number, destination in enumerate(destinations)
        if (destination.record.error or {}).get("code") == copy_plan.SOURCE_GONE and requests[number].source_id
    ]
    for key in {_key(requests[number]) for number in waiting}:
        sources[key] = _shown_late(run, *key)
    again = []
    for number in waiting:
        request = requests[number]
        source = _image(sources[_key(request)])
        if source is None:
            continue
        wanted = copy_request.wanted_of(request, source, run.options.copy_tags)
        destinations[number] = _destination(run, request, wanted, source)
        faults = copy_request.source_faults(source, [wanted], run.options.max_tags)
        if faults:
            destinations[number].source_error = InvalidInput(faults)
        again.append(destinations[number])
    if again:
        run.jobs.run(copy_one.copy_to, again)


def _shown_late(run: Run, region: str, image_id: str | None) -> Image | None:
    """An image that was not visible, if it shows within ``consistency_wait``."""
    with contextlib.suppress(ImageOpsError):
        return waiter.shown(run, lambda: run.api.images.get(region, str(image_id)))
    return None


def _image(source: Source) -> Image | None:
    return None if isinstance(source, ImageOpsError) else source


def _key(request: Request) -> Key:
    return request.source_region, request.source_id


def _sources(run: Task[Options], requests: t.Sequence[Request]) -> dict[Key, Source]:
    """Each source once, as it is now. One that check mode only plans is taken as it was handed in."""
    sources: dict[Key, Source] = {}
    for request in requests:
        if _key(request) not in sources and request.source_region:
            sources[_key(request)] = _source(run, request, alone=len({_key(other) for other in requests}) == 1)
    return sources


def _source(run: Task[Options], request: Request, alone: bool) -> Source:
    """
    :param alone: whether it is the only one, so that nothing can be done without it
    """
    if request.source_id is None:
        given = run.options.image
        return _planned_source(given, request.source_region) if given and not models.planned_faults(given) else None
    if request.source_region not in regions.REGIONS and run.faults:
        return None
    try:
        source = run.api.images.get(request.source_region, request.source_id)
        return models.as_planned(source, run.options.image or {}) if source and run.check else source
    except ImageOpsError as error:
        if alone:
            raise
        return error


def _planned_source(given: t.Mapping[str, t.Any], region: str) -> Image:
    """An image that ecs_image only plans, with every key that a real one has."""
    known = {key: value for key, value in given.items() if value is not None}
    given = {"status": AVAILABLE, "owner_alias": "self", "image_id": None, **known, "region": region}
    return models.with_values(models.image({}, region), **given)


def _check_sources(
    run: Task[Options],
    requests: t.Sequence[Request],
    sources: t.Mapping[Key, Source],
    wanted: t.Sequence[copy_request.Wanted],
) -> None:
    for key, source in sources.items():
        of_source = [destination for request, destination in zip(requests, wanted, strict=True) if _key(request) == key]
        if isinstance(source, ImageOpsError):
            continue  # it is told as the failure of its own destinations
        if source is not None:
            run.faults += [
                f"destination {request.region} is the source itself, and its {', '.join(asked)} would not be changed: "
                "use ecs_image for that, or encrypted=true for a copy beside it"
                for request in requests
                if _key(request) == key and request.is_source
                if (asked := [option for option in request.not_applied(source) if option in request.own])
            ]
            run.faults += copy_request.source_faults(source, of_source, run.options.max_tags)
        elif key[1] and (run.faults or any(destination.is_source for destination in of_source)):
            run.faults.append(_not_visible(key[1], key[0], run.account_id))


def _not_visible(image_id: str | None, region: str, account_id: str) -> str:
    return (
        f"image {image_id} is not visible to account {account_id} in {region}: "
        "it is not there, or ecs:DescribeImages is not granted"
    )


def _result(run: Run, destinations: t.Sequence[Destination], source: Image | None) -> Data:
    copies = [dataclasses.asdict(destination.record) for destination in destinations]
    result: Data = {
        "changed": any(destination.changed for destination in destinations),
        "source": source,
        "copies": copies,
        "images": {copy["region"]: copy["image_id"] for copy in copies if _is_to_work_with(copy, run.waiting.wait)},
        "became_available": [
            {"region": destination.record.region, "image_id": destination.record.image_id}
            for destination in destinations
            if destination.available_since is not None
        ],
        "diff": {
            "before": {destination.region: _with_key(destination.before, destination) for destination in destinations},
            "after": {destination.region: _with_key(destination.after, destination) for destination in destinations},
        },
        "warnings": [
            *(warning for destination in destinations for warning in destination.warnings),
            *_differences(destinations),
        ],
    }
    failed = [_sentence(copy["region"], copy["error"]) for copy in copies if copy["error"]]
    told = f"{len(failed)} of {counted(len(copies), 'destination')} failed in account {run.account_id}: "
    return failing(result, failed, told)


def _with_key(shown: Data | None, destination: Destination) -> Data | None:
    """What a diff shows of a copy. No image tells its key, and no copy changes it: another one is refused."""
    is_encrypted = shown and shown.get("encrypted")
    return {**shown, "kms_key_id": destination.record.kms_key_id} if shown and is_encrypted else shown


def _differences(destinations: t.Sequence[Destination]) -> list[str]:
    """One sentence for all copies that differ from their source in the same way."""
    copies: dict[str, list[str]] = {}
    for destination in destinations:
        for difference in destination.differences:
            copies.setdefault(difference, []).append(f"{destination.record.image_id} in {destination.region}")
    return [
        f"the {'copies' if len(those) > 1 else 'copy'} {', '.join(those)} {'have' if len(those) > 1 else 'has'} {what}"
        for what, those in copies.items()
    ]


def _is_to_work_with(copy: Data, wait: bool) -> bool:
    """Whether the next step may take the image: it is finished, or nobody wants to wait for that."""
    states = [AVAILABLE] if wait and not copy["planned"] else [AVAILABLE, *UNFINISHED]
    return bool(copy["image_id"] and copy["status"] in states and not copy["error"])


def _sentence(region: str, error: Data) -> str:
    request = f" (request id {error['request_id']})" if error["request_id"] else ""
    return f"{region}: {sentence_of({**error, 'message': error['message'] + request})}"


FLOW = Flow({**WAITING, **copy_request.ARGUMENTS}, Options, validate, copy_images, copy_request.EXCLUSIVE)
