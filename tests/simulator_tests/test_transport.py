# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS, the proxy in front, and host names of regions."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_ecs20140526 import models as ecs
from alibabacloud_ecs20140526.client import Client
from alibabacloud_tea_openapi.models import Config
from simulator import Simulator
from simulator_tests.helpers import ECS, HOME, PATIENCE, STS, Raw


@pytest.fixture(scope="module")
def fronted() -> Iterator[Simulator]:
    with Simulator(clock="manual", front=True) as sim:
        yield sim


@pytest.fixture
def front(fronted: Simulator) -> Simulator:
    fronted.reset()
    return fronted


def context(sim: Simulator) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(sim.ca_path))


def proxied(sim: Simulator, host: str, secure: bool = True) -> http.client.HTTPConnection:
    address = urllib.parse.urlsplit(sim.proxy)
    if not secure:
        return http.client.HTTPConnection(address.hostname or "", address.port, timeout=PATIENCE)
    connection = http.client.HTTPSConnection(
        address.hostname or "", address.port, timeout=PATIENCE, context=context(sim)
    )
    connection.set_tunnel(host, 443)
    return connection


def query(sim: Simulator, host: str, action: str = "DescribeImages", **params: str) -> str:
    raw = Raw(sim)
    signed = raw.v1_params(action, params)
    signed["Signature"] = raw.v1_signature("GET", signed)
    return "/?" + urllib.parse.urlencode(signed)


def read(connection: http.client.HTTPConnection) -> tuple[int, Any]:
    answer = connection.getresponse()
    body = answer.read()
    return answer.status, json.loads(body) if body[:1] == b"{" else body.decode()


# The SDK


def sdk(sim: Simulator, **options: Any) -> Client:
    keys = {"access_key_id": "simulator-main-key", "access_key_secret": "simulator-main-secret"}
    return Client(Config(**keys, region_id=HOME, ca=str(sim.ca_path), **options))


def test_sdk_at_the_tls_port(front: Simulator) -> None:
    client = sdk(front, endpoint=front.tls_endpoint.removeprefix("https://"))
    assert client.describe_regions(ecs.DescribeRegionsRequest()).body.regions.region


@pytest.mark.parametrize("region", [HOME, "cn-beijing", "eu-central-1"])
def test_sdk_at_the_providers_addresses(front: Simulator, monkeypatch: pytest.MonkeyPatch, region: str) -> None:
    """No endpoint is set: the proxy variables and the certificate are all it is told."""
    for name, value in front.env_proxy.items():
        monkeypatch.setenv(name, value)
    client = sdk(front)
    client._region_id = region
    client._endpoint = client.get_endpoint("ecs", region, client._endpoint_rule, None, None, client._endpoint_map, None)
    body = client.describe_images(ecs.DescribeImagesRequest(region_id=region)).body
    assert body.region_id == region
    assert client._endpoint.endswith(".aliyuncs.com")


