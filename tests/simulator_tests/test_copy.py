# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CopyImage: states, queue, names, conflicts, encryption, cancelling."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from alibabacloud_ecs20140526 import models as ecs
from alibabacloud_ecs20140526.client import Client
from simulator import Simulator
from simulator.seed import plant
from simulator_tests.helpers import HOME, ONE, refused, sdk

FIVE = ["cn-beijing", "cn-shanghai", "cn-shenzhen", "cn-qingdao", "cn-chengdu"]
Start = Callable[..., str]
Look = Callable[..., Any]


def cancel(client: Client, image_id: str, region: str = "cn-beijing") -> None:
    client.cancel_copy_image(ecs.CancelCopyImageRequest(region_id=region, image_id=image_id))


def key(sim: Simulator, region: str = "cn-beijing") -> str:
    keys: Any = sim.world.demo["kms_keys"]
    return str(keys[region])


def test_progress_and_end(sim: Simulator, new_image: Start, copy: Start, look: Look) -> None:
    source = new_image(disks=[{"size": 20}, {"size": 10}], features={"NvmeSupport": "supported"}, tags={"a": "b"})
    copied = copy(source, destination_image_name="copy", destination_description="it is one")
    assert look(copied, status=None) is None, "only Available images are shown by default"
    at_start = look(copied)
    assert (at_start.status, at_start.progress, at_start.usable) == ("Creating", "0%", False)
    sim.clock.advance(2.4)
    half = look(copied)
    disks = half.disk_device_mappings.disk_device_mapping
    assert (half.status, half.progress) == ("Creating", "60%")
    assert [disk.progress for disk in disks] == ["60%", "100%"]
    assert [disk.remain_time for disk in disks] == [2, 0]
    sim.clock.advance(1.6)
    done = look(copied, status=None)
    assert (done.status, done.progress, done.usable) == ("Available", "100%", True)
    assert (done.is_copied, done.image_name, done.description) == (True, "copy", "it is one")
    assert done.features.nvme_support == "unsupported"
    assert done.tags.tag == []
    assert look(source, HOME).features.nvme_support == "supported"


def test_speed_by_region(sim: Simulator, image: str, copy: Start, look: Look) -> None:
    sim.settings.copy_gib_per_second_by_region = {"cn-beijing": 20.0}
    copied = copy(image)
    sim.clock.advance(0.5)
    assert look(copied).progress == "50%"


def test_five_run_and_the_rest_wait_in_order(sim: Simulator, image: str, copy: Start, look: Look) -> None:
    sim.settings.copy_slots = "source"
    others = [copy(image, region) for region in FIVE]
    sixth, seventh = copy(image, "cn-zhangjiakou"), copy(image, "cn-huhehaote")
    assert all(look(one, region).status == "Creating" for one, region in zip(others, FIVE, strict=True))
    assert (look(sixth, "cn-zhangjiakou").status, look(sixth, "cn-zhangjiakou").progress) == ("Waiting", "0%")
    sim.clock.advance(3)
    assert look(sixth, "cn-zhangjiakou").status == "Waiting"
    sim.clock.advance(2)
    # They began when the five were done, at 4 s, not when somebody looked.
    assert look(sixth, "cn-zhangjiakou").progress == look(seventh, "cn-huhehaote").progress == "25%"


@pytest.mark.parametrize(
    ("mode", "to_one_region", "from_one_region"),
    [("destination", "Waiting", "Creating"), ("source", "Creating", "Waiting"), ("both", "Waiting", "Waiting")],
)
def test_what_the_limit_counts(
    sim: Simulator, new_image: Start, copy: Start, look: Look, mode: str, to_one_region: str, from_one_region: str
) -> None:
    sim.settings.copy_slots = mode
    sources = [(region, new_image(region=region, name=f"to-{region}")) for region in [*FIVE, "cn-wulanchabu"]]
    into = [copy(source, "eu-central-1", region_id=region) for region, source in sources]
    assert look(into[-1], "eu-central-1").status == to_one_region
    sim.clock.advance(60)
    source = new_image(name="out")
    out = [copy(source, region) for region in [*FIVE, "cn-wulanchabu"]]
    assert look(out[-1], "cn-wulanchabu").status == from_one_region


def test_accounts_do_not_share_the_limit(sim: Simulator, image: str, copy: Start) -> None:
    for region in FIVE:
        copy(image, region)
    with sim.lock:
        theirs = plant(sim.world, {"images": [{"region": HOME, "account": ONE}]})["images"][0]
    request = ecs.CopyImageRequest(region_id=HOME, image_id=theirs, destination_region_id="cn-beijing")
    copied = sdk(sim, "consumer-one").copy_image(request).body.image_id
    assert sim.world.region_images("cn-beijing")[copied].status == "Creating"


