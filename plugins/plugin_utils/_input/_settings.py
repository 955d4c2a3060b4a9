# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A role's variables, each evaluated once. What the role takes stands in its argument spec alone."""

from __future__ import annotations

import os
import typing as t
from pathlib import Path

import yaml

from ansible_collections.imageops.alicloud.plugins.module_utils._base import accounts
from ansible_collections.imageops.alicloud.plugins.plugin_utils._input import _audience, _values

Data = dict[str, t.Any]
RELEASE = str(Path(__file__).resolve().parents[3] / "roles" / "image_release")
Evaluate = t.Callable[[t.Any], t.Any]

# Names with the role's prefix that are no options of it: of the playbooks, and what the role returns.
ALSO_KNOWN = ("image_release_hosts", "image_release_plan", "image_release_result")
# Those of the playbook plan have no prefix that is ours alone: only what is nearly one of them is taken for it.
OF_PLAN = ("plan_exit_code", "plan_markdown")
OMITTED = ("Omit", "AnsibleValueOmittedError")  # what ansible-core makes of omit, by the names of the classes


def options_of(role_path: str) -> Data:
    """The options of a role, by the names of their variables."""
    with open(os.path.join(role_path, "meta", "argument_specs.yml"), encoding="utf-8") as file:
        spec = yaml.load(file, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return t.cast("Data", spec["argument_specs"]["main"]["options"])


def unknown(variables: t.Iterable[str], options: t.Collection[str], prefix: str) -> list[str]:
    """Faults for names that begin like a role's variables and are none, or nearly are one of the playbook plan."""
    names = list(variables)
    plans = [f"{name} is unknown{close}" for name in names if (close := _nearly_of_plan(name))]
    return _values.unknown_names(names, {*options, *ALSO_KNOWN}, [prefix]) + plans


def unknown_of_releases(variables: t.Iterable[str]) -> list[str]:
    """Faults for names that begin like a release's variables and are none, for what takes only some of these."""
    return _values.unknown_names(variables, {*options_of(RELEASE), *ALSO_KNOWN}, ["image_release_"])


def read(
    options: t.Mapping[str, Data],
    prefix: str,
    variables: t.Mapping[str, t.Any],
    evaluate: Evaluate,
    apart: t.Collection[str] = (),
    hints: t.Mapping[str, str] | None = None,
) -> tuple[Data, list[str]]:
    """
    :param options: the argument spec's options
    :param variables: what the task knows, not evaluated
    :param evaluate: gives the value of a template
    :param apart: options that are evaluated, but not read as their spec says
    :param hints: what to do instead, by the names of variables for which people give a text that is none of theirs
    :returns: the values by the options' names without the prefix, and what is wrong with them
    """
    faults: list[str] = []
    settings: Data = {}
    for name, spec in options.items():
        value = evaluated(variables.get(name), name, evaluate, variables.get("omit"), faults)
        short = name.removeprefix(prefix)
        wrong: list[str] = []
        found = None if short in apart or _is_nothing(value, spec) else _values.read(value, spec, name, wrong)
        settings[short] = value if short in apart else _nothing(spec) if found is None else found
        hint = (hints or {}).get(name)
        faults += [f"{fault}: {hint}" if hint and " is a text" in fault else fault for fault in wrong]
    return settings, faults


def _nearly_of_plan(name: str) -> str:
    return _values.meant(name, OF_PLAN, 0.85) if name.startswith("plan") and name not in OF_PLAN else ""


def _is_nothing(value: t.Any, spec: t.Mapping[str, t.Any]) -> bool:
    """Whether a list or a dictionary is not given, rather than empty; of all others ``_values.read`` tells."""
    is_empty = value is None or (isinstance(value, str) and not value.strip())
    return is_empty and spec.get("type") in ("list", "dict")


def _nothing(spec: t.Mapping[str, t.Any]) -> t.Any:
    """What a variable is that is not given."""
    return spec["default"] if "default" in spec else {"list": [], "dict": {}}.get(str(spec.get("type")))


def evaluated(raw: t.Any, name: str, evaluate: Evaluate, omit: t.Any, faults: list[str]) -> t.Any:
    """The value of a variable; None for one that is omitted or can't be evaluated, which is a fault."""
    try:
        return without_omitted(evaluate(raw), omit)
    except Exception as error:  # whatever a lookup in it raises
        if type(error).__name__ not in OMITTED:
            faults.append(f"{name} can't be evaluated: {' '.join(str(error).split())[:300]}")
        return None


def refused(faults: t.Iterable[str]) -> Data:
    """The result of a step that does nothing, because its variables are wrong."""
    return {
        "failed": True,
        "msg": "The variables are refused, nothing was changed: " + "; ".join(dict.fromkeys(faults)),
    }


def without_omitted(value: t.Any, omit: t.Any) -> t.Any:
    """A value without what is omitted in it. ansible-core 2.18 has a text in its place."""
    if _is_omitted(value, omit):
        return None
    if isinstance(value, dict):
        return {key: without_omitted(inner, omit) for key, inner in value.items() if not _is_omitted(inner, omit)}
    if isinstance(value, (list, tuple)):
        return [without_omitted(inner, omit) for inner in value if not _is_omitted(inner, omit)]
    return value


def _is_omitted(value: t.Any, omit: t.Any) -> bool:
    return type(value).__name__ in OMITTED or (isinstance(value, str) and isinstance(omit, str) and value == omit)


def account_faults(settings: Data) -> list[str]:
    """Account ids of a release that have another number of digits than account ids have."""
    named = [*_audience.named(settings), *settings["denied_accounts"], settings["account_id"] or ""]
    found = [accounts.account_fault(account) for account in dict.fromkeys(named) if account]
    return [fault for fault in found if fault]
