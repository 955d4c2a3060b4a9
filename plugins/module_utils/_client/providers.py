# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who gives keys, one class or function a kind. The only importer of the SDK's credentials library.

The library fetches what has to be fetched: from the metadata service, a credentials URI, CloudSSO, OAuth. It is loaded
when it is needed. Sessions of roles are begun by the caller's own STS call instead of the library's, which speaks https
to hosts of its own choice only and knows no certificate authority; and commands are run here, because the library
writes what they give into the command line's file.
"""

from __future__ import annotations

import calendar
import importlib
import json
import logging
import os
import re
import shlex
import subprocess
import threading
import time
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import clock as clocks
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import (
    CredentialsError,
    ImageOpsError,
    MissingLibrary,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._client.proxies import environment_for
from ansible_collections.imageops.alicloud.plugins.module_utils._client.signature import Keys

RENEW_BEFORE = 300  # seconds before the end of a role's session at which a new one is begun
RENEW_AGAIN = 30  # seconds after an attempt at that which failed, while the old session lasts
ASK_AGAIN = 5.0  # seconds for which keys of a sign-in or a command are used before they are asked for again
METADATA = "http://100.100.100.200"
METADATA_OFF = "ALIBABA_CLOUD_ECS_METADATA_DISABLED"

# STS: operation, credentials to sign with (None: unsigned), action, fields, and perhaps an endpoint → answer.
Sts = t.Callable[..., dict[str, t.Any]]


def begin_anew(provider: t.Any, keys: Keys | None) -> bool:
    """Forget a session that the API says is over.

    :param keys: those that were refused
    :returns: whether there are other keys to be had now
    """
    forget = getattr(provider, "forget", None)
    return bool(keys and forget and forget(keys))


class Static:
    """Keys that are simply there."""

    def __init__(self, key_id: t.Any, secret: t.Any, token: t.Any = None) -> None:
        self._keys = Keys(str(key_id), str(secret), str(token) if token else None)

    def get_credentials(self) -> Keys:
        """The keys that were given."""
        return self._keys


def named_role() -> str | None:
    """The role that the environment says this instance has."""
    return os.environ.get("ALIBABA_CLOUD_ECS_METADATA") or os.environ.get("ALICLOUD_ECS_ROLE_NAME") or None


def metadata_is_off() -> bool:
    """Whether an instance's own role is not to be asked for."""
    return os.environ.get(METADATA_OFF, "").lower() == "true"


def of_instance(role: str | None) -> Source:
    """Keys of the RAM role of the instance that this runs on; the role's name is asked for if it is not given."""
    role = role or named_role()
    hardened = os.environ.get("ALIBABA_CLOUD_IMDSV1_DISABLED", "").lower() == "true"

    def make() -> t.Any:
        if metadata_is_off():
            raise CredentialsError(
                f"the metadata service of the instance is switched off by {METADATA_OFF}=true: take that variable "
                "away, or name other credentials"
            )
        return _library("EcsRamRoleCredentialsProvider")(
            role_name=role or "",
            disable_imds_v1=hardened,
            async_update_enabled=False,  # it would keep threads of its own
        )

    what = f"the metadata service of the instance{f' for the role {role}' if role else ''}"
    return Source(what, make, METADATA, "Give the instance a RAM role.")


def of_uri(uri: str) -> Source:
    """Keys that a helper beside this process answers with."""
    return Source("the credentials URI", lambda: _library("URLCredentialsProvider")(uri=uri), uri)


def of_sign_in(profile: str, what: str, remedy: str, path: str, url: str) -> Kept:
    """What the library's own reader of the command line's file makes of a sign-in: it keeps there what it gets.

    :param url: what it asks
    """

    def make() -> t.Any:
        return _library("CLIProfileCredentialsProvider")(profile_name=profile, profile_file=path)

    return Kept(Source(what, make, url, remedy))


