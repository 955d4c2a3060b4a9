# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Share lists and community images."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from alibabacloud_ecs20140526 import models as ecs
from alibabacloud_ecs20140526.client import Client
from simulator import Simulator
from simulator_tests.helpers import HOME, MAIN, ONE, THREE, TWO, refused, sdk

New = Callable[..., str]


def share(client: Client, image_id: str, add: list[str] | None = None, **options: Any) -> None:
    client.modify_image_share_permission(
        ecs.ModifyImageSharePermissionRequest(
            region_id=options.pop("region_id", HOME), image_id=image_id, add_account=add, **options
        )
    )


def shared(client: Client, image_id: str, **options: Any) -> list[str]:
    request = ecs.DescribeImageSharePermissionRequest(region_id=HOME, image_id=image_id, **options)
    return [account.aliyun_id for account in client.describe_image_share_permission(request).body.accounts.account]


def plain(sim: Simulator) -> list[str]:
    accounts: Any = sim.world.demo["plain_accounts"]
    return list(accounts)


def test_recipient_sees_it(sim: Simulator, client: Client, new_image: New) -> None:
    image = new_image(tags={"a": "b"})
    consumer = sdk(sim, "consumer-one")
    request = ecs.DescribeImagesRequest(region_id=HOME, image_owner_alias="others")
    assert consumer.describe_images(request).body.images.image == []
    share(client, image, [ONE])
    seen = consumer.describe_images(request).body.images.image
    assert [(one.image_id, one.image_owner_alias, one.image_owner_id) for one in seen] == [(image, "others", int(MAIN))]
    assert (seen[0].is_public, seen[0].tags.tag) == (False, [])
    with refused("InvalidImageId.NotFound", 404):
        share(consumer, image, [TWO])
    with refused("InvalidImageId.NotFound", 404):
        consumer.delete_image(ecs.DeleteImageRequest(region_id=HOME, image_id=image))
    share(client, image, remove_account=[ONE])
    assert consumer.describe_images(request).body.images.image == []


@pytest.mark.parametrize("plain_too", [False, True])
def test_the_recipient_is_shown_the_family_with_its_owner(
    sim: Simulator, client: Client, new_image: New, plain_too: bool
) -> None:
    """A switch decides whether the plain name finds it too."""
    sim.settings.family_shared_plain = plain_too
    image = new_image(family="web", shares=[ONE])
    consumer, foreign = sdk(sim, "consumer-one"), f"acs:{MAIN}:web"

    def found(by: Client, family: str) -> list[tuple[str, str]]:
        images = by.describe_images(ecs.DescribeImagesRequest(region_id=HOME, image_family=family)).body.images.image
        newest = by.describe_image_from_family(
            ecs.DescribeImageFromFamilyRequest(region_id=HOME, image_family=family)
        ).body.image
        assert [newest.image_id] == ([one.image_id for one in images] or [None])
        return [(one.image_id, one.image_family) for one in images]

    assert found(consumer, foreign) == [(image, foreign)]
    assert found(consumer, "web") == ([(image, foreign)] if plain_too else [])
    assert found(client, "web") == [(image, "web")] and found(client, foreign) == []


def test_ten_a_call_the_rest_silently_dropped(sim: Simulator, client: Client, image: str) -> None:
    share(client, image, plain(sim)[:12])
    assert shared(client, image, page_size=100) == plain(sim)[:10]


def test_fifty_an_image(sim: Simulator, client: Client, image: str) -> None:
    for start in range(0, 50, 10):
        share(client, image, plain(sim)[start : start + 10])
    assert len(shared(client, image, page_size=50)) == 50
    share(client, image, plain(sim)[:10])
    with refused("QuotaExceed.ShareImageUser", 403):
        share(client, image, [plain(sim)[50]])
    with refused("QuotaExceed.ShareImageUser"):
        share(client, image, [plain(sim)[50]], remove_account=[plain(sim)[0]])
    sim.settings.share_quota_order = "net"
    share(client, image, [plain(sim)[50]], remove_account=[plain(sim)[0]])


def test_pages(sim: Simulator, client: Client, new_image: New) -> None:
    image = new_image(shares=plain(sim)[:12])
    assert len(shared(client, image)) == 10
    assert shared(client, image, page_number=2) == plain(sim)[10:12]
    body = client.describe_image_share_permission(
        ecs.DescribeImageSharePermissionRequest(region_id=HOME, image_id=image, page_size=5, page_number=3)
    ).body
    assert (body.total_count, body.page_size, body.page_number) == (12, 5, 3)


