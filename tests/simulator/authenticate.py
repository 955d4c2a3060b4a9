# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is calling: checks key, token, timestamp, signature and nonce, in this order."""

from __future__ import annotations

import hmac
import re
import time
from dataclasses import dataclass, replace

from .actions import known_as
from .errors import ApiError, api_error
from .state.accounts import AccessKey, Caller, caller_of
from .state.clock import parse_stamp
from .state.world import World
from .wire import signature_v1, signature_v3
from .wire.request import WireRequest

WINDOW = 15 * 60
# What tokens are written with. Their inner form is the provider's secret, so any text of these could be one.
TOKEN = re.compile(r"[A-Za-z0-9+/=_.-]+")
MILLISECONDS = re.compile(r"\.[0-9]{3}Z$")
# Whoever has a token of an issuer needs no key.
UNSIGNED = frozenset(("AssumeRoleWithOIDC",))
VERSIONS = {
    "2014-05-26": "Ecs",
    "2014-08-28": "Ess",
    "2015-04-01": "Sts",
    "2015-06-12": "Location",
    "2020-01-10": "ResourceSharing",
}


@dataclass(frozen=True)
class Claim:
    """What a request says about itself, whichever signature it uses."""

    action: str
    version: str
    form: str
    access_key_id: str
    token: str | None
    timestamp: str
    nonce: str
    signature: str
    string_to_sign: str
    is_v3: bool
    signed: bool = True


def read_claim(request: WireRequest, unsigned_code: str = "MissingParameter") -> Claim:
    """Find the signature in the request; raises if there is none or it is not to standard."""
    if request.method not in ("GET", "POST"):
        raise _error("UnsupportedHTTPMethod")
    action = request.headers.get("x-acs-action") or request.first("Action")
    if action in UNSIGNED and "authorization" not in request.headers and not request.first("Signature"):
        return _claim_unsigned(request, action)
    if "authorization" in request.headers:
        return _claim_v3(request)
    if "x-acs-action" in request.headers and not request.first("Action"):
        raise _error(unsigned_code, *(("Authorization",) if unsigned_code == "MissingParameter" else ()))
    return _claim_v1(request)


def claim_of(request: WireRequest, world: World) -> Claim:
    """The claim of a request, with the name of its action as it is here, however that is written."""
    claim = read_claim(request, world.settings.unsigned_code)
    return claim if world.settings.action_case == "exact" else replace(claim, action=known_as(claim.action))


def _error(code: str, *values: object) -> ApiError:
    return api_error("", code, *values)


def _claim_unsigned(request: WireRequest, action: str) -> Claim:
    is_v3 = "x-acs-action" in request.headers
    version = request.headers.get("x-acs-version") if is_v3 else request.first("Version")
    if not version:
        raise _error("MissingParameter", "Version")
    form = "JSON" if is_v3 else (request.first("Format") or "XML").upper()
    return Claim(action, version, form, "", None, "", "", "", "", is_v3, signed=False)


def _claim_v1(request: WireRequest) -> Claim:
    given = dict(request.pairs)
    for name in ("Action", "Version", *signature_v1.REQUIRED):
        if not given.get(name):
            raise _error("MissingParameter", name)
    if given["SignatureMethod"] != "HMAC-SHA1":
        raise _error("InvalidSignatureMethod")
    if given["SignatureVersion"] != "1.0":
        raise _error("InvalidParameter", "SignatureVersion")
    form = given.get("Format", "XML").upper()
    if form not in ("JSON", "XML"):
        raise _error("InvalidParameter.Format")
    return Claim(
        action=given["Action"],
        version=given["Version"],
        form=form,
        access_key_id=given["AccessKeyId"],
        token=given.get("SecurityToken"),
        timestamp=given["Timestamp"],
        nonce=given["SignatureNonce"],
        signature=given["Signature"],
        string_to_sign=signature_v1.string_to_sign(request.method, request.pairs),
        is_v3=False,
    )


def _claim_v3(request: WireRequest) -> Claim:
    authorization = signature_v3.parse_authorization(request.headers["authorization"])
    if authorization is None:
        raise _error("IncompleteSignature")
    for name in ("x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"):
        if not request.headers.get(name):
            raise _error("MissingParameter", name)
    if not signature_v3.names_what_it_must(request, authorization.signed_headers):
        raise _error("IncompleteSignature")
    text = signature_v3.string_to_sign(request, authorization.signed_headers)
    # A hash that is not the body's makes the signature wrong, but only after key and time have been looked at.
    intact = request.headers["x-acs-content-sha256"] == signature_v3.body_hash(request.body)
    return Claim(
        action=request.headers["x-acs-action"],
        version=request.headers["x-acs-version"],
        form="JSON",
        access_key_id=authorization.access_key_id,
        token=request.headers.get("x-acs-security-token"),
        timestamp=request.headers["x-acs-date"],
        nonce=request.headers["x-acs-signature-nonce"],
        signature=authorization.signature if intact else "",
        string_to_sign=text,
        is_v3=True,
    )


def authenticate(world: World, claim: Claim) -> Caller:
    """Check a claim; the nonce is used up only by a call that is genuine."""
    if not claim.signed:
        return Caller("", "", "Anonymous")
    now = time.time() + world.settings.clock_ahead
    key = _check_key(world, claim)
    _check_token(key, claim, now)
    _check_timestamp(claim, now, world.settings.timestamp_milliseconds == "accepted")
    _check_signature(key, claim)
    _check_nonce(world, claim, now)
    return caller_of(key)


def _check_key(world: World, claim: Claim) -> AccessKey:
    key = world.access_keys.get(claim.access_key_id)
    if key is None:
        raise _error("InvalidAccessKeyId.NotFound")
    if not key.enabled:
        raise _error("InvalidAccessKeyId.Inactive")
    return key


def _check_token(key: AccessKey, claim: Claim, now: float) -> None:
    if key.token is not None and not claim.token:
        # ECS words this in its own way, the token service in the way of all the others.
        if VERSIONS.get(claim.version) == "Sts":
            raise _error("MissingSecurityToken")
        raise _error("MissingParameter", "SecurityToken")
    if claim.token and not TOKEN.fullmatch(claim.token):
        raise _error("InvalidSecurityToken.Malformed")
    if claim.token and claim.token != key.token:
        raise _error("InvalidSecurityToken.MismatchWithAccessKey")
    if key.expires is not None and key.expires <= now:
        raise _error("InvalidSecurityToken.Expired")


def _check_timestamp(claim: Claim, now: float, milliseconds: bool) -> None:
    text = MILLISECONDS.sub("Z", claim.timestamp) if milliseconds and not claim.is_v3 else claim.timestamp
    try:
        when = parse_stamp(text)
    except ValueError:
        raise _error("InvalidTimeStamp.Format") from None
    if abs(now - when) > WINDOW:
        raise _error("InvalidTimeStamp.Expired")


def _check_signature(key: AccessKey, claim: Claim) -> None:
    signer = signature_v3.sign if claim.is_v3 else signature_v1.sign
    if not hmac.compare_digest(signer(key.secret, claim.string_to_sign).encode(), claim.signature.encode()):
        raise _error("SignatureDoesNotMatch", claim.string_to_sign)


def _check_nonce(world: World, claim: Claim, now: float) -> None:
    used = world.nonces
    # A nonce older than both ends of the window cannot come with a valid timestamp any more. The oldest is the first.
    while used and now - used[next(iter(used))] > 2 * WINDOW:
        used.popitem(last=False)
    if (claim.access_key_id, claim.nonce) in used:
        raise _error("SignatureNonceUsed")
    used[claim.access_key_id, claim.nonce] = now
