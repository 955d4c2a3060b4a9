# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which host is asked: the provider's own for a region and a network, or the one that the caller has named."""

from __future__ import annotations

import dataclasses
import ipaddress
import re
import typing as t
import urllib.parse

from ansible_collections.imageops.alicloud.plugins.module_utils._base import regions
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import InvalidInput

PUBLIC, VPC = "public", "vpc"
DOMAIN = "aliyuncs.com"
CENTRAL_STS = f"sts.{DOMAIN}"

# As the provider's own list of endpoints has it, where it differs from the usual names. None: there is no such host.
_ECS: dict[tuple[str, str], str | None] = {
    ("cn-hangzhou-finance", PUBLIC): f"ecs.{DOMAIN}",
    ("cn-hangzhou-finance", VPC): None,
}
_STS_IN_VPC_ALONE = "cn-shenzhen-finance-1"
# STS is asked centrally for these. Only one of them has a host inside the VPC.
_WITHOUT_STS = frozenset(
    [
        "ap-south-1",
        "ap-southeast-2",
        "ap-southeast-6",
        "cn-hangzhou-finance",
        "cn-heyuan-acdr-1",
        "cn-shenzhen-finance-1",
        "cn-zhengzhou-jva",
        "cn-zhongwei",
        "us-southeast-1",
    ]
)

# Auto Scaling is asked centrally for these, as the provider's SDK has it.
_ESS: dict[tuple[str, str], str | None] = dict.fromkeys(
    (
        (region, PUBLIC)
        for region in (
            "ap-southeast-1",
            "cn-beijing",
            "cn-beijing-finance-1",
            "cn-hangzhou",
            "cn-hangzhou-finance",
            "cn-hongkong",
            "cn-north-2-gov-1",
            "cn-qingdao",
            "cn-shanghai",
            "cn-shanghai-finance-1",
            "cn-shenzhen",
            "cn-shenzhen-finance-1",
            "us-east-1",
            "us-west-1",
        )
    ),
    f"ess.{DOMAIN}",
)
_APART = {"ecs": _ECS, "ess": _ESS}

_URL = re.compile(r"(?:([a-z][a-z0-9+.-]*):/+)?(.*?)/?", re.ASCII | re.DOTALL | re.IGNORECASE)
# A host and perhaps a port: a path or a user would be dropped or shown, so that it is refused.
# A part of a name has 63 characters at most: a longer one, or an empty one, breaks the libraries below.
_PLACE = re.compile(r"(?:(?:[\w-]{1,63}\.){0,30}[\w-]{1,63}\.?|\[[0-9a-fA-F:.]+\])(?::(\d{1,5}))?", re.ASCII)
LONGEST_PLACE, LAST_PORT = 259, 65535  # a name of 253 characters, and its port
_OWN = re.compile(rf"(?:[a-z0-9-]+\.)+{re.escape(DOMAIN)}", re.ASCII)


@dataclasses.dataclass(frozen=True)
class Endpoint:
    """One host, with its port if it is not the scheme's own, and how it is spoken to."""

    scheme: str
    host: str
    named: bool = False  # by the caller; else it is the provider's

    @classmethod
    def of(cls, url: str) -> Endpoint:
        """The endpoint that a caller means by a host or an address."""
        scheme, host = split_endpoint(url)
        return cls(scheme, host, named=True)

    def address(self, query: str = "") -> str:
        """The address of a request.

        :raises InvalidInput: if it would lead to another host than the one that is meant
        """
        url = f"{self.scheme}://{self.host}/" + (f"?{query}" if query else "")
        parts = urllib.parse.urlsplit(url)
        if (parts.scheme, parts.netloc, parts.path) != (self.scheme, self.host, "/") or not self._is_a_host():
            raise InvalidInput([f"{self.host!r} is no host that requests may be sent to"])
        return url

    def _is_a_host(self) -> bool:
        return is_place(self.host) if self.named else _OWN.fullmatch(self.host) is not None


def of_service(service: str, region: str, network: str, named: str | None = None) -> Endpoint:
    """Where a service with a host in each region is asked.

    :param service: the first part of its hosts' names
    :param named: what the caller has named; ``{region}`` in it is the region
    :raises InvalidInput: for what is no region, and for one that has no such host
    """
    if not regions.is_region(region):
        raise InvalidInput([regions.fault(region)])
    if named:
        return Endpoint.of(named.replace("{region}", region))
    host = _APART.get(service, {}).get((region, network), f"{_prefix(service, network)}.{region}.{DOMAIN}")
    if host is None:
        raise InvalidInput(
            [f"region {region} has no endpoint of ECS inside a VPC: leave network=vpc out, or name an endpoint"]
        )
    return Endpoint("https", host)


def of_sts(region: str | None, network: str, named: str | None = None) -> Endpoint:
    """Where STS is asked, which is also where roles are assumed.

    :raises InvalidInput: for what is no region, and inside a VPC for one that has no STS there
    """
    if named:
        return Endpoint.of(named)
    if region and not regions.is_region(region):
        raise InvalidInput([regions.fault(region)])
    host = _sts_host(region, network)
    if host is None:
        what = f"region {region} has" if region else "without a region there is"
        raise InvalidInput([f"{what} no endpoint of STS inside a VPC: name one as sts_endpoint"])
    return Endpoint("https", host)


def _sts_host(region: str | None, network: str) -> str | None:
    own = region in regions.REGIONS and region not in _WITHOUT_STS
    if own or (region == _STS_IN_VPC_ALONE and network == VPC):
        return f"{_prefix('sts', network)}.{region}.{DOMAIN}"
    return CENTRAL_STS if network == PUBLIC else None


def _prefix(service: str, network: str) -> str:
    return f"{service}-{VPC}" if network == VPC else service


def fault_of(url: str, plain_http: bool) -> str:
    """What is wrong with an endpoint that a caller names, nothing if it can be used.

    :param plain_http: whether another machine may be spoken to by plain http
    """
    scheme, place = split_endpoint(url)
    if scheme not in ("http", "https"):
        return f"begins with {scheme}:, it must be https:// or http://, or a host alone"
    if not is_place(place):
        return "must be a host, perhaps with a port, and nothing else"
    if scheme == "http" and not (plain_http or is_loopback(place)):
        return "is plain http to another machine, which allow_plain_http=true would permit"
    return ""


def is_place(text: str) -> bool:
    """Whether a text is a host, perhaps with a port, and nothing else."""
    found = _PLACE.fullmatch(text)
    return found is not None and len(text) <= LONGEST_PLACE and int(found[1] or 0) <= LAST_PORT


def is_loopback(host: str) -> bool:
    """Whether a host (with or without a port) is this machine by its loopback name or address."""
    name = urllib.parse.urlsplit(f"//{host}").hostname or ""
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def split_endpoint(url: str) -> tuple[str, str]:
    """``http://host:1`` → (``http``, ``host:1``); without a scheme it is https. What follows the host stays with it."""
    scheme, place = t.cast("re.Match[str]", _URL.fullmatch(url.strip())).groups()  # it fits any text
    return (scheme or "https").lower(), place
