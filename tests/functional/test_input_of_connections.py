# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials and endpoints that are no good, and no secret in what is said about them."""

from __future__ import annotations

import typing as t

import pytest
from functional.refusals import CANCEL, copy, refused
from functional.support import HOME, MAIN, Lab


def bare(lab: Lab) -> dict[str, t.Any]:
    return {"region": HOME, "image_id": "m-1", "endpoint": lab.sim.endpoint, "sts_endpoint": lab.sim.endpoint}


def test_no_credentials_at_all(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true")
    outcome = lab(CANCEL, who=None, **bare(lab))
    refused(lab, outcome, "no usable credentials", "ALIBABA_CLOUD_ACCESS_KEY_ID", "profile")
    assert lab.calls() == []


def test_credentials_from_the_environment(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in lab.sim.env.items():
        monkeypatch.setenv(name, value)
    source = lab.source()
    outcome = lab.ok("ecs_image_info", who=None, image_ids=[source])
    assert outcome.result["account_id"] == MAIN
    assert outcome.result["images"][0]["region"] == HOME


@pytest.mark.parametrize(
    ("aliases", "region"),
    [
        (("alicloud_access_key", "alicloud_secret_key"), "alicloud_region"),
        (("access_key", "secret_key"), "region_id"),
        (("access_key", "secret_access_key"), "region"),
    ],
)
def test_the_names_of_other_collections_are_taken(lab: Lab, aliases: tuple[str, str], region: str) -> None:
    keys = dict(zip(aliases, ("simulator-main-key", "simulator-main-secret"), strict=True))
    place = {"endpoint": lab.sim.endpoint, "sts_endpoint": lab.sim.endpoint, region: HOME}
    assert lab.ok("ecs_image_info", who=None, **keys, **place).result["account_id"] == MAIN


def test_a_wrong_secret(lab: Lab) -> None:
    outcome = lab("ecs_image_info", region=HOME, access_key_secret="wrong-secret-value")
    refused(lab, outcome, "SignatureDoesNotMatch", "Check the AccessKey secret")
    assert "wrong-secret-value" not in outcome.text
    # The API answers with the string it signed, which holds the key's id and the token.
    assert "string to sign" not in outcome.text and "SignatureNonce" not in outcome.text
    assert "x-acs" not in outcome.text


def test_an_unknown_key(lab: Lab) -> None:
    outcome = lab("ecs_image_info", region=HOME, access_key_id="nobody-s-key")
    refused(lab, outcome, "InvalidAccessKeyId.NotFound")


def test_half_a_key_pair(lab: Lab) -> None:
    outcome = lab(CANCEL, who=None, access_key_id="simulator-main-key", **bare(lab))
    refused(lab, outcome, "must be given together")


def test_an_expired_token(lab: Lab) -> None:
    key = {"id": "temporary-key", "secret": "temporary-secret", "token": "temporary-secret-token", "expires": 1.0}
    lab.plant("accounts", id=MAIN, access_keys=[key])
    given = {"access_key_id": "temporary-key", "access_key_secret": "temporary-secret"}
    outcome = lab("ecs_image_info", region=HOME, security_token="temporary-secret-token", **given)
    refused(lab, outcome, "InvalidSecurityToken.Expired", "Get new temporary credentials")


def test_a_token_that_is_good(lab: Lab) -> None:
    key = {"id": "temporary-key", "secret": "temporary-secret", "token": "temporary-secret-token"}
    lab.plant("accounts", id=MAIN, access_keys=[key])
    given = {"access_key_id": "temporary-key", "access_key_secret": "temporary-secret"}
    lab.ok("ecs_image_info", region=HOME, security_token="temporary-secret-token", **given)


def test_plain_http_to_another_machine(lab: Lab) -> None:
    for option in ("endpoint", "sts_endpoint"):
        outcome = lab("ecs_image_info", **{"region": HOME, option: "http://ecs.example.org"})
        refused(lab, outcome, f"{option} is plain http", "allow_plain_http")
    assert lab.calls() == []


def test_nobody_at_the_end_point(lab: Lab) -> None:
    outcome = lab("ecs_image_info", region=HOME, sts_endpoint="http://127.0.0.1:9")
    refused(lab, outcome, "NoAnswer", "endpoint")


def test_proxies_are_not_used_for_this_machine(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    lab.ok("ecs_image_info", region=HOME)


@pytest.mark.parametrize("action", ["GetCallerIdentity", "DescribeImages", "CopyImage"])
@pytest.mark.parametrize("trouble", ["reset_before", "truncate", "internal", "error"])
def test_no_secret_in_what_is_said_about_a_broken_call(lab: Lab, action: str, trouble: str) -> None:
    """The fixture looks at all that was written; this makes the SDK fail in the ways that make it talk."""
    lab.fault(trouble, action, times=None, **({"code": "Forbidden.RAM", "status": 403} if trouble == "error" else {}))
    outcome = copy(lab, lab.source(), wait_timeout=300, unreachable_timeout=60)
    # A copy whose answer was cut short is found by a look.
    assert outcome.code == (0 if (trouble, action) == ("truncate", "CopyImage") else 1)
    for word in ("Signature=", "SignatureNonce", "AccessKeyId=", "Authorization", "ACS3-HMAC"):
        assert word not in outcome.text
