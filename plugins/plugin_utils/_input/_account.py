# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose credentials a role works with, and in which account it may: the play's or its own, never both. Pure.

No secret of the credentials is in what this returns: only their names, and by what they are told from others.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.imageops.alicloud.plugins.plugin_utils._input import _values

Data = dict[str, t.Any]

GROUP = "group/imageops.alicloud.all"
MODULES = "imageops.alicloud."

# One set: who acts, and by which role. Twin of CREDENTIALS in doc_fragments/connection.py.
CREDENTIALS = (
    "access_key_id",
    "access_key_secret",
    "security_token",
    "profile",
    "ram_role_arn",
    "ram_session_name",
    "external_id",
)
# What tells one set from another, and is no secret.
IDENTITY = ("access_key_id", "profile", "ram_role_arn")
# The other names of the connection's options. A test holds them against the modules' own.
ALIASES = {
    "region_id": "region",
    "alicloud_region": "region",
    "alicloud_access_key": "access_key_id",
    "access_key": "access_key_id",
    "alicloud_secret_key": "access_key_secret",
    "secret_access_key": "access_key_secret",
    "secret_key": "access_key_secret",
    "alicloud_security_token": "security_token",
    "alicloud_assume_role_arn": "ram_role_arn",
    "alicloud_assume_role_session_name": "ram_session_name",
}
OTHERS = (
    "region",
    "endpoint",
    "sts_endpoint",
    "network",
    "allow_plain_http",
    "validate_certs",
    "ca_path",
    "connect_timeout",
    "read_timeout",
    "unreachable_timeout",
    "account_id",
)
KNOWN = frozenset({*CREDENTIALS, *OTHERS, *ALIASES})


@dataclasses.dataclass
class Account:
    """What every module of a role is told about the account."""

    given: list[str]  # the options of the role's own connection that count
    cut: Data  # options of the play that must not reach the modules: each is None
    account_id: str | None
    named_in: list[str]  # the places that name it
    by_module: dict[str, Data]  # the play's defaults for single modules, without the account
    acts_as: dict[str, str]  # what tells these credentials from another host's; nothing for those of the environment
    faults: list[str]

    def handed_on(self) -> Data:
        """What later steps need of it."""
        names = ("cut", "given", "named_in", "by_module", "acts_as")
        return {name: getattr(self, name) for name in names}


def own(value: t.Any, variable: str) -> tuple[Data, list[str]]:
    """A role's connection as a dictionary, and why it is none. It holds secrets, so that no text of it is parsed."""
    if isinstance(value, str) and value.strip():
        return {}, [f"{variable} is a text, it must be a dictionary"]
    try:
        return _values.mapping(value or {}), []
    except _values.Wrong as wrong:
        return {}, [f"{variable} {wrong}"]


def defaults_of_modules(
    task_defaults: t.Iterable[Data] | None, evaluate: t.Callable[[t.Any], t.Any]
) -> dict[str, Data]:
    """The play's defaults for single modules of this collection, by their names.

    As Ansible has it, the innermost scope that names a module takes the place of the others, which are not evaluated.

    :param task_defaults: what a task knows of ``module_defaults``, from the outermost scope on
    :param evaluate: gives the value of a template
    """
    innermost: Data = {}
    for defaults in task_defaults or []:
        innermost |= {name: given for name, given in defaults.items() if name.startswith(MODULES)}
    return {name: evaluate(given) or {} for name, given in innermost.items()}


def by_module(defaults: t.Mapping[str, Data]) -> dict[str, Data]:
    """The connection options among them.

    What they say of other options is for the play's own tasks: with a ``state`` of theirs a role would delete.
    """
    return {name: {key: value for key, value in given.items() if key in KNOWN} for name, given in defaults.items()}


def _without_id(by_module: t.Mapping[str, Data]) -> dict[str, Data]:
    """The defaults of modules without the account, which is handed over by itself."""
    return {
        name: {key: value for key, value in given.items() if key != "account_id"} for name, given in by_module.items()
    }


def account(
    own: Data, play: Data, by_module: t.Mapping[str, Data], stated: t.Mapping[str, str | None], variable: str
) -> Account:
    """Join what the role and the play say.

    :param own: the role's connection
    :param play: the play's defaults for the action group, aliases included
    :param by_module: its defaults for single modules of this collection, by their names
    :param stated: other places that name the account, each with what it says
    :param variable: the name of the role's connection
    """
    faults = _faults(own, play, by_module, variable)
    given = [name for name, value in own.items() if not _is_empty(value) and name != "account_id"]
    theirs = {name for name, value in play.items() if ALIASES.get(name, name) in CREDENTIALS and not _is_empty(value)}
    cut: Data = {}
    if any(ALIASES.get(name, name) in CREDENTIALS for name in given):
        cut = {name: None for name in theirs if name not in given}
        faults += [
            f"{variable} and the play's module_defaults both give credentials: write {name} as {ALIASES[name]} there, "
            "so that one set can take the other's place"
            for name in sorted(theirs & set(ALIASES))
        ]
    places = {
        **stated,
        f"{variable}.account_id": own.get("account_id"),
        "module_defaults": play.get("account_id"),
        **{f"module_defaults of {name}": options.get("account_id") for name, options in by_module.items()},
    }
    said, wrong = _account_ids(places)
    account_id, named_in = next(iter(said.items()), (None, []))
    acts_as = _identity(own) or _identity(play)
    return Account(given, cut, account_id, named_in, _without_id(by_module), acts_as, faults + wrong)


def _identity(options: Data) -> dict[str, str]:
    named = {ALIASES.get(name, name): str(value) for name, value in options.items() if not _is_empty(value)}
    return {name: named[name] for name in IDENTITY if name in named}


def _faults(own: Data, play: Data, by_module: t.Mapping[str, Data], variable: str) -> list[str]:
    faults = [f"{variable}.{name} is unknown{_values.meant(name, KNOWN)}" for name in own if name not in KNOWN]
    faults += [
        f"module_defaults of {GROUP} give {name}: only options of the connection go there"
        for name in play
        if name not in KNOWN
    ]
    places = {
        variable: own,
        "module_defaults": play,
        **{f"module_defaults of {name}": options for name, options in by_module.items()},
    }
    faults += [
        f"{place} has {name}, which would take the place of every region that is meant: write region"
        for place, options in places.items()
        for name in options
        if ALIASES.get(name) == "region"
    ]
    for name, defaults in by_module.items():
        mixed = sorted(option for option in defaults if ALIASES.get(option, option) in CREDENTIALS)
        if mixed:
            faults.append(
                f"module_defaults of {name} give {', '.join(mixed)}, so that it would work with other credentials than "
                f"the rest: give credentials in {GROUP} or in {variable}"
            )
    return faults


def _account_ids(places: t.Mapping[str, t.Any]) -> tuple[dict[str, list[str]], list[str]]:
    """The different ids that are named, each with the places, and a fault if they are more than one."""
    said: dict[str, list[str]] = {}
    faults = []
    for place, value in places.items():
        if _is_empty(value):
            continue
        try:
            said.setdefault(str(_values.text(value)), []).append(place)
        except _values.Wrong as wrong:
            faults.append(f"the account id in {place} {wrong}")
    if len(said) > 1:
        told = "; ".join(f"{account_id} ({', '.join(where)})" for account_id, where in said.items())
        faults.append(f"different accounts are named: {told}. Name one")
    return said, faults


def _is_empty(value: t.Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def call(settings: Data, arguments: Data) -> Data:
    """A module's arguments, with the account that must be at work."""
    account = settings["account_id"]
    return {**({"account_id": account} if account else {}), **arguments}
