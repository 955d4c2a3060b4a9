# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Both signatures, every way to get one wrong, and the order in which it is noticed."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode

import pytest
from simulator import Simulator
from simulator.state.accounts import AccessKey
from simulator.wire import signature_v1
from simulator_tests.helpers import HOME, MAIN, STS, Raw, now

REGION = {"RegionId": HOME}


def test_published_v1_vector() -> None:
    query = (
        "TimeStamp=x&Timestamp=2016-02-23T12%3A46%3A24Z&Format=XML&AccessKeyId=testid&Action=DescribeRegions"
        "&SignatureMethod=HMAC-SHA1&SignatureNonce=3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf&Version=2014-05-26"
        "&SignatureVersion=1.0"
    )
    pairs = [pair for pair in parse_qsl(query) if pair[0] != "TimeStamp"]
    text = signature_v1.string_to_sign("GET", pairs)
    assert signature_v1.sign("testsecret", text) == "OLeaidS1JvxuMvnyHOwuJ+uX5qY="


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_v1_in_query_and_form(raw: Raw, method: str) -> None:
    status, answer = raw.v1("DescribeImages", {**REGION, "ImageName": "a b*~中+&="}, method=method)
    assert status == 200
    assert answer["Images"] == {"Image": []}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_v3_in_query_and_form(raw: Raw, method: str) -> None:
    assert raw.v3("DescribeImages", {**REGION, "ImageName": "a b*~中+&="}, method=method)[0] == 200
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert raw.v3("DescribeImages", body=b"RegionId=cn-hangzhou", headers=form)[0] == 200


@pytest.mark.parametrize("name", ["Signature", "SignatureNonce", "Timestamp", "RegionId", "Action", "Format"])
def test_v1_any_changed_parameter_is_noticed(raw: Raw, name: str) -> None:
    def bend(params: dict[str, str]) -> None:
        other = {"Timestamp": now(5), "Action": "DescribeInstances", "Format": "json"}
        params[name] = other.get(name, params[name][:-1] + ("a" if params[name][-1] != "a" else "b"))

    status, answer = raw.v1("DescribeImages", REGION, bend=bend)
    assert (status, answer["Code"]) == (400, "SignatureDoesNotMatch")


def flipped(text: str, at: int) -> str:
    """The same text with one character made another, of a kind that a URL and a header may hold."""
    return text[:at] + ("a" if text[at] != "a" else "b") + text[at + 1 :]


def is_the_same(one: str, other: str) -> bool:
    """Whether two targets say the same; %2a is %2A."""
    return parse_qsl(one.partition("?")[2], True) == parse_qsl(other.partition("?")[2], True)


@pytest.mark.slow
def test_v1_a_wrong_byte_anywhere_is_refused(raw: Raw) -> None:
    params = raw.v1_params("DescribeImages", {**REGION, "ImageName": "a b*~"})
    params["Signature"] = raw.v1_signature("GET", params)
    target = "/?" + urlencode(params)
    for at in range(len(target)):
        bent = flipped(target, at)
        if not is_the_same(bent, target) or bent[:2] != "/?":
            assert 400 <= raw.send("GET", bent)[0] < 500, bent
    assert raw.send("GET", target)[0] == 200, "not one of them has used up the nonce"


@pytest.mark.slow
def test_v3_a_wrong_byte_anywhere_is_refused(raw: Raw) -> None:
    sent: list[tuple[str, str, dict[str, str], bytes]] = []
    send = raw.send

    def keep(method: str, target: str, headers: dict[str, str] | None = None, body: bytes = b"") -> tuple[int, object]:
        sent.append((method, target, dict(headers or {}), body))
        return 0, None

    raw.send = keep  # type: ignore[method-assign]
    form = {"content-type": "application/x-www-form-urlencoded"}
    raw.v3("DescribeImages", {"ImageName": "a-b"}, body=b"RegionId=cn-hangzhou", headers=form)
    ((method, target, headers, body),) = sent
    bent = [(flipped(target, at), headers, body) for at in range(len(target))]
    bent += [(target, headers, flipped(body.decode(), at).encode()) for at in range(len(body))]
    bent += [
        (target, {**headers, name: flipped(text, at)}, body)
        for name, text in headers.items()
        for at in range(len(text))
    ]
    for wrong in bent:
        assert 400 <= send(method, *wrong)[0] < 500, wrong
    assert send(method, target, headers, body)[0] == 200, "not one of them has used up the nonce"


