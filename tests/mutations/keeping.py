# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is not to be hidden, lost or touched."""

from __future__ import annotations

from mutations.mutation import Mutation, functional

COPY = functional("copy", "guard_copy")
WAITING = "unit/plugins/module_utils/test_waiting.py"

MUTATIONS = (
    # 4: one bad destination hides nothing
    Mutation(
        4,
        "one destination's failure ends the task",
        "_copy_one.py",
        "except ImageOpsError as error:\n        one.fail(error)",
        "except ImageOpsError as error:\n        raise",
        COPY,
    ),
    Mutation(
        4,
        "a region that can't be looked at ends the cancelling",
        "_cancel.py",
        "errors[region] = error\n        return",
        "raise",
        functional("cancel"),
    ),
    Mutation(
        4,
        "a region that never answers is waited for",
        "_retry.py",
        " or now - failing_since >= self.patience:",
        ":",
        functional("copy"),
    ),
    Mutation(
        4,
        "one bad account takes the others with it",
        "_share_list.py",
        "if error.code not in _plan_share.ACCOUNT_ERRORS:\n            raise error",
        "raise error",
        functional("share"),
    ),
    Mutation(
        4,
        "one bad image takes the others with it",
        "_share.py",
        'self.entry["error"] = error.as_dict()',
        "raise",
        functional("share"),
    ),
    Mutation(
        4,
        "a job waits for the one before it",
        "_fanout.py",
        "clock.wait_any(running, pause)",
        "clock.sleep(pause or 0.0)",
        (WAITING, *functional("copy")),
    ),
    # 5: interrupted = resumable
    Mutation(
        5,
        "looks show finished images only",
        "_ecs_api.py",
        "statuses: t.Sequence[str] = _shapes.ALL_STATUSES",
        "statuses: t.Sequence[str] = (_shapes.AVAILABLE,)",
        COPY,
    ),
    Mutation(
        5,
        "adopted copies are not repaired",
        "_copy_one.py",
        "and not one.wanted.is_source:\n        yield from _finish(one, image)\n\n\ndef _start",
        "and one.mine:\n        yield from _finish(one, image)\n\n\ndef _start",
        COPY,
    ),
    Mutation(
        5,
        "a removal forgets the snapshots of an interrupted one",
        "_image_remove.py",
        'if not image_id or run.params["delete_snapshots"] == "none":',
        "if True:",
        functional("guard_image"),
    ),
    Mutation(
        5,
        "only the first page is read",
        "_ecs_base.py",
        "if not entries or (len(found) >= total if total else len(entries) < PAGE):",
        "if True:",
        functional("info", "share", "guard_copy"),
    ),
    Mutation(
        5,
        "an image that is being made is made again",
        "_image.py",
        "image = found if found is not None else _create(run)",
        'image = found if found is not None and found["status"] not in UNFINISHED else _create(run)',
        functional("image"),
    ),
    # 6: nothing unselected is touched
    Mutation(
        6,
        "a name matches loosely when copying",
        "_destination.py",
        'return Found(marked, [image for image in named if image["name"] == self.wanted.name])',
        "return Found(marked, named)",
        functional("guard_copy", "copy"),
    ),
    Mutation(
        6,
        "a name matches loosely when removing",
        "_image.py",
        'for image in run.api.images(region, name=name) if image["name"] == name]',
        "for image in run.api.images(region, name=name)]",
        functional("image"),
    ),
    Mutation(
        6,
        "another account's image is taken for one's own",
        "_plan_image.py",
        'if image["owner_alias"] in ("self", ""):',
        "if True:",
        functional("image", "guard_image"),
    ),
    Mutation(
        6,
        "unmarked copies are cancelled too",
        "_cancel.py",
        "return _markers.is_marked_copy(resource) and all(",
        "return all(",
        functional("cancel"),
    ),
    Mutation(
        6,
        "another run's copy is cancelled when time runs out",
        "_copy_one.py",
        " or not one.mine:\n        return\n    try:",
        ":\n        return\n    try:",
        functional("copy"),
    ),
    Mutation(
        6,
        "every snapshot is an image's own",
        "_plan_image.py",
        '(which == "own" and own)',
        'which == "own"',
        functional("image"),
    ),
    Mutation(
        6,
        "whoever holds the name is taken over",
        "_plan_judge.py",
        "if not options.adopt_unmarked:",
        "if False:",
        functional("guard_copy", "copy"),
    ),
    Mutation(
        6,
        "markers are believed",
        "_plan_judge.py",
        "differing = differences(source, image, snapshots)",
        "differing: list[str] = []",
        COPY,
    ),
    Mutation(
        6,
        "a marker of another source is no matter",
        "_plan_judge.py",
        "    if origin:\n        return Refused(",
        "    if False:\n        return Refused(",
        functional("guard_copy", "copy"),
    ),
    Mutation(
        6,
        "purging takes this collection's tags too",
        "_repairs.py",
        'for key in _markers.without_reserved(image["tags"]) if key not in wanted)',
        'for key in image["tags"] if key not in wanted)',
        COPY,
    ),
    Mutation(
        6,
        "the denied list is not looked at",
        "_plan_share.py",
        "wanted = named - never",
        "wanted = named",
        functional("share"),
    ),
)
