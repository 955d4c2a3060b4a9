# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How to reach the API: the connection options as one value, the endpoints they mean, and when a proxy is passed by."""

from __future__ import annotations

import dataclasses
import ipaddress
import os
import typing as t
import urllib.parse
import urllib.request


@dataclasses.dataclass(frozen=True)
class Connection:
    """How to reach the API, as the connection options of every module say it. Time-outs in seconds."""

    region: str | None = None
    access_key_id: str | None = None
    access_key_secret: str | None = dataclasses.field(default=None, repr=False)
    security_token: str | None = dataclasses.field(default=None, repr=False)
    profile: str | None = None
    ram_role_arn: str | None = None
    ram_session_name: str | None = None
    external_id: str | None = dataclasses.field(default=None, repr=False)
    endpoint: str | None = None
    sts_endpoint: str | None = None
    network: str = "public"
    allow_plain_http: bool = False
    validate_certs: bool = True
    ca_path: str | None = None
    connect_timeout: float = 5.0
    read_timeout: float = 30.0

    @classmethod
    def from_params(cls, params: t.Mapping[str, t.Any]) -> Connection:
        """Take the connection options out of a module's parameters."""
        return cls(
            **{
                field.name: params[field.name]
                for field in dataclasses.fields(cls)
                if params.get(field.name) is not None
            }
        )

    def faults(self) -> list[str]:
        """What is wrong with the options themselves, as sentences."""
        found = []
        if bool(self.access_key_id) != bool(self.access_key_secret):
            found.append("access_key_id and access_key_secret must be given together")
        if self.security_token and not self.access_key_id:
            found.append("security_token needs access_key_id and access_key_secret")
        for name, url in (("endpoint", self.endpoint), ("sts_endpoint", self.sts_endpoint)):
            if url and url.startswith("http://") and not (self.allow_plain_http or is_loopback(split_endpoint(url)[1])):
                found.append(f"{name} is plain http to another machine, which allow_plain_http=true would permit")
        return found

    @property
    def sts_url(self) -> str:
        """Where STS is asked, which is also where roles are assumed."""
        if self.sts_endpoint:
            return self.sts_endpoint
        prefix = "sts-vpc" if self.network == "vpc" else "sts"
        return f"{prefix}.{self.region}.aliyuncs.com" if self.region else "sts.aliyuncs.com"

    def ecs_url(self, region: str) -> str | None:
        """Where ECS is asked in a region, None for the SDK's own choice."""
        return self.endpoint.replace("{region}", region) if self.endpoint else None


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
    """``http://host:1`` → (``http``, ``host:1``); without a scheme it is https."""
    if "://" not in url:
        return "https", url.rstrip("/")
    parts = urllib.parse.urlsplit(url)
    return parts.scheme, parts.netloc


def bypass_proxies(host: str) -> None:
    """Take the proxy variables out of this process if ``host`` is this machine or NO_PROXY names it.

    The SDK reads HTTP_PROXY and HTTPS_PROXY by itself for every request and knows no NO_PROXY.
    """
    if is_loopback(host) or urllib.request.proxy_bypass(host):
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
            os.environ.pop(name, None)
