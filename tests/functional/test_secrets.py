# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a secret could slip out: the libraries' own words, the string that was signed, objects that show themselves."""

from __future__ import annotations

import html
import json
import logging
import re
import typing as t

import pytest
from functional.credential_modes import MODES, Place
from functional.other_servers import Asked, Other, serving
from functional.support import HOME, Lab

from ansible_collections.imageops.alicloud.plugins.module_utils._client.connection import Connection

UTILS = "ansible_collections.imageops.alicloud.plugins.module_utils"
SECRET = "the-secret-of-the-test"


def test_what_the_credentials_library_says_is_kept(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **options: object) -> None:
        raise ValueError(f"could not sign https://sts.example.org/?Signature={SECRET}")

    monkeypatch.setattr("alibabacloud_credentials.provider.URLCredentialsProvider.get_credentials", broken)
    monkeypatch.setenv("ALIBABA_CLOUD_CREDENTIALS_URI", "http://127.0.0.1:9/keys")
    none = {"access_key_id": None, "access_key_secret": None}
    outcome = lab("ecs_image_info", region=HOME, **none)
    assert outcome.code == 1 and "no usable credentials" in outcome.msg
    assert SECRET not in outcome.text and "Signature" not in outcome.text


@pytest.mark.parametrize("option", ["endpoint", "sts_endpoint"])
@pytest.mark.parametrize("place", ["https://me:{}@ecs.example.org", "me:{}@ecs.example.org", " HTTPS://{}@a@b/"])
def test_a_password_in_an_endpoint_is_not_told(lab: Lab, option: str, place: str) -> None:
    outcome = lab.fails("ecs_image_info", "must be a host", region=HOME, **{option: place.format("short")})
    assert "short" not in outcome.text and "********@" in outcome.result["invocation"]["module_args"][option]


@pytest.mark.parametrize("name", ["darabonba-core", "alibabacloud-tea", "credentials"])
def test_what_the_libraries_log_goes_nowhere(lab: Lab, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("ALIBABA_CLOUD_CREDENTIALS_URI", "http://127.0.0.1:9/keys")
    lab("ecs_image_info", region=HOME, access_key_id=None, access_key_secret=None)
    logger = logging.getLogger(name)
    # pytest attaches handlers of its own to whatever does not pass its records on.
    handlers = [type(one) for one in logger.handlers if not type(one).__module__.startswith("_pytest")]
    assert handlers == [logging.NullHandler] and not logger.propagate


@pytest.mark.parametrize("option", ["access_key_secret", "security_token"])
def test_secret_options_are_masked_in_what_the_module_was_told(lab: Lab, option: str) -> None:
    given = {"access_key_id": "nobody-s-key", "access_key_secret": "of-no-use", "security_token": "of-no-use-either"}
    outcome = lab("ecs_image_info", region=HOME, **{**given, option: SECRET})
    assert outcome.code == 1
    assert outcome.result["invocation"]["module_args"][option] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
    assert SECRET not in outcome.text


def test_a_refused_signature_does_not_show_what_was_signed(lab: Lab) -> None:
    signed = f"POST\n/\n\nx-acs-security-token:{SECRET}"
    lab.fault(
        "error",
        "DescribeImages",
        code="SignatureDoesNotMatch",
        status=400,
        message=f"Specified signature is not matched with our calculation. server string to sign is:{signed}",
        times=None,
    )
    outcome = lab("ecs_image_info", region=HOME)
    assert outcome.code == 1 and "SignatureDoesNotMatch" in outcome.msg
    assert SECRET not in outcome.text


def test_the_address_of_a_broken_call_is_cut_short(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **options: object) -> None:
        address = f"/?AccessKeyId=somebody&Signature={SECRET}"
        raise ConnectionError(
            f"HTTPSConnectionPool(host='ecs'): Max retries exceeded with url: {address} (Caused by x)"
        )

    monkeypatch.setattr(f"{UTILS}._client.wire.Wire.post", broken)
    outcome = lab("ecs_image_info", region=HOME)
    assert outcome.code == 1 and "Max retries exceeded" in outcome.msg
    assert SECRET not in outcome.text and "AccessKeyId=" not in outcome.text


def test_connection_options_do_not_show_themselves() -> None:
    shown = repr(Connection(access_key_id="key", access_key_secret=SECRET, security_token=SECRET))
    assert "key" in shown and SECRET not in shown


# A gateway whose page for its own operators shows what it was asked, in the ways in which such pages do.
PAGES: dict[str, t.Callable[[str], bytes]] = {
    "message": lambda text: json.dumps({"Code": "Forbidden.Gateway", "Message": text}).encode(),
    "slashes": lambda text: json.dumps({"Code": "Forbidden.Gateway", "Message": text}).replace("/", r"\/").encode(),
    "page": lambda text: f"<h1>Blocked</h1><pre>{html.escape(text)}</pre>".encode(),
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("service", ["endpoint", "sts_endpoint"])
@pytest.mark.parametrize(
    "way", ["environment: ALIBABA_CLOUD session", "profile: StsToken", "environment: OIDC token file"]
)
def test_a_gateway_that_repeats_what_it_was_asked_shows_no_secret(
    place: Place, way: str, service: str, page: str
) -> None:
    """Neither whole nor cut short: what a page says is told up to a length, which may lie within a secret."""

    def repeat(asked: Asked) -> tuple[int, dict[str, str], bytes]:
        return 403, {}, PAGES[page](" ".join(secrets_of(asked)))

    options = MODES[way](place) or {}
    with serving(Other(repeat)) as gateway:
        outcome = place.run(**{**options, service: f"http://{gateway.place}"})
    assert outcome.code == 1 and gateway.asked, outcome.result
    shown = [word for asked in gateway.asked for word in secrets_of(asked) if word[:12] in outcome.text]
    assert shown == [], outcome.msg


def secrets_of(asked: Asked) -> list[str]:
    """The token, the signature and what a pipeline is known by, of one request."""
    found = re.findall(r"(?i)x-acs-security-token: (\S+)|Signature=(\w+)|OIDCToken=([^&\s]+)", asked.text)
    return [word for words in found for word in words if word]
