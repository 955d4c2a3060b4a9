# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a release begins: every variable evaluated once, everything that is wrong told together, the first calls."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import validation
from ansible_collections.imageops.alicloud.plugins.plugin_utils._base import _files, _hosts
from ansible_collections.imageops.alicloud.plugins.plugin_utils._input import _account, _copy_options, _settings
from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import _manifest, _manifest_place, _records
from ansible_collections.imageops.alicloud.plugins.plugin_utils._release import _calls, _done, _faults, _release

Data = dict[str, t.Any]

PREFIX, CONNECTION = "image_release_", "image_release_connection"
HINTS = {
    "image_release_destinations": "regions that need nothing of their own go into image_release_destination_regions"
}
KEPT = "the manifest {}: move it away, or name another file"  # where an account is named that no variable names
LOOK_EVERY = 15.0  # seconds between two looks at copies that are still being made


def begun(
    variables: t.Mapping[str, t.Any],
    evaluate: _settings.Evaluate,
    play: Data,
    task_defaults: t.Sequence[Data] | None,
    check: bool,
) -> Data:
    """
    :param variables: what the task knows, not evaluated
    :param evaluate: gives the value of a template
    :param play: the play's defaults for the action group
    :param task_defaults: what the task knows of ``module_defaults``
    :returns: what the later steps go by, with the first calls; or ``failed`` and why
    """
    options = _settings.options_of(str(variables["role_path"]))
    settings, unread = _settings.read(options, PREFIX, variables, evaluate, apart=("connection",), hints=HINTS)
    unread += _release.prepared(settings)
    recorded, wrong = _recorded(settings)
    unread += wrong
    if settings["rollback"] and not settings["launch_templates"]:
        settings["launch_templates"] = recorded.get("launch_templates") or []
    defaults = _account.defaults_of_modules(task_defaults, evaluate)
    host = str(variables["inventory_hostname"])
    account, more = _account_of(settings, recorded, play, _account.by_module(defaults), host)
    settings["account_id"] = account.account_id
    del settings["connection"]
    faults = [*_settings.unknown(variables, options, PREFIX), *unread, *account.faults, *more]
    faults += [*_value_faults(settings), *_file_faults(settings, recorded, host)]
    if not settings["allow_odd_account_ids"]:
        faults += _settings.account_faults(settings)
    unwritable = _manifest_place.unwritable(settings, host, _name_of(settings, recorded))
    faults += [*_incomplete(settings, recorded), *([] if check else unwritable)]
    # What is not read counts as not given, and would be asked for.
    meant = [] if unread else _faults.faults({**_release.asked(settings, recorded), "named_in": account.named_in})
    if faults:
        return _settings.refused([*faults, *meant])
    if not (look := _release.first_look(settings, recorded, meant)) and meant:
        return _settings.refused(meant)
    return {
        **_handed_on(settings, recorded, check, meant, look),
        **({} if look else _done_look(settings, account.by_module, host)),
        **account.handed_on(),
        "warnings": [*_files.foretold(unwritable), *_passed_over(settings, defaults)],
        **({} if _hosts.is_alone(variables) else {"has_others": True, "default": _default(settings, recorded, host)}),
    }


def _handed_on(settings: Data, recorded: Data, check: bool, faults: list[str], look: Data | None) -> Data:
    """What the later steps go by."""
    return {
        "check": check,
        "settings": settings,
        "recorded": recorded,
        **_looks(settings),
        "waits": bool(settings["wait"]) and not check,
        "faults": faults,
        **({"launches": True} if settings["promotes"] and settings["launch_templates"] else {}),
        **_first_calls(settings),
        **({"look_call": _account.call(settings, look)} if look else {}),
    }


def _looks(settings: Data) -> Data:
    """How often unfinished copies are looked at, and in what distance."""
    every = settings["wait_interval"] or LOOK_EVERY
    return {"look_every": every, "looks": int(settings["wait_timeout"] / every) + 1}


def _first_calls(settings: Data) -> Data:
    if settings["from_manifest"]:
        return {}
    if settings["source"].get("image_id") or "create" not in settings["steps"]:
        return {"find_call": _account.call(settings, _calls.find(settings))}
    return {"create_call": _account.call(settings, _calls.create(settings))}


