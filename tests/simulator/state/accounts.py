# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts, their access keys and encryption keys."""

from __future__ import annotations

from dataclasses import dataclass, field


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
    arrears: bool = False
    data_disk_as_system: bool = False
    default_encryption: set[str] = field(default_factory=set)
    """Regions in which this account has encryption by default switched on."""


@dataclass
class AccessKey:
    """A key pair; with a token it is a temporary one, good until `expires` by the machine's clock."""

    key_id: str
    secret: str
    account_id: str
    enabled: bool = True
    token: str | None = None
    expires: float | None = None


@dataclass(frozen=True)
class Caller:
    """Who signed a call."""

    account_id: str
    access_key_id: str
    identity_type: str = "Account"
    principal_id: str = ""
    arn: str = ""


@dataclass
class KmsKey:
    """An encryption key of one account in one region."""

    key_id: str
    account_id: str
    region: str
    kind: str = "customer"
    state: str = "Enabled"
