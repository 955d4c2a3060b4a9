# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How requests travel, over real sockets and TLS: schemes, certificates, networks, regions of endpoints, proxies.

The simulator's front stands in for the provider's own addresses as a proxy, and for nothing else.
"""

from __future__ import annotations

import socket
import typing as t
from pathlib import Path

import pytest
from functional.support import BEIJING, HOME, Lab
from simulator.certificates import make_authority
from simulator.front import Front

INFO = "ecs_image_info"


@pytest.fixture
def nobody() -> t.Iterator[str]:
    """An address where nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{held.getsockname()[1]}"


# Plain http, and what is no address at all


@pytest.mark.parametrize("option", ["endpoint", "sts_endpoint"])
@pytest.mark.parametrize(
    "url",
    [
        "http://ecs.example.com",
        "HTTP://ecs.example.com",
        "Http://192.0.2.1:80/",
        " http://ecs.example.com",
        "\thttp://ecs.example.com",
        "http:/ecs.example.com",
        "http:///ecs.example.com",
    ],
)
def test_plain_http_goes_to_this_machine_only(lab: Lab, option: str, url: str) -> None:
    lab.fails(INFO, f"{option} is plain http", "allow_plain_http=true", region=HOME, **{option: url})
    assert lab.sim.journal.calls() == []


@pytest.mark.parametrize("option", ["endpoint", "sts_endpoint"])
@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "file:///etc/hosts", "socks5://127.0.0.1:1080"])
def test_there_are_no_schemes_but_two(lab: Lab, option: str, url: str) -> None:
    said = f"{option} begins with {url.partition(':')[0]}:"
    lab.fails(INFO, said, region=HOME, allow_plain_http=True, **{option: url})
    assert lab.sim.journal.calls() == []


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1@ecs.example.com",
        "http://ecs.example.com#@127.0.0.1",
        "https://ecs.example.com/{region}",
        "https://ecs.{Region}.example.com",
        "https://",
        "//ecs.example.com",
        "http:ecs.example.com",
        f"{'x' * 64}.example",
        "a..example",
        ".".join(["x" * 60] * 5),
        "127.0.0.1:99999",
    ],
)
def test_an_endpoint_is_a_host_and_no_more(lab: Lab, url: str) -> None:
    lab.fails(INFO, "endpoint must be a host", region=HOME, endpoint=url)
    assert lab.sim.journal.calls() == []


@pytest.mark.parametrize("way", [" {} ", "{}/", "HTTP://{host}"])
def test_this_machine_is_reached_by_plain_http_however_it_is_written(lab: Lab, way: str) -> None:
    url = way.format(lab.sim.endpoint, host=lab.sim.endpoint.removeprefix("http://"))
    lab.ok(INFO, region=HOME, endpoint=url, sts_endpoint=url)


# TLS


@pytest.fixture
def tls(lab: Lab) -> dict[str, t.Any]:
    """Endpoints with TLS."""
    return {"region": HOME, "endpoint": lab.sim.tls_endpoint, "sts_endpoint": lab.sim.tls_endpoint}


def test_authorities_of_one_s_own(lab: Lab, tls: dict[str, t.Any]) -> None:
    lab.source()
    outcome = lab.ok(INFO, ca_path=str(lab.sim.ca_path), **tls)
    assert [image["name"] for image in outcome.result["images"]] == ["golden"]


def test_a_server_that_nobody_vouches_for_is_refused_at_once(lab: Lab, tls: dict[str, t.Any]) -> None:
    outcome = lab.fails(INFO, "UntrustedCertificate", "127.0.0.1", "certificate verify failed", "ca_path", **tls)
    assert "validate_certs" in outcome.said and "RetryError" not in outcome.text
    assert outcome.result["error"]["code"] == "UntrustedCertificate"
    assert lab.clock.slept == 0 and lab.sim.journal.calls() == []


def test_authorities_that_do_not_vouch_for_the_server(lab: Lab, tls: dict[str, t.Any], tmp_path: Path) -> None:
    (tmp_path / "other.pem").write_bytes(make_authority().ca_pem)
    lab.fails(INFO, "UntrustedCertificate", ca_path=str(tmp_path / "other.pem"), **tls)
    assert lab.clock.slept == 0 and lab.sim.journal.calls() == []


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
def test_certificates_are_not_looked_at_if_that_was_asked_for(lab: Lab, tls: dict[str, t.Any]) -> None:
    lab.ok(INFO, validate_certs=False, **tls)
    lab.ok(INFO, validate_certs=False, ca_path="/no/such/file", **tls)


