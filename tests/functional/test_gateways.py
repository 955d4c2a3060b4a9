# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Networks as companies have them: gateways that answer themselves, proxies that look into TLS, hosts that are away."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import sys
import typing as t
from pathlib import Path
from unittest import mock

import pytest
from functional.credential_modes import KEYS, Place, refused
from functional.other_servers import Other, always, serving
from functional.support import BEIJING, HOME, MAIN, Lab, accounts
from simulator.certificates import make_authority
from simulator.state.regions import REGIONS as SERVED

from ansible_collections.imageops.alicloud.plugins.module_utils._base import interpreter, regions
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import InvalidInput
from ansible_collections.imageops.alicloud.plugins.module_utils._client import endpoints, proxies, wire

INFO = "ecs_image_info"
PAGE = (
    b"<html><head><style>x{}</style><title>Blocked</title></head>\n<body><h1>Access denied by policy</h1></body></html>"
)


# What answers instead of the API


@pytest.mark.parametrize("status", [403, 404, 407])
def test_a_page_of_a_gateway_ends_the_task_at_once(lab: Lab, status: int) -> None:
    with serving(always(status, PAGE, Content_Type="text/html")) as gateway:
        where = {"sts_endpoint": f"http://{gateway.place}"}
        outcome = lab.fails(INFO, gateway.place, f"status {status}", "Blocked Access denied", region=HOME, **where)
        assert len(gateway.asked) == 1 and lab.clock.slept == 0
    assert outcome.result["error"]["code"] == f"HTTP{status}" and "proxy" in outcome.said


def test_a_refusal_without_a_code_says_what_is_known(lab: Lab) -> None:
    with serving(always(403, b'{"message": "no"}')) as gateway:
        outcome = lab.fails(INFO, "HTTP403", "status 403", region=HOME, sts_endpoint=f"http://{gateway.place}")
    assert "None" not in outcome.msg


def test_a_gateway_that_is_overloaded_is_waited_for(lab: Lab) -> None:
    answers = iter([(503, {}, b"<h1>busy</h1>")] * 2)
    real = lab.sim.endpoint

    def answer(asked: t.Any) -> tuple[int, dict[str, str], bytes]:
        return next(answers, (307, {"Location": real}, b""))

    with serving(Other(answer)) as gateway:
        lab.fails(INFO, "Redirected", region=HOME, sts_endpoint=f"http://{gateway.place}")
        assert len(gateway.asked) == 3


def test_the_api_s_own_time_is_waited_for(lab: Lab) -> None:
    body = b'{"Code": "Throttling.User", "Message": "slow", "RequestId": "R"}'
    answers = iter([(400, {"x-acs-retry-after": "42000"}, body)])
    with serving(Other(lambda asked: next(answers, (404, {}, PAGE)))) as gateway:
        lab.fails(INFO, "HTTP404", region=HOME, sts_endpoint=f"http://{gateway.place}")
    assert 42 <= lab.clock.slept < 60


# Hosts that are away


