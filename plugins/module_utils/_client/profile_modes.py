# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A provider for each mode of a profile that the ``aliyun`` command line writes. Knows no SDK."""

from __future__ import annotations

import functools
import typing as t
import urllib.parse

from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import CredentialsError
from ansible_collections.imageops.alicloud.plugins.module_utils._client import endpoints, providers
from ansible_collections.imageops.alicloud.plugins.module_utils._client.connection import Connection
from ansible_collections.imageops.alicloud.plugins.module_utils._client.endpoints import is_loopback
from ansible_collections.imageops.alicloud.plugins.module_utils._client.profiles import Profile, Profiles

_PAIR = ("access_key_id", "access_key_secret")
# As the command line writes them, and what each can't do without.
MODES: dict[str, tuple[str, ...]] = {
    "AK": _PAIR,
    "StsToken": (*_PAIR, "sts_token"),
    "RamRoleArn": (*_PAIR, "ram_role_arn"),
    "EcsRamRole": (),
    "RamRoleArnWithRoleName": ("ram_role_arn",),
    "ChainableRamRoleArn": ("source_profile", "ram_role_arn"),
    "External": ("process_command",),
    "CredentialsURI": ("credentials_uri",),
    "OIDC": ("ram_role_arn", "oidc_provider_arn", "oidc_token_file"),
    "CloudSSO": ("cloud_sso_sign_in_url", "access_token"),
    "OAuth": (),
}
_NEEDED = {mode.lower(): needed for mode, needed in MODES.items()}


class Modes:
    """A provider for each mode that the ``aliyun`` command line writes."""

    def __init__(self, profiles: Profiles, connection: Connection, sts: providers.Sts) -> None:
        self.profiles, self._connection, self._sts = profiles, connection, sts

    def provider_of(self, name: str, seen: tuple[str, ...] = ()) -> t.Any:
        """The source of credentials that a profile names."""
        if name in seen:
            raise CredentialsError(f"the profiles {' → '.join([*seen, name])} lead back to where they began")
        return self.provider(self.profiles.named(name), (*seen, name))

    def provider(self, profile: Profile, seen: tuple[str, ...] = ()) -> t.Any:
        """:raises CredentialsError: for a mode that can't be used, or is not filled in"""
        mode = str(profile.get("mode") or "AK").lower()
        if mode not in _NEEDED:
            raise CredentialsError(
                f"profile {profile['name']} has the mode {profile['mode']}, which can't sign requests here. "
                f"Use one of {', '.join(MODES)}."
            )
        missing = [name for name in _NEEDED[mode] if not profile.get(name)]
        if missing:
            raise CredentialsError(f"{_title(profile)} lacks {', '.join(missing)}")
        return getattr(self, f"_{mode}")(profile, seen)

    def _ak(self, profile: Profile, dummy: tuple[str, ...]) -> t.Any:
        return providers.Static(profile["access_key_id"], profile["access_key_secret"])

    def _ststoken(self, profile: Profile, dummy: tuple[str, ...]) -> t.Any:
        return providers.Static(profile["access_key_id"], profile["access_key_secret"], profile["sts_token"])

    def _ramrolearn(self, profile: Profile, seen: tuple[str, ...]) -> t.Any:
        return self._role(profile, self._ak(profile, seen))

    def _ramrolearnwithrolename(self, profile: Profile, seen: tuple[str, ...]) -> t.Any:
        return self._role(profile, self._ecsramrole(profile, seen))

    def _chainableramrolearn(self, profile: Profile, seen: tuple[str, ...]) -> t.Any:
        return self._role(profile, self.provider_of(str(profile["source_profile"]), seen))

    def _role(self, profile: Profile, base: t.Any) -> t.Any:
        query = _session_of(profile, ExternalId=profile.get("external_id"))
        return providers.Session("AssumeRole", lambda: query, self._sts_of(profile), base)

    def _sts_of(self, profile: Profile) -> providers.Sts:
        """STS as the profile has it: in a region of its own, or inside the VPC. What the task names counts more."""
        named, inside = profile.get("sts_region"), str(profile.get("enable_vpc")).lower() == "true"
        if self._connection.sts_endpoint or not (named or inside):
            return self._sts
        region = str(named) if named else self._connection.region
        endpoint = endpoints.of_sts(region, endpoints.VPC if inside else self._connection.network)
        return functools.partial(self._sts, endpoint=endpoint)

    def _oidc(self, profile: Profile, dummy: tuple[str, ...]) -> t.Any:
        path, provider = str(profile["oidc_token_file"]), profile["oidc_provider_arn"]

        def query() -> dict[str, t.Any]:
            # Pipelines put a new token into the file before the old one ends.
            try:
                with open(path, encoding="utf-8") as file:
                    token = file.read().strip()
            except (OSError, ValueError) as error:
                raise CredentialsError(f"the OIDC token file {path} can't be read ({type(error).__name__})") from None
            return _session_of(profile, OIDCProviderArn=provider, OIDCToken=token)

        return providers.Session("AssumeRoleWithOIDC", query, self._sts_of(profile))

    def _ecsramrole(self, profile: Profile, dummy: tuple[str, ...]) -> t.Any:
        return providers.of_instance(profile.get("ram_role_name"))

    def _credentialsuri(self, profile: Profile, dummy: tuple[str, ...]) -> t.Any:
        return providers.of_uri(self._safe("credentials_uri", str(profile["credentials_uri"])))

    def _cloudsso(self, profile: Profile, dummy: tuple[str, ...]) -> t.Any:
        return self._sign_in(
            profile, "CloudSSO", self._safe("cloud_sso_sign_in_url", str(profile["cloud_sso_sign_in_url"]))
        )

    def _oauth(self, profile: Profile, dummy: tuple[str, ...]) -> t.Any:
        site = "alibabacloud" if str(profile.get("oauth_site_type")).upper() == "INTL" else "aliyun"
        return self._sign_in(profile, "OAuth", f"https://oauth.{site}.com")

    def _sign_in(self, profile: Profile, mode: str, url: str) -> t.Any:
        name, path = str(profile["name"]), self.profiles.command_line_file
        remedy = f"Sign in again: aliyun configure --profile {name} --mode {mode}"
        return providers.of_sign_in(name, f"the {mode} sign-in of profile {name}", remedy, path, url)

    def _external(self, profile: Profile, dummy: tuple[str, ...]) -> t.Any:
        name = str(profile["name"])
        remedy = "Run its process_command by hand to see why."
        make = functools.partial(providers.Command, str(profile["process_command"]))
        return providers.Kept(providers.Source(f"the command of profile {name}", make, remedy=remedy))

    def _safe(self, option: str, url: str) -> str:
        """Keys never come over plain http from another machine, unless that was allowed."""
        parts = urllib.parse.urlsplit(url.strip())
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise CredentialsError(f"{option} must begin with https:// or http:// and name a host")
        if parts.scheme == "http" and not (self._connection.allow_plain_http or is_loopback(parts.netloc)):
            raise CredentialsError(
                f"{option} is plain http to another machine, which allow_plain_http=true would permit"
            )
        return parts.geturl()


def _title(profile: Profile) -> str:
    return f"profile {profile['name']}" if profile["name"] else "the environment"


def _session_of(profile: Profile, **more: t.Any) -> dict[str, t.Any]:
    return {
        "RoleArn": profile["ram_role_arn"],
        "RoleSessionName": profile.get("ram_session_name") or "imageops",
        "DurationSeconds": profile.get("expired_seconds"),
        "Policy": profile.get("policy"),
        **more,
    }