def test_name_is_unique_from_the_start(sim: Simulator, image: str, new_image: Start, copy: Start) -> None:
    copy(image, destination_image_name="taken")
    other = new_image(name="other")
    with refused("InvalidImageName.Duplicated", 400):
        copy(other, destination_image_name="taken")
    copy(other, "cn-shanghai", destination_image_name="taken")
    with refused("InvalidImageName.Duplicated"):
        # Names are compared before the conflict, and without a name the source's is taken.
        copy(image, destination_image_name="taken")


def test_conflict(sim: Simulator, image: str, copy: Start) -> None:
    copy(image, destination_image_name="first")
    with refused("OperationDenied.ImageCopyConflict", 400):
        copy(image, destination_image_name="second")
    copy(image, "cn-shanghai")
    sim.settings.copy_conflict = "source"
    sim.settings.copy_conflict_code = "OperationDenied.ImageCopying"
    with refused("OperationDenied.ImageCopying", 403):
        copy(image, "cn-shenzhen")
    sim.clock.advance(4)
    copy(image, "cn-shenzhen")


@pytest.mark.parametrize(
    ("options", "code", "status"),
    [
        ({"to": HOME}, "IncorrectDestinationRegion", 403),
        ({"to": "cn-nowhere"}, "DestinationRegion.NotFound", 400),
        ({"image_id": "m-none"}, "InvalidImageId.NotFound", 404),
        ({"image_id": "aliyun_3_x64_20G_alibase_20260115.vhd"}, "InvalidImageId.NotFound", 404),
        ({"destination_image_name": "1name"}, "InvalidImageName.Malformed", 400),
        ({"destination_image_name": "aliyun-x"}, "InvalidImageName.Malformed", 400),
        ({"destination_description": "x"}, "InvalidDescription.Malformed", 400),
        ({"kmskey_id": "k"}, "InvalidParameter.EncryptedIllegal", 400),
        ({"kmskey_id": "k", "encrypted": True}, "InvalidParameter.KMSKeyId.NotFound", 404),
        ({"resource_group_id": "rg-none"}, "InvalidResourceGroup.NotFound", 404),
        ({"client_token": "x" * 65}, "InvalidClientToken.Malformed", 400),
        ({"encrypted": True, "to": "cn-nanjing"}, "InvalidRegion.NotSupport", 403),
        ({"tag": [ecs.CopyImageRequestTag(key="acs:x", value="")]}, "InvalidTagKey.Malformed", 400),
        ({"tag": [ecs.CopyImageRequestTag(key="x", value="")] * 2}, "Duplicate.TagKey", 400),
        ({"tag": [ecs.CopyImageRequestTag(key=f"x{n}", value="") for n in range(21)]}, "QuotaExceed.Tags", 403),
    ],
)
def test_refusals(image: str, copy: Start, options: dict[str, Any], code: str, status: int) -> None:
    source = options.pop("image_id", image) if "image_id" in options else image
    with refused(code, status):
        copy(source, **options)


def test_source_must_be_available(new_image: Start, copy: Start) -> None:
    for status in ("Deprecated", "CreateFailed", "UnAvailable", "Creating", "Waiting"):
        with refused("IncorrectImageStatus", 400):
            copy(new_image(name=f"is-{status}", status=status))


def test_size_quota_and_account(sim: Simulator, new_image: Start, image: str, copy: Start) -> None:
    with refused("SizeExceed.Image", 403):
        copy(new_image(name="big", disks=[{"size": 20}, {"size": 2048}]))
    sim.settings.image_quota = 0
    with refused("QuotaExceed.Image", 403, "(0)"):
        copy(image)
    sim.settings.image_quota, sim.settings.snapshot_quota = 10, 0
    with refused("QuotaExceed.Snapshot", 403):
        copy(image)
    sim.world.accounts["1000000000000001"].arrears = True
    with refused("Account.Arrearage", 400):
        copy(image)


def test_encrypted_copies(sim: Simulator, client: Client, image: str, copy: Start, look: Look) -> None:
    copied = copy(image, encrypted=True, kmskey_id=key(sim))
    sim.clock.advance(4)
    disk = look(copied).disk_device_mappings.disk_device_mapping[0]
    assert disk.encrypted is True
    request = ecs.DescribeSnapshotsRequest(region_id="cn-beijing", snapshot_ids=f'["{disk.snapshot_id}"]')
    snapshot = client.describe_snapshots(request).body.snapshots.snapshot[0]
    assert (snapshot.kmskey_id, snapshot.encrypted, snapshot.usage) == (key(sim), True, "image")
    assert (snapshot.source_snapshot_id, snapshot.source_region_id) == ("", ""), "no trace of where it came from"
    with refused("OperationDeined.EncryptedSnapshot", 403):
        copy(copied, "cn-shanghai", region_id="cn-beijing")
    with refused("InvalidParameter.KMSKeyId.NotFound"):
        copy(copied, "cn-shanghai", region_id="cn-beijing", encrypted=True, kmskey_id=key(sim))
    again = copy(copied, "cn-shanghai", region_id="cn-beijing", encrypted=True)
    used = sim.world.snapshots[look(again, "cn-shanghai").disk_device_mappings.disk_device_mapping[0].snapshot_id]
    assert sim.world.kms_keys[used.kms_key_id].kind == "service"


