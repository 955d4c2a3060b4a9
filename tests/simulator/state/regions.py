# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The provider's regions, their end points, and what only some of them offer."""

from __future__ import annotations

from dataclasses import dataclass, replace

DOMAIN = "aliyuncs.com"


@dataclass(frozen=True)
class Region:
    """One region; a closed one is neither listed nor served."""

    region_id: str
    name: str
    closed: bool = False

    @property
    def endpoint(self) -> str:
        return CENTRAL if self.region_id == "cn-hangzhou-finance" else f"ecs.{self.region_id}.{DOMAIN}"


CENTRAL_NAMES = ("ecs", "ess", "sts", "location", "location-readonly")
CENTRAL = f"ecs.{DOMAIN}"
# The oldest address: clients' tables, old and new, lead several regions to it.
HANGZHOU = f"ecs-cn-hangzhou.{DOMAIN}"
SERVED_BY_HANGZHOU = (
    "cn-hangzhou",
    "cn-beijing",
    "cn-hongkong",
    "cn-qingdao",
    "cn-shanghai",
    "cn-shenzhen",
    "ap-southeast-1",
    "us-east-1",
    "us-west-1",
    "cn-shanghai-finance-1",
    "cn-shenzhen-finance-1",
)

REGIONS: dict[str, Region] = {
    region.region_id: region
    for region in (
        Region("ap-northeast-1", "Japan (Tokyo)"),
        Region("ap-northeast-2", "South Korea (Seoul)"),
        Region("ap-south-1", "India (Mumbai)", closed=True),
        Region("ap-southeast-1", "Singapore"),
        Region("ap-southeast-2", "Australia (Sydney)", closed=True),
        Region("ap-southeast-3", "Malaysia (Kuala Lumpur)"),
        Region("ap-southeast-5", "Indonesia (Jakarta)"),
        Region("ap-southeast-6", "Philippines (Manila)"),
        Region("ap-southeast-7", "Thailand (Bangkok)"),
        Region("cn-beijing", "China (Beijing)"),
        Region("cn-beijing-finance-1", "China North 2 Finance (Preview)"),
        Region("cn-chengdu", "China (Chengdu)"),
        Region("cn-fuzhou", "China (Fuzhou - Local Region)"),
        Region("cn-guangzhou", "China (Guangzhou)"),
        Region("cn-hangzhou", "China (Hangzhou)"),
        Region("cn-hangzhou-finance", "China East 1 Finance"),
        Region("cn-heyuan", "China (Heyuan)"),
        Region("cn-heyuan-acdr-1", "Heyuan ACDR Auto"),
        Region("cn-hongkong", "China (Hong Kong)"),
        Region("cn-huhehaote", "China (Hohhot)"),
        Region("cn-nanjing", "China (Nanjing - Local Region)"),
        Region("cn-qingdao", "China (Qingdao)"),
        Region("cn-shanghai", "China (Shanghai)"),
        Region("cn-shanghai-finance-1", "China East 2 Finance"),
        Region("cn-shenzhen", "China (Shenzhen)"),
        Region("cn-shenzhen-finance-1", "China South 1 Finance"),
        Region("cn-wuhan-lr", "China (Wuhan - Local Region)"),
        Region("cn-wulanchabu", "China (Ulanqab)"),
        Region("cn-zhangjiakou", "China (Zhangjiakou)"),
        Region("cn-zhengzhou-jva", "Zhengzhou (China Unicom Joint Venture)"),
        Region("cn-zhongwei", "China (Zhongwei)"),
        Region("eu-central-1", "Germany (Frankfurt)"),
        Region("eu-west-1", "UK (London)"),
        Region("me-central-1", "Saudi Arabia (Riyadh)"),
        Region("me-east-1", "UAE (Dubai)"),
        Region("na-south-1", "Mexico"),
        Region("us-east-1", "US (Virginia)"),
        Region("us-southeast-1", "US (Atlanta)"),
        Region("us-west-1", "US (Silicon Valley)"),
    )
}

NO_ENCRYPTION = frozenset({"cn-nanjing", "ap-northeast-2"})
NO_CUSTOMER_KEYS = frozenset({"cn-fuzhou", "ap-southeast-7"})


def open_all() -> dict[str, Region]:
    """All regions that the provider has ever named, none of them closed: for load that is as wide as it gets."""
    return {name: replace(region, closed=False) for name, region in REGIONS.items()}


def is_open(region_id: str | None) -> bool:
    return region_id in REGIONS and not REGIONS[region_id].closed


def open_regions() -> list[Region]:
    return [region for region in REGIONS.values() if not region.closed]


@dataclass(frozen=True)
class Address:
    """What a host name stands for: the service (Ecs, Ess, Sts, Location) and the regions it serves, None for all."""

    service: str | None
    regions: tuple[str, ...] | None = None


# Names that say nothing, this machine's own for example: one address for everything.
ANYTHING = Address(None)
SERVICES = {
    "ecs": "Ecs",
    "ecs-vpc": "Ecs",
    "ess": "Ess",
    "ess-vpc": "Ess",
    "sts": "Sts",
    "sts-vpc": "Sts",
    "location": "Location",
    "location-readonly": "Location",
    "resourcesharing": "ResourceSharing",
}


def is_the_providers(host: str) -> bool:
    """Whether a name is one of the provider's, not this machine's own for example."""
    return host.lower() == DOMAIN or host.lower().endswith("." + DOMAIN)


def address_of(host: str) -> Address | None:
    """What is reached under a name; None for a name of the provider's that is no address of these services."""
    host = host.lower()
    if host == HANGZHOU:
        return Address("Ecs", SERVED_BY_HANGZHOU)
    if not is_the_providers(host):
        return ANYTHING
    prefix, dummy, region = host.removesuffix(DOMAIN).removesuffix(".").partition(".")
    service = SERVICES.get(prefix)
    if service is None or (region and not is_open(region)) or (not region and prefix not in CENTRAL_NAMES):
        return None
    return Address(service, (region,) if region else None)
