# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How to reach the API: the connection options as one value, and the endpoints they mean."""

from __future__ import annotations

import dataclasses
import ipaddress
import os
import re
import ssl
import typing as t
import urllib.parse

_URL = re.compile(r"(?:([a-z][a-z0-9+.-]*):/+)?(.*?)/?", re.ASCII | re.DOTALL | re.IGNORECASE)
# A host and perhaps a port: a path or a user would be dropped or shown, so that it is refused.
_PLACE = re.compile(r"([\w.-]+|\[[0-9a-fA-F:.]+\])(:\d{1,5})?", re.ASCII)


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
            found.append(
                "access_key_id and access_key_secret must be given together, both in the task or both as variables "
                "with the same beginning"
            )
        if self.security_token and not self.access_key_id:
            found.append("security_token needs access_key_id and access_key_secret from where it comes from")
        if self.access_key_id and self.profile:
            found.append("access_key_id and profile are both given: leave one of them out")
        for name, url in (("endpoint", self.ecs_url("region")), ("sts_endpoint", self.sts_endpoint)):
            fault = self._fault_of(url) if url else ""
            if fault:
                found.append(f"{name} {fault}")
        if self.ca_path and self.validate_certs and (fault := _fault_of_authorities(self.ca_path)):
            found.append(f"ca_path {self.ca_path} {fault}")
        return found

    def _fault_of(self, url: str) -> str:
        scheme, place = split_endpoint(url)
        if scheme not in ("http", "https"):
            return f"begins with {scheme}:, it must be https:// or http://, or a host alone"
        if not _PLACE.fullmatch(place):
            return "must be a host, perhaps with a port, and nothing else"
        if scheme == "http" and not (self.allow_plain_http or is_loopback(place)):
            return "is plain http to another machine, which allow_plain_http=true would permit"
        return ""

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

    def endpoint_remedy(self, region: str) -> str | None:
        """What to do if the endpoint does not know a region, None if the endpoint is the region's own."""
        if not self.endpoint or "{region}" in self.endpoint:
            return None
        return (
            f"The endpoint {self.endpoint.strip()} is used for every region, and does not serve {region}: write "
            "{region} in it where it names a region, or leave endpoint out."
        )


def _fault_of_authorities(path: str) -> str:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(**{"capath" if os.path.isdir(path) else "cafile": path})
    except FileNotFoundError:
        return "is not there"
    except OSError as error:
        return f"can't be used as certificate authorities ({error.strerror or type(error).__name__})"
    return ""


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
    scheme, place = _URL.fullmatch(url.strip()).groups()  # type: ignore[union-attr]  # it fits any text
    return (scheme or "https").lower(), place
