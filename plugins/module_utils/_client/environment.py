# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials that environment variables name. They only count where the task names none, and never mix with its own.

So they are no fallbacks of single options: the keys of one account with the token of another would sign nothing, and a
profile that a task names must not lose to keys that happen to be set.
"""

from __future__ import annotations

import os
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import CredentialsError

# Twin of the documentation fragment "connection".
VARIABLES: dict[str, tuple[str, ...]] = {
    "access_key_id": ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALICLOUD_ACCESS_KEY", "ALICLOUD_ACCESS_KEY_ID"),
    "access_key_secret": (
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
        "ALICLOUD_SECRET_KEY",
        "ALICLOUD_SECRET_ACCESS_KEY",
        "ALICLOUD_ACCESS_KEY_SECRET",
    ),
    "security_token": ("ALIBABA_CLOUD_SECURITY_TOKEN", "ALICLOUD_SECURITY_TOKEN"),
    "profile": ("ALIBABA_CLOUD_PROFILE", "ALICLOUD_PROFILE"),
    # Not ALIBABA_CLOUD_ROLE_ARN: the SDK's own chain reads that one, for OIDC.
    "ram_role_arn": ("ALICLOUD_ASSUME_ROLE_ARN",),
}
KEYS = ("access_key_id", "access_key_secret", "security_token")
FAMILIES = ("ALIBABA_CLOUD_", "ALICLOUD_")


def completed(params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """A task's parameters with the credentials of the environment, if it names none itself."""
    if any(params.get(name) for name in (*KEYS, "profile")):
        return dict(params)
    found = _keys() or {"profile": _first(VARIABLES["profile"])}
    role = params.get("ram_role_arn") or _first(VARIABLES["ram_role_arn"])
    return {**params, **found, "ram_role_arn": role, "keys_fault": _fault(found)}


def with_region(params: dict[str, t.Any]) -> dict[str, t.Any]:
    """A task's parameters with the region of the profile at work, if neither task nor environment names one."""
    given = completed(params)
    if params.get("region") or given.get("access_key_id"):
        return params
    # Loaded here: most tasks are given keys.
    from ansible_collections.imageops.alicloud.plugins.module_utils._client.profiles import Profiles

    try:
        profiles = Profiles()
        profile = profiles.named(given["profile"]) if given.get("profile") else profiles.current()
    except CredentialsError:
        return params  # it is told when credentials are looked for
    region = (profile or {}).get("region_id")
    return {**params, "region": str(region)} if region else params


def secrets() -> set[str]:
    """What of the environment must never be shown, whether it is used or not."""
    names = (*VARIABLES["access_key_secret"], *VARIABLES["security_token"])
    return {value for name in names if (value := os.environ.get(name))}


def _keys() -> dict[str, str | None]:
    """The keys of one family: the first with an id. One that lacks it is handed on too, to be complained of."""
    families = [_family(prefix) for prefix in FAMILIES]
    found = [family for family in families if any(family.values())]
    return next((family for family in found if family["access_key_id"]), found[0] if found else {})


def _fault(keys: t.Mapping[str, str | None]) -> str | None:
    """What is wrong with keys of the environment. One half alone is no reason to look for others: see ``Chain``."""
    missing = [key for key in KEYS[:2] if not keys.get(key)]
    given = [key for key in KEYS if keys.get(key)]
    if not (missing and given):
        return None
    family = next(prefix for prefix in FAMILIES if any(_family(prefix).values()))
    there = [next(name for name in _names(key, family) if os.environ.get(name)) for key in given]
    lacking = [
        next((name for name in _names(key, family) if name in os.environ), _names(key, family)[0]) for key in missing
    ]
    told = " and ".join(f"{name} is {'empty' if name in os.environ else 'not set'}" for name in lacking)
    return f"{told} in the environment, which has {' and '.join(there)}: give both with the same beginning, or none"


def _names(key: str, prefix: str) -> list[str]:
    return [name for name in VARIABLES[key] if name.startswith(prefix)]


def _family(prefix: str) -> dict[str, str | None]:
    return {key: _first(_names(key, prefix)) for key in KEYS}


def _first(names: t.Sequence[str]) -> str | None:
    return next((value for name in names if (value := os.environ.get(name))), None)
