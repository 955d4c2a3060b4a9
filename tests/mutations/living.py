# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs against an account: they leave nothing, touch nothing else, and tell nothing of it."""

from __future__ import annotations

from mutations.mutation import Mutation

_GATE, _CLEANING, _RECORDER = (f"live_tests/test_{name}.py" for name in ("gate", "cleaning", "recorder"))


def _guard(name: str, file: str, old: str, new: str, *tests: str) -> Mutation:
    return Mutation(12, name, file, old, new, tests, "live")


MUTATIONS = (
    _guard(
        "what has another name is taken away",
        "cleaner.py",
        "if not (named and (known or self._is_new(thing))):",
        "if not (known or self._is_new(thing)):",
        _GATE,
    ),
    _guard(
        "what has another tag is taken away",
        "cleaner.py",
        "return shown.get(TAG) == self.journal.run",
        "return True",
        _GATE,
    ),
    _guard(
        "what is older than the run is taken away",
        "cleaner.py",
        'return made.timestamp() >= float(self.journal.head["started"]) - SLACK',
        "return True",
        _GATE,
    ),
    _guard(
        "a snapshot that an image was made of is taken for the run's",
        "keeper.py",
        'came_with_it = bool(image.get("IsCopied")) or self._is_of_an_instance(image)',
        "came_with_it = True",
        _GATE,
    ),
    _guard(
        "what is made is written down after the call alone",
        "keeper.py",
        "        self.journal.add(intent=number, kind=maker.kind, action=action, region=region, name=name, of=of)\n"
        "        reply = call()\n",
        "        reply = call()\n"
        "        self.journal.add(intent=number, kind=maker.kind, action=action, region=region, name=name, of=of)\n",
        _GATE,
    ),
    _guard(
        "what is left is not told",
        "session.py",
        "    if left.kept:\n",
        "    if False:\n",
        f"{_CLEANING}::test_what_cannot_go_is_named",
    ),
    _guard(
        "the account is not compared with CONFIRM",
        "session.py",
        "if confirm != account:",
        "if False:",
        f"{_CLEANING}::test_what_is_wrong_is_said_before_anything_is_made",
    ),
    _guard(
        "a region that may not be read is no reason to stop",
        "session.py",
        "if not reply.ok:",
        "if False:",
        f"{_CLEANING}::test_what_is_refused_ends_with_a_word",
    ),
    _guard(
        "keys to which no snapshots show may go on",
        "run.py",
        'if settings.get("image_id"):\n        session',
        "if False:\n        session",
        "live_tests/test_live_policy.py::test_keys_to_which_no_snapshots_show_are_refused_before_a_run_begins",
    ),
    _guard(
        "the account is not compared with the settings",
        "run.py",
        'if account != settings["account_id"]:',
        "if False:",
        _GATE,
    ),
    _guard(
        "targets change what is others'",
        "gate.py",
        'return f"not of this run: {\', \'.join(foreign)}" if foreign else ""',
        'return ""',
        _GATE,
    ),
    _guard(
        "targets make things of any name", "gate.py", 'return "" if ours else f"', 'return "" if True else f"', _GATE
    ),
    _guard(
        "targets take the run's tag away",
        "gate.py",
        'if any(key.startswith("TagKey.") and value == TAG for key, value in fields.items()) or "All" in fields:',
        "if False:",
        _GATE,
    ),
    _guard(
        "targets do what no run does",
        "gate.py",
        'return "" if action.startswith(READS) else f"{action} is nothing that a run does"',
        'return ""',
        _GATE,
    ),
    _guard(
        "whoever knows the address may call",
        "door.py",
        "if claim.access_key_id != self.key_id or not right:",
        "if False:",
        _GATE,
    ),
    _guard(
        "texts of answers are recorded",
        "recorder.py",
        "return TEXT if isinstance(value, str) else NUMBER",
        "return value",
        _RECORDER,
    ),
    _guard(
        "any value of a field on the list is recorded",
        "recorder.py",
        "if field in KEPT and re.fullmatch(KEPT[field], str(value), re.ASCII):",
        "if field in KEPT:",
        _RECORDER,
    ),
)
