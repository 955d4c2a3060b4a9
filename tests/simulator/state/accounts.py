# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts, their users, roles, access keys and encryption keys."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from .policies import ALLOWED, DENIED, SILENT, Policy, Right, decide


@dataclass
class Account:
    """One account and what it has agreed to; a fresh one may do everything but publish."""

    account_id: str
    name: str = ""
    site: str = "international"
    kms_enabled: bool = True
    disk_encryption_role: bool = True
    share_encrypted_role: bool = True
    community_terms: bool = False
    community_queries: bool = True
    arrears: bool = False
    data_disk_as_system: bool = False
    snapshot_service: bool = True
    byok: bool = True
    """Whether the account may use customer keys."""
    launch_permissions: list[str] = field(default_factory=list)
    """Values of LaunchPermission that are open to this account."""
    default_encryption: set[str] = field(default_factory=set)
    """Regions in which this account has encryption by default switched on."""


def identity_number(kind: str, account_id: str, name: str) -> str:
    """An id for a user or role: the same in every run, and drawn from no random source that ids of objects use."""
    digest = hashlib.sha256(f"{kind}:{account_id}:{name}".encode()).hexdigest()
    return "3" + f"{int(digest[:16], 16):020d}"[:17]


@dataclass
class User:
    """A RAM user; without policies it may do nothing."""

    name: str
    account_id: str
    policies: list[Policy] = field(default_factory=list)

    @property
    def user_id(self) -> str:
        return identity_number("user", self.account_id, self.name)

    @property
    def arn(self) -> str:
        return f"acs:ram::{self.account_id}:user/{self.name}"


@dataclass
class Role:
    """A RAM role; `trust` names accounts (by id or root ARN), users or roles."""

    name: str
    account_id: str
    trust: list[str] = field(default_factory=list)
    external_id: str | None = None
    max_session_seconds: int = 3600
    policies: list[Policy] = field(default_factory=list)

    @property
    def role_id(self) -> str:
        return identity_number("role", self.account_id, self.name)

    @property
    def arn(self) -> str:
        return f"acs:ram::{self.account_id}:role/{self.name}"

    def trusts(self, caller: Caller) -> bool:
        """Whether the caller, or the account it belongs to, is among the trusted."""
        account = caller.account_id
        return bool({account, f"acs:ram::{account}:root", caller.arn, caller.role_arn} & set(self.trust))


@dataclass
class AccessKey:
    """A key pair; with a token it is a temporary one, good until `expires` by the machine's clock."""

    key_id: str
    secret: str
    account_id: str
    enabled: bool = True
    token: str | None = None
    expires: float | None = None
    user: User | None = None
    role: Role | None = None
    session: str = ""
    session_policy: Policy | None = None
    """What AssumeRole was given to narrow the role's rights down."""


@dataclass(frozen=True)
class Caller:
    """Who signed a call."""

    account_id: str
    access_key_id: str
    identity_type: str = "Account"
    principal_id: str = ""
    arn: str = ""
    role_arn: str = ""
    name: str = ""
    policies: tuple[Policy, ...] | None = None
    """None: the account itself, which may do everything."""
    session_policy: Policy | None = None

    def decide(self, right: Right) -> str:
        """Allow, Deny, or nothing; a session's own policy takes away and never adds."""
        if self.policies is None:
            return ALLOWED
        decisions = [decide(self.policies, right)]
        if self.session_policy is not None:
            decisions.append(decide([self.session_policy], right))
        return DENIED if DENIED in decisions else SILENT if SILENT in decisions else ALLOWED


def caller_of(key: AccessKey) -> Caller:
    """The identity behind a key."""
    account = key.account_id
    if key.role is not None:
        role = key.role
        return Caller(
            account,
            key.key_id,
            "AssumedRoleUser",
            f"{role.role_id}:{key.session}",
            f"acs:ram::{account}:assumed-role/{role.name}/{key.session}",
            role.arn,
            f"{role.name}:{key.session}",
            tuple(role.policies),
            key.session_policy,
        )
    if key.user is not None:
        user = key.user
        return Caller(
            account, key.key_id, "RAMUser", user.user_id, user.arn, name=user.name, policies=tuple(user.policies)
        )
    return Caller(account, key.key_id, "Account", account, f"acs:ram::{account}:root")


@dataclass
class KmsKey:
    """An encryption key of one account in one region."""

    key_id: str
    account_id: str
    region: str
    kind: str = "customer"
    state: str = "Enabled"
    symmetric: bool = True
    refuses: str = ""
    """`tags`: ECS may not put its tag on the key; `data_keys`: no data key can be had from it."""
