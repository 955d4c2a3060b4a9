# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How to reach the API: the connection options as one value, and the endpoints they mean."""

from __future__ import annotations

import dataclasses
import os
import ssl
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import regions
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import InvalidInput
from ansible_collections.imageops.alicloud.plugins.module_utils._client import endpoints
from ansible_collections.imageops.alicloud.plugins.module_utils._client.endpoints import Endpoint


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
    external_id: str | None = None
    endpoint: str | None = None
    sts_endpoint: str | None = None
    network: str = "public"
    allow_plain_http: bool = False
    validate_certs: bool = True
    ca_path: str | None = None
    connect_timeout: float = 5.0
    read_timeout: float = 30.0
    keys_fault: str | None = None  # what is wrong with the keys of the environment, if those are used

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
        found = [self.keys_fault] if self.keys_fault else self._faults_of_keys()
        if self.access_key_id and self.profile:
            found.append("access_key_id and profile are both given: leave one of them out")
        return [*found, *self._faults_of_places(), *self._faults_of_authorities()]

    def _faults_of_keys(self) -> list[str]:
        found = []
        if bool(self.access_key_id) != bool(self.access_key_secret):
            found.append(
                "access_key_id and access_key_secret must be given together, both in the task or both as variables "
                "with the same beginning"
            )
        if self.security_token and not self.access_key_id:
            found.append("security_token needs access_key_id and access_key_secret from where it comes from")
        return found

    def _faults_of_places(self) -> list[str]:
        if self.region and not regions.is_region(self.region):
            return [regions.fault(self.region)]  # no address is made of it, not even to look at one
        named = {"endpoint": (self.endpoint or "").replace("{region}", "region"), "sts_endpoint": self.sts_endpoint}
        found = [
            f"{name} {fault}"
            for name, url in named.items()
            if url and (fault := endpoints.fault_of(url, self.allow_plain_http))
        ]
        try:
            self.sts()
        except InvalidInput as error:
            found += error.faults
        return found

    def _faults_of_authorities(self) -> list[str]:
        if not (self.ca_path and self.validate_certs):
            return []
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(**self.authorities())
        except FileNotFoundError:
            return [f"ca_path {self.ca_path} is not there"]
        except OSError as error:
            reason = error.strerror or type(error).__name__
            return [f"ca_path {self.ca_path} can't be used as certificate authorities ({reason})"]
        return []

    def authorities(self) -> dict[str, str]:
        """``ca_path`` as TLS contexts take it."""
        path = str(self.ca_path)
        return {"capath" if os.path.isdir(path) else "cafile": path}

    def sts(self) -> Endpoint:
        """Where STS is asked. May raise InvalidInput."""
        return endpoints.of_sts(self.region, self.network, self.sts_endpoint)

    def service(self, name: str, region: str) -> Endpoint:
        """Where a service is asked in a region. An endpoint that is named serves all. May raise InvalidInput."""
        return endpoints.of_service(name, region, self.network, self.endpoint)

    def endpoint_remedy(self, region: str) -> str | None:
        """What to do if the endpoint does not know a region, None if the endpoint is the region's own."""
        if not self.endpoint or "{region}" in self.endpoint:
            return None
        return (
            f"The endpoint {self.endpoint.strip()} is used for every region, and does not serve {region}: write "
            "{region} in it where it names a region, or leave endpoint out."
        )