def test_key_states_and_same_region(sim: Simulator, image: str, copy: Start) -> None:
    disabled: Any = sim.world.demo["disabled_kms_key"]
    with refused("InvalidParameter.KMSKeyId.CMKNotEnabled", 403):
        copy(image, encrypted=True, kmskey_id=disabled["cn-beijing"])
    assert copy(image, HOME, encrypted=True, kmskey_id=key(sim, HOME), destination_image_name="encrypted")
    sim.world.accounts["1000000000000001"].default_encryption.add("cn-beijing")
    with refused("InvalidEncrypted.NotMatchDiskDefaultEncryption", 403):
        copy(image)


def test_shared_image_is_copied_inside_its_region_and_encrypted_only(sim: Simulator, new_image: Start) -> None:
    shared = new_image(shares=[ONE])
    consumer = sdk(sim, "consumer-one")

    def request(to: str, **options: Any) -> ecs.CopyImageRequest:
        return ecs.CopyImageRequest(
            region_id=HOME, image_id=shared, destination_region_id=to, destination_image_name="mine", **options
        )

    with refused("OperationDenied.SameRegionOnly", 403):
        consumer.copy_image(request("cn-beijing", encrypted=True))
    with refused("IncorrectDestinationRegion", 403):
        consumer.copy_image(request(HOME))
    assert consumer.copy_image(request(HOME, encrypted=True)).body.image_id
    with refused("InvalidImageId.NotFound"):
        sdk(sim, "consumer-two").copy_image(request(HOME, encrypted=True))


def test_public_image(new_image: Start, copy: Start) -> None:
    with refused("OperationDenied.CommunityImage", 400):
        copy(new_image(is_public=True))


# Cancelling


@pytest.mark.parametrize("seconds", [0, 2.4])
def test_cancel(sim: Simulator, client: Client, image: str, copy: Start, look: Look, seconds: float) -> None:
    copied = copy(image)
    sim.clock.advance(seconds)
    before = look(copied).progress
    cancel(client, copied)
    sim.clock.advance(0.9)
    assert (look(copied).status, look(copied).progress) == ("Creating", before), "still shown, but not moving"
    with refused("IncorrectImageStatus", 400, "not coping"):
        cancel(client, copied)
    with refused("InvalidImageName.Duplicated"):
        copy(image)
    sim.clock.advance(0.2)
    assert look(copied) is None
    with refused("InvalidImageId.NotFound", 404):
        cancel(client, copied)
    sim.clock.advance(60)
    assert look(copied) is None
    assert look(image, HOME).status == "Available"
    assert [s.status for s in sim.world.snapshots.values() if s.region == "cn-beijing"] == ["failed"]


def test_cancel_at_the_end(sim: Simulator, client: Client, image: str, copy: Start, look: Look) -> None:
    sim.settings.copy_finish_seconds = 2.0
    copied = copy(image)
    sim.clock.advance(4.5)
    assert (look(copied).status, look(copied).progress) == ("Creating", "100%")
    sim.clock.advance(2)
    with refused("IncorrectImageStatus", 400, "The image copy has completed."):
        cancel(client, copied)
    with refused("ImageCreatedNotFromCopy", 400):
        cancel(client, image, HOME)


def test_an_image_that_is_being_made_is_no_copy(client: Client, new_image: Start) -> None:
    with refused("ImageCreatedNotFromCopy", 400):
        cancel(client, new_image(status="Creating"), HOME)


def test_cancelled_copy_gives_its_slot_on_when_gone(
    sim: Simulator, client: Client, image: str, copy: Start, look: Look
) -> None:
    first = [copy(image, region) for region in FIVE]
    sixth = copy(image, "cn-zhangjiakou")
    cancel(client, first[0], FIVE[0])
    assert look(sixth, "cn-zhangjiakou").status == "Waiting"
    sim.clock.advance(1)
    assert look(sixth, "cn-zhangjiakou").status == "Creating"


def test_cancel_while_waiting(sim: Simulator, client: Client, image: str, copy: Start, look: Look) -> None:
    for region in FIVE:
        copy(image, region)
    sixth = copy(image, "cn-zhangjiakou")
    cancel(client, sixth, "cn-zhangjiakou")
    sim.clock.advance(0.5)
    assert look(sixth, "cn-zhangjiakou").status == "Waiting"
    sim.clock.advance(10)
    assert look(sixth, "cn-zhangjiakou") is None
    assert not sim.world.copy_queue


def test_only_the_owner_cancels(sim: Simulator, image: str, copy: Start) -> None:
    copied = copy(image)
    with refused("InvalidImageId.NotFound", 404):
        cancel(sdk(sim, "consumer-one"), copied)
