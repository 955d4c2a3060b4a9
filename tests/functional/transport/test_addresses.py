# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an endpoint may be, and which one a region has."""

from __future__ import annotations

import typing as t

import pytest
from functional.support import BEIJING, HOME, Lab

INFO = "ecs_image_info"


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
