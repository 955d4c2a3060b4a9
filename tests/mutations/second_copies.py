# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One copy and no second: identity, check mode, silence."""

from __future__ import annotations

from mutations.mutation import OUTCOMES, Mutation, functional

COPY = functional(*OUTCOMES, "copy/no_second_copy")
CHECK = functional("four_steps", "copy/check_mode")
LARGE = functional("copy/by_snapshots")
ENDS = functional("copy/ends_of_copies_by_snapshots")

MUTATIONS = (
    # 1: no second copy
    Mutation(
        1,
        "no look before a repeat",
        "_copy/start.py",
        "        decision = proof.decide(destination)\n        failed",
        "        decision = Decision(copy_plan.STARTED)\n        failed",
        COPY,
    ),
    Mutation(
        1,
        "a copy is started without markers",
        "_api/images.py",
        '"Tag": tag_list(destination["tags"]),',
        '"Tag": None,',
        COPY,
    ),
    Mutation(
        1,
        "every repeat of CopyImage has a token of its own",
        "_copy/start.py",
        "destination.wanted.request(source), token\n",
        "destination.wanted.request(source), str(uuid.uuid4())\n",
        functional("copy/no_second_copy", "faults"),
    ),
    Mutation(
        1,
        "every repeat of CreateImage has a token of its own",
        "_image/task.py",
        "image_plan.request(run.options), token)",
        "image_plan.request(run.options), str(uuid.uuid4()))",
        functional("image_nothing_else", "faults"),
    ),
    Mutation(
        1,
        "a lost answer to CopyImage is repeated blindly",
        "_api/images.py",
        "answer = self._calls.write_once(*call, **self._copy_fields(image_id, destination), ClientToken=token)",
        "answer = self._calls.write_again(*call, **self._copy_fields(image_id, destination), ClientToken=token)",
        functional("copy/no_second_copy", "faults"),
    ),
    Mutation(
        1,
        "a second copy of this run's does not give way",
        "_copy/start.py",
        'if image_id not in [image["image_id"] for image in live[1:]]:',
        "if True:",
        functional("copy/no_second_copy"),
    ),
    Mutation(
        1,
        "two live copies are no matter",
        "_copy/plan.py",
        "if len(live) > 1:",
        "if len(live) > 9:",
        functional(*OUTCOMES),
    ),
    Mutation(
        1,
        "snapshots are copied without a look for earlier copies",
        "_snapshot/plan.py",
        "ours = [snapshot for snapshot in found if self.wanted.is_met_by(snapshot)]",
        "ours: list[Data] = []",
        LARGE,
    ),
    Mutation(
        1,
        "a snapshot's token is new every time",
        "_snapshot/plan.py",
        'return hashlib.sha256("\\n".join(parts).encode()).hexdigest()',
        "import uuid; return str(uuid.uuid4())",
        LARGE,
    ),
    Mutation(
        1,
        "a snapshot's copy that was deleted at once is begun again",
        "_snapshot/copies.py",
        "            self._look_at(copy)\n",
        "",
        ENDS,
    ),
    # 2: check mode = real run
    Mutation(
        2,
        "check mode is overlooked when copying",
        "_copy/copy_one.py",
        "if destination.run.check:\n        _predict",
        "if False:\n        _predict",
        CHECK,
    ),
    Mutation(
        2,
        "check mode is overlooked when sharing",
        "_share/task.py",
        "if self.run.check:\n            self._take",
        "if False:\n            self._take",
        CHECK,
    ),
    Mutation(2, "the dry run is none", "_api/images.py", "DryRun=True", "DryRun=None", CHECK),
    Mutation(
        2,
        "check mode sees no repairs",
        "_copy/copy_one.py",
        "if destination.run.check:\n        destination.mark_changed()",
        "if destination.run.check:\n        pass",
        CHECK,
    ),
    Mutation(
        2,
        "check mode is overlooked when cancelling",
        "_cancel/cancel_one.py",
        "if self.run.check:\n            self.cancelled = True\n",
        "if False:\n            self.cancelled = True\n",
        CHECK,
    ),
    Mutation(
        2,
        "check mode is overlooked when removing",
        "_image/remove.py",
        "if run.check:\n        run.mark_changed()\n        return\n",
        "run.mark_changed()\n",
        CHECK,
    ),
    Mutation(
        2,
        "check mode tells no refusal of the dry run",
        "_copy/start.py",
        "or is_transient(error) or is_conflict(error)):\n            raise\n",
        "or is_transient(error) or is_conflict(error)):\n            return\n",
        CHECK,
    ),
    Mutation(
        2,
        "check mode looks at no snapshots",
        "_copy/copy_one.py",
        "return by_snapshots.predict(destination, decision, reason) if reason else True",
        "return True",
        ENDS,
    ),
    # 3: converged = silent
    Mutation(
        3,
        "tags are set again every time",
        "_copy/plan.py",
        'for key, value in wanted.all_tags.items() if image["tags"].get(key) != value}',
        "for key, value in wanted.all_tags.items()}",
        COPY,
    ),
    Mutation(
        3,
        "accounts are added again every time",
        "_share/plan.py",
        "sorted(wanted - have)",
        "sorted(wanted)",
        functional("share", "four_steps"),
    ),
    Mutation(
        3,
        "features are set again every time",
        "_task/changes.py",
        "if wanted[key] and wanted[key] != have[key]}",
        "if wanted[key]}",
        COPY,
    ),
    Mutation(
        3,
        "snapshots are tagged again every time",
        "_task/changes.py",
        ' if not wanted.items() <= snapshot["tags"].items()]',
        "]",
        COPY,
    ),
    Mutation(
        3,
        "waiting for an adopted copy is a change",
        "_copy/copy_one.py",
        "destination.available_since = destination.run.clock.now()\n            destination.record.finished_at",
        "destination.available_since, destination.changed = destination.run.clock.now(), True\n"
        "            destination.record.finished_at",
        COPY,
    ),
    Mutation(
        2,
        "check mode refuses to copy and share what it plans to make Available again",
        "_base/models.py",
        'comes_back = given.get("planned")',
        'comes_back = False and given.get("planned")',
        functional("copy/check_mode"),
    ),
    Mutation(
        2,
        "check mode takes what was known of an image before for a plan",
        "_base/models.py",
        'comes_back = given.get("planned") and',
        "comes_back =",
        functional("copy/check_mode"),
    ),
    Mutation(
        2,
        "check mode of a rollback does not foresee that its images can be shared",
        "_release/_release.py",
        'if target["image_id"] in waiting else {})',
        "if False else {})",
        ("e2e/test_going_back.py::test_a_run_that_failed_on_sound_images_does_not_keep_them_from_leading_again",),
        folder="plugin_utils",
    ),
)
