# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is to be waited out, told, and not told."""

from __future__ import annotations

from mutations.mutation import Mutation, functional

LARGE = functional("guard_large")
FAULTS = functional("faults")
WAITING = "unit/plugins/module_utils/test_waiting.py"

MUTATIONS = (
    # 7: no silent leftovers
    Mutation(
        7,
        "snapshots that a cancelled copy leaves are not told",
        "_cancel_one.py",
        'self.entry["snapshots_left"] = left',
        "pass",
        functional("cancel"),
    ),
    Mutation(
        7,
        "a cancelled copy is not waited for",
        "_cancel_one.py",
        'and self.run.params["wait"]) or',
        "and False) or",
        functional("cancel"),
    ),
    Mutation(
        7,
        "a failed copy's snapshots stay when it is replaced",
        "_copy_start.py",
        'one.api.delete_snapshot(one.region, snapshot["snapshot_id"])',
        "pass",
        functional("copy"),
    ),
    Mutation(
        7,
        "the record of a replaced copy is lost",
        "_copy_start.py",
        'one.record.replaced = {"image_id": failed["image_id"], "snapshot_ids": failed["snapshot_ids"]}',
        "one.record.replaced = {}",
        functional("copy"),
    ),
    Mutation(
        7,
        "snapshots are not tagged with their image",
        "_repairs.py",
        "if repairs.snapshots:",
        "if False:",
        functional("copy"),
    ),
    Mutation(
        7,
        "a snapshot that could not be deleted is not told",
        "_image_remove.py",
        "stuck.append(",
        "dict(",
        functional("image"),
    ),
    Mutation(
        7,
        "a copy that still runs is told as a success",
        "_cancel_one.py",
        "self.failed = reason == _plan_cancel.STILL_RUNNING",
        "self.failed = False",
        functional("cancel"),
    ),
    Mutation(
        7,
        "further copies of a snapshot are not told",
        "_snapshot_copies.py",
        'copy.duplicates = [snapshot["snapshot_id"] for snapshot in live[1:]]',
        "copy.duplicates = []",
        LARGE,
    ),
    # 8: throttling and queueing are normal
    Mutation(
        8,
        "throttling is final",
        "_retry.py",
        'return error.code.startswith("Throttling") or error.code == "Rejected.Throttling"',
        "return False",
        FAULTS,
    ),
    Mutation(8, "a busy service is final", "_retry.py", "or error.code in BUSY", "or False", FAULTS),
    Mutation(8, "a server's fault is final", "_retry.py", "or error.status >= 500", "or False", (WAITING,)),
    Mutation(
        8, "a conflict is final", "_retry.py", "return error.code in CONFLICT", "return False", functional("copy")
    ),
    Mutation(
        8,
        "throttling counts as silence",
        "_retry.py",
        "if is_throttled(error):\n                    failing_since = now",
        "if False:\n                    failing_since = now",
        FAULTS,
    ),
    Mutation(
        8,
        "pauses do not grow",
        "_retry.py",
        "min(LONGEST_PAUSE, self._next * 2)",
        "min(LONGEST_PAUSE, self._next)",
        (WAITING, *FAULTS),
    ),
    Mutation(
        8,
        "a lost answer to a share is counted as a failure",
        "_share_list.py",
        "(is_transient(error) and now < self._run.deadline)",
        "False",
        FAULTS,
    ),
    Mutation(
        8,
        "a call takes more than ten accounts",
        "_rules.py",
        "SHARE_BATCH = 10",
        "SHARE_BATCH = 11",
        functional("share"),
    ),
    # 9: errors and refusals
    Mutation(
        9,
        "only the first fault is told",
        "_errors.py",
        "self.faults = list(faults)",
        "self.faults = list(faults)[:1]",
        functional("input"),
    ),
    Mutation(
        9,
        "too many tags are found out by the API",
        "_wanted.py",
        "if count > max_tags:",
        "if False:",
        functional("input", "guard_input"),
    ),
    Mutation(
        9,
        "any account will do",
        "_module.py",
        'if expected and expected != caller["account_id"]:',
        "if False:",
        functional("input"),
    ),
    Mutation(
        9,
        "the age of an image that is taken over is no matter",
        "_plan_judge.py",
        'if image["created_at"] < source["created_at"]:',
        "if False:",
        functional("copy"),
    ),
    Mutation(
        9,
        "the quota of accounts is found out by the API",
        "_share.py",
        "if change.add and len(change.after) > limit:",
        "if False:",
        functional("share"),
    ),
    Mutation(
        9,
        "the image's own account may be in the list",
        "_share.py",
        "run.faults += own",
        "pass",
        functional("input"),
    ),
    Mutation(
        9, "errors have no request id", "_errors.py", "if self.request_id:", "if False:", functional("guard_input")
    ),
    Mutation(
        9,
        "errors have no remedy",
        "_hints.py",
        " if hint else None",
        " if False else None",
        functional("input", "guard_input"),
    ),
    Mutation(
        9,
        "an encrypted image's plain copy is found out by the API",
        "_wanted.py",
        'if source["encrypted"] and not one.encrypted:',
        "if False:",
        functional("input", "guard_input"),
    ),
    Mutation(
        9, "the nearest region is not offered", "_regions.py", "if near else", "if False else", functional("input")
    ),
    Mutation(
        9,
        "a shared image is removed unasked",
        "_plan_image.py",
        "    if shared_with:\n",
        "    if False:\n",
        functional("image"),
    ),
    # 10: no secret anywhere
    Mutation(
        10,
        "the credentials library may talk",
        "_client.py",
        "_logger.propagate = False",
        "_logger.propagate = True; _logger.setLevel(10); _logger.addHandler(logging.StreamHandler())",
        functional("guard_secrets", "credentials"),
    ),
    Mutation(
        10,
        "an error shows what the credentials library says",
        "_client.py",
        "no usable credentials ({type(error).__name__}). ",
        "no usable credentials ({error} {self._connection.access_key_secret}). ",
        functional("guard_secrets", "credentials"),
    ),
    Mutation(
        10,
        "the secret is an option like others",
        "_module.py",
        '"access_key_secret": {\n        "type": "str",\n        "no_log": True,',
        '"access_key_secret": {\n        "type": "str",\n        "no_log": False,',
        functional("copy"),
    ),
    Mutation(
        10,
        "the token is an option like others",
        "_module.py",
        '"security_token": {\n        "type": "str",\n        "no_log": True,',
        '"security_token": {\n        "type": "str",\n        "no_log": False,',
        functional("guard_secrets"),
    ),
    Mutation(
        10,
        "a broken call shows its address",
        "_client.py",
        'return text.split("?", maxsplit=1)[0].split("(Caused", maxsplit=1)[0].strip()[:300] or "no answer"',
        "return text",
        functional("input", "guard_secrets"),
    ),
    Mutation(
        10,
        "a refused signature shows what was signed",
        "_client.py",
        'message.split("server string to sign", maxsplit=1)[0].strip() if "ign" in str(error.code) else message',
        "message",
        functional("guard_secrets", "input"),
    ),
    Mutation(
        10,
        "connection options show themselves",
        "_connection.py",
        "access_key_secret: str | None = dataclasses.field(default=None, repr=False)",
        "access_key_secret: str | None = None",
        functional("guard_secrets"),
    ),
)
