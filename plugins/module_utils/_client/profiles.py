# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Profiles as the ``aliyun`` command line and the SDK keep them in files, read into one form. Knows no SDK."""

from __future__ import annotations

import configparser
import functools
import json
import os
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import CredentialsError

Profile = dict[str, t.Any]
COMMAND_LINE, INI = "~/.aliyun/config.json", "~/.alibabacloud/credentials.ini"
INI_VARIABLE = "ALIBABA_CLOUD_CREDENTIALS_FILE"
_NOT_THERE = (FileNotFoundError, NotADirectoryError)  # a home may be no folder, such as /dev/null

# Type in the SDK's file → mode of the command line, and what its options are called there.
_MODES = {
    "access_key": ("AK", {}),
    "sts": ("StsToken", {"security_token": "sts_token"}),
    "ram_role_arn": ("RamRoleArn", {"role_arn": "ram_role_arn", "role_session_name": "ram_session_name"}),
    "ecs_ram_role": ("EcsRamRole", {"role_name": "ram_role_name"}),
    "oidc_role_arn": (
        "OIDC",
        {
            "role_arn": "ram_role_arn",
            "role_session_name": "ram_session_name",
            "oidc_token_file_path": "oidc_token_file",
        },
    ),
}


class Profiles:
    """The profiles of this machine's user; the command line's come first. A file is read once it is asked for."""

    def __init__(self) -> None:
        self.command_line_file = os.path.expanduser(COMMAND_LINE)
        self._ini_is_named = bool(os.environ.get(INI_VARIABLE))
        self.ini_file = os.environ.get(INI_VARIABLE) or os.path.expanduser(INI)

    def named(self, name: str) -> Profile:
        """:raises CredentialsError: if there is none of that name"""
        found = self._profiles.get(name) or self._ini.get(name)
        if found is None:
            known = sorted({*self._profiles, *self._ini})
            there = f"there are {', '.join(known)}" if known else "there is none at all"
            raise CredentialsError(
                f"no profile {name} in {self.command_line_file} or {self.ini_file} ({there}). "
                f"Make it with `aliyun configure --profile {name}`."
            )
        return found

    def current(self) -> Profile | None:
        """The command line's current profile, or the default of the SDK's file; None if neither is set up.

        :raises CredentialsError: if one of them is set up, and not there
        """
        current = str(self._config.get("current") or "")
        if current and self._profiles and current not in self._profiles:
            raise CredentialsError(
                f"{self.command_line_file} has no profile {current}, which is the current one there "
                f"(there are {', '.join(sorted(self._profiles))}). Choose another with `aliyun configure switch`."
            )
        found = self._profiles.get(current)
        # The command line writes an empty profile before it is configured.
        if found and not _is_empty(found):
            return found
        if self._ini_is_named and "default" not in self._ini:
            there = "has no section default" if os.path.exists(self.ini_file) else "is not there"
            raise CredentialsError(f"{self.ini_file}, which {INI_VARIABLE} names, {there}")
        return self._ini.get("default")

    @functools.cached_property
    def _profiles(self) -> dict[str, Profile]:
        entries = self._config.get("profiles")
        named = entries if isinstance(entries, list) else []
        return {str(profile.get("name")): profile for profile in named if isinstance(profile, dict)}

    @functools.cached_property
    def _config(self) -> dict[str, t.Any]:
        if os.environ.get("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "").lower() == "true":
            return {}
        try:
            with open(self.command_line_file, encoding="utf-8") as file:
                config = json.load(file)
        except _NOT_THERE:
            return {}
        except (OSError, ValueError) as error:
            raise CredentialsError(f"{self.command_line_file} can't be read ({type(error).__name__})") from None
        if not isinstance(config, dict):
            raise CredentialsError(f"{self.command_line_file} can't be read (not a JSON object)")
        return config

    @functools.cached_property
    def _ini(self) -> dict[str, Profile]:
        parser = configparser.ConfigParser(interpolation=None)
        try:
            with open(self.ini_file, encoding="utf-8") as file:
                parser.read_file(file)
        except _NOT_THERE:
            return {}
        except (OSError, configparser.Error, UnicodeDecodeError) as error:
            raise CredentialsError(f"{self.ini_file} can't be read ({type(error).__name__})") from None
        return {name: _from_section(name, dict(parser.items(name))) for name in parser.sections()}


def _is_empty(profile: Profile) -> bool:
    mode = str(profile.get("mode") or "AK").upper()
    return mode == "AK" and not (profile.get("access_key_id") or profile.get("access_key_secret"))


def _from_section(name: str, section: dict[str, str]) -> Profile:
    # The SDK takes # for the beginning of a remark anywhere in a line.
    bare = {key: value.partition("#")[0].strip() for key, value in section.items()}
    mode, names = _MODES.get(bare.get("type", ""), (bare.get("type", ""), {}))
    return {**{names.get(key, key): value for key, value in bare.items()}, "name": name, "mode": mode}
