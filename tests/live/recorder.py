# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeps what was asked and answered, so that nothing in it tells whose account it was.

A value stays only if its field is on the list below and the value is one of those that the field is for: a state, a
percentage, a size, a code of words that codes are made of. Everything else stays as what it is, a text, a number, an
empty text, and loses what it says.
"""

from __future__ import annotations

import re
import typing as t

from simulator import errors

from ansible_collections.imageops.alicloud.plugins.module_utils._client.signature import Call
from live.caller import Reply

Recording = list[dict[str, t.Any]]
TEXT, NUMBER = "...", 0
_IMAGES = "Creating|Waiting|Available|UnAvailable|CreateFailed|Deprecated"
_WORDS = f"{_IMAGES}|progressing|accomplished|failed|Finished|Processing"
_YES = "[Tt]rue|[Ff]alse"
_CODES = {code.partition("#")[0] for rows in (errors.COMMON, *errors.BY_ACTION.values()) for code in rows}
# A code that nobody knows yet stays if it is put together of the same words, which what is drawn by chance is not.
_PARTS = "|".join(sorted({part for code in _CODES for part in re.findall("[A-Z][a-z]+|[A-Z]{2,}(?![a-z])", code)}))
# What the value of a field may be to be kept; texts and numbers alike.
KEPT = {
    "Status": _WORDS,
    "Progress": r"\d{1,3}%",
    "Code": "|".join([*map(re.escape, sorted(_CODES)), rf"(?:{_PARTS})+(?:\.(?:{_PARTS})+)*"]),
    "Type": "system|data",
    "DiskType": "system|data",
    "SourceDiskType": "system|data",
    "SnapshotType": "user|auto",
    "SourceStorageType": "disk",
    "Category": "standard|flash|archive",
    "Usage": "none|instance|image|disk|image_disk",
    "OSType": "linux|windows",
    "Architecture": "x86_64|arm64|i386",
    "BootMode": "BIOS|UEFI|UEFI-Preferred",
    "ImageOwnerAlias": "self|system|others|marketplace",
    "LicenseType": "Auto|BYOL|Aliyun",
    "ResourceType": "image|snapshot",
    "SecureBootSupport": "supported|unsupported",
    "NvmeSupport": "supported|unsupported",
    "ImdsSupport": "v1|v2",
    **dict.fromkeys(("CpuOnlineUpgrade", "CpuOnlineDowngrade"), "supported|unsupported"),
    **dict.fromkeys(("MemoryOnlineUpgrade", "MemoryOnlineDowngrade"), "supported|unsupported"),
    **dict.fromkeys(("Size", "SourceDiskSize", "RemainTime", "RetentionDays", "PageSize", "PageNumber"), r"\d{1,5}"),
    **dict.fromkeys(("IsSelfShared", "Encrypted", "DryRun", "IsPublic"), _YES),
}
_NAME = re.compile(r"[A-Z][A-Za-z]{0,40}|imds")
_ASKED = re.compile(r"[A-Z][A-Za-z]{0,40}(\.(\d{1,3}|[A-Z][A-Za-z]{0,40}))*")


def scrubbed(value: t.Any, field: str = "") -> t.Any:
    """A piece of an answer without what it says of an account. Names of fields stay; they are the API's."""
    if isinstance(value, dict):
        return {_name(key): scrubbed(one, str(key)) for key, one in value.items()}
    if isinstance(value, list):
        return [scrubbed(one, field) for one in value]
    if isinstance(value, bool) or value is None or value == "":
        return value
    if field in KEPT and re.fullmatch(KEPT[field], str(value), re.ASCII):
        return value
    return TEXT if isinstance(value, str) else NUMBER


def _name(key: t.Any) -> str:
    return key if isinstance(key, str) and _NAME.fullmatch(key) else TEXT


class Recorder:
    """Watches a caller; of answers of the same form it keeps the first."""

    def __init__(self) -> None:
        self.recording: Recording = []
        self._forms: set[str] = set()

    def __call__(self, call: Call, reply: Reply) -> None:
        asked = {name: scrubbed(value, name.rpartition(".")[2]) for name, value in call.fields.items()
                 if _ASKED.fullmatch(name)}  # fmt: skip
        entry = {"action": call.action, "asked": asked, "status": reply.status, "answer": scrubbed(reply.data)}
        form = f"{call.action} {reply.status} {reply.code} {sorted(shape(entry['answer']).items())}"
        if form not in self._forms:
            self._forms.add(form)
            self.recording.append(entry)


def shape(value: t.Any, path: str = "") -> dict[str, str]:
    """Each field of an answer by its path, with the kind of its value; entries of a list count as one."""
    if isinstance(value, dict):
        return {key: kind for name, one in value.items() for key, kind in shape(one, f"{path}.{name}").items()}
    if isinstance(value, list):
        return {key: kind for one in value for key, kind in shape(one, f"{path}[]").items()}
    return {path.removeprefix("."): type(value).__name__}


def differences(seen: Recording, ours: Recording) -> list[str]:
    """Where answers that were recorded have other fields than the simulator's to the same action, as sentences."""
    found = []
    for action in sorted({entry["action"] for entry in seen} & {entry["action"] for entry in ours}):
        for good in (True, False):
            left, right = _fields(seen, action, good), _fields(ours, action, good)
            if not (left and right):
                continue
            of = f"{action}{'' if good else ', refused'}"
            found += [f"{of}: {path} ({left[path]}) is not sent here" for path in sorted(left.keys() - right.keys())]
            found += [f"{of}: {path} is sent here alone" for path in sorted(right.keys() - left.keys())]
            found += [
                f"{of}: {path} is {left[path]}, here {right[path]}"
                for path in sorted(left.keys() & right.keys())
                if left[path] != right[path]
            ]
    return found


def _fields(recording: Recording, action: str, good: bool) -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in recording:
        if entry["action"] == action and (entry["status"] < 400) == good:
            found.update(shape(entry["answer"]))
    return found
