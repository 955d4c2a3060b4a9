# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the role image_retire and the playbooks without a role are told, and the module calls that it comes to. Pure."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import accounts, validation
from ansible_collections.imageops.alicloud.plugins.module_utils._base.regions import EVERY
from ansible_collections.imageops.alicloud.plugins.plugin_utils._base import _hosts, _images
from ansible_collections.imageops.alicloud.plugins.plugin_utils._input import _settings, _values, _wording
from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import _records
from ansible_collections.imageops.alicloud.plugins.plugin_utils._work import _audit, _rekey

Data = dict[str, t.Any]

LIST: Data = {"type": "list", "elements": "str"}
PATHS: Data = {"type": "list", "elements": "path"}
TEXT: Data = {"type": "str"}
ACCOUNT = "image_release_account_id"
# What all playbooks take, whatever their own prefix.
COMMON: dict[str, Data] = {ACCOUNT: TEXT, "image_release_allow_odd_account_ids": {"type": "bool", "default": False}}

PRICES: Data = {"type": "dict", "options": {"currency": TEXT, **_values.PRICE, "regions": {"type": "dict"}}}

# The variables of the playbooks. Those of the role stand in its argument spec.
PLAYBOOKS: dict[str, dict[str, Data]] = {
    "unshare_everywhere": {"accounts": LIST, "regions": LIST, "manifests": PATHS},
    "stop_copies": {
        "regions": LIST,
        "source_region": TEXT,
        "source_image_id": TEXT,
        "manifests": PATHS,
        "accept_suspects": {"type": "bool", "default": False},
    },
    "image_rekey": {
        "manifests": PATHS,
        "name": TEXT,
        "keys": {"type": "dict"},
        "manifest": {"type": "path"},
        "verify": {
            "type": "list",
            "elements": "dict",
            "options": {
                "region": {"type": "str", "required": True},
                "instance_type": {**LIST, "required": True},
                "vswitch_id": {**LIST, "required": True},
                "security_group_id": {"type": "str", "required": True},
                "secure_boot": {"type": "bool"},
                "wait_timeout": {"type": "float"},
                "timeout": {"type": "float"},  # its former name
            },
        },
    },
    "image_audit": {
        "manifests": PATHS,
        "regions": LIST,
        "roles": LIST,
        "allowed": {**LIST, "default": None},
        "organisation": {"type": "bool", "default": True},
        "quota": {"type": "int"},
        "prices": PRICES,
        "file": {"type": "path"},
        "report": {"type": "path"},
        "fail_on": {"type": "str", "choices": list(_audit.FAIL_ON), "default": _audit.FAIL_ON[0]},
    },
}


@dataclasses.dataclass(frozen=True)
class Work:
    """What the role image_retire, or one of the playbooks, takes and does."""

    faults: t.Callable[[Data, Data], list[str]]  # of the settings and of what the manifests say
    calls: t.Callable[[Data, Data], list[Data]]  # the arguments of its modules
    manifests: str = "manifests"  # the variable that names manifests
    read: t.Callable[[list[str]], Data] = _records.read_files  # what the manifests say, by their paths
    narrowed: t.Callable[[Data, Data], Data] = lambda settings, recorded: recorded  # to what it is about
    settled: t.Callable[[Data], Data] = lambda settings: settings  # as the later steps and tasks take them


def names_of(work: str, variables: t.Mapping[str, t.Any]) -> dict[str, str]:
    """
    :param work: a role or a playbook
    :param variables: what its tasks know
    :returns: its variables by the options of modules
    """
    if work not in PLAYBOOKS:
        options = _settings.options_of(str(variables["role_path"]))
        return _wording.variables(work, options, f"{work}_connection")
    names = _wording.variables(work, {**options_of(work), **COMMON}, "image_release_connection")
    return {**names, "account_id": ACCOUNT}


def options_of(work: str) -> dict[str, Data]:
    """The variables of a playbook by their names."""
    return {f"{work}_{name}": spec for name, spec in PLAYBOOKS[work].items()}


def odd_accounts(settings: Data) -> list[str]:
    """Account ids that have another number of digits than account ids have."""
    named = [*(settings.get("accounts") or []), settings.get("account_id") or ""]
    return [fault for account in dict.fromkeys(named) if account and (fault := accounts.account_fault(account))]


def clashes_between(begun: Data, others: t.Mapping[str, Data]) -> list[str]:
    """Files that another host of the play writes as well.

    :param begun: how the work of this host has begun
    :param others: how that of the other hosts has. With ``run_once`` it is the same
    """
    written = {
        f"host {host}": theirs["files"].values() for host, theirs in others.items() if theirs["run"] != begun["run"]
    }
    return _hosts.clashes(begun["files"].items(), written)


def _one_way(work: str, settings: Data) -> list[str]:
    """Images are named by their regions or by manifests, and by one of them."""
    if bool(settings["regions"]) == bool(settings["manifests"]):
        how = "only one of them" if settings["regions"] else f"the regions, or {EVERY} for every region of the account"
        return [f"give {work}_regions or {work}_manifests: {how}"]
    return []


def _unshare_faults(settings: Data, recorded: Data) -> list[str]:
    named = [] if settings["accounts"] else ["give unshare_everywhere_accounts: the accounts that lose the images"]
    found = named + _one_way("unshare_everywhere", settings)
    if settings["manifests"] and recorded and not recorded["everything"]:
        found.append("unshare_everywhere_manifests name no image")
    return found


