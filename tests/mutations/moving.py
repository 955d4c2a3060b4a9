# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Images that come from a bucket or go into one, and images that somebody uses."""

from __future__ import annotations

from mutations.mutation import Mutation, functional, unit

RETIRE, USAGE = functional("retire/what_goes_and_what_stays"), functional("usage")
REMOVE = functional("image_nothing_else", "image")
EXPORT, EXPORT_FIRST, IMPORT = functional("export"), functional("retire_export"), functional("image_import")

MUTATIONS = (
    # Who uses an image
    Mutation(
        6,
        "nobody looks who uses what is to go",
        "_retire/task.py",
        "    if not run.options.keep_used:\n",
        "    if True:\n",
        RETIRE,
    ),
    Mutation(
        6,
        "what is used goes all the same",
        "_retire/plan.py",
        "reasons = {**_users(used or {}, images), **_reasons_to_stay(found, rules.keep)}",
        "reasons = {**_reasons_to_stay(found, rules.keep)}",
        RETIRE,
    ),
    Mutation(
        6,
        "what may be used where nobody could look goes all the same",
        "_retire/plan.py",
        "if not unseen or verdict.action not in WRITING:",
        "if True:",
        RETIRE,
    ),
    Mutation(
        6,
        "an image with a new key takes the place of an older release",
        "_base/age.py",
        "while source in made_of and source not in passed:",
        "while False:",
        RETIRE,
    ),
    Mutation(
        6,
        "what somebody needs since its export began goes all the same",
        "_retire/task.py",
        "if images is None:",
        "if True:",
        EXPORT_FIRST,
    ),
    Mutation(
        6,
        "what was seen a minute ago still tells whether an image goes",
        "_retire/region.py",
        "now - region.seen_at > FRESH",
        "False",
        RETIRE,
    ),
    Mutation(
        6,
        "a failed test boot is forgotten by a run that does not try the image",
        "_manifest/_image_facts.py",
        "return has_failed(old) and not tried",
        "return False",
        unit("manifest_memory"),
        folder="plugin_utils",
    ),
    Mutation(
        7,
        "what could not be looked at is not told, and counts as unused",
        "_usage/look.py",
        "            looks.failed(account.account_id, region, words, error)",
        "            str(error)",
        USAGE,
    ),
    Mutation(
        6,
        "who uses an image is found out after it was taken from everybody",
        "_image/remove.py",
        "instances = [] if run.options.force else in_the_way.instances_of(run, image)",
        "instances = []",
        REMOVE,
    ),
    Mutation(
        6,
        "an image that only others use is taken from them for nothing",
        "_image/remove.py",
        "if isinstance(error, ApiError) and error.code in error_codes.HELD_BY_UNSEEN:",
        "if False:",
        REMOVE,
    ),
    # Exports
    Mutation(
        8,
        "what can't be exported takes the place of what can",
        "_retire/plan.py",
        "return _others(image, rules) or _unexportable(image, rules)",
        "return _others(image, rules)",
        EXPORT_FIRST,
    ),
    Mutation(
        6,
        "an image goes before its export has finished",
        "_retire/export.py",
        'if (run.check and run.waiting.wait) or entry["export"]["objects"]:',
        "if True:",
        EXPORT_FIRST,
    ),
    Mutation(
        1,
        "an image that was exported before is exported again as it goes",
        "_retire/export.py",
        "    if known:\n",
        "    if False:\n",
        EXPORT_FIRST,
    ),
    Mutation(
        1,
        "an export that finished while nobody looked is made again",
        "_export/task.py",
        "done = None if there or run.options.force else _finished(run, tasks)",
        "done = None",
        EXPORT,
    ),
    Mutation(
        1,
        "an export that is under way is started again",
        "_export/task.py",
        "    there = export_plan.running(tasks)\n",
        "    there = None\n",
        EXPORT,
    ),
    # Imports
    Mutation(
        9,
        "why an import has failed is not asked of its task",
        "_image/importing.py",
        "    task, why = _told(run, region, image_id)\n",
        "    task, why = None, _RIGHTS\n",
        IMPORT,
    ),
    Mutation(
        7,
        "an import that is under way is left to go on when its image is removed",
        "_image/importing.py",
        '    if tasks[0]["status"] not in TASK_ENDED:\n',
        "    if False:\n",
        IMPORT,
    ),
    Mutation(
        9,
        "what a destination asks of the source itself is dropped",
        "_copy/request.py",
        'return found + (["tags"] if any(source["tags"].get(key) != value for key, value in tags.items()) else [])',
        "return []",
        ("functional/copy/test_own_region.py",),
    ),
)
