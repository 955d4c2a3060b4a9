# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who gives keys, one class or function a kind. The only importer of the SDK's credentials library.

The library fetches what has to be fetched: from the metadata service, a credentials URI, CloudSSO, OAuth, a command.
Sessions of roles are begun by the caller's own STS call instead of the library's, which speaks https to hosts of its
own choice only and knows no certificate authority.
"""

from __future__ import annotations

import calendar
import os
import re
import threading
import time
import typing as t
import urllib.parse

from ansible_collections.imageops.alicloud.plugins.module_utils._base import clock as clocks
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import CredentialsError, ImageOpsError
from ansible_collections.imageops.alicloud.plugins.module_utils._client.proxies import given_back, proxy_for

try:
    from alibabacloud_credentials.http import HttpOptions
    from alibabacloud_credentials.provider import (
        CLIProfileCredentialsProvider,
        EcsRamRoleCredentialsProvider,
        StaticAKCredentialsProvider,
        StaticSTSCredentialsProvider,
        URLCredentialsProvider,
    )
    from alibabacloud_credentials.provider.refreshable import Credentials

    LIBRARY_IMPORT_ERROR: ImportError | None = None
except ImportError as import_error:
    LIBRARY_IMPORT_ERROR = import_error

RENEW_BEFORE = 300  # seconds before the end of a role's session at which a new one is begun
RENEW_AGAIN = 30  # seconds after an attempt at that which failed, while the old session lasts
ASK_AGAIN = 5.0  # seconds for which keys of a sign-in or a command are used before they are asked for again
METADATA = "100.100.100.200"

# STS: deed, credentials to sign with (None: unsigned), action, fields → answer.
Sts = t.Callable[[str, t.Any, str, dict[str, str]], dict[str, t.Any]]


def static_keys(key_id: t.Any, secret: t.Any, token: t.Any = None) -> t.Any:
    if token:
        return StaticSTSCredentialsProvider(access_key_id=key_id, access_key_secret=secret, security_token=token)
    return StaticAKCredentialsProvider(access_key_id=key_id, access_key_secret=secret)


def named_role() -> str | None:
    """The role that the environment says this instance has."""
    return os.environ.get("ALIBABA_CLOUD_ECS_METADATA") or os.environ.get("ALICLOUD_ECS_ROLE_NAME") or None


def of_instance(role: str | None) -> t.Any:
    """Keys of the RAM role of the instance that this runs on; the role's name is asked for if it is not given."""
    role = role or named_role()
    hardened = os.environ.get("ALIBABA_CLOUD_IMDSV1_DISABLED", "").lower() == "true"
    return Source(
        f"the metadata service of the instance{f' for the role {role}' if role else ''}",
        lambda: EcsRamRoleCredentialsProvider(
            role_name=role or "",
            disable_imds_v1=hardened,
            http_options=HttpOptions(proxy=proxy_for("http", METADATA)),
            async_update_enabled=False,  # it would keep threads of its own
        ),
        "Give the instance a RAM role.",
    )


def of_uri(uri: str) -> t.Any:
    """Keys that a helper beside this process answers with."""
    parts = urllib.parse.urlsplit(uri)
    options = HttpOptions(proxy=proxy_for(parts.scheme, parts.hostname or ""))
    return Source("the credentials URI", lambda: URLCredentialsProvider(uri=uri, http_options=options))


def of_command_line(profile: str, what: str, remedy: str, path: str, url: str | None = None) -> t.Any:
    """What the library's own reader of the command line's file makes of a profile: it keeps there what it gets.

    :param url: what it asks; None for a command
    """
    return Proxied(
        Source(what, lambda: CLIProfileCredentialsProvider(profile_name=profile, profile_file=path), remedy), url
    )


class Source:
    """One place that credentials come from. The library's own words are not passed on: they may hold secrets."""

    def __init__(self, what: str, make: t.Callable[[], t.Any], remedy: str = "") -> None:
        self._what = what
        self._make = make
        self._remedy = remedy
        self._provider: t.Any = None
        self._lock = threading.Lock()

    def get_credentials(self) -> t.Any:
        """:raises CredentialsError: if there are none to be had"""
        try:
            with self._lock:
                self._provider = self._provider or self._make()
            found = self._provider.get_credentials()
            if found.get_access_key_id() and found.get_access_key_secret():
                return found
            reason = "no keys in it"
        except ImageOpsError:
            raise
        except Exception as error:  # the library raises many kinds
            status = re.search(r"(?i)(?:http_?code|status code)\W{1,3}(\d{3})", str(error))
            reason = f"HTTP status {status[1]}" if status else type(error).__name__
        raise CredentialsError(f"{self._what} gives no credentials ({reason}). {self._remedy}".strip()) from None

    def get_provider_name(self) -> str:
        return "source"


class Proxied:
    """A source that can't be told its proxy: it finds it in the environment, and is not asked for each request."""

    def __init__(self, source: Source, url: str | None) -> None:
        self._source, self._url = source, url
        self._current: t.Any = None
        self._fetched = 0.0
        self._lock = threading.Lock()

    def get_credentials(self) -> t.Any:
        with self._lock:
            if self._current is None or clocks.CLOCK.now() - self._fetched >= ASK_AGAIN:
                with given_back(self._url):
                    self._current = self._source.get_credentials()
                self._fetched = clocks.CLOCK.now()
            return self._current

    def get_provider_name(self) -> str:
        return self._source.get_provider_name()


class Session:
    """The session of a role, renewed in time."""

    def __init__(self, action: str, query: t.Callable[[], dict[str, t.Any]], sts: Sts, base: t.Any = None) -> None:
        """
        :param query: the fields of the call, asked for anew each time
        :param base: who takes the role on; None if the query says so itself
        """
        self._action, self._query, self._sts, self._base = action, query, sts, base
        self._current: t.Any = None
        self._ends = 0.0
        self._not_before = 0.0
        self._lock = threading.Lock()

    def get_credentials(self) -> t.Any:
        with self._lock:
            now = clocks.CLOCK.wall()
            if now >= self._ends or now >= max(self._ends - RENEW_BEFORE, self._not_before):
                try:
                    self._renew()
                except ImageOpsError:
                    # A session that goes on for a while is good enough until STS can be reached again. Everybody
                    # waits for an attempt, so that there are few.
                    self._not_before = clocks.CLOCK.wall() + RENEW_AGAIN
                    if now >= self._ends:
                        raise
            return self._current

    def _renew(self) -> None:
        query = {name: str(value) for name, value in self._query().items() if value}
        answer = self._sts(f"assume the role {query.get('RoleArn')}", self._base, self._action, query)
        given = answer.get("Credentials")
        try:
            ends = calendar.timegm(time.strptime(given["Expiration"], "%Y-%m-%dT%H:%M:%SZ"))  # type: ignore[index]
            self._current = Credentials(
                access_key_id=given["AccessKeyId"],  # type: ignore[index]
                access_key_secret=given["AccessKeySecret"],  # type: ignore[index]
                security_token=given["SecurityToken"],  # type: ignore[index]
                provider_name=self.get_provider_name(),
            )
            self._ends = ends
        except (KeyError, TypeError, ValueError) as error:
            raise CredentialsError(f"STS gave no usable session for the role ({type(error).__name__}).") from None

    def get_provider_name(self) -> str:
        return "oidc_role_arn" if self._base is None else "ram_role_arn"