def test_a_region_with_another_certificate_does_not_hold_up_the_rest(lab: Lab, tls: dict[str, t.Any]) -> None:
    """STS is trusted by plain http to this machine, ECS is not."""
    tls["sts_endpoint"] = lab.sim.endpoint
    lab.fails(INFO, "UntrustedCertificate", HOME, **tls)
    assert lab.clock.slept == 0


@pytest.mark.parametrize(("text", "said"), [(None, "is not there"), ("", "can't be used"), ("no pem", "can't be used")])
def test_a_file_without_authorities_is_refused_before_anything(
    lab: Lab, tls: dict[str, t.Any], tmp_path: Path, text: str | None, said: str
) -> None:
    path = tmp_path / "ca.pem"
    if text is not None:
        path.write_text(text)
    lab.fails(INFO, f"ca_path {path} {said}", ca_path=str(path), **tls)
    assert lab.sim.journal.calls() == []


def test_authorities_of_one_s_own_come_beside_the_usual_ones(
    lab: Lab, tls: dict[str, t.Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the documentation says: here the usual ones are the simulator's."""
    monkeypatch.setenv("SSL_CERT_FILE", str(lab.sim.ca_path))
    (tmp_path / "other.pem").write_bytes(make_authority().ca_pem)
    lab.ok(INFO, ca_path=str(tmp_path / "other.pem"), **tls)


# The provider's own addresses, which the simulator's front stands in for


@pytest.fixture
def cloud(lab: Lab, tls: dict[str, t.Any], monkeypatch: pytest.MonkeyPatch) -> dict[str, t.Any]:
    """Options with which everything that goes to the provider ends at the simulator, by TLS."""
    monkeypatch.setenv("HTTPS_PROXY", lab.sim.proxy)
    keys = {"access_key_id": "simulator-main-key", "access_key_secret": "simulator-main-secret"}
    return {"who": None, "ca_path": str(lab.sim.ca_path), **keys}


@pytest.fixture
def connected(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hosts that the proxy was asked for."""
    hosts: list[str] = []
    real = Front._check

    def check(front: Front, authority: str) -> None:
        hosts.append(authority)
        real(front, authority)

    monkeypatch.setattr(Front, "_check", check)
    return hosts


def test_each_region_s_own_endpoint(lab: Lab, cloud: dict[str, t.Any], connected: list[str]) -> None:
    lab.source()
    lab.source(region=BEIJING)
    outcome = lab.ok(INFO, region=HOME, regions=[HOME, BEIJING], **cloud)
    assert sorted(image["region"] for image in outcome.result["images"]) == [BEIJING, HOME]
    assert {f"sts.{HOME}.aliyuncs.com:443", f"ecs.{BEIJING}.aliyuncs.com:443"} <= set(connected)


def test_the_endpoints_inside_a_vpc(lab: Lab, cloud: dict[str, t.Any], connected: list[str]) -> None:
    lab.source(region=BEIJING)
    lab.ok(INFO, region=BEIJING, network="vpc", **cloud)
    assert set(connected) == {f"sts-vpc.{BEIJING}.aliyuncs.com:443", f"ecs-vpc.{BEIJING}.aliyuncs.com:443"}


def test_an_endpoint_with_the_region_in_it(lab: Lab, cloud: dict[str, t.Any], connected: list[str]) -> None:
    source = lab.source()
    options = {"endpoint": "https://ecs-vpc.{region}.aliyuncs.com/", "sts_endpoint": "sts.aliyuncs.com", **cloud}
    lab.ok("ecs_image_copy", region=HOME, image_id=source, destination_regions=[BEIJING], **options)
    assert set(connected) == {
        "sts.aliyuncs.com:443",
        f"ecs-vpc.{HOME}.aliyuncs.com:443",
        f"ecs-vpc.{BEIJING}.aliyuncs.com:443",
    }


@pytest.mark.parametrize("given", ["option", "variable"])
def test_an_endpoint_of_another_region_is_named_before_the_first_write(
    lab: Lab, cloud: dict[str, t.Any], monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    endpoint = f"ecs.{HOME}.aliyuncs.com"
    if given == "option":
        cloud["endpoint"] = endpoint
    else:
        monkeypatch.setenv("ALIBABA_CLOUD_ECS_ENDPOINT", endpoint)
    source = lab.source()
    words = (f"endpoint {endpoint} ", f"does not serve {BEIJING}", "{region}")
    lab.fails(INFO, *words, region=BEIJING, **cloud)
    copy = {"region": HOME, "image_id": source, "destination_regions": [BEIJING]}
    for check in (True, False):
        lab.fails("ecs_image_copy", BEIJING, *words, check=check, **copy, **cloud)
    assert lab.writes() == []


def test_an_unknown_region_is_no_fault_of_an_endpoint_that_has_it(lab: Lab, cloud: dict[str, t.Any]) -> None:
    lab.fault("error", "DescribeImages", code="InvalidRegionId.NotFound", status=404, times=None)
    outcome = lab.fails(INFO, "InvalidRegionId.NotFound", region=HOME, **cloud)
    assert "{region}" not in outcome.said


# Proxies


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy"])
def test_https_takes_its_proxy(
    lab: Lab, cloud: dict[str, t.Any], connected: list[str], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.delenv("HTTPS_PROXY")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv(name, lab.sim.proxy)
    lab.ok(INFO, region=HOME, **cloud)
    assert connected


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy"])
def test_http_takes_its_proxy(lab: Lab, connected: list[str], monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv(name, lab.sim.proxy)
    place = {"endpoint": "http://ecs.{region}.aliyuncs.com", "sts_endpoint": "http://sts.aliyuncs.com"}
    lab.ok(INFO, region=HOME, allow_plain_http=True, **place)
    assert set(connected) == {f"ecs.{HOME}.aliyuncs.com", "sts.aliyuncs.com"}


@pytest.mark.parametrize("bypassed", ["sts.aliyuncs.com", ".aliyuncs.com", "aliyuncs.com", "*"])
def test_no_proxy_for_a_host(
    lab: Lab, cloud: dict[str, t.Any], connected: list[str], monkeypatch: pytest.MonkeyPatch, bypassed: str
) -> None:
    """Straight to the host, then: this test has it resolve to where nobody listens."""
    monkeypatch.setenv("NO_PROXY", bypassed)
    sought: list[str] = []

    def resolve(host: str, *dummy: t.Any, **options: t.Any) -> t.Any:
        sought.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr("urllib3.util.connection.socket.getaddrinfo", resolve)
    lab.fails(INFO, "NoAnswer: sts.aliyuncs.com", "not known", region=HOME, sts_endpoint="sts.aliyuncs.com", **cloud)
    assert set(sought) == {"sts.aliyuncs.com"} and connected == []


def test_no_proxy_for_one_host_leaves_it_to_others(
    lab: Lab, cloud: dict[str, t.Any], connected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,example.com")
    lab.ok(INFO, region=BEIJING, sts_endpoint=lab.sim.tls_endpoint, **cloud)
    assert set(connected) == {f"ecs.{BEIJING}.aliyuncs.com:443"}


def test_this_machine_is_reached_without_a_proxy(lab: Lab, monkeypatch: pytest.MonkeyPatch, nobody: str) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, f"http://{nobody}")
    lab.ok(INFO, region=HOME)


# What is said of a connection that can't be had


def test_the_cause_is_named_and_nothing_of_the_request(lab: Lab, nobody: str) -> None:
    outcome = lab.fails(
        INFO, f"NoAnswer: {nobody}: [Errno", "Connection refused", region=HOME, endpoint=f"http://{nobody}"
    )
    for word in ("RetryError", "Max retries", "Signature", "AccessKeyId", "0x"):
        assert word not in outcome.msg
    assert lab.clock.slept > 10, "it may be back soon"


def test_the_cause_is_the_network_s_where_a_call_is_made_because_of_another_failure(lab: Lab) -> None:
    """The failure that was being seen to was told as the reason of the call's: "in time: they go on", of lost calls."""
    lab.setting(copy_gib_per_second=0.001)
    lab.fault("reset_before", "DeleteSnapshot", times=10000)
    call = {"destination_regions": [BEIJING], "method": "snapshots", "on_timeout": "cancel", "wait_timeout": 60}
    outcome = lab.fails("ecs_image_copy", "NoAnswer", region=HOME, image_id=lab.source(), **call)
    reason = outcome.copy_in(BEIJING)["error"]["message"]
    assert "not copied" not in reason and reason.startswith("127.0.0.1")
    assert "reset" in reason or "closed" in reason.lower(), reason


def test_a_proxy_that_is_away_is_named_as_such(lab: Lab, nobody: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://somebody:the-pass@{nobody}")
    keys = {"access_key_id": "simulator-main-key", "access_key_secret": "simulator-main-secret"}
    told = f"sts.{HOME}.aliyuncs.com: by its proxy http://{nobody}: "
    outcome = lab.fails(INFO, told, "refused", "HTTPS_PROXY", who=None, region=HOME, **keys)
    assert "the-pass" not in outcome.text and lab.clock.slept == 0
    lab.fails(INFO, "refused", who=None, region=HOME, unreachable_timeout=20, **keys)
    assert lab.clock.slept >= 20, "whoever says how long it is waited is obeyed"


def test_an_answer_that_comes_too_late(lab: Lab) -> None:
    lab.fault("delay", "DescribeImages", seconds=0.5, times=None)
    lab.fails(INFO, "NoAnswer: 127.0.0.1", "timed out", region=HOME, read_timeout=0.1)
