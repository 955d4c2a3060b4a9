# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is proved before it is told."""

from __future__ import annotations

from mutations.mutation import Mutation, functional

STATES, PROOF, AWAY = functional("states"), functional("copy/ids_are_proved"), functional("far_away")

MUTATIONS = (
    # What was not seen is not told
    Mutation(
        6,
        "a state that no page names counts as finished",
        "_base/models.py",
        'return image["status"] not in SETTLED or (',
        'return image["status"] in UNFINISHED or (',
        STATES,
    ),
    Mutation(
        6, "a state that no page names is not looked for", "_api/images.py", "if image is None:", "if False:", STATES
    ),
    Mutation(
        6,
        "a copy is handed on whatever its state",
        "_copy/task.py",
        'copy["image_id"] and copy["status"] in states',
        'copy["image_id"]',
        STATES,
    ),
    Mutation(
        6,
        "a copy in a state that no page names is told as cancelled",
        "_cancel/cancel_one.py",
        'if image and reason is None and image["status"] not in UNFINISHED:',
        "if False:",
        STATES,
    ),
    Mutation(
        6,
        "a finished copy whose tags show late is a stranger",
        "_copy/proof.py",
        "return waiter.shown(destination.run, destination.decide, proved) or decision",
        "return decision",
        PROOF,
    ),
    Mutation(
        6,
        "a copy that was waited for by its name is judged before its tags show",
        "_copy/proof.py",
        "    if not _may_be_ours(destination, image):",
        "    if True:",
        PROOF,
    ),
    Mutation(
        6,
        "the id of an image that is not proved to be ours is told",
        "_copy/destination.py",
        "if self.record.image_id and not self.knows(self.record.image_id):",
        "if False:",
        functional("share_nothing_else"),
    ),
    Mutation(
        6,
        "an image whose tags show late was made from something unknown",
        "_image/task.py",
        "    return shown or image",
        "    return image",
        PROOF,
    ),
    Mutation(
        6,
        "an image that is met when its name is taken is not looked at for its tags",
        "_image/task.py",
        "_with_its_tags(run, found if found is not None else _create(run, pause, made))",
        "_with_its_tags(run, found) if found is not None else _create(run, pause, made)",
        PROOF,
    ),
    Mutation(
        6,
        "an image in the making is judged before its tags can show",
        "_image/task.py",
        "waits and _may_be_ours(run, image)",
        "False",
        PROOF,
    ),
    Mutation(
        6,
        "a finished image is judged before its tags can show",
        "_image/task.py",
        '_with_its_tags(run, models.with_values(image, tags={**known, **image["tags"]}))',
        'models.with_values(image, tags={**known, **image["tags"]})',
        PROOF,
    ),
    Mutation(
        2,
        "check mode tells the id of an image that the run judges later",
        "_image/task.py",
        "planned=True) if is_open else image",
        "planned=True) if False else image",
        PROOF,
    ),
    Mutation(
        6,
        "an image that is listed late is not shared",
        "_share/task.py",
        "return waiter.shown(self.run, look) if patient else look()",
        "return look()",
        PROOF,
    ),
    Mutation(
        6,
        "copies whose tags show late are passed over",
        "_share/targets.py",
        "if patient else look()",
        "if False else look()",
        PROOF,
    ),
    Mutation(
        6,
        "an image that is listed late is not tried",
        "_verify/task.py",
        "image = waiter.shown(run, lambda: run.api.images.get(region, image_id))",
        "image = run.api.images.get(region, image_id)",
        PROOF,
    ),
    Mutation(
        6,
        "the id of a snapshot that is gone is told because a token names it",
        "_snapshot/copies.py",
        "elif not all(copy.exists for copy in self.copies):",
        "elif False:",
        PROOF,
    ),
    Mutation(
        6,
        "another run's instance is a leftover",
        "_verify/plan.py",
        '.partition("/")[2]) < now',
        '.partition("/")[2]) < now + 1e6',
        functional("verify/leaves_nothing"),
    ),
    Mutation(
        4,
        "hosts that were never asked wait for those that don't answer",
        "_base/limiter.py",
        "if host in self._known:",
        "if True:",
        AWAY,
    ),
    Mutation(
        8,
        "a session that is over by the provider's clock alone is not begun anew",
        "_client/sdk.py",
        "if error.code not in error_codes.SESSION_OVER or not providers.begin_anew(provider, keys):",
        "if True:",
        AWAY,
    ),
    Mutation(
        9,
        "a clock that is wrong is not told",
        "_client/sdk.py",
        "if abs(offset) > MOST_OFFSET and",
        "if False and",
        AWAY,
    ),
)
