# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the manifest of a release goes, and what is in that place before it."""

from __future__ import annotations

import os
import typing as t

from ansible_collections.imageops.alicloud.plugins.plugin_utils._base import _files, _hosts, _images
from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import _boot_tests, _manifest_file

Data = dict[str, t.Any]

REPORTS = ("report", "report_markdown", "report_index")
INDEX = "image_release_report_index"  # of all releases in the folder, whichever host has written it
UNNAMED = "unnamed"  # in place of a name, in that of a default file


def path(settings: Data, host: str, name: str | None) -> str | None:
    """
    :param name: of the release, None if nothing says it
    :returns: None if no manifest is to be written
    """
    if settings["manifest"] == "":
        return None
    return _files.path_of(settings["manifest"] or _usual("image_release", host, name))


def _usual(work: str, host: str, name: str | None) -> str:
    return _files.usual_name("json", work, host, name or UNNAMED)


def faults(settings: Data, host: str, name: str | None, recorded: Data | None = None) -> list[str]:
    """Why the file that is there must not be overwritten, nothing if it may, or if its name is not known yet.

    :param recorded: what earlier manifests say
    """
    if not (settings["manifest"] or name or recorded):
        return []
    try:
        previous(settings, host, name, recorded=recorded)
    except (_manifest_file.ManifestFault, _files.FileFault) as fault:
        return [str(fault)]
    return []


def clashes(settings: Data, host: str, name: str | None) -> list[str]:
    """Files of a run, and of its plan, that would replace each other, or a manifest that it reads."""
    others = _named(settings, *REPORTS, "plan_file")
    read = [("image_release_from_manifest", _files.path_of(read_path)) for read_path in settings["from_manifest"]]
    place = path(settings, host, name) if settings["manifest"] or name else None
    found = [*_files.clashes([("image_release_manifest", place), *others]), *_files.clashes([*read, *others])]
    return list(dict.fromkeys(found))


def clashes_between(begun: Data, others: t.Mapping[str, Data]) -> list[str]:
    """Files that another host of the play writes as well, for another release, or for other copies or accounts of it.

    :param begun: how the release of this host has begun
    :param others: how those of the other hosts have
    """
    own = [(name, place) for name, place in _written(begun) if name != INDEX]
    written = {}
    for other, theirs in others.items():
        if theirs["run"] == begun["run"] or _release_of(theirs) == _release_of(begun):
            continue
        # What one of them reads, it goes on with.
        read = {_files.path_of(name) for both in (begun, theirs) for name in both["settings"]["from_manifest"]}
        places = [place for _name, place in _written(theirs) if place not in read]
        written[f"the release of host {other}"] = places
    return _hosts.clashes(own, written)


def _written(begun: Data) -> list[tuple[str, str]]:
    """Where a run writes, by the variables. A default file has the host in its name, and yet can be that of another."""
    files = _named(begun["settings"], "manifest", *REPORTS, "plan_file")
    return [("image_release_manifest", begun["default"]), *files] if begun.get("default") else files


def _named(settings: Data, *names: str) -> list[tuple[str, str]]:
    """Those of these files that variables name."""
    return [(f"image_release_{name}", _files.path_of(settings[name])) for name in names if settings[name]]


def _release_of(begun: Data) -> list[t.Any]:
    """What tells a release, its copies and who gets them from others, as far as its variables do."""
    names = ("account_id", "source", "name", "from_manifest", "destinations", "every_region", "accounts")
    return [begun["acts_as"], *(begun["settings"][name] for name in names)]


def unwritable(settings: Data, host: str, name: str | None) -> list[str]:
    """Files of a run that can't be written where they are to be."""
    return _files.unwritable([("image_release_manifest", path(settings, host, name)), *_named(settings, *REPORTS)])


def previous(
    settings: Data, host: str, name: str | None, image: Data | None = None, recorded: Data | None = None
) -> Data | None:
    """The manifest that is about to be replaced.

    :param image: the source, if it is known
    :param recorded: what earlier manifests say, if the run goes by them
    :raises ManifestFault: if the file is none that this version may replace
    :raises FileFault: if it can't be read
    """
    known = {_images.place(one) for one in (recorded or {}).get("everything") or []}
    whose = ("image_release", host, name)
    return before(settings, whose, path(settings, host, name), image or settings["source"] or {}, known)


def before(
    settings: Data,
    whose: tuple[str, str, str | None],
    place: str | None,
    image: Data | None = None,
    known: t.Collection[_images.Place] = (),
) -> Data | None:
    """The same of a role or playbook.

    :param whose: role or playbook, host and release
    :param image: the source, as far as it is known
    :param known: the images of the manifests that the run goes by, whose release may have no name
    """
    found = _manifest_file.read_previous(place, settings["account_id"]) if place else None
    if settings["manifest"] is not None:
        return found
    if found and (told := _of_others(found, whose, image or {}, known)):
        fault = f"it is the manifest of {told}, and that of {whose[2] or 'these'} would have the same default file"
        raise _manifest_file.ManifestFault(_manifest_file.KEPT.format(place, fault))
    work, host, name = whose
    return found or older(f"{work}-{host}", name, image or {})


def _of_others(
    found: Data, whose: tuple[str, str, str | None], image: Data, known: t.Collection[_images.Place]
) -> str | None:
    """Whose a default file is, if another's: names are made fit for files, so that two can come to one."""
    work, host, name = whose
    theirs = str(found["host"])
    if found["name"] != name and not (found["schema"] == 1 and _is_of(found, name, image)):
        return f"the release {found['name']}" if found["name"] else "other images"
    if theirs != host and _usual(work, theirs, name) == _usual(work, host, name):
        return f"the release {name or UNNAMED} of host {theirs}"
    images = {_images.place(one) for one in found["images"]}
    return "other images" if not name and images and not images & {*known} else None


def account_of(settings: Data, host: str, name: str | None) -> tuple[str, str] | None:
    """The account of the manifest that is about to be replaced, and its path. Why it can't be is told elsewhere."""
    place = path(settings, host, name) if settings["manifest"] or name else None
    found = _readable(place) if place else None
    return (found["account_id"], str(place)) if found and found["account_id"] else None


def failed_boots(settings: Data, host: str, name: str | None, image: Data, recorded: Data) -> dict[str, Data]:
    """The test boots that images of a release have failed, by id. Why its manifest can't be read is told elsewhere."""
    try:
        return _boot_tests.failed(previous(settings, host, name, image, recorded))
    except (_manifest_file.ManifestFault, _files.FileFault):
        return {}


def older(stem: str, name: str | None, image: Data) -> Data | None:
    """The manifest under a default name of version 1, if it is of this release. It is read, and stays."""
    usual = f"{stem}.json"
    # Version 1 went by the variable, whatever the working folder was.
    places = dict.fromkeys([_files.path_of(usual), os.path.join(os.environ.get("PWD") or "", usual)])
    return next((older for older in map(_readable, places) if older and _is_of(older, name, image)), None)


def _readable(place: str) -> Data | None:
    try:
        return _manifest_file.read_previous(place)
    except (_manifest_file.ManifestFault, _files.FileFault):
        return None


def _is_of(older: Data, name: str | None, image: Data) -> bool:
    """Whether a manifest of version 1 is of a release. It has the name of the image, whatever its copies are called."""
    source = [image.get(key) for key in ("region", "image_id")]
    same = any([entry["region"], entry["image_id"]] == source for entry in older["images"] if entry["role"] == "source")
    copies = {entry["name"] for entry in older["images"] if entry["role"] == "copy"}
    return bool(older["name"] == (name or "unnamed") or (same and name in copies))
