# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Giving launch templates another image: look at all, make the versions, switch the defaults, prune. All or none."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._api.launch_templates import LaunchTemplates
from ansible_collections.imageops.alicloud.plugins.module_utils._base import validation
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import (
    ImageOpsError,
    InvalidInput,
    failing,
    failure_of,
    sentence_of,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import ScalingGroup
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import Task, check_regions
from ansible_collections.imageops.alicloud.plugins.module_utils._template.plan import MOST_VERSIONS
from ansible_collections.imageops.alicloud.plugins.module_utils._template.template import Template

# An entry of launch_templates, beside which there may be others, as in results that are handed in.
ENTRY = ("region", "launch_template_id", "launch_template_name", "image_id", "set_default", "keep_versions")
SHARED = ("region", "image_id", "set_default", "keep_versions", "allowed_losses")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Options:
    """What the task is told."""

    region: str | None = None
    launch_template_id: str | None = None
    launch_template_name: str | None = None
    image_id: str | None = None
    launch_templates: list[Data] | None = None
    set_default: bool = True
    keep_versions: int | None = None
    allowed_losses: list[str] = dataclasses.field(default_factory=list)

    def entries(self) -> list[Data]:
        """The templates, each with everything that it is told."""
        own = {name: getattr(self, name, None) for name in ENTRY}
        given = [{}] if self.launch_templates is None else self.launch_templates
        shared = {name: getattr(self, name) for name in SHARED}
        if self.launch_templates is None:
            shared |= own
        return [{**shared, **{key: value for key, value in entry.items() if value is not None}} for entry in given]


def validate(options: Options) -> list[str]:
    """What is wrong with the options."""
    faults: list[str] = []
    seen: set[tuple[t.Any, ...]] = set()
    for entry in options.entries():
        named = [entry.get(name) for name in ("launch_template_id", "launch_template_name") if entry.get(name)]
        label = f"{entry.get('region') or 'no region'}/{', '.join(map(str, named)) or 'no template'}"
        if not entry.get("region"):
            faults.append(f"{label}: region is needed")
        if len(named) != 1:
            faults.append(f"{label}: either launch_template_id or launch_template_name is needed")
        if not (entry.get("image_id") or entry.get("planned")):
            faults.append(f"{label}: image_id is needed")
        keep = entry.get("keep_versions")
        if keep is not None and not 1 <= keep <= MOST_VERSIONS:
            faults.append(f"{label}: keep_versions is {keep}, it must be from 1 to {MOST_VERSIONS}")
        if (entry.get("region"), *named) in seen:
            faults.append(f"{label} is named twice")
        seen.add((entry.get("region"), *named))
    regions = dict.fromkeys(entry["region"] for entry in options.entries() if entry.get("region"))
    return faults + validation.region_faults(list(regions))


def give_image(run: Task[Options]) -> Data:
    """The flow of ecs_launch_template_image."""
    entries = run.options.entries()
    check_regions(run, list(dict.fromkeys(entry["region"] for entry in entries)))
    if not run.check:
        run.faults += [
            f"{entry['region']}: an image that is only planned is taken in check mode alone"
            for entry in entries
            if entry.get("planned")
        ]
    run.refuse_faults()
    templates = [Template(run, entry) for entry in entries]
    _each(run, templates, Template.look)
    _refuse_twice(templates)
    there = [template for template in templates if template.before]
    groups = _groups(run, [template for template in there if template.asks_groups])
    for template in there:
        template.groups = groups.get(template.region)
        template.decide()
    # Nothing is written anywhere if it is known that it can't be done everywhere.
    for step in (Template.make, Template.switch, Template.prune):
        if not any(template.entry["error"] for template in templates):
            _each(run, there, step)
    return _result(templates)


def _each(run: Task[Options], templates: t.Sequence[Template], step: t.Callable[[Template], None]) -> None:
    """Do a step for each template. None hides another's outcome."""

    def work(template: Template) -> None:
        try:
            step(template)
        except Exception as error:
            failure = failure_of(error)
            template.entry["error"] = failure.as_dict()
            template.changed = template.changed or failure.in_doubt

    run.jobs.run(work, templates)


def _refuse_twice(templates: t.Sequence[Template]) -> None:
    """:raises InvalidInput: for a template that is named by its id and by its name"""
    labels = [template.label for template in templates if template.before]
    twice = sorted({label for label in labels if labels.count(label) > 1})
    if twice:
        raise InvalidInput([f"{label} is named twice" for label in twice])


def _groups(run: Task[Options], templates: t.Sequence[Template]) -> dict[str, list[ScalingGroup] | ImageOpsError]:
    """The scaling groups of the regions, or why they are not known: another service, and other rights."""
    found: dict[str, list[ScalingGroup] | ImageOpsError] = {}
    brief = LaunchTemplates.of(run.api.briefly())

    def look(region: str) -> None:
        try:
            found[region] = brief.groups(region)
        except ImageOpsError as error:
            found[region] = error

    run.jobs.run(look, sorted({template.region for template in templates}))
    return found


def _result(templates: t.Sequence[Template]) -> Data:
    failed = [template for template in templates if template.entry["error"]]
    untouched = "" if any(template.changed for template in templates) else "Nothing was changed: "
    result: Data = {
        "changed": any(template.changed for template in templates),
        "launch_templates": [template.entry for template in templates],
        "diff": {
            "before": {template.label: template.before for template in templates},
            "after": {template.label: template.after() for template in templates},
        },
        "warnings": list(dict.fromkeys(warning for template in templates for warning in template.warnings)),
    }
    sentences = [f"{template.label}: {sentence_of(template.entry['error'])}" for template in failed]
    return failing(result, sentences, untouched)
