# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where credentials come from: what was given, a profile that was named, or the first place that is set up."""

from __future__ import annotations

import os
import threading
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import CredentialsError
from ansible_collections.imageops.alicloud.plugins.module_utils._client import providers
from ansible_collections.imageops.alicloud.plugins.module_utils._client.connection import Connection
from ansible_collections.imageops.alicloud.plugins.module_utils._client.providers import Sts
from ansible_collections.imageops.alicloud.plugins.module_utils._client.signature import Keys

if t.TYPE_CHECKING:
    from ansible_collections.imageops.alicloud.plugins.module_utils._client.profile_modes import Modes


def find(connection: Connection, sts: Sts) -> t.Any:
    """The provider that the connection options mean: its ``get_credentials()`` always gives ones that hold."""
    base: t.Any
    if connection.access_key_id:
        base = providers.Static(connection.access_key_id, connection.access_key_secret, connection.security_token)
    elif connection.profile:
        name = connection.profile
        base = providers.Source(f"profile {name}", lambda: _modes(connection, sts).provider_of(name))
    else:
        base = Chain(connection, sts)
    if not connection.ram_role_arn:
        return base
    role = {
        "RoleArn": connection.ram_role_arn,
        "RoleSessionName": connection.ram_session_name or "imageops",
        "ExternalId": connection.external_id,
    }
    return providers.Session("AssumeRole", lambda: role, sts, base)


def _modes(connection: Connection, sts: Sts) -> Modes:
    """The profiles of this machine. What reads them is loaded here: most tasks are given keys."""
    from ansible_collections.imageops.alicloud.plugins.module_utils._client.profile_modes import Modes
    from ansible_collections.imageops.alicloud.plugins.module_utils._client.profiles import Profiles

    return Modes(Profiles(), connection, sts)


_OIDC = {
    "ram_role_arn": "ALIBABA_CLOUD_ROLE_ARN",
    "oidc_provider_arn": "ALIBABA_CLOUD_OIDC_PROVIDER_ARN",
    "oidc_token_file": "ALIBABA_CLOUD_OIDC_TOKEN_FILE",
}
# The other one is no sign of OIDC: other tools take roles on by it.
_OIDC_ALONE = ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "ALIBABA_CLOUD_OIDC_TOKEN_FILE")


class Chain:
    """What is used when nothing was given, in the SDK's order: the first place that is set up, and no other.

    A place that is set up and fails is an error here. The SDK goes on to the next, which may be another account's.
    """

    def __init__(self, connection: Connection, sts: Sts) -> None:
        self._connection, self._sts = connection, sts
        self._chosen: t.Any = None
        self._lock = threading.Lock()

    def get_credentials(self) -> t.Any:
        """The keys of the first source that has some."""
        with self._lock:
            if self._chosen is None:
                self._chosen = self._choose()
            return self._chosen.get_credentials()

    def forget(self, keys: Keys) -> bool:
        """Have a session of the chosen source begun anew."""
        return providers.begin_anew(self._chosen, keys)

    def _choose(self) -> t.Any:
        modes = _modes(self._connection, self._sts)
        if any(os.environ.get(name) for name in _OIDC_ALONE):
            return modes.provider(_oidc_profile())
        current = modes.profiles.current()
        if current is not None:
            return providers.Source(f"profile {current['name']}", lambda: modes.provider(current))
        uri = os.environ.get("ALIBABA_CLOUD_CREDENTIALS_URI") or os.environ.get("ALICLOUD_CREDENTIALS_URI")
        switched_off = providers.metadata_is_off()
        instance = None if switched_off else self._instance(modes)
        if instance:
            return instance
        if uri:
            return modes.provider({"name": "", "mode": "CredentialsURI", "credentials_uri": uri})
        raise CredentialsError(
            _nothing(
                "the metadata service is switched off"
                if switched_off
                else "no role of an instance answers at the metadata service"
            )
        )

    def _instance(self, modes: Modes) -> t.Any:
        """The role of this instance, None if nothing speaks for there being one.

        Only a variable that names the role says that one is set up: every other machine has no metadata service.
        """
        instance = modes.provider({"name": "", "mode": "EcsRamRole"})
        try:
            instance.get_credentials()
        except CredentialsError:
            if providers.named_role():
                raise
            return None
        return instance


def _oidc_profile() -> dict[str, t.Any]:
    given = {option: os.environ.get(name) for option, name in _OIDC.items()}
    missing = [name for option, name in _OIDC.items() if not given[option]]
    if missing:
        raise CredentialsError(f"the environment names an OIDC role and lacks {', '.join(missing)}")
    session = os.environ.get("ALIBABA_CLOUD_ROLE_SESSION_NAME")
    return {**given, "name": "", "mode": "OIDC", "ram_session_name": session}


def _nothing(end: str) -> str:
    return (
        "no keys were given, the environment holds none, there is no current profile of the aliyun command line, and "
        f"{end}. Give access_key_id and access_key_secret, set ALIBABA_CLOUD_ACCESS_KEY_ID and "
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET, or name a profile."
    )
