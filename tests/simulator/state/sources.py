# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who gets temporary keys without a signature: tokens of pipelines, the instance itself, a signed-in person."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import random
import string
import time
from dataclasses import dataclass, field
from typing import Any

from .accounts import AccessKey, Role
from .policies import Policy

ECS_SERVICE = "ecs.aliyuncs.com"


def new_session(
    draw: random.Random, role: Role, session: str, seconds: float, policy: Policy | None = None
) -> AccessKey:
    """Temporary keys of a role. They expire by the machine's clock, by which clients judge them."""
    return AccessKey(
        key_id=f"STS.{_text(draw, 24)}",
        secret=_text(draw, 44),
        account_id=role.account_id,
        token=_text(draw, 160),
        expires=time.time() + seconds,
        role=role,
        session=session,
        session_policy=policy,
    )


def _text(draw: random.Random, length: int) -> str:
    return "".join(draw.choices(string.ascii_letters + string.digits, k=length))


@dataclass
class OidcProvider:
    """An issuer of tokens that an account knows. Its `key` stands in for the key pair that a real one signs with."""

    name: str
    account_id: str
    issuer: str
    key: str
    audiences: list[str] = field(default_factory=list)

    @property
    def arn(self) -> str:
        return f"acs:ram::{self.account_id}:oidc-provider/{self.name}"

    def token(self, subject: str = "pipeline", audience: str = "", seconds: float = 600) -> str:
        """What the issuer hands to a pipeline."""
        claims = {
            "iss": self.issuer,
            "sub": subject,
            "aud": audience or self.audiences[0],
            "exp": int(time.time() + seconds),
        }
        text = f"{_encode({'alg': 'HS256', 'typ': 'JWT'})}.{_encode(claims)}"
        return f"{text}.{self._signature(text)}"

    def fault(self, token: str) -> str:
        """The end of the error code for a token that is not to be believed; empty for a good one."""
        text, dummy, signature = token.rpartition(".")
        if text.count(".") != 1:
            return "Invalid"
        try:
            claims = json.loads(base64.urlsafe_b64decode(text.split(".")[1] + "=="))
        except (ValueError, binascii.Error):
            return "Invalid"
        if not hmac.compare_digest(signature, self._signature(text)):
            return "InvalidSignature"
        if claims.get("iss") != self.issuer:
            return "Invalid"
        if claims.get("exp", 0) <= time.time():
            return "Expired"
        return "" if claims.get("aud") in self.audiences else "AudienceNotMatch"

    def _signature(self, text: str) -> str:
        digest = hmac.new(self.key.encode(), text.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _encode(part: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


@dataclass
class SignIn:
    """A person who has signed in: the token that this left on the machine, and the role it stands for."""

    token: str
    account_id: str
    access_config: str
    role: Role