@pytest.mark.parametrize(
    ("account", "code"), [(MAIN, "InvalidAccount.Forbbiden"), ("9999999999999999", "InvalidAccount.NotFound")]
)
def test_bad_accounts(sim: Simulator, client: Client, image: str, account: str, code: str) -> None:
    with refused(code, 404):
        share(client, image, [ONE, account, TWO])
    assert shared(client, image) == [ONE], "those before the bad one are shared"
    sim.settings.share_on_error = "atomic"
    with refused(code, 404):
        share(client, image, [THREE, account])
    assert shared(client, image) == [ONE]


def test_remove_one_that_is_not_there(sim: Simulator, client: Client, image: str) -> None:
    with refused("InvalidAccount.NotFound", 404):
        share(client, image, remove_account=[ONE])
    sim.settings.unshare_absent = "ignored"
    share(client, image, remove_account=[ONE])


def test_other_site(sim: Simulator, client: Client, image: str) -> None:
    sim.world.accounts[ONE].site = "china"
    with refused("InvalidImageId.BidMismatch", 403, ONE):
        share(client, image, [ONE])


def test_states(sim: Simulator, client: Client, new_image: New) -> None:
    for status in ("Deprecated", "Creating", "Waiting", "CreateFailed", "UnAvailable"):
        with refused("OperationDenied.InvalidImageStatus", 403):
            share(client, new_image(name=f"is-{status}", status=status), [ONE])
    sim.settings.share_unfinished = "allowed"
    share(client, new_image(name="now", status="Creating"), [ONE])


def test_encrypted(sim: Simulator, client: Client, new_image: New) -> None:
    keys: Any = sim.world.demo["kms_keys"]
    own = {"size": 20, "encrypted": True, "kms_key_id": keys[HOME]}
    with refused("InvalidOperation.ServiceKeyEncryptedImageUnsupported", 403):
        share(client, new_image(name="service", disks=[{"size": 20, "encrypted": True}]), [ONE])
    with refused("OperationDeined.FullImage", 403):
        share(client, new_image(name="full", disks=[own, own]), [ONE])
    good = new_image(name="good", disks=[own])
    sim.world.accounts[MAIN].share_encrypted_role = False
    with refused("AssumeRoleError", 403):
        share(client, good, [ONE])
    sim.world.accounts[MAIN].share_encrypted_role = True
    sim.world.kms_keys[keys[HOME]].state = "Disabled"
    with refused("InvalidParameter.KMSKeyId.CMKNotEnabled", 403):
        share(client, good, [ONE])
    sim.world.kms_keys[keys[HOME]].state = "Enabled"
    share(client, good, [ONE])


def test_public(sim: Simulator, client: Client, new_image: New) -> None:
    image, west = new_image(), new_image(region="us-west-1")
    with refused("InvalidParameter.IsPublic", 403):
        share(client, image, [ONE], is_public=False)
    with refused("Image.NotPublic", 403):
        share(client, image, is_public=False)
    with refused("CurrentRegion.NotSupportPublicImage", 403):
        share(client, image, is_public=True)
    with refused("PublicImageAgreement.NotSigned", 403):
        share(client, west, is_public=True, region_id="us-west-1")
    sim.world.accounts[MAIN].community_terms = True
    share(client, west, is_public=True, region_id="us-west-1")
    request = ecs.DescribeImageSharePermissionRequest(region_id="us-west-1", image_id=west)
    assert client.describe_image_share_permission(request).body.share_groups.share_group[0].group == "all"
    with refused("ImageIsPublic", 403):
        client.delete_image(ecs.DeleteImageRequest(region_id="us-west-1", image_id=west))
    stranger = sdk(sim, "consumer-two")
    find = ecs.DescribeImagesRequest(region_id="us-west-1", image_id=west)
    assert stranger.describe_images(find).body.images.image == []
    find.is_public = True
    assert stranger.describe_images(find).body.images.image[0].is_public is True
    with refused("Image.Public", 403):
        share(client, west, is_public=True, region_id="us-west-1")


def test_launch_permission(client: Client, image: str) -> None:
    with refused("UnnecessaryParameter.LaunchPermission", 400):
        share(client, image, [ONE], launch_permission="HIDDEN")
    with refused("ForbiddenParameter.LaunchPermission", 400):
        share(client, image, launch_permission="HIDDEN")


def test_reads_may_lag(sim: Simulator, client: Client, image: str) -> None:
    sim.settings.share_read_lag = 5.0
    share(client, image, [ONE])
    assert shared(client, image) == []
    sim.clock.advance(5)
    assert shared(client, image) == [ONE]
    share(client, image, remove_account=[ONE])
    assert shared(client, image) == [ONE]
    client.delete_image(ecs.DeleteImageRequest(region_id=HOME, image_id=image))
