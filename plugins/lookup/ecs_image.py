# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: ecs_image
short_description: Id of the newest ECS image of a name or family
version_added: 1.0.0
author:
  - imageops.alicloud contributors (@imageops)
description:
  - Returns the id of the youngest image in state C(Available) of this name, or of this family, in one region.
  - It fails if there is none, unless O(default) is given. C(errors='ignore') is for those who want no failure at all.
  - The API is asked each time the expression is evaluated. Keep the id with P(ansible.builtin.set_fact#module) if all
    tasks are to use the same image.
extends_documentation_fragment:
  - imageops.alicloud.connection.lookup
options:
  name:
    description: Exactly this name. Either this or O(family) is needed.
    type: str
  family:
    description:
      - This image family. Either this or O(name) is needed.
      - Of another account, V(web) finds the family that is shown as C(acs:1000000000000011:web), as that form does.
    type: str
  owner:
    description:
      - V(self) for own images, and ids of accounts for what they share with these credentials. V(others), which is
        possible since imageops.alicloud 2.0.0, needs O(owner_account). The id of the own account is as V(self).
      - Anybody can share an image of any name, so that other accounts are only looked at when they are named.
    type: list
    elements: str
    default: [self]
  owner_account:
    description: The account whose shared images alone are looked at.
    type: str
    version_added: 2.0.0
  default:
    description:
      - What is returned if there is no such image.
      - Credentials that see no own image at all in the region are warned about, since they may only lack the right to
        look.
    type: raw
seealso:
  - module: imageops.alicloud.ecs_image_info
"""

EXAMPLES = r"""
- name: Show the newest image of a family
  ansible.builtin.debug:
    msg: "{{ lookup('imageops.alicloud.ecs_image', region='cn-hangzhou', family='base') }}"

- name: Copy the newest image of a family
  imageops.alicloud.ecs_image_copy:
    region: cn-hangzhou
    image_id: "{{ lookup('imageops.alicloud.ecs_image', region='cn-hangzhou', family='base') }}"
    destination_regions: [cn-beijing]

- name: Ask whether another account has shared an image of this name
  ansible.builtin.debug:
    msg: "{{ lookup('imageops.alicloud.ecs_image', name='golden', owner=vendor, default='not yet') }}"
  vars:
    vendor: "1000000000000011"

- name: Ask for the newest image of a family that another account shares
  ansible.builtin.debug:
    msg: "{{ lookup('imageops.alicloud.ecs_image', family='web', owner_account=vendor, default='not yet') }}"
  vars:
    vendor: "1000000000000011"
"""

RETURN = r"""
_raw:
  description: The id of the image, or the value of O(default).
  type: list
  elements: raw
  sample: [m-bp1demo0source0image]
"""

import os
import sys
import typing as t

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase
from ansible.utils.display import Display

from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ImageOpsError
from ansible_collections.imageops.alicloud.plugins.module_utils._base.options import options_from
from ansible_collections.imageops.alicloud.plugins.module_utils._client import environment
from ansible_collections.imageops.alicloud.plugins.module_utils._info import options as info_options
from ansible_collections.imageops.alicloud.plugins.module_utils._info import task as info_task
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import Run, connect

display = Display()


class LookupModule(LookupBase):
    def run(self, terms: list[t.Any], variables: t.Any = None, **kwargs: t.Any) -> list[t.Any]:
        """Called by ansible for each evaluation."""
        if terms:
            raise AnsibleLookupError("imageops.alicloud.ecs_image takes options only, such as family='base'")
        self.set_options(var_options=variables, direct=kwargs)
        params = environment.with_region({name: plain(value) for name, value in self.get_options().items()})
        params["owner"] = [str(owner) for owner in params["owner"] or []]  # YAML makes numbers of accounts
        try:
            options = options_from(info_options.NewestOptions, params)
            run = connect(params, options, info_options.newest_faults(options))
            self._tell_account(run, params)
            image_id = info_task.newest_id(run)
            is_own = not {"self", run.account_id}.isdisjoint(options.owners)
            doubts = run.visibility_warnings([params["region"]]) if is_own and not image_id else []
        except ImageOpsError as error:
            raise AnsibleLookupError(error.msg) from None
        if image_id:
            return [image_id]
        if params["default"] is not None:
            for doubt in doubts:
                display.warning(doubt)
            return [params["default"]]
        wanted = f"the name {params['name']}" if params["name"] else f"the family {params['family']}"
        raise AnsibleLookupError(
            f"No available image of {', '.join(options.owners)} with {wanted} was seen in {params['region']} by "
            f"account {run.account_id}. "
            f"Give default=... if that is no error. {' '.join(doubts)}".strip()
        )

    def _tell_account(self, run: Run, params: dict[str, t.Any]) -> None:
        """Say who has asked, and warn if modules of the same task would ask as somebody else."""
        asked = f"imageops.alicloud.ecs_image asked in {params['region']} as account {run.account_id}"
        display.v(f"{asked} ({run.caller['arn']})")
        for warning in run.api.warnings:
            display.warning(warning)
        elsewhere = sorted(
            name
            for variables in task_environment()
            for name, value in variables.items()
            if name in CREDENTIALS and self._templated(value) != os.environ.get(name, "")
        )
        if elsewhere and not any(params.get(name) for name in (*environment.KEYS, "profile")):
            display.warning(
                f"{asked}. The environment of the task names {', '.join(elsewhere)}, which modules see and lookups "
                "don't: give the lookup its keys as options, and account_id beside them"
            )

    def _templated(self, value: t.Any) -> t.Any:
        return self._templar.template(value) if self._templar is not None else value


CREDENTIALS = frozenset(name for names in environment.VARIABLES.values() for name in names)


def task_environment() -> list[dict[str, t.Any]]:
    """What ``environment`` says for the task at work. Ansible hands it to modules, and tells lookups nothing of it."""
    frame = sys._getframe()
    while frame is not None:
        task = getattr(frame.f_locals.get("self"), "_task", None)
        found = getattr(task, "environment", None)
        if isinstance(found, list):
            return [entry for entry in found if isinstance(entry, dict)]
        frame = frame.f_back  # type: ignore[assignment]
    return []


def plain(value: t.Any) -> t.Any:
    """Newer releases of ansible-core mark strings with where they come from; the SDK is to see ordinary ones."""
    if isinstance(value, list):
        return [plain(entry) for entry in value]
    return "".join(value) if isinstance(value, str) else value
