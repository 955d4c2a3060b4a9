# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the SDK really sends, and that both its signatures are accepted."""

from __future__ import annotations

import pytest
from alibabacloud_ecs20140526 import models as ecs
from alibabacloud_tea_openapi.models import OpenApiRequest, Params
from darabonba.runtime import RuntimeOptions
from simulator import Simulator
from simulator.dispatch import Exchange
from simulator.wire.request import WireRequest
from simulator_tests.helpers import HOME, MAIN, STS, refused, sdk


@pytest.fixture
def seen(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> list[WireRequest]:
    """Requests as they came over the wire."""
    requests: list[WireRequest] = []
    admit = sim._dispatcher.admit

    def spy(exchange: Exchange) -> None:
        requests.append(exchange.request)
        admit(exchange)

    monkeypatch.setattr(sim._dispatcher, "admit", spy)
    return requests


def a_copy() -> ecs.CopyImageRequest:
    tags = [ecs.CopyImageRequestTag(key="a b", value=""), ecs.CopyImageRequestTag(key="imageops:x", value="1/2")]
    return ecs.CopyImageRequest(
        region_id=HOME, image_id="m-none", destination_region_id="cn-beijing", encrypted=True, dry_run=False, tag=tags
    )


def test_default_signature(sim: Simulator, seen: list[WireRequest]) -> None:
    with refused("InvalidImageId.NotFound", 404):
        sdk(sim).copy_image(a_copy())
    request = seen[0]
    assert (request.method, request.path, request.body) == ("POST", "/", b"")
    query = dict(request.query)
    assert query["Encrypted"] == "True"
    assert query["DryRun"] == "False"
    assert query["Tag.1.Key"] == "a b"
    assert query["Tag.1.Value"] == ""
    assert query["Tag.2.Value"] == "1/2"
    assert not {"Action", "Version", "Format", "Timestamp", "ClientToken"} & set(query)
    assert request.headers["x-acs-action"] == "CopyImage"
    assert request.headers["accept"] == "application/json"
    signed = request.headers["authorization"].partition("SignedHeaders=")[2].partition(",")[0]
    assert signed == (
        "accept;host;user-agent;x-acs-action;x-acs-content-sha256;x-acs-credentials-provider;x-acs-date;"
        "x-acs-signature-nonce;x-acs-version"
    )


def test_older_signature(sim: Simulator, seen: list[WireRequest]) -> None:
    with refused("InvalidImageId.NotFound", 404):
        sdk(sim, signature_algorithm="v2").copy_image(a_copy())
    query = dict(seen[0].query)
    assert "authorization" not in seen[0].headers
    assert query["Action"] == "CopyImage"
    assert query["Format"] == "json"
    assert query["SignatureMethod"] == "HMAC-SHA1"
    assert query["Encrypted"] == "True"


def test_lists_and_nested_objects(sim: Simulator, seen: list[WireRequest], image: str) -> None:
    client = sdk(sim)
    client.modify_image_share_permission(
        ecs.ModifyImageSharePermissionRequest(region_id=HOME, image_id=image, add_account=["1000000000000011"])
    )
    features = ecs.ModifyImageAttributeRequestFeatures(nvme_support="supported")
    client.modify_image_attribute(ecs.ModifyImageAttributeRequest(region_id=HOME, image_id=image, features=features))
    assert dict(seen[0].query)["AddAccount.1"] == "1000000000000011"
    assert dict(seen[1].query)["Features.NvmeSupport"] == "supported"


@pytest.mark.parametrize("algorithm", [None, "v2"])
def test_sts_token_is_carried(sim: Simulator, algorithm: str | None) -> None:
    from simulator.state.accounts import AccessKey

    with sim.lock:
        sim.world.access_keys["simulator-temp-key"] = AccessKey(
            "simulator-temp-key", "simulator-temp-secret", MAIN, token="tok+en/+="
        )
    request = ecs.DescribeRegionsRequest()
    client = sdk(sim, "temp", security_token="tok+en/+=", signature_algorithm=algorithm)
    assert client.describe_regions(request).body.regions.region
    with refused("MissingParameter", 400, "SecurityToken"):
        sdk(sim, "temp", signature_algorithm=algorithm).describe_regions(request)


@pytest.mark.parametrize("algorithm", [None, "v2"])
def test_who_am_i(sim: Simulator, algorithm: str | None) -> None:
    params = Params(
        action="GetCallerIdentity", version=STS, protocol="HTTP", pathname="/", method="POST", auth_type="AK",
        style="RPC", req_body_type="formData", body_type="json",
    )  # fmt: skip
    client = sdk(sim, signature_algorithm=algorithm)
    body = client.call_api(params, OpenApiRequest(), RuntimeOptions())["body"]
    assert body["AccountId"] == MAIN
    assert body["Arn"] == f"acs:ram::{MAIN}:root"
    assert body["IdentityType"] == "Account"


def test_errors_as_the_sdk_shows_them(sim: Simulator) -> None:
    try:
        sdk(sim).delete_image(ecs.DeleteImageRequest(region_id=HOME, image_id="m-none"))
    except Exception as error:
        assert type(error).__name__ == "ClientException"
        assert error.code == "InvalidImageId.NotFound"  # type: ignore[attr-defined]
        assert error.status_code == 404  # type: ignore[attr-defined]
        assert error.request_id == sim.journal.calls()[-1]["request_id"]  # type: ignore[attr-defined]
        assert error.message.startswith("code: 404, The specified ImageId")  # type: ignore[attr-defined]
