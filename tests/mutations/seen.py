# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is told though nobody saw it: steps half done, lists, what manifests remember, what others have done."""

from __future__ import annotations

from mutations.mutation import Mutation, unit

MEMORY = unit("manifest_memory")
RETIRE = ("unit/plugins/module_utils/test_plan_retire.py",)

MUTATIONS = (
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
)
