# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source and the event filter of ansible-rulebook, without ansible-rulebook: options, memory, connection."""

from __future__ import annotations

import json
import logging
import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.imageops.alicloud.plugins.module_utils._base.clock import Clock
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import InvalidInput
from ansible_collections.imageops.alicloud.plugins.module_utils._base.options import OptionsT, options_from
from ansible_collections.imageops.alicloud.plugins.module_utils._client import environment
from ansible_collections.imageops.alicloud.plugins.module_utils._events import plan, task
from ansible_collections.imageops.alicloud.plugins.module_utils._task.run import CONNECTION, Task, connect, regions_of
from ansible_collections.imageops.alicloud.plugins.plugin_utils._base import _files
from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import _manifest_file

Data = dict[str, t.Any]

log = logging.getLogger("imageops.alicloud")

FORM = 1
MOST_NOTICED = 10_000  # images whose last notice is kept
SOURCE = {
    **CONNECTION,
    "regions": {"type": "list", "elements": "str"},
    "owner": {"type": "str", "default": "self"},
    "interval": {"type": "float", "default": 60.0},
    "initial": {"type": "bool", "default": False},
    "state_file": {"type": "path"},
}
FILTER = {**CONNECTION, "look_up": {"type": "bool", "default": True}, "state_file": {"type": "path"}}


def connected(
    args: Data, spec: Data, kind: type[OptionsT], faults: t.Callable[[OptionsT], list[str]]
) -> tuple[Task[OptionsT], OptionsT]:
    """
    :param args: as the rulebook has them
    :raises ImageOpsError: for options that can't be right, and without usable credentials
    """
    params, options = parsed(args, spec, kind)
    run = connect(params, options, faults(options))
    run.refuse_faults()
    return run, run.options


def parsed(args: Data, spec: Data, kind: type[OptionsT]) -> tuple[Data, OptionsT]:
    """The arguments as modules read their options: the same names, aliases and variables of the environment."""
    given = {name: value for name, value in args.items() if name != "eda_feedback_queue"}
    checked = ArgumentSpecValidator(spec).validate(given)
    if checked.error_messages:
        unknown = "Supported parameters"  # how Ansible's sentence about options that it does not know goes on
        raise InvalidInput(
            [f"unknown option {message}" if unknown in message else message for message in checked.error_messages]
        )
    params = environment.with_region(checked.validated_parameters)
    return params, options_from(kind, params)


class Memory:
    """What must outlive the process, in a file that is replaced whole, or nowhere.

    :param of: whose memory it is: a file of another one is refused, and so is what is no such file
    :param fits: whether what a file holds, of the types of ``empty``, is of the right form within
    """

    def __init__(self, path: str | None, of: Data, empty: Data, fits: t.Callable[[Data], bool]) -> None:
        self._fits = fits
        self._path = _files.path_of(path) if path else None
        self._of = {"imageops_events": FORM, **of}
        self.data: Data = {**empty, **self._read(empty)}

    def _read(self, empty: Data) -> Data:
        text = _files.read_own(self._path) if self._path else None
        if not text:
            return {}
        try:
            found = _manifest_file.parsed(text)
        except _manifest_file.ManifestFault:
            found = None
        is_ours = isinstance(found, dict) and all(found.get(name) == value for name, value in self._of.items())
        is_whole = is_ours and all(type(found.get(name)) is type(value) for name, value in empty.items())
        if not is_whole or not self._fits(found):
            whose = ", ".join(f"{name} {value}" for name, value in self._of.items())
            raise InvalidInput([f"state_file {self._path} is not overwritten: it is no state of {whose}"])
        return {name: found[name] for name in empty}

    def keep(self, **changes: t.Any) -> None:
        """Hold these from now on, and in the file, if there is one. A killed process leaves the old one or the new one.

        What can't be written is not held either: it would pass for told.
        """
        data = {**self.data, **changes}
        if self._path:
            _files.write(self._path, json.dumps({**self._of, **data}, ensure_ascii=False) + "\n")
        self.data = data


def _fits_source(found: Data) -> bool:
    return all(
        isinstance(images, dict) and all(plan.is_known(entry) for entry in images.values())
        for images in found["seen"].values()
    ) and all(isinstance(event, dict) and isinstance(event.get("id"), str) for event in found["pending"])


def _fits_filter(found: Data) -> bool:
    return all(plan.is_last(entry) for entry in found["last"].values())


class Source:
    """Watches images. An event is written down before it is told, and struck out after."""

    def __init__(self, args: Data) -> None:
        """:raises ImageOpsError: for options that can't be right, and without usable credentials"""
        self._run, self.options = connected(args, SOURCE, task.Options, task.faults)
        self._names = regions_of(self._run)
        of = {"watches": "images", "account_id": self._run.account_id, "owner": self.options.owner}
        self._memory = Memory(self.options.state_file, of, {"seen": {}, "pending": []}, _fits_source)

    def pending(self) -> list[Data]:
        """What was to be told when the process before ended."""
        return list(self._memory.data["pending"])

    def look(self) -> list[Data]:
        """Look once; what has happened since the look before."""
        events, seen, troubles = task.look(self._run, self._memory.data["seen"], self._names)
        for sentence in troubles:
            log.warning("images were not looked at: %s", sentence)
        if seen != self._memory.data["seen"]:
            self._memory.keep(seen=seen, pending=[*self._memory.data["pending"], *events])
        return events

    def told(self, event: Data) -> None:
        """Strike out what was handed on."""
        left = [pending for pending in self._memory.data["pending"] if pending["id"] != event["id"]]
        self._memory.keep(pending=left)


class NoticeFilter:
    """Turns notices of CloudMonitor into the shape of the source's events, each once."""

    def __init__(self, args: Data) -> None:
        """:raises ImageOpsError: for options that can't be right, and without usable credentials"""
        _params, options = parsed(args, FILTER, task.FilterOptions)
        self._run = connected(args, FILTER, task.FilterOptions, lambda _options: [])[0] if options.look_up else None
        self._clock = Clock()
        self._memory = Memory(options.state_file, {"watches": "notices"}, {"last": {}}, _fits_filter)

    def filtered(self, event: t.Any) -> t.Any:
        """The event in our shape; an empty list for one that was told, and what is no notice as it is."""
        payload = event.get("payload", event) if isinstance(event, dict) else None
        notice = plan.notice(payload)
        if notice is None:
            return event
        last: Data = dict(self._memory.data["last"])
        key = f"{notice['region']}/{notice['image_id']}"
        if plan.is_told(last.get(key), notice):
            return []
        found, is_false = task.look_up(self._run, notice) if self._run else ({**notice, "looked_up": False}, False)
        if not is_false:  # one that was made up must not hide the one that is sent when it is so
            last.pop(key, None)
            now = self._run.api.time if self._run else self._clock.wall()
            # Only an answer tells the provider's time.
            last[key] = plan.last_of(notice, now, 0.0 if found["looked_up"] else plan.APART)
            for old in list(last)[:-MOST_NOTICED]:
                del last[old]
            self._memory.keep(last=last)
        kept = {"meta": event["meta"]} if "meta" in event else {}
        return {**found, **kept}
