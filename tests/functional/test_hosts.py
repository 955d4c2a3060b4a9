# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials go to the host that was meant and to no other, whatever stands in a region, an endpoint or an answer."""

from __future__ import annotations

import functools
import socket
import typing as t
import urllib.parse

import pytest
import urllib3
from functional.credential_modes import ISSUER, PIPELINE, Place
from functional.other_servers import Other, always, identity, serving
from functional.support import HOME, MAIN, Lab
from functional.test_lookup import look
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from simulator.certificates import make_authority

from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ImageOpsError
from ansible_collections.imageops.alicloud.plugins.module_utils._client import endpoints, wire
from ansible_collections.imageops.alicloud.plugins.module_utils._client.connection import Connection
from ansible_collections.imageops.alicloud.plugins.module_utils._client.sdk import VERSIONS

INFO = "ecs_image_info"
AWAY = [
    "@evil.example/",
    "x.evil.example/",
    "x.evil.example#",
    "x.evil.example?",
    "x.evil.example\\",
    "user:pass@evil.example:8443/",
    "evil.example:8443",
    "../evil",
    "a b",
    "cn-beijing\r\nHost: evil.example",
    "cn-beijing\n",
    "CN-BEIJING",
    "cn\uff0dbeijing",
    "",
    "." * 300,
]