def test_v1_method_and_secret_are_signed(sim: Simulator, raw: Raw) -> None:
    params = raw.v1_params("DescribeRegions", {})
    params["Signature"] = raw.v1_signature("POST", params)
    assert raw.send("GET", "/?" + urlencode(params))[1]["Code"] == "SignatureDoesNotMatch"
    wrong = Raw(sim, secret="simulator-main-secreT")
    assert wrong.v1("DescribeRegions")[1]["Code"] == "SignatureDoesNotMatch"
    assert wrong.v3("DescribeRegions")[1]["Code"] == "SignatureDoesNotMatch"


@pytest.mark.parametrize("name", ["x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce", "host"])
def test_v3_any_changed_header_is_noticed(raw: Raw, name: str) -> None:
    def bend(headers: dict[str, str]) -> None:
        other = {"x-acs-date": now(5), "x-acs-action": "DescribeInstances", "x-acs-version": STS}
        headers[name] = other.get(name, headers[name] + "1")

    status, answer = raw.v3("DescribeImages", REGION, bend=bend)
    assert (status, answer["Code"]) == (400, "SignatureDoesNotMatch")


def test_v3_body_must_have_its_hash(raw: Raw) -> None:
    form = {"content-type": "application/x-www-form-urlencoded", "x-acs-content-sha256": "0" * 64}
    assert raw.v3("DescribeImages", body=b"RegionId=cn-hangzhou", headers=form)[1]["Code"] == "SignatureDoesNotMatch"


def test_v3_every_acs_header_must_be_signed(raw: Raw) -> None:
    extra = {"x-acs-extra": "1"}
    assert raw.v3("DescribeRegions", headers=extra)[0] == 200
    assert raw.v3("DescribeRegions", headers=extra, leave_unsigned=("x-acs-extra",))[1]["Code"] == "IncompleteSignature"
    assert raw.v3("DescribeRegions", leave_unsigned=("x-acs-date",))[1]["Code"] == "IncompleteSignature"
    assert raw.v3("DescribeRegions", leave_unsigned=("host",))[1]["Code"] == "IncompleteSignature"


def test_v3_malformed_authorization(raw: Raw) -> None:
    status, answer = raw.v3("DescribeRegions", bend=lambda headers: headers.update(Authorization="ACS3 nonsense"))
    assert (status, answer["Code"]) == (400, "IncompleteSignature")


@pytest.mark.parametrize("missing", ["AccessKeyId", "SignatureNonce", "Timestamp", "Signature", "SignatureMethod"])
def test_v1_without_a_part(raw: Raw, missing: str) -> None:
    status, answer = raw.v1("DescribeRegions", bend=lambda params: params.__delitem__(missing))
    assert (status, answer["Code"]) == (400, "MissingParameter")
    assert f'"{missing}"' in answer["Message"]


def test_nonce_is_good_once_and_used_up_only_by_a_genuine_call(raw: Raw) -> None:
    assert raw.v1("DescribeRegions", SignatureNonce="n1", bend=lambda p: p.update(Signature="x"))[0] == 400
    assert raw.v1("DescribeRegions", SignatureNonce="n1")[0] == 200
    status, answer = raw.v1("DescribeRegions", SignatureNonce="n1")
    assert (status, answer["Code"]) == (400, "SignatureNonceUsed")
    assert raw.v3("DescribeRegions", headers={"x-acs-signature-nonce": "n1"})[1]["Code"] == "SignatureNonceUsed"


class Watched(OrderedDict[tuple[str, str], float]):
    """Nonces that count how often one of them is looked at."""

    looks = 0

    def __iter__(self) -> Iterator[tuple[str, str]]:
        for nonce in super().__iter__():
            self.looks += 1
            yield nonce


def test_old_nonces_are_forgotten_one_by_one(sim: Simulator, raw: Raw) -> None:
    """Whatever their number, a call looks at the oldest only and at those that are due."""
    present, old = time.time(), time.time() - 1801
    with sim.lock:
        kept = {(raw.key, f"new-{number}"): present for number in range(20_000)}
        sim.world.nonces = nonces = Watched({(raw.key, "old-1"): old, (raw.key, "old-2"): old, **kept})
        nonces.looks = 0
    assert raw.v1("DescribeRegions", SignatureNonce="new-1")[1]["Code"] == "SignatureNonceUsed"
    assert raw.v1("DescribeRegions", SignatureNonce="old-1")[0] == 200
    assert sim.world.nonces is nonces
    assert 2 <= nonces.looks <= 4
    assert len(nonces) == 20_001