def _unshare_calls(settings: Data, recorded: Data) -> list[Data]:
    which: Data = {"regions": settings["regions"], "all_own": True}
    if recorded:
        which = {"images": [_images.named(image) for image in recorded["everything"]]}
    return [{**which, "accounts": settings["accounts"], "state": "absent"}]


def named_source(settings: Data) -> Data:
    """The image whose copies are meant, without the blanks of a survey's answers. Empty for all copies."""
    given = {name: settings.get(name) or "" for name in ("source_region", "source_image_id")}
    # What is only blanks was to name something, and must not mean all.
    return {name: text.strip() for name, text in given.items()} if any(given.values()) else {}


def _stop_faults(settings: Data, recorded: Data) -> list[str]:
    found = _one_way("stop_copies", settings)
    source = named_source(settings)
    if not all(source.values()):
        found.append("give both stop_copies_source_region and stop_copies_source_image_id, or neither")
    if source and settings["manifests"]:
        found.append("stop_copies_manifests name the sources themselves: leave out stop_copies_source_image_id")
    if recorded and not (_with_copies(recorded) or _by_id(recorded)):
        found.append(
            "stop_copies_manifests name no source with copies and no copy by its id, so that nothing can be cancelled "
            "by them"
        )
    return found


def _with_copies(recorded: Data) -> list[Data]:
    return [source for source in recorded["sources"] if source["regions"]]


def _by_id(recorded: Data) -> list[Data]:
    """Copies that are named themselves, for lack of a source."""
    return list({(copy["region"], copy["image_id"]): copy for copy in recorded["copies"] if copy["image_id"]}.values())


def _stop_calls(settings: Data, recorded: Data) -> list[Data]:
    same = {"accept_suspects": settings["accept_suspects"]}
    if recorded:
        of_sources = [
            {"regions": one["regions"], "source_region": one["region"], "source_image_id": one["image_id"], **same}
            for one in _with_copies(recorded)
        ]
        return [*of_sources, *({"region": one["region"], "image_id": one["image_id"]} for one in _by_id(recorded))]
    return [{"regions": settings["regions"], **(named_source(settings) or {"all_marked": True}), **same}]


def _retire_faults(settings: Data, recorded: Data) -> list[str]:
    chosen = ("families", "name_patterns", "tags", "from_manifest")
    found = []
    if settings["from_manifest"] == []:
        found.append(
            "image_retire_from_manifest is an empty list, which would restrict nothing: no manifest was found. Leave "
            "it out to go without manifests"
        )
    if not any(settings[name] for name in chosen):
        found.append(f"nothing is selected: give {' or '.join('image_retire_' + name for name in chosen)}")
    if not (settings["regions"] or (recorded and recorded["regions"])):
        found.append(f"give image_retire_regions: where to look, or {EVERY} for every region of the account")
    return found


def _retire_calls(settings: Data, recorded: Data) -> list[Data]:
    same = ("keep", "min_age_days", "grace_days", "shared", "unmarked", "unpromoted", "delete_snapshots", "orphans",
            "keep_used", "export_required")  # fmt: skip
    filled = ("families", "name_patterns", "tags", "role_arns", "export")
    call: Data = {
        "regions": settings["regions"] or recorded["regions"],
        "max_images": settings["max"],
        **{name: settings[name] for name in same},
        **{name: settings[name] for name in filled if settings[name]},
    }
    if settings["from_manifest"]:
        call["image_ids"] = [image["image_id"] for image in recorded["everything"]]
    return [call]


def _audit_faults(settings: Data, recorded: Data) -> list[str]:
    found = validation.role_faults("image_audit_roles", settings["roles"])
    accounts = [validation.account_of_role(role) for role in settings["roles"]]
    unasked = sorted({*(recorded.get("accounts") or [])} - {*accounts}) if accounts else []
    if unasked:
        found.append(f"image_audit_manifests name images of {', '.join(unasked)}, and image_audit_roles no role there")
    twice = sorted({account for account in accounts if account and accounts.count(account) > 1})
    found += [f"image_audit_roles names account {account} twice: give one role for each" for account in twice]
    several = recorded.get("accounts") or []
    if not accounts and len(several) > 1:
        found.append(
            f"image_audit_manifests name images of {', '.join(several)}: image_audit_roles takes a role for each"
        )
    return found


def _audit_calls(settings: Data, recorded: Data) -> list[Data]:
    same: Data = {
        "regions": settings["regions"] or [EVERY],
        "organisation": settings["organisation"],
        "expected": recorded.get("expected") or [],
    }
    if settings["quota"] is not None:
        same["image_quota"] = settings["quota"]
    if settings["allowed"] is not None:
        same["allowed"] = settings["allowed"]
    roles = [{"ram_role_arn": role, "account_id": validation.account_of_role(role)} for role in settings["roles"]]
    return [{**same, **role} for role in roles or [{}]]


def _audit_input(paths: list[str]) -> Data:
    return _audit.expected_of(_records.read_manifests(paths))


WORKS = {
    "image_audit": Work(_audit_faults, _audit_calls, read=_audit_input),
    "unshare_everywhere": Work(_unshare_faults, _unshare_calls),
    "stop_copies": Work(_stop_faults, _stop_calls),
    "image_rekey": Work(_rekey.faults, _rekey.calls, narrowed=_rekey.narrowed, settled=_rekey.settled),
    "image_retire": Work(_retire_faults, _retire_calls, "from_manifest"),
}