def test_network_option(front: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in front.env_proxy.items():
        monkeypatch.setenv(name, value)
    client = sdk(front, network="vpc")
    assert client.describe_images(ecs.DescribeImagesRequest(region_id=HOME)).status_code == 200


# By hand


@pytest.mark.parametrize("secure", [True, False])
def test_host_decides_on_the_region(front: Simulator, secure: bool) -> None:
    for host, region, status in (
        ("ecs.cn-beijing.aliyuncs.com", "cn-beijing", 200),
        ("ecs.cn-beijing.aliyuncs.com", HOME, 404),
        ("ecs.aliyuncs.com", HOME, 200),
    ):
        connection = proxied(front, host, secure)
        target = query(front, host, RegionId=region)
        connection.request("GET", target if secure else f"http://{host}{target}")
        code, answer = read(connection)
        assert code == status, answer
        if status != 200:
            assert answer["HostId"] == host
        connection.close()


CALLS = {"DescribeImages": ECS, "GetCallerIdentity": STS}


@pytest.mark.parametrize(
    ("host", "served"),
    [
        ("ecs.aliyuncs.com", ["DescribeImages"]),
        ("ecs-cn-hangzhou.aliyuncs.com", ["DescribeImages"]),
        ("ecs.cn-hangzhou.aliyuncs.com", ["DescribeImages"]),
        ("ECS-VPC.cn-hangzhou.aliyuncs.com", ["DescribeImages"]),
        ("sts.aliyuncs.com", ["GetCallerIdentity"]),
        ("sts.cn-hangzhou.aliyuncs.com", ["GetCallerIdentity"]),
        ("sts-vpc.eu-central-1.aliyuncs.com", ["GetCallerIdentity"]),
        ("127.0.0.1", ["DescribeImages", "GetCallerIdentity"]),
        ("localhost:4566", ["DescribeImages", "GetCallerIdentity"]),
        ("oss.aliyuncs.com", []),
        ("kms.cn-hangzhou.aliyuncs.com", []),
        ("ecs-share.cn-hangzhou.aliyuncs.com", []),
        ("ecs-vpc.aliyuncs.com", []),
        ("ecs.mars.aliyuncs.com", []),
        ("sts.mars.aliyuncs.com", []),
        ("ecs.ap-south-1.aliyuncs.com", []),
        ("ecs-cn-beijing.aliyuncs.com", []),
        ("aliyuncs.com", []),
    ],
)
def test_a_name_serves_its_service_only(sim: Simulator, host: str, served: list[str]) -> None:
    raw = Raw(sim)
    for action, version in CALLS.items():
        given = {"RegionId": HOME} if version == ECS else {}
        status, answer = raw.v1(action, given, host=host, Version=version)
        wanted = (200, None) if action in served else (404, "InvalidApi.NotFound")
        assert (status, answer.get("Code")) == wanted, action


def test_one_connection_carries_many_requests(front: Simulator) -> None:
    host = "ecs.cn-beijing.aliyuncs.com"
    connection = proxied(front, host, secure=False)
    for number in range(5):
        body = query(front, host, RegionId="cn-beijing", PageNumber=str(number + 1))[2:]
        if number % 2:
            connection.request("GET", f"http://{host}/?{body}")
        else:
            # The signature is another for POST, which does not matter for what is tested here.
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", f"http://{host}/", body, headers)
        code, answer = read(connection)
        assert (code, answer.get("Code")) == ((200, None) if number % 2 else (400, "SignatureDoesNotMatch"))
    connection.close()


def test_the_certificate_fits_the_providers_names_only(front: Simulator) -> None:
    for host, fits in (
        ("sts.aliyuncs.com", True),
        ("ecs-vpc.us-west-1.aliyuncs.com", True),
        ("a.b.aliyuncs.com", False),
    ):
        connection = proxied(front, host)
        try:
            connection.connect()
            assert fits
        except ssl.SSLCertVerificationError:
            assert not fits
        finally:
            connection.close()
    with pytest.raises(ssl.SSLCertVerificationError):
        address = urllib.parse.urlsplit(front.tls_endpoint)
        http.client.HTTPSConnection(address.hostname or "", address.port, timeout=PATIENCE).connect()


@pytest.mark.parametrize("host", ["example.org", "aliyuncs.com.example.org", "127.0.0.1:1", "localhost:22"])
def test_nothing_else_is_reached(front: Simulator, host: str) -> None:
    connection = proxied(front, host, secure=False)
    connection.request("GET", f"http://{host}/")
    status, text = read(connection)
    assert status == 502
    assert "no other host" in text
    with pytest.raises(OSError, match="502"):
        tunnel = proxied(front, "example.org")
        tunnel.set_tunnel(host.partition(":")[0] + ".example.org", 443)
        tunnel.connect()


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"400"),
        (b"nonsense\r\n\r\n", b"400"),
        (b"GET ftp://ecs.aliyuncs.com/ HTTP/1.1\r\n\r\n", b"400"),
        (b"POST http://ecs.aliyuncs.com/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"501"),
        (b"POST http://ecs.aliyuncs.com/ HTTP/1.1\r\nContent-Length: x\r\n\r\n", b"400"),
    ],
)
def test_odd_requests(front: Simulator, head: bytes, status: bytes) -> None:
    address = urllib.parse.urlsplit(front.proxy)
    with socket.create_connection((address.hostname, address.port), 5) as connection:
        connection.sendall(head)
        assert connection.recv(100).split(b" ")[1] == status


@pytest.mark.parametrize("secure", [True, False])
@pytest.mark.parametrize("kind", ["reset_before", "reset_after", "truncate"])
def test_faults_come_through(front: Simulator, kind: str, secure: bool) -> None:
    front.faults.add({"kind": kind, "action": "DescribeRegions"})
    host = "ecs.cn-beijing.aliyuncs.com"
    connection = proxied(front, host, secure)
    target = query(front, host, "DescribeRegions")
    connection.request("GET", target if secure else f"http://{host}{target}")
    with pytest.raises((ConnectionError, http.client.HTTPException, ssl.SSLError)):
        read(connection)
    connection.close()


def test_its_own_address_may_be_asked_for(front: Simulator) -> None:
    """Some clients send requests for this machine through the proxy too."""
    host = front.endpoint.removeprefix("http://")
    connection = proxied(front, host, secure=False)
    connection.request("GET", f"http://{host}/_simulator/clock")
    assert read(connection)[0] == 200


def test_only_loopback_is_bound(front: Simulator) -> None:
    for address in (front.endpoint, front.tls_endpoint, front.proxy):
        assert urllib.parse.urlsplit(address).hostname == "127.0.0.1"


def test_ready_line_and_certificate_file(tmp_path: Path) -> None:
    plain = Simulator().start()
    assert not {"proxy", "ca", "env_proxy"} & set(plain.description())
    plain.stop()
    with Simulator(front=True, ca_file=tmp_path / "ca.pem") as sim:
        line = sim.description()
        assert line["ca"] == str(tmp_path / "ca.pem")
        assert line["env_proxy"]["HTTPS_PROXY"] == line["proxy"] == sim.proxy
        assert "PRIVATE" not in (tmp_path / "ca.pem").read_text()
        assert not any("ENDPOINT" in name for name in line["env_proxy"])
    with Simulator(front=True) as sim:
        path = sim.ca_path
        assert path is not None
        assert path.exists()
    assert not path.exists(), "gone with the simulator"