def _done_look(settings: Data, by_module: t.Mapping[str, Data], host: str) -> Data:
    """The look that may show that the last run has left nothing to do."""
    name = _name_of(settings, {})
    before = _manifest_place.previous(settings, host, name) if settings["manifest"] or name else None
    call = _done.call(settings, _first_calls(settings), before, by_module)
    return {"done_call": _account.call(settings, call)} if call else {}


def _name_of(settings: Data, recorded: Data) -> str | None:
    return _manifest.name_of(settings, {}, recorded)


def _default(settings: Data, recorded: Data, host: str) -> str | None:
    """Where the manifest goes that no variable names, as far as its name is known."""
    name = _name_of(settings, recorded)
    return _manifest_place.path(settings, host, name) if settings["manifest"] is None and name else None


def _file_faults(settings: Data, recorded: Data, host: str) -> list[str]:
    """Why the files of this run can't be written where they are to be."""
    name = _name_of(settings, recorded)
    kept = [f"image_release_manifest: {fault}" for fault in _manifest_place.faults(settings, host, name, recorded)]
    return kept + _manifest_place.clashes(settings, host, name)


def _value_faults(settings: Data) -> list[str]:
    """A file mode and times that can be none. Modules judge their own times, and not every run comes to such a one."""
    times = {name: settings[name] for name in ("wait_timeout", "wait_interval")}
    found = [f"{PREFIX}{fault}" for fault in validation.common_faults(times)]
    try:
        if settings["file_mode"] not in (None, ""):
            _files.mode_of(settings["file_mode"])
    except _files.FileFault as fault:
        found.append(f"image_release_file_mode: {fault}")
    return found


def _recorded(settings: Data) -> tuple[Data, list[str]]:
    """What the manifests of earlier releases hold."""
    paths = [_files.path_of(name) for name in settings["from_manifest"]]
    try:
        recorded = _records.read_files(paths) if paths else {}
    except ValueError as fault:
        return {}, [f"image_release_from_manifest: {fault}"]
    return recorded, _without_image(recorded) if paths else []


def _without_image(recorded: Data) -> list[str]:
    """Why nothing could be shared or promoted by manifests, which would be no failure of any image."""
    lacking = [name or "without a name" for name in recorded["without_image"]]
    if lacking:
        told = f"the manifest of the release {', '.join(lacking)} names no image, because it failed: run it again first"
    elif not recorded["images"] and not recorded["failed"]:
        told = "the manifests name no image that their releases ask for"
    else:
        return []
    return [f"image_release_from_manifest: {told}"]


def _incomplete(settings: Data, recorded: Data) -> list[str]:
    """Why an earlier release can't lead its family: it would in some of its regions only."""
    missing = recorded.get("failed") or []
    if not (missing and settings["promotes"]):
        return []
    return [
        f"image_release_from_manifest: {'; '.join(missing)}. A release leads its family everywhere or nowhere: run it "
        "again until it is complete, without the regions where it is to have no image"
    ]


def _passed_over(settings: Data, defaults: t.Mapping[str, Data]) -> list[str]:
    """Options of copies that the play's defaults give. They are for its own tasks, and version 1 went by them."""
    module = "imageops.alicloud.ecs_image_copy"
    lost = sorted(({*defaults.get(module, {})} & {*_copy_options.KNOWN}) - {*settings["copy_options"], *_account.KNOWN})
    if not lost or "copy" not in settings["steps"] or settings["from_manifest"]:
        return []
    return [
        f"module_defaults of {module} give {', '.join(lost)}, and the role does not go by it: if its copies are meant, "
        "give it in image_release_copy_options, too"
    ]


def _account_of(
    settings: Data, recorded: Data, play: Data, by_module: dict[str, Data], host: str
) -> tuple[_account.Account, list[str]]:
    own, faults = _account.own(settings["connection"], CONNECTION)
    stated = {
        "image_release_account_id": settings["account_id"],
        "image_release_from_manifest": recorded.get("account_id"),
    }
    account = _account.account(own, play, by_module, stated, CONNECTION)
    kept = None if account.account_id else _manifest_place.account_of(settings, host, _name_of(settings, recorded))
    if kept:
        account = dataclasses.replace(account, account_id=kept[0], named_in=[KEPT.format(kept[1])])
    return account, faults
