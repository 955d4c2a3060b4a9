# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The regions known when this version was made. One DescribeRegions decides for a name that is not here."""

from __future__ import annotations

import re
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import Misspelt

REGIONS = frozenset(
    [
        "ap-northeast-1",
        "ap-northeast-2",
        "ap-south-1",
        "ap-southeast-1",
        "ap-southeast-2",
        "ap-southeast-3",
        "ap-southeast-5",
        "ap-southeast-6",
        "ap-southeast-7",
        "cn-beijing",
        "cn-beijing-finance-1",
        "cn-chengdu",
        "cn-fuzhou",
        "cn-guangzhou",
        "cn-hangzhou",
        "cn-hangzhou-finance",
        "cn-heyuan",
        "cn-heyuan-acdr-1",
        "cn-hongkong",
        "cn-huhehaote",
        "cn-nanjing",
        "cn-qingdao",
        "cn-shanghai",
        "cn-shanghai-finance-1",
        "cn-shenzhen",
        "cn-shenzhen-finance-1",
        "cn-wuhan-lr",
        "cn-wulanchabu",
        "cn-zhangjiakou",
        "cn-zhengzhou-jva",
        "cn-zhongwei",
        "eu-central-1",
        "eu-west-1",
        "me-central-1",
        "me-east-1",
        "na-south-1",
        "us-east-1",
        "us-southeast-1",
        "us-west-1",
    ]
)

EVERY = "all"  # the one entry of a list of regions that means all regions of the account
HOME = "cn-hangzhou"  # asked for the list of regions if no other is named

# Hosts are named by regions, so that nothing else may be taken for one.
_REGION = re.compile(r"[a-z0-9-]{1,60}", re.ASCII)


def is_region(text: t.Any) -> bool:
    """Whether a text looks like a region at all, known or not."""
    return isinstance(text, str) and _REGION.fullmatch(text) is not None


def unknown(regions: t.Iterable[str], known: t.Collection[str] = REGIONS) -> list[str]:
    """Those of ``regions`` that are not known, each once and sorted."""
    return sorted({region for region in regions if region not in known})


def fault(region: str, known: t.Collection[str] = REGIONS, where: str = "") -> str:
    """The sentence about an unknown region, with the nearest name there is."""
    import difflib  # loaded here: only faults need it

    near = difflib.get_close_matches(region, sorted(known), n=1, cutoff=0.5)
    what = "unknown" if is_region(region) else "no region, which is lower-case letters, digits and hyphens"
    sentence = f"{where}region {region[:80]!r} is {what}"
    return Misspelt(sentence, repr(near[0])) if near else sentence
