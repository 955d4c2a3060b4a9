# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every guard that is taken out, and whether it still looks as it is described."""

from __future__ import annotations

import ast

import yaml
from mutations import (
    judging,
    leftovers,
    living,
    looking,
    losses,
    moving,
    proving,
    reaching,
    reports,
    roles,
    second_copies,
    secret,
    seen,
    templates,
    trusting,
    untouched,
)
from mutations.mutation import ROOT, Mutation

MUTATIONS = (
    *second_copies.MUTATIONS,
    *losses.MUTATIONS,
    *untouched.MUTATIONS,
    *looking.MUTATIONS,
    *moving.MUTATIONS,
    *templates.MUTATIONS,
    *proving.MUTATIONS,
    *leftovers.MUTATIONS,
    *reports.MUTATIONS,
    *secret.MUTATIONS,
    *reaching.MUTATIONS,
    *trusting.MUTATIONS,
    *roles.MUTATIONS,
    *living.MUTATIONS,
    *seen.MUTATIONS,
    *judging.MUTATIONS,
)


class DoesNotApply(Exception):
    """The guard no longer looks as the catalogue says."""


def mutated(mutation: Mutation, text: str) -> str:
    """:raises DoesNotApply: if the edit is not possible, or its result no Python or YAML"""
    count = text.count(mutation.old)
    if count != 1:
        raise DoesNotApply(f"{mutation.name!r}: its text stands {count} times in {mutation.file}")
    result = text.replace(mutation.old, mutation.new)
    try:
        yaml.safe_load(result) if mutation.path.suffix == ".yml" else ast.parse(result)
    except (SyntaxError, yaml.YAMLError) as error:
        raise DoesNotApply(f"{mutation.name!r}: {mutation.file} can't be read any more: {error}") from None
    return result


def faults_of(mutations: list[Mutation]) -> list[str]:
    """Every mutation that can't be tried."""
    faults = []
    for mutation in mutations:
        path = ROOT / mutation.path
        try:
            mutated(mutation, path.read_text())
        except (DoesNotApply, OSError) as error:
            faults.append(str(error))
        if not any((ROOT / "tests" / name.partition("::")[0]).exists() for name in mutation.tests):
            faults.append(f"{mutation.name!r}: none of its tests is there: {', '.join(mutation.tests)}")
    return faults