@pytest.fixture
def nobody() -> t.Iterator[str]:
    """An address where nobody listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{held.getsockname()[1]}"


@pytest.mark.parametrize(("given", "least", "most"), [({}, 13, 40), ({"unreachable_timeout": 100}, 90, 200)])
def test_a_host_that_never_answered_is_given_up_soon(
    lab: Lab, nobody: str, given: dict[str, t.Any], least: float, most: float
) -> None:
    lab.fails(INFO, "NoAnswer", nobody, region=HOME, sts_endpoint=f"http://{nobody}", **given)
    assert least < lab.clock.slept < most


def test_a_host_that_had_answered_is_waited_for(lab: Lab) -> None:
    lab.fault("reset_before", "DescribeImages", times=None)
    lab.fails(INFO, "NoAnswer", region=HOME)
    assert lab.clock.slept > 250, "the simulator answers as STS, too, at the same address"


def test_a_host_that_does_not_answer_at_first_is_warned_about(lab: Lab) -> None:
    lab.fault("reset_before", "GetCallerIdentity", times=1)
    outcome = lab.ok(INFO, region=HOME)
    assert any("no answer yet" in warning and "127.0.0.1" in warning for warning in outcome.warnings)


# Proxies


@pytest.fixture
def cloud(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> dict[str, t.Any]:
    """Options with which everything that goes to the provider ends at the simulator, by TLS."""
    monkeypatch.setenv("HTTPS_PROXY", lab.sim.proxy)
    keys = {"access_key_id": "simulator-main-key", "access_key_secret": "simulator-main-secret"}
    return {"who": None, "region": HOME, **keys}


def test_a_proxy_that_looks_into_tls_is_told_at_once(lab: Lab, cloud: dict[str, t.Any]) -> None:
    lab.fails(INFO, "UntrustedCertificate", f"sts.{HOME}.aliyuncs.com", "ca_path", **cloud)
    assert lab.clock.slept == 0


def test_authorities_come_beside_the_usual_ones_behind_a_proxy_too(
    lab: Lab, cloud: dict[str, t.Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(lab.sim.ca_path))
    (tmp_path / "other.pem").write_bytes(make_authority().ca_pem)
    lab.ok(INFO, ca_path=str(tmp_path / "other.pem"), **cloud)


@pytest.mark.parametrize(("status", "remedy"), [(407, "http://user:password@proxy:port"), (403, "NO_PROXY")])
def test_a_proxy_that_lets_nobody_through_is_told_at_once(
    lab: Lab, cloud: dict[str, t.Any], monkeypatch: pytest.MonkeyPatch, status: int, remedy: str
) -> None:
    with serving(always(status, PAGE)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.place}")
        outcome = lab.fails(INFO, f"by its proxy http://{proxy.place}", str(status), remedy, **cloud)
    assert outcome.result["error"]["code"] == f"HTTP{status}" and lab.clock.slept == 0
    # Which HTTP it is told in depends on the Python.
    assert [one.line.rpartition(" ")[0] for one in proxy.asked] == [f"CONNECT sts.{HOME}.aliyuncs.com:443"]


def test_a_proxy_that_is_overloaded_is_waited_for(
    lab: Lab, cloud: dict[str, t.Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(always(503, PAGE)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.place}")
        lab.fails(INFO, "NoAnswer", "503", **cloud)
    assert lab.clock.slept >= 13


@pytest.mark.parametrize(
    ("host", "bypassed"),
    [("10.1.2.3", True), ("10.1.2.3:8443", True), ("11.1.2.3", False), ("ten.example", False), ("[fd00::1]", True)],
)
def test_no_proxy_takes_blocks_of_addresses(host: str, bypassed: bool) -> None:
    found = proxies.Proxies({"https": "proxy.example:3128"}, "example.org, 10.0.0.0/8,fd00::/8,not/a/block")
    assert found.of("https", host) == (None if bypassed else "http://proxy.example:3128")


def test_a_proxy_of_one_task_is_not_the_next_one_s(
    lab: Lab, cloud: dict[str, t.Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.ok(INFO, ca_path=str(lab.sim.ca_path), **cloud)
    assert os.environ["HTTPS_PROXY"] == lab.sim.proxy
    monkeypatch.delenv("HTTPS_PROXY")
    assert proxies.Proxies.of_environment().by_scheme == {}


# Inside a VPC


@pytest.mark.parametrize("region", sorted(regions.REGIONS))
def test_a_vpc_is_not_left(region: str) -> None:
    try:
        ecs = endpoints.of_service("ecs", region, "vpc")
        assert ecs.host == f"ecs-vpc.{region}.aliyuncs.com"
    except InvalidInput as error:
        assert region == "cn-hangzhou-finance" and "no endpoint of ECS inside a VPC" in error.msg
    try:
        assert endpoints.of_sts(region, "vpc").host == f"sts-vpc.{region}.aliyuncs.com"
    except InvalidInput as error:
        assert "sts_endpoint" in error.msg
    assert endpoints.of_sts(region, "public").host in ("sts.aliyuncs.com", f"sts.{region}.aliyuncs.com")


def test_a_region_without_an_sts_of_its_own_asks_the_central_one() -> None:
    for region in ("ap-south-1", "ap-southeast-6", "cn-shenzhen-finance-1", "us-southeast-1", None, "cn-new-1"):
        assert endpoints.of_sts(region, "public").host == "sts.aliyuncs.com"


def test_every_region_s_hosts_are_served_by_the_simulator() -> None:
    assert set(SERVED) >= set(regions.REGIONS)


def test_a_destination_without_an_endpoint_is_refused_before_the_first_write(lab: Lab, cloud: dict[str, t.Any]) -> None:
    source = lab.source(region=BEIJING)
    options = {**cloud, "region": BEIJING, "ca_path": str(lab.sim.ca_path), "network": "vpc"}
    there = {"image_id": source, "destination_regions": [HOME, "cn-hangzhou-finance"]}
    lab.fails("ecs_image_copy", "cn-hangzhou-finance has no endpoint of ECS inside a VPC", **there, **options)
    assert lab.writes() == []


# Profiles


def test_the_profile_s_region_is_the_default_one(place: Place) -> None:
    options = place.profile("AK", **KEYS, region_id=BEIJING)
    place.lab.source(region=BEIJING)
    where = {"endpoint": place.lab.sim.endpoint, "sts_endpoint": place.lab.sim.endpoint}
    (image,) = place.lab.ok(INFO, who=None, **where, **options).result["images"]
    assert image["region"] == BEIJING
    place.env(ALIBABA_CLOUD_REGION_ID="", ALICLOUD_REGION=HOME)
    assert place.lab.ok(INFO, who=None, **where, **options).result["images"] == []


def test_the_profile_s_sts_is_asked_for_its_role(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    hosts: list[str] = []

    def post(self: t.Any, endpoint: endpoints.Endpoint, *rest: t.Any) -> t.Any:
        hosts.append(endpoint.host)
        raise ConnectionError("nobody")

    monkeypatch.setattr(wire.Wire, "post", post)
    role = {"ram_role_arn": "acs:ram::1:role/x", "sts_region": BEIJING}
    for more, host in (({}, f"sts.{BEIJING}.aliyuncs.com"), ({"enable_vpc": True}, f"sts-vpc.{BEIJING}.aliyuncs.com")):
        del hosts[:]
        options = place.profile("RamRoleArn", **KEYS, **role, **more)
        place.lab.fails(INFO, host, who=None, region=HOME, unreachable_timeout=0, **options)
        assert set(hosts) == {host}
    options = place.profile("RamRoleArn", **KEYS, ram_role_arn="acs:ram::1:role/x", sts_region="@evil/")
    refused_outcome = place.lab.fails(INFO, "is no region", who=None, region=HOME, **options)
    assert refused_outcome.code == 1


def test_a_command_s_keys_are_written_nowhere(place: Place) -> None:
    options = place.profile("External", process_command=place.command(mode="AK", **KEYS))
    file = place.home / ".aliyun" / "config.json"
    before = file.read_bytes()
    assert place.run(check=True, **options).result["account_id"] == MAIN
    assert file.read_bytes() == before


def test_a_metadata_service_that_is_switched_off_is_named(place: Place) -> None:
    outcome = refused(place, "ALIBABA_CLOUD_ECS_METADATA_DISABLED", **place.profile("EcsRamRole"))
    assert "Give the instance" not in outcome.msg


# This machine


def test_requests_are_signed_without_md5(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*dummy: t.Any, **options: t.Any) -> t.Any:
        raise ValueError("[digital envelope routines] unsupported")

    source = lab.source()
    monkeypatch.setattr(hashlib, "md5", refuses)
    lab.ok("ecs_image_copy", region=HOME, image_id=source, destination_regions=[BEIJING])
    lab.ok("ecs_image_share", region=HOME, images=[{"region": HOME, "image_id": source}], accounts=accounts(1))


@pytest.mark.parametrize("error", [ValueError("unsupported"), DeprecationWarning("utcnow"), RuntimeError("x")])
def test_a_fault_of_this_machine_is_told_at_once(lab: Lab, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def breaks(*dummy: t.Any, **options: t.Any) -> t.Any:
        raise error

    monkeypatch.setattr(
        "ansible_collections.imageops.alicloud.plugins.module_utils._client.signature.headers_of", breaks
    )
    outcome = lab.fails(INFO, type(error).__name__, "of the machine", region=HOME)
    assert outcome.result["error"]["code"] == "InternalError"
    assert lab.clock.slept == 0 and "network" not in outcome.said


def test_an_old_python_is_refused_as_ansible_reads_it(capsys: pytest.CaptureFixture[str]) -> None:
    """That it comes first is seen with real ones, in tests/ways."""
    interpreter.refuse_old()
    with mock.patch.object(interpreter, "LEAST_PYTHON", (99, 0)), pytest.raises(SystemExit) as ended:
        interpreter.refuse_old()
    told = json.loads(capsys.readouterr().out)
    assert ended.value.code == 1 and told["failed"] is True
    for words in ("Python 99.0 or newer", sys.executable, "ansible_python_interpreter"):
        assert words in told["msg"]


def test_a_missing_package_is_told_as_ansible_does(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*dummy: t.Any) -> t.Any:
        raise ImportError("No module named 'alibabacloud_ecs20140526'")

    monkeypatch.setattr("ansible_collections.imageops.alicloud.plugins.module_utils._client.sdk_models._index", missing)
    lab.fails(INFO, "Failed to import the required Python library (alibabacloud-ecs20140526)", region=HOME)
