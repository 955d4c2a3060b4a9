# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The API's formats: names, descriptions, tags. True means: accepted."""

from __future__ import annotations

import re

_LETTERS = "A-Za-z\u3400-\u4dbf\u4e00-\u9fff"
_NAME = re.compile(rf"[{_LETTERS}][{_LETTERS}0-9._:-]{{1,127}}")
_RESERVED = ("aliyun", "acs:")
MAX_TAGS = 20
PLATFORMS = frozenset(
    [
        "Aliyun",
        "Anolis",
        "CentOS",
        "Ubuntu",
        "CoreOS",
        "SUSE",
        "Debian",
        "OpenSUSE",
        "FreeBSD",
        "RedHat",
        "Kylin",
        "UOS",
        "Fedora",
        "Fedora CoreOS",
        "CentOS Stream",
        "AlmaLinux",
        "Rocky Linux",
        "Gentoo",
        "Customized Linux",
        "Others Linux",
        "Windows Server 2022",
        "Windows Server 2019",
        "Windows Server 2016",
        "Windows Server 2012",
        "Windows Server 2008",
        "Windows Server 2003",
    ]
)
ARCHITECTURES = ("i386", "x86_64", "arm64")
BOOT_MODES = ("BIOS", "UEFI", "UEFI-Preferred")


def _has_url(text: str) -> bool:
    return "http://" in text.lower() or "https://" in text.lower()


def image_name(text: str) -> bool:
    return bool(_NAME.fullmatch(text)) and not text.lower().startswith(_RESERVED) and not _has_url(text)


def snapshot_name(text: str) -> bool:
    return bool(_NAME.fullmatch(text)) and not text.startswith("auto") and not _has_url(text)


def description(text: str) -> bool:
    return 2 <= len(text) <= 256 and not text.lower().startswith(("http://", "https://"))


def tag_key(text: str) -> bool:
    return 1 <= len(text) <= 128 and not text.lower().startswith(_RESERVED) and not _has_url(text)


def tag_value(text: str) -> bool:
    return len(text) <= 128 and not text.lower().startswith("acs:") and not _has_url(text)


def client_token(text: str) -> bool:
    return 1 <= len(text) <= 64 and text.isascii()


def instance_type(text: str) -> bool:
    return bool(re.fullmatch(r"ecs\.[a-z0-9-]+\.[a-z0-9-]+", text))


def device(text: str) -> bool:
    return bool(re.fullmatch(r"/dev/xvd[a-z]", text))
