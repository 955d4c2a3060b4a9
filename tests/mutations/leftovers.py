# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is left of images, copies and instances."""

from __future__ import annotations

from mutations.mutation import OUTCOMES, Mutation, functional

LARGE = functional("copy/by_snapshots")

MUTATIONS = (
    # 7: no silent leftovers
    Mutation(
        7,
        "snapshots that a cancelled copy leaves are not told",
        "_cancel/cancel_one.py",
        'self.entry["snapshots_left"] = left',
        "pass",
        functional("cancel/snapshots_of_cancelled_copies"),
    ),
    Mutation(
        7,
        "what can't be seen is taken for gone",
        "_cancel/cancel_one.py",
        "if snapshot_id in found or snapshot_id not in self._visible",
        "if snapshot_id in found",
        functional("cancel/snapshots_of_cancelled_copies"),
    ),
    Mutation(
        7,
        "a refused cancelling leaves its tags on the copy's snapshots",
        "_cancel/cancel_one.py",
        "if error.answered and not self._lost_answer:",
        "if False:",
        functional("cancel/snapshots_of_cancelled_copies"),
    ),
    Mutation(
        7,
        "snapshots do not say that they are to go with their image",
        "_image/remove.py",
        "if self._unmarked:",
        "if False:",
        functional("image_nothing_else"),
    ),
    Mutation(
        7,
        "a cancelled copy is not waited for",
        "_cancel/cancel_one.py",
        "and self.run.waiting.wait) or",
        "and False) or",
        functional("cancel/cancelled_copies"),
    ),
    Mutation(
        7,
        "a failed copy's snapshots stay when it is replaced",
        "_copy/start.py",
        "destination.run.api.snapshots.delete(destination.region, snapshot_id)",
        "pass",
        functional(*OUTCOMES),
    ),
    Mutation(
        7,
        "snapshots do not say whose they were",
        "_task/leftovers.py",
        "api.tags.put(image",
        "print(image",
        functional(*OUTCOMES, "cancel/snapshots_of_cancelled_copies"),
    ),
    Mutation(
        7,
        "what an image uses is taken for what is left of one",
        "_task/leftovers.py",
        'snapshot["usage"] == "none"',
        "True",
        functional(*OUTCOMES, "cancel/snapshots_of_cancelled_copies"),
    ),
    Mutation(
        7,
        "snapshots that were kept are taken for leftovers",
        "_task/leftovers.py",
        ' and markers.SNAPSHOT_OF not in snapshot["tags"]',
        "",
        functional("copy/failed_copies"),
    ),
    Mutation(
        7,
        "a live copy's snapshots stay called leftovers",
        "_copy/plan.py",
        '[snapshot["snapshot_id"] for snapshot in snapshots if markers.LEFTOVER_OF in snapshot["tags"]]',
        "[]",
        functional("copy/failed_copies"),
    ),
    Mutation(
        7,
        "what is left of a failed copy stays",
        "_copy/copy_one.py",
        "if repairs.snapshots:",
        "if False:",
        functional(*OUTCOMES),
    ),
    Mutation(
        7,
        "the record of a replaced copy is lost",
        "_copy/start.py",
        '"image_id": failed[0]["image_id"],',
        "",
        functional(*OUTCOMES),
    ),
    Mutation(
        7,
        "snapshots are not tagged with their image",
        "_task/changes.py",
        "if repairs.snapshots:",
        "if False:",
        functional(*OUTCOMES),
    ),
    Mutation(
        7,
        "a snapshot that could not be deleted is not told",
        "_image/remove.py",
        "stuck.append(",
        "dict(",
        functional("image", "image_removed"),
    ),
    Mutation(
        7,
        "a copy that still runs is told as a success",
        "_cancel/cancel_one.py",
        "self.failed = reason == cancel_plan.STILL_RUNNING",
        "self.failed = False",
        functional("cancel/cancelled_copies"),
    ),
    Mutation(
        7,
        "further copies of a snapshot are not told",
        "_snapshot/plan.py",
        'self.duplicates = [snapshot["snapshot_id"] for snapshot in ours[1:]]',
        "self.duplicates = []",
        LARGE,
    ),
    Mutation(
        7,
        "retiring leaves what an interrupted removal was to delete",
        "_retire/task.py",
        'if not snapshot["begun"] and (',
        "if True and (",
        functional("retire/snapshots_left"),
    ),
    Mutation(
        7,
        "what an image leaves that went while its share list was read is not looked at",
        "_retire/task.py",
        "region.went = True",
        "region.went = False",
        functional("retire/snapshots_left"),
    ),
    Mutation(
        7,
        "a signal in a call is taken for a broken connection",
        "_verify/signals.py",
        "class Stopped(BaseException):",
        "class Stopped(Exception):",
        functional("verify/leaves_nothing"),
    ),
)