@pytest.mark.parametrize("offset", [-901, 901])
def test_clock_window(sim: Simulator, raw: Raw, offset: int) -> None:
    assert raw.v1("DescribeRegions", Timestamp=now(offset))[1]["Code"] == "InvalidTimeStamp.Expired"
    assert raw.v3("DescribeRegions", headers={"x-acs-date": now(offset)})[1]["Code"] == "InvalidTimeStamp.Expired"
    assert raw.v1("DescribeRegions", Timestamp=now(offset - 30 if offset > 0 else offset + 30))[0] == 200
    # The simulated clock has no say in it.
    sim.clock.advance(86400)
    assert raw.v1("DescribeRegions")[0] == 200


def test_malformed_timestamp(raw: Raw) -> None:
    assert raw.v1("DescribeRegions", Timestamp="2026-11-22 10:00")[1]["Code"] == "InvalidTimeStamp.Format"


def test_order_of_checks(sim: Simulator, raw: Raw) -> None:
    stranger = Raw(sim, key="nobody")
    assert stranger.v1("DescribeRegions", Timestamp=now(-9999))[1]["Code"] == "InvalidAccessKeyId.NotFound"
    assert stranger.v1("DescribeRegions")[0] == 404
    wrong = Raw(sim, secret="wrong")
    assert wrong.v1("DescribeRegions", Timestamp=now(-9999))[1]["Code"] == "InvalidTimeStamp.Expired"
    # A stranger does not learn which actions there are.
    assert stranger.v1("NoSuchAction")[1]["Code"] == "InvalidAccessKeyId.NotFound"


def test_disabled_and_temporary_keys(sim: Simulator) -> None:
    with sim.lock:
        keys = sim.world.access_keys
        keys["off"] = AccessKey("off", "s", MAIN, enabled=False)
        keys["STS.x"] = AccessKey("STS.x", "s", MAIN, token="right")
        keys["STS.old"] = AccessKey("STS.old", "s", MAIN, token="right", expires=1.0)
    assert Raw(sim, "off", "s").v1("DescribeRegions")[1]["Code"] == "InvalidAccessKeyId.Inactive"
    temporary = Raw(sim, "STS.x", "s")
    status, answer = temporary.v1("DescribeRegions")
    assert (status, answer["Code"]) == (400, "MissingParameter")
    assert "SecurityToken" in answer["Message"]
    mismatch = "InvalidSecurityToken.MismatchWithAccessKey"
    assert temporary.v1("DescribeRegions", SecurityToken="wrong")[1]["Code"] == mismatch
    for odd in ("two words", "right\n", "recht\u00e9", "{token}"):
        assert temporary.v1("DescribeRegions", SecurityToken=odd)[1]["Code"] == "InvalidSecurityToken.Malformed"
    assert temporary.v1("DescribeRegions", SecurityToken="right")[0] == 200
    token = {"x-acs-security-token": "right", "x-acs-accesskey-id": "STS.x"}
    assert temporary.v3("DescribeRegions", headers=token)[0] == 200
    old = Raw(sim, "STS.old", "s").v1("DescribeRegions", SecurityToken="right")
    assert old[1]["Code"] == "InvalidSecurityToken.Expired"


def test_error_envelope(raw: Raw) -> None:
    status, answer = raw.v1("NoSuchAction")
    assert status == 404
    assert set(answer) == {"RequestId", "HostId", "Code", "Message", "Recommend"}
    assert answer["Code"] == "InvalidApi.NotFound"
    assert answer["RequestId"] == answer["RequestId"].upper()
    assert answer["RequestId"] in answer["Recommend"]


def test_xml_is_the_older_default(raw: Raw) -> None:
    status, text = raw.v1("DescribeRegions", Format="XML")
    assert status == 200
    assert "<DescribeRegionsResponse><RequestId>" in text
    assert "<Regions><Region><RegionId>" in text
    status, text = raw.v1("DescribeImages", {}, Format="XML")
    assert (status, "<Error><RequestId>" in text) == (400, True)
    assert "InvalidParameter.Format" in raw.v1("DescribeRegions", Format="YAML")[1]


def test_other_methods_and_paths(raw: Raw) -> None:
    assert raw.send("PUT", "/")[0] == 400
    assert raw.v1("DescribeRegions", Version=STS)[1]["Code"] == "InvalidApi.NotFound"
    assert raw.v1("GetCallerIdentity", Version=STS)[1]["AccountId"] == MAIN
