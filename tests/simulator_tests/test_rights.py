# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What RAM users may do, by their policies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from alibabacloud_ecs20140526 import models as ecs
from alibabacloud_ecs20140526.client import Client
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from simulator import Simulator
from simulator.seed import SeedError, plant
from simulator_tests.helpers import HOME, MAIN, ONE, refused
from simulator_tests.policies import allow, document


def copy(client: Client, image: str, **options: Any) -> Any:
    return client.copy_image(
        ecs.CopyImageRequest(region_id=HOME, image_id=image, destination_region_id="cn-beijing", **options)
    )


def share(client: Client, image: str) -> None:
    client.modify_image_share_permission(
        ecs.ModifyImageSharePermissionRequest(region_id=HOME, image_id=image, add_account=[ONE])
    )


def test_without_policies_nothing_is_allowed(user: Callable[..., Client], image: str) -> None:
    client = user()
    with refused("Forbbiden", 403, "User not authorized"):
        copy(client, image)
    try:
        share(client, image)
    except AlibabaCloudException as error:
        assert (error.code, error.status_code) == ("Forbidden.RAM", 403)
        detail = error.access_denied_detail
        assert (detail["AuthAction"], detail["AuthPrincipalType"], detail["NoPermissionType"]) == (
            "ecs:ModifyImageSharePermission",
            "SubUser",
            "ImplicitDeny",
        )
    else:
        raise AssertionError("allowed")


def test_actions_and_wildcards(user: Callable[..., Client], image: str) -> None:
    client = user(allow(["ecs:Copy*", "ecs:modifyimagesharepermission"]))
    copy(client, image)
    share(client, image)
    with refused("Forbidden.RAM"):
        client.delete_image(ecs.DeleteImageRequest(region_id=HOME, image_id=image))


def test_resources(user: Callable[..., Client], image: str, new_image: Callable[..., str]) -> None:
    other = new_image(name="other")
    client = user(allow("ecs:*", f"acs:ecs:*:*:image/{image}"))
    share(client, image)
    with refused("Forbidden.RAM"):
        share(client, other)
    with refused("Forbbiden"):
        copy(client, image)
    client = user(allow("ecs:*", f"acs:ecs:{HOME}:{MAIN}:image/*"))
    copy(client, image)
    share(client, other)
    with refused("Forbidden.RAM"):
        client.cancel_copy_image(ecs.CancelCopyImageRequest(region_id="cn-beijing", image_id="m-x"))


def test_denial_wins(user: Callable[..., Client], image: str) -> None:
    client = user(allow("*"), allow("ecs:CopyImage", effect="Deny"))
    share(client, image)
    try:
        copy(client, image)
    except AlibabaCloudException as error:
        assert error.access_denied_detail["NoPermissionType"] == "ExplicitDeny"
    else:
        raise AssertionError("allowed")


def test_every_resource_of_a_call_counts(sim: Simulator, user: Callable[..., Client]) -> None:
    instance = next(iter(sim.world.instances))
    request = ecs.CreateImageRequest(region_id=HOME, instance_id=instance)
    client = user(allow("ecs:CreateImage", "acs:ecs:*:*:image/*"))
    with refused("Forbidden.RAM"):
        client.create_image(request)
    client = user(allow("ecs:CreateImage", ["acs:ecs:*:*:image/*", f"acs:ecs:*:*:instance/{instance}"]))
    assert client.create_image(request).body.image_id


def test_calls_without_a_region(sim: Simulator, user: Callable[..., Client]) -> None:
    with sim.lock:
        ids = plant(sim.world, {"snapshots": [{"region": HOME}, {"region": "cn-beijing"}]})["snapshots"]
    client = user(allow("ecs:DeleteSnapshot", f"acs:ecs:{HOME}:*:snapshot/*"))
    client.delete_snapshot(ecs.DeleteSnapshotRequest(snapshot_id=ids[0]))
    with refused("Forbidden.RAM"):
        client.delete_snapshot(ecs.DeleteSnapshotRequest(snapshot_id=ids[1]))


