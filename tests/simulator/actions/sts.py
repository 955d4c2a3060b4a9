# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""STS: who am I, and taking on a role."""

from __future__ import annotations

import json
import re

from ..state.accounts import Role
from ..state.clock import stamp
from ..state.policies import ALLOWED, Policy, PolicyError, Right, read_policy
from ..state.sources import new_session
from .call import Answer, Call

SHORTEST = 900
_ROLE_ARN = re.compile(r"acs:ram::[0-9]+:role/[A-Za-z0-9.-]{1,64}")
_SESSION = re.compile(r"[A-Za-z0-9.@_-]{2,64}")
_EXTERNAL_ID = re.compile(r"[\w+=,.@:/-]{2,1224}")


def get_caller_identity(call: Call) -> Answer:
    caller = call.caller
    answer: Answer = {
        "AccountId": caller.account_id,
        "Arn": caller.arn,
        "IdentityType": caller.identity_type,
        "PrincipalId": caller.principal_id,
    }
    if caller.role_arn:
        return {**answer, "RoleId": caller.principal_id.partition(":")[0]}
    return {**answer, "UserId": caller.principal_id}


def assume_role(call: Call) -> Answer:
    """Temporary keys of a role for a caller whom both sides allow it."""
    policy = _session_policy(call)
    role = _role(call)
    seconds = _seconds(call, role)
    source = call.text("SourceIdentity")
    return {**_begun(call, role, seconds, policy), **({"SourceIdentity": source} if source else {})}


def assume_role_with_oidc(call: Call) -> Answer:
    """Temporary keys for whoever holds a token of an issuer that the role trusts; the call itself is not signed."""
    policy = _session_policy(call)
    arn, session = call.text("RoleArn"), call.text("RoleSessionName")
    if not _SESSION.fullmatch(session):
        raise call.error("InvalidParameter.RoleSessionName")
    provider = call.world.oidc_providers.get(call.text("OIDCProviderArn"))
    if provider is None:
        raise call.error("AuthenticationFail.NoPermission#provider")
    fault = provider.fault(call.text("OIDCToken"))
    if fault:
        raise call.error(f"AuthenticationFail.OIDCToken.{fault}")
    role = call.world.roles.get(arn)
    if role is None:
        raise call.error("EntityNotExist.Role")
    if provider.arn not in role.trust:
        raise call.error("AuthenticationFail.NoPermission")
    answer = _begun(call, role, _seconds(call, role), policy)
    return {**answer, "OIDCTokenInfo": {"Issuer": provider.issuer, "ClientIds": ",".join(provider.audiences)}}


def _begun(call: Call, role: Role, seconds: float, policy: Policy | None) -> Answer:
    session = call.text("RoleSessionName")
    ahead = call.world.settings.clock_ahead
    key = new_session(call.world.secrets, role, session, seconds + ahead, policy)
    call.world.access_keys[key.key_id] = key
    return {
        "AssumedRoleUser": {
            "Arn": f"acs:sts::{role.account_id}:assumed-role/{role.name}/{session}",
            "AssumedRoleId": f"{role.role_id}:{session}",
        },
        "Credentials": {
            "AccessKeyId": key.key_id,
            "AccessKeySecret": key.secret,
            "SecurityToken": key.token,
            "Expiration": stamp(key.expires or 0),
        },
    }


def _session_policy(call: Call) -> Policy | None:
    if not call.given("Policy"):
        return None
    text = call.text("Policy")
    if not 1 <= len(text) <= 2048:
        raise call.error("InvalidParameter.PolicySize")
    try:
        return read_policy(json.loads(text))
    except PolicyError as problem:
        # Its message tells the user of a simulator more than the API's words would.
        error = call.error("InvalidParameter.PolicyGrammar")
        error.message += f" ({problem})"
        raise error from None
    except ValueError:
        raise call.error("InvalidParameter.PolicyGrammar") from None


def _role(call: Call) -> Role:
    """The role, if the caller may take it on: both sides must agree, and an account itself never may."""
    if not _ROLE_ARN.fullmatch(call.text("RoleArn")):
        raise call.error("InvalidParameter.RoleArn")
    if not _SESSION.fullmatch(call.text("RoleSessionName")):
        raise call.error("InvalidParameter.RoleSessionName")
    external = call.text("ExternalId")
    if call.given("ExternalId") and not _EXTERNAL_ID.fullmatch(external):
        raise call.error("InvalidParameter.ExternalId")
    role = call.world.roles.get(call.text("RoleArn"))
    if role is None:
        raise call.error("EntityNotExist.Role")
    permitted = (
        call.caller.policies is not None
        and call.caller.decide(Right("sts:AssumeRole", role.arn)) == ALLOWED
        and role.trusts(call.caller)
        and role.external_id in (None, external)
    )
    if not permitted:
        raise call.error("NoPermission")
    return role


def _seconds(call: Call, role: Role) -> float:
    asked = call.number("DurationSeconds")
    if asked is not None and not SHORTEST <= asked <= role.max_session_seconds:
        raise call.error("InvalidParameter.DurationSeconds")
    fixed = call.world.settings.session_seconds
    # An hour is the default, and no role allows less.
    return fixed if fixed is not None else 3600 if asked is None else asked