@pytest.fixture
def sought(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hosts that were looked for, this machine left out. None of them is found."""
    hosts: list[str] = []
    real = socket.getaddrinfo

    def resolve(host: t.Any, *args: t.Any, **options: t.Any) -> t.Any:
        if host == "127.0.0.1":
            return real(host, *args, **options)
        hosts.append(str(host))
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return hosts


# A region names no host


@pytest.mark.parametrize("region", [region for region in AWAY if region])
def test_what_is_no_region_is_asked_nowhere(lab: Lab, sought: list[str], region: str) -> None:
    keys = {"who": None, "access_key_id": "key", "access_key_secret": "of-no-use", "security_token": "the-token"}
    for options in (keys, {"endpoint": "https://ecs.{region}.corp.example", **keys}):
        outcome = lab.fails(INFO, "is no region", region=region, **options)
        assert outcome.result["error"]["code"] == "InvalidInput"
    assert sought == [] and lab.sim.journal.calls() == []


@pytest.mark.parametrize("region", [region for region in AWAY if region])
def test_what_is_no_destination_is_asked_nowhere(lab: Lab, sought: list[str], region: str) -> None:
    source = lab.source()
    there = {"region": HOME, "endpoint": lab.sim.endpoint + "/", "image_id": source}
    lab.fails("ecs_image_copy", "region", destination_regions=[region], **there)
    lab.fails(INFO, "region", regions=[HOME, region], region=HOME)
    lab.fails("ecs_image_share", "region", images=[{"region": region, "image_id": source}], accounts=["2" * 16])
    assert sought == [] and lab.writes() == []


@pytest.mark.parametrize("variable", ["ALIBABA_CLOUD_REGION_ID", "ALICLOUD_REGION", "ALICLOUD_REGION_ID"])
def test_the_environment_names_no_host_either(
    lab: Lab, sought: list[str], monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "@evil.example/")
    lab.fails(INFO, "is no region", who=None, access_key_id="key", access_key_secret="of-no-use")
    with pytest.raises(Exception, match="is no region"):
        look(lab, anywhere=True, name="golden", endpoint=None, sts_endpoint=None)
    assert sought == []


def test_an_oidc_token_does_not_follow_a_region(place: Place) -> None:
    authority = make_authority()
    ca = place.home / "ca.pem"
    ca.write_bytes(authority.ca_pem)
    with serving(always(200, identity(MAIN)), authority) as other:
        file = place.token_file()
        options = place.profile("OIDC", ram_role_arn=PIPELINE, oidc_provider_arn=ISSUER, oidc_token_file=file)
        outcome = place.lab(INFO, who=None, region=f"@{other.place}/", ca_path=str(ca), account_id=MAIN, **options)
        assert outcome.code == 1 and other.asked == []


# Whatever is written, the host that is looked for is the one that is meant

TEXTS = st.text(max_size=30) | st.sampled_from(AWAY) | st.text("abc-.@/\\#?:%[]0 ", max_size=20)
TEMPLATES = st.none() | st.sampled_from(["https://ecs.{region}.corp.example", "{region}", "{region}.corp.example:8443"])


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(region=TEXTS, endpoint=TEMPLATES | TEXTS, network=st.sampled_from(["public", "vpc"]))
def test_no_text_leads_to_another_host(sought: list[str], region: str, endpoint: str | None, network: str) -> None:
    connection = Connection(region=region, endpoint=endpoint, network=network, connect_timeout=0.1)
    if connection.faults():
        return
    services = (functools.partial(connection.service, name) for name in VERSIONS)
    for place in (*services, lambda dummy: connection.sts()):
        del sought[:]
        try:
            meant = place(region)
            url = meant.address("Action=x")
        except ImageOpsError:
            continue
        hosts = {urllib.parse.urlsplit(url).hostname, (urllib3.util.parse_url(url).host or "").strip("[]")}
        host = urllib.parse.urlsplit(f"//{meant.host}").hostname
        assert hosts == {host}
        assert meant.named or (host or "").endswith(".aliyuncs.com")
        if host and not endpoints.is_loopback(host):
            with pytest.raises(Exception):  # noqa: B017  # whatever it is called: nobody is there
                wire.Wire(connection).post(meant, "", {}, b"")
            assert set(sought) <= {host}


def test_an_endpoint_of_no_caller_is_the_provider_s() -> None:
    for host in ("evil.example", "ecs.cn-beijing.aliyuncs.com.evil.example", "aliyuncs.com", "x@ecs.aliyuncs.com"):
        with pytest.raises(ImageOpsError, match="no host that requests may be sent to"):
            endpoints.Endpoint("https", host).address()


# Redirections


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("option", ["endpoint", "sts_endpoint"])
def test_a_redirection_is_not_followed(lab: Lab, option: str, status: int) -> None:
    with serving(always(200, identity(MAIN))) as target:
        sent_on = always(status, Location=f"http://{target.place}/?again")
        with serving(sent_on) as first:
            where = {option: f"http://{first.place}"}
            outcome = lab.fails(INFO, "Redirected", first.place, target.place, str(status), region=HOME, **where)
            assert "Redirected: " in outcome.msg
            assert len(first.asked) == 1 and target.asked == []
            assert lab.clock.slept == 0


def test_a_write_is_not_sent_on(lab: Lab) -> None:
    source = lab.source()
    with serving(always(200)) as target, serving(Other(lambda asked: _only_writes(lab, asked, target))) as first:
        outcome = lab.fails(
            "ecs_image",
            "Redirected",
            region=HOME,
            image_id=source,
            description="New text",
            endpoint=f"http://{first.place}",
        )
        assert target.asked == [] and lab.writes() == [] and not outcome.changed


def _only_writes(lab: Lab, asked: t.Any, target: Other) -> tuple[int, dict[str, str], bytes]:
    if "DescribeImages" not in asked.text:
        return 307, {"Location": f"http://{target.place}/"}, b""
    answer = urllib3.PoolManager().request(
        "POST",
        f"{lab.sim.endpoint}{asked.line.split()[1]}",
        headers=dict(line.split(": ", 1) for line in asked.headers.splitlines() if line),
    )
    return answer.status, {}, answer.data


def test_an_oidc_token_is_not_sent_again_in_clear(place: Place) -> None:
    authority = make_authority()
    ca = place.home / "ca.pem"
    ca.write_bytes(authority.ca_pem)
    file = place.token_file()
    options = place.profile("OIDC", ram_role_arn=PIPELINE, oidc_provider_arn=ISSUER, oidc_token_file=file)
    with serving(always(200, identity(MAIN))) as plain, serving(_to(plain), authority) as tls:
        outcome = place.lab(
            INFO, who=None, region=HOME, sts_endpoint=f"https://{tls.place}", ca_path=str(ca), **options
        )
        assert outcome.code == 1 and "Redirected" in outcome.msg and tls.place in outcome.msg
        assert len(tls.asked) == 1 and plain.asked == []


def _to(target: Other) -> Other:
    return always(307, Location=f"http://{target.place}/")


# What the API says


def test_an_error_of_the_api_forges_nothing(lab: Lab) -> None:
    forged = "\x1b[31mred\x1b]0;title\x07\r\nok: [localhost] => forged\u202e\u2028x"
    lab.fault("error", "DescribeImages", code=f"Strange{forged}", message=forged, status=400, times=None)
    lab.fails(INFO, "forged", region=HOME)
    outcome = lab.fails("ecs_image", "forged", region=HOME, image_id=lab.source(), description="New text")
    error = outcome.result["error"]
    for text in (outcome.msg, error["code"], error["message"], str(error["request_id"])):
        assert text.isprintable(), repr(text)


def test_a_name_of_the_api_forges_nothing(lab: Lab) -> None:
    lab.checks_claims = False  # which compare with what the API holds
    source = lab.source()
    lab.image(source).name = "golden\x1b[31m\nok: [localhost] => forged"
    (image,) = lab.ok(INFO, region=HOME).result["images"]
    assert image["name"].isprintable() and image["name"].startswith("golden")