def test_tag_conditions(user: Callable[..., Client], image: str, new_image: Callable[..., str]) -> None:
    marked = new_image(name="marked", tags={"team": "images"})
    own = {"StringEquals": {"acs:ResourceTag/team": ["images"]}}
    asked = {"StringLike": {"acs:RequestTag/team": "im*"}}
    client = user(
        allow("ecs:ModifyImageSharePermission", Condition=own),
        allow("ecs:CopyImage", Condition=asked),
    )
    share(client, marked)
    with refused("Forbidden.RAM"):
        share(client, image)
    with refused("Forbbiden"):
        copy(client, image)
    copy(client, image, tag=[ecs.CopyImageRequestTag(key="team", value="images")])


def test_lists_without_the_right_are_empty(
    sim: Simulator, user: Callable[..., Client], image: str, new_image: Callable[..., str]
) -> None:
    theirs = new_image(name="theirs", account=ONE, shares=[MAIN])
    client = user()

    def seen() -> list[str]:
        body = client.describe_images(ecs.DescribeImagesRequest(region_id=HOME)).body
        assert body.total_count == len(body.images.image)
        return [one.image_id for one in body.images.image]

    assert image not in seen()
    assert theirs in seen(), "images of others are shown whatever the rights"
    assert client.describe_snapshots(ecs.DescribeSnapshotsRequest(region_id=HOME)).body.snapshots.snapshot == []
    with refused("Forbidden.RAM", 403):
        client.describe_instances(ecs.DescribeInstancesRequest(region_id=HOME))
    with refused("Forbidden.RAM", 403):
        client.describe_disks(ecs.DescribeDisksRequest(region_id=HOME))
    with refused("Forbidden.RAM"):
        client.describe_image_share_permission(ecs.DescribeImageSharePermissionRequest(region_id=HOME, image_id=image))
    sim.settings.rights_describe_images = "refused"
    with refused("Forbidden.RAM", 403):
        seen()
    client = user(allow("ecs:DescribeImages", f"acs:ecs:*:*:image/{image}"))
    sim.settings.rights_describe_images = "empty"
    assert image not in seen(), "a right on one image is none on the list"
    request = ecs.DescribeImagesRequest(region_id=HOME, image_id=image)
    assert client.describe_images(request).body.images.image[0].image_id == image


def test_a_dry_run_checks_rights(user: Callable[..., Client], image: str) -> None:
    with refused("Forbbiden"):
        copy(user(), image, dry_run=True)
    with refused("DryRunOperation"):
        copy(user(allow("ecs:CopyImage")), image, dry_run=True)


def test_a_refused_call_leaves_no_token(user: Callable[..., Client], image: str) -> None:
    with refused("Forbbiden"):
        copy(user(), image, client_token="t")
    assert copy(user(allow("*")), image, client_token="t")


@pytest.mark.parametrize(
    "policy",
    [
        {"Version": "2", "Statement": [allow("*")]},
        {"Version": "1", "Statement": []},
        document({**allow("*"), "NotAction": "x"}),
        document(allow("*", effect="Maybe")),
        document(allow([])),
        document(allow("*", Condition={"IpAddress": {"acs:SourceIp": "10.0.0.1"}})),
        document(allow("*", Condition={"StringEquals": {"acs:SourceIp": "10.0.0.1"}})),
    ],
)
def test_policies_that_are_not_understood_are_refused(sim: Simulator, policy: dict[str, Any]) -> None:
    with pytest.raises(ValueError), sim.lock:
        plant(sim.world, {"users": [{"name": "user", "policies": [policy]}]})
    with pytest.raises(SeedError), sim.lock:
        plant(sim.world, {"users": [{"name": "user", "colour": "red"}]})


def test_every_action_says_which_rights_it_needs() -> None:
    from simulator.actions import SERVED
    from simulator.actions.rights import FREE, RESOURCES

    assert set(RESOURCES) | FREE == set(SERVED)
