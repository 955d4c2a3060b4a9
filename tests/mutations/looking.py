# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Audits that pass over something or ask too much, and events that are told twice, or never."""

from __future__ import annotations

from mutations.mutation import Mutation, functional, unit

AUDIT, EVENTS, RECORD = functional("audit"), functional("events"), unit("audit")

MUTATIONS = (
    Mutation(
        4,
        "a region that refuses ends an audit",
        "_audit/task.py",
        "    except Exception as error:\n        seen.not_looked.append(",
        "    except ZeroDivisionError as error:\n        seen.not_looked.append(",
        AUDIT,
    ),
    Mutation(
        7,
        "an audit that could not look at an organisation is silent about it",
        "_audit/task.py",
        "    not_looked = [gap for seen in regions for gap in seen.not_looked] + _elsewhere(run, names)",
        '    not_looked = [gap for seen in regions for gap in seen.not_looked if not gap["optional"]]',
        AUDIT,
    ),
    Mutation(
        7,
        "shares with an organisation that no list names are passed over",
        "_audit/plan.py",
        "    beyond = organisation - asked - had - {*(allowed or ())}",
        "    beyond = set[str]()",
        AUDIT,
    ),
    Mutation(
        7,
        "an instance of a test boot that is under way is called left",
        "_audit/plan.py",
        "if markers.VERIFY_OF in tags and verify_plan.is_left(instance, now):",
        "if markers.VERIFY_OF in tags:",
        AUDIT,
    ),
    Mutation(
        9,
        "what could not be looked at is called gone",
        "_work/_audit.py",
        'return "gone" if _was_looked_at(made, finding) else "findings"',
        'return "gone"',
        RECORD,
        folder="plugin_utils",
    ),
    Mutation(
        1,
        "what was found where nobody has asked this time is called gone",
        "_work/_audit.py",
        "if not _was_asked(made, finding):",
        "if False:",
        RECORD,
        folder="plugin_utils",
    ),
    Mutation(
        7,
        "what an audit has not seen this time is told as seen now",
        "_work/_audit.py",
        'return str(finding.get("last_seen_at", finding["since"]) or previous["run"]["began_at"])',
        "return None",
        RECORD,
        folder="plugin_utils",
    ),
    Mutation(
        6,
        "a notice from the future hides all that come later",
        "_events/plan.py",
        "if at > stamp:",
        "if False:",
        EVENTS,
    ),
    Mutation(
        1,
        "an event that was told is told again by the next process",
        "_events/_events.py",
        "        self.data: Data = {**empty, **self._read(empty)}",
        "        self.data: Data = {**empty}",
        EVENTS,
        folder="plugin_utils",
    ),
    Mutation(
        5,
        "an event that was being told is lost by a kill",
        "_events/_events.py",
        'pending=[*self._memory.data["pending"], *events]',
        "pending=[]",
        EVENTS,
        folder="plugin_utils",
    ),
    Mutation(
        6,
        "one look that does not show an image calls it gone",
        "_events/plan.py",
        "MISSES = 2 ",
        "MISSES = 1 ",
        EVENTS,
    ),
    Mutation(
        6,
        "credentials that see nothing call everything gone",
        "_events/plan.py",
        '"missed": seen[image_id]["missed"] + (not is_blind)',
        '"missed": seen[image_id]["missed"] + 1',
        EVENTS,
    ),
    Mutation(
        1,
        "a notice that comes twice is told twice",
        "_events/plan.py",
        'return last is not None and (event["change"] == last["change"] or ',
        "return last is not None and (",
        EVENTS,
    ),
    Mutation(
        11,
        "a notice chooses what is no region",
        "_events/plan.py",
        "if not (regions.is_region(region) and ",
        "if not (",
        EVENTS,
    ),
)
