# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Launch templates that would lose something, or versions that would come twice or go too early."""

from __future__ import annotations

from mutations.mutation import Mutation, functional

TEMPLATES = functional(*(f"launch_template/{name}" for name in ("fields", "old_versions", "one_version")))

MUTATIONS = (
    Mutation(
        1,
        "a version whose answer was lost is made again",
        "_template/template.py",
        "return min(found) if found else None",
        "return None",
        TEMPLATES,
    ),
    Mutation(
        1,
        "a version that a killed run has made a moment before is made again",
        "_template/template.py",
        "for _number in range(0 if self._run.check else LOOKS_AGAIN):",
        "for _number in range(0):",
        TEMPLATES,
    ),
    Mutation(
        1,
        "two runs' versions for the same both stay",
        "_template/template.py",
        "if first == made:",
        "if True:",
        TEMPLATES,
    ),
    Mutation(
        6,
        "a field that no version can be given is dropped",
        "_template/plan.py",
        "if unsent:",
        "if False:",
        TEMPLATES,
    ),
    Mutation(
        6,
        "the dotted fields of the system disk are lost",
        "_template/fields.py",
        'root, _dot, inner = name.partition(".")',
        'root, _dot, inner = name, "", ""',
        TEMPLATES,
    ),
    Mutation(
        6,
        "a version that a scaling group names is deleted",
        "_template/plan.py",
        "if number not in stays and not followers(groups, template_id, str(number))",
        "if number not in stays",
        TEMPLATES,
    ),
    Mutation(
        6,
        "versions are deleted though no group could be looked at",
        "_template/plan.py",
        "if keep is None or groups is None:",
        "if keep is None:",
        TEMPLATES,
    ),
    Mutation(
        4,
        "one template is switched though another can't be",
        "_template/task.py",
        'if not any(template.entry["error"] for template in templates):',
        "if True:",
        TEMPLATES,
    ),
)
