# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The flow of an audit: one look at each kind in each region, and what it comes to. It writes nothing."""

from __future__ import annotations

import contextlib
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._api.organisation import Organisation
from ansible_collections.imageops.alicloud.plugins.module_utils._audit import plan
from ansible_collections.imageops.alicloud.plugins.module_utils._audit.options import Options
from ansible_collections.imageops.alicloud.plugins.module_utils._audit.plan import Seen
from ansible_collections.imageops.alicloud.plugins.module_utils._base import markers, models
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import failing, failure_of, sentence_of
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import Task, regions_of

OPTIONAL = ("organisation",)  # what an audit is whole without, as long as it says so


def audit(run: Task[Options]) -> Data:
    """The flow of ecs_image_audit_info."""
    names = regions_of(run, [image["region"] for image in run.options.expected_of(run.account_id)])
    regions = [Seen(name) for name in names]
    run.jobs.run(lambda seen: _look(run, seen), regions)
    now = run.api.time
    not_looked = [gap for seen in regions for gap in seen.not_looked] + _elsewhere(run, names)
    result: Data = {
        "changed": False,
        "regions": names,
        "families": [family for seen in regions for family in plan.families(seen)],
        "findings": [finding for seen in regions for finding in plan.findings(seen, run.options, run.account_id, now)],
        "not_looked": not_looked,
    }
    failures = [f"{gap['region']}: {gap['what']}: {gap['reason']}" for gap in not_looked if not gap["optional"]]
    return failing(result, failures)


def _elsewhere(run: Task[Options], names: t.Sequence[str]) -> list[Data]:
    """Regions that must have images, and are not among those that were asked for."""
    wanted = {image["region"] for image in run.options.expected_of(run.account_id)}
    reason = "regions must be all or name it too: images are expected there"
    return [_unseen(region, "images", reason) for region in sorted(wanted - set(names))]


def _unseen(region: str, what: str, reason: str) -> Data:
    return {"region": region, "what": what, "reason": reason, "optional": what in OPTIONAL}


@contextlib.contextmanager
def _looking(seen: Seen, what: str) -> t.Iterator[None]:
    """Note what could not be seen, so that the rest is told all the same."""
    try:
        yield
    except Exception as error:
        seen.not_looked.append(_unseen(seen.region, what, sentence_of(failure_of(error).as_dict())))


def _look(run: Task[Options], seen: Seen) -> None:
    """The job for one region."""
    with _looking(seen, "images"):
        seen.images = run.api.images.own(seen.region)
        _look_further(run, seen, seen.images)


def _look_further(run: Task[Options], seen: Seen, images: list[Image]) -> None:
    api, region = run.api, seen.region
    with _looking(seen, "snapshots"):
        seen.snapshots = api.snapshots.tagged(region, {}, encrypted=True)
        known = {snapshot["snapshot_id"]: snapshot["encrypted"] for snapshot in seen.snapshots}
        seen.images = [models.with_encryption(image, known) for image in images]
        if plan.hides_snapshots(seen):
            seen.not_looked.append(_unseen(region, "snapshots", plan.NO_SNAPSHOTS))
    with _looking(seen, "instances"):
        found = [
            *api.instances.with_tag(region, markers.VERIFY_OF),
            *api.instances.with_tag(region, markers.STOPPED_BY),
        ]
        seen.instances = list({instance["instance_id"]: instance for instance in found}.values())
    if run.options.organisation and images:
        with _looking(seen, "organisation"):
            seen.organisation = Organisation.of(api.briefly()).image_shares(region)
    _add_share_jobs(run, seen)


def _add_share_jobs(run: Task[Options], seen: Seen) -> None:
    """Have the share lists read that are to be, a call each: the API tells them in no other way."""
    expected = {image["image_id"] for image in run.options.expected_of(run.account_id)}
    for image in seen.images or []:
        if image["is_shared"] is False:
            image["shares"] = []
        elif plan.wants_share_list(image, expected, run.options):
            run.jobs.add(lambda image=image: _read_shares(run, seen, image))  # type: ignore[misc]


def _read_shares(run: Task[Options], seen: Seen, image: Image) -> None:
    with _looking(seen, "share lists"):
        shares = run.api.images.shares_if_there(seen.region, image["image_id"])
        if shares is None and seen.images:
            seen.images.remove(image)
        else:
            image["shares"] = shares or []
