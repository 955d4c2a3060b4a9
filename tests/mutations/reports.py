# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is to be waited out, and what is told."""

from __future__ import annotations

from mutations.mutation import OUTCOMES, Mutation, functional

FAULTS = functional("faults")
WAITING = "unit/plugins/module_utils/test_waiting.py"

MUTATIONS = (
    # 8: throttling and queueing are normal
    Mutation(
        8,
        "throttling is final",
        "_base/retry.py",
        'return error.code.startswith("Throttling") or error.code == "Rejected.Throttling"',
        "return False",
        FAULTS,
    ),
    Mutation(8, "a busy service is final", "_base/retry.py", "or error.code in error_codes.BUSY", "or False", FAULTS),
    Mutation(8, "a server's fault is final", "_base/retry.py", "or error.status >= 500", "or False", (WAITING,)),
    Mutation(
        8,
        "a conflict is final",
        "_base/retry.py",
        "return error.code in error_codes.CONFLICT",
        "return False",
        functional(*OUTCOMES),
    ),
    Mutation(
        8,
        "throttling counts as silence",
        "_base/retry.py",
        "if is_throttled(error) and not self._is_brief:\n                    failing_since = now",
        "if False:\n                    failing_since = now",
        FAULTS,
    ),
    Mutation(
        8,
        "pauses do not grow",
        "_base/retry.py",
        "min(LONGEST_PAUSE, self._next * 2)",
        "min(LONGEST_PAUSE, self._next)",
        (WAITING, *FAULTS),
    ),
    Mutation(
        8,
        "a lost answer to a share is counted as a failure",
        "_share/share_list.py",
        "return None if is_transient(error) or ",
        "return None if ",
        FAULTS,
    ),
    Mutation(
        8,
        "a call takes more than ten accounts",
        "_base/validation.py",
        "SHARE_BATCH = 10",
        "SHARE_BATCH = 11",
        functional("share"),
    ),
    Mutation(
        8,
        "what is Available is usable",
        "_base/models.py",
        '(image["status"] == AVAILABLE and not image.get("usable", True))',
        "False",
        functional("copy/failed_copies"),
    ),
    # 9: errors and refusals
    Mutation(
        9,
        "only the first fault is told",
        "_base/errors.py",
        "sentences = [clean(fault) for fault in faults]",
        "sentences = [clean(fault) for fault in faults][:1]",
        functional("input"),
    ),
    Mutation(
        9,
        "too many tags are found out by the API",
        "_copy/request.py",
        "if count > max_tags:",
        "if False:",
        functional("input", "refusals_before_calls"),
    ),
    Mutation(
        9,
        "any account will do",
        "_task/run.py",
        'if expected and expected != caller["account_id"]:',
        "if False:",
        functional("input"),
    ),
    Mutation(
        9,
        "variables are mixed into the credentials of a task",
        "_client/environment.py",
        'if any(params.get(name) for name in (*KEYS, "profile")):',
        "if False:",
        functional("credentials"),
    ),
    Mutation(
        9,
        "the age of an image that is taken over is no matter",
        "_task/identity.py",
        "if made and made < since else found",
        "if False else found",
        functional(*OUTCOMES, "copy/images_of_others"),
    ),
    Mutation(
        9,
        "the quota of accounts is found out by the API",
        "_share/task.py",
        "if change.add and len(change.after) > limit:",
        "if False:",
        functional("share"),
    ),
    Mutation(
        9,
        "the image's own account may be in the list",
        "_share/task.py",
        "run.faults.append(validation.owner_fault(run.account_id))",
        "pass",
        functional("input"),
    ),
    Mutation(
        9,
        "errors have no request id",
        "_base/errors.py",
        "if self.request_id:",
        "if False:",
        functional("refusals_before_calls"),
    ),
    Mutation(
        9,
        "errors have no remedy",
        "_base/hints.py",
        " if hint else None",
        " if False else None",
        functional("input", "refusals_before_calls"),
    ),
    Mutation(
        9,
        "an encrypted image's plain copy is found out by the API",
        "_copy/request.py",
        'if source["encrypted"] and not destination.encrypted:',
        "if False:",
        functional("input", "refusals_before_calls"),
    ),
    Mutation(
        9, "the nearest region is not offered", "_base/regions.py", "if near else", "if False else", functional("input")
    ),
    Mutation(
        9,
        "a shared image is removed unasked",
        "_image/plan_remove.py",
        "    if shared_with:\n",
        "    if False:\n",
        functional("image", "image_removed"),
    ),
)
