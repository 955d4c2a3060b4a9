# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is told though nobody saw it: steps half done, lists, what manifests remember, what others have done."""

from __future__ import annotations

from mutations.mutation import Mutation, functional, unit

MEMORY = unit("manifest_memory")
RETIRE = ("unit/plugins/module_utils/test_plan_retire.py",)

MUTATIONS = (
    Mutation(
        7,
        "copies that may be ours and were not stopped are a success",
        "_cancel/cancel_one.py",
        "        self.failed = not self.run.options.accept_suspects\n",
        "        self.failed = False\n",
        functional("brake"),
    ),
    Mutation(
        6,
        "a manifest offers its source though nobody asks for it",
        "_manifest.py",
        'return bool(copy["role"] == "copy" or with_source or copy.get("alone"))',
        "return True",
        MEMORY,
        folder="plugin_utils",
    ),
    Mutation(
        7,
        "a region that could not be looked at has lost its copy",
        "_manifest.py",
        'return {one["region"]: _still_there(one) for one in copies if one.get("seen_ids") is not None}',
        'return {one["region"]: {*(one.get("seen_ids") or ())} for one in copies}',
        MEMORY,
        folder="plugin_utils",
    ),
    Mutation(
        7,
        "a run without the share step says that nobody has an image",
        "_manifest.py",
        '        "shares": None,\n        "shares_seen_at": None,\n',
        '        "shares": [],\n        "shares_seen_at": None,\n',
        MEMORY,
        folder="plugin_utils",
    ),
    Mutation(
        7,
        "a release that was never promoted is not retired by its manifest",
        "_retire/selection.py",
        '        return image["image_id"] in wanted.image_ids\n',
        "        return False\n",
        RETIRE,
    ),
    Mutation(
        7,
        "a release that was never promoted is not listed",
        "_retire/selection.py",
        "    left = [image for image in homeless if ",
        "    left = [image for image in homeless[:0] if ",
        RETIRE,
    ),
    Mutation(
        4,
        "an instance that somebody has removed is waited for",
        "_verify/task.py",
        "if instance is None and seen_once:",
        "if False:",
        functional("verify"),
    ),
    Mutation(
        7,
        "a renamed copy has the name that was asked for",
        "_manifest.py",
        '"name": image.get("actual_name") or image.get("name"),',
        '"name": image.get("name"),',
        MEMORY,
        folder="plugin_utils",
    ),
    Mutation(
        3,
        "the id of a request is news",
        "_manifest_memory.py",
        'return _REQUEST.sub("", value) if isinstance(value, str) else value',
        "return value",
        MEMORY,
        folder="plugin_utils",
    ),
    Mutation(
        1,
        "a name that nothing is seen to hold is believed at once",
        "_base/error_codes.py",
        'EARLY_COPY = NAME_IS_HELD | {"IncorrectImageStatus", NO_SUCH_IMAGE}',
        'EARLY_COPY = frozenset({"IncorrectImageStatus", NO_SUCH_IMAGE})',
        functional("lost_and_late"),
    ),
    Mutation(
        6,
        "the version that is asked for is deleted as too old",
        "_template/one.py",
        'stays = {default, self.entry["version"]}',
        "stays = {default}",
        functional("launch_template"),
    ),
    Mutation(
        7,
        "a version that was not made is told as made",
        "_template/seen.py",
        "action=plan.action if plan.action != CREATED or self._run.check else None,",
        "action=plan.action,",
        functional("launch_template"),
    ),
)