def _library(name: str) -> t.Any:
    """A class of the credentials library, which logs signed URLs and raw replies to stderr, and must not."""
    try:
        found = getattr(importlib.import_module("alibabacloud_credentials.provider"), name)
    except ImportError as error:
        raise MissingLibrary("alibabacloud-credentials", error) from None
    for name in ("darabonba-core", "alibabacloud-tea", "credentials"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.addHandler(logging.NullHandler())
        logger.propagate = False
    return found


class Source:
    """One place that credentials come from. The library's own words are not passed on: they may hold secrets."""

    def __init__(self, what: str, make: t.Callable[[], t.Any], url: str | None = None, remedy: str = "") -> None:
        """:param url: what it asks, None for nothing"""
        self._what = what
        self._make = make
        self._url = url
        self._remedy = remedy
        self._provider: t.Any = None
        self._lock = threading.Lock()

    def get_credentials(self) -> Keys:
        """:raises CredentialsError: if there are none to be had"""
        try:
            if self._url is None:
                return self._ask()
            with environment_for(self._url):
                return self._ask()
        except ImageOpsError:
            raise
        except Exception as error:  # the library raises many kinds
            status = re.search(r"(?i)(?:http_?code|status code)\W{1,3}(\d{3})", str(error))
            reason = f"HTTP status {status[1]}" if status else type(error).__name__
            raise CredentialsError(f"{self._what} gives no credentials ({reason}). {self._remedy}".strip()) from None

    def _ask(self) -> Keys:
        with self._lock:
            self._provider = self._provider or self._make()
        found = self._provider.get_credentials()
        if isinstance(found, Keys):
            return found
        key_id, secret = found.get_access_key_id(), found.get_access_key_secret()
        if not (key_id and secret):
            raise CredentialsError(f"{self._what} gives no credentials (no keys in it). {self._remedy}".strip())
        return Keys(key_id, secret, found.get_security_token())

    def forget(self, keys: Keys) -> bool:
        """Have a session in it begun anew, if it is one of ours."""
        return begin_anew(self._provider, keys)


class Command:
    """Keys that a command prints as JSON, as the ``aliyun`` command line has it. They are written nowhere."""

    LONGEST = 60  # seconds that it may take

    def __init__(self, command: str) -> None:
        self._words = shlex.split(command)

    def get_credentials(self) -> Keys:
        """The keys that the command prints."""
        # Plugins on the controller use this, too. They have no module whose run_command it could be.
        done = subprocess.run(  # pylint: disable=ansible-bad-function
            self._words, capture_output=True, timeout=self.LONGEST, check=True, text=True
        )
        said = json.loads(done.stdout)
        token = said.get("sts_token")
        if said.get("mode") == "StsToken" and not token:
            raise ValueError("no token")
        return Keys(_filled(said["access_key_id"]), _filled(said["access_key_secret"]), str(token) if token else None)


def _filled(value: t.Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("no key")
    return value


class Kept:
    """A source that is not asked for each request."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._current: Keys | None = None
        self._fetched = 0.0
        self._clock = clocks.Clock()
        self._lock = threading.Lock()

    def get_credentials(self) -> Keys:
        """The keys of the source, asked for now and then."""
        with self._lock:
            if self._current is None or self._clock.now() - self._fetched >= ASK_AGAIN:
                self._current = self._source.get_credentials()
                self._fetched = self._clock.now()
            return self._current


_SESSION = ("AccessKeyId", "AccessKeySecret", "SecurityToken")


class Session:
    """The session of a role, renewed in time."""

    def __init__(self, action: str, query: t.Callable[[], dict[str, t.Any]], sts: Sts, base: t.Any = None) -> None:
        """
        :param query: the fields of the call, asked for anew each time
        :param base: who takes the role on; None if the query says so itself
        """
        self._action, self._query, self._sts, self._base = action, query, sts, base
        self._current: Keys | None = None
        self._ends = 0.0
        self._not_before = 0.0
        self._clock = clocks.Clock()
        self._lock = threading.Lock()

    def get_credentials(self) -> Keys:
        """The keys of the session, renewed in time."""
        with self._lock:
            now = self._clock.wall()
            if now >= self._ends or now >= max(self._ends - RENEW_BEFORE, self._not_before):
                try:
                    self._renew()
                except ImageOpsError:
                    # A session that goes on for a while is good enough until STS can be reached again. Everybody
                    # waits for an attempt, so that there are few.
                    self._not_before = self._clock.wall() + RENEW_AGAIN
                    if now >= self._ends:
                        raise
            return t.cast(Keys, self._current)

    def forget(self, keys: Keys) -> bool:
        """Begin a new session with the next keys, unless another thread has by now."""
        with self._lock:
            if self._current == keys:
                self._ends = 0.0
        return True

    def _renew(self) -> None:
        query = {name: str(value) for name, value in self._query().items() if value}
        answer = self._sts(f"assume the role {query.get('RoleArn')}", self._base, self._action, query)
        given = answer.get("Credentials")
        try:
            ends = calendar.timegm(time.strptime(given["Expiration"], "%Y-%m-%dT%H:%M:%SZ"))  # type: ignore[index]
            self._current = Keys(*(_filled(given[name]) for name in _SESSION))  # type: ignore[index]
            self._ends = ends
        except (KeyError, TypeError, ValueError) as error:
            raise CredentialsError(f"STS gave no usable session for the role ({type(error).__name__}).") from None
