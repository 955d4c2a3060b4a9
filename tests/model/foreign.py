# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What other people do to the same account: in the console, with tools of their own, and with ill will."""

from __future__ import annotations

from functional.support import MAIN, Data, Lab
from simulator.state.images import Image
from simulator_tests.helpers import Raw

MARKERS = ("imageops:copied-from", "imageops:copied-as", "imageops:source-created")


class Stranger:
    """Calls the API with the account's own keys, or changes what is there behind the API's back."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._raw = Raw(lab.sim)

    def act(self, deed: Data, image: Image, other: Image) -> None:
        """Refusals are no failure: a stranger may try what is not possible."""
        getattr(self, "_" + deed["deed"].replace(" ", "_"))(deed, image, other)

    def _call(self, action: str, region: str, **params: str) -> None:
        self._raw.v1(action, {"RegionId": region, **{key: value for key, value in params.items() if value}})

    def _tagged(self, action: str, image: Image, **params: str) -> None:
        what = {"ResourceType": "image", "ResourceId.1": image.image_id}
        self._call(action, image.region, **what, **{key.replace("_", "."): value for key, value in params.items()})

    def _rename(self, deed: Data, image: Image, other: Image) -> None:
        self._call("ModifyImageAttribute", image.region, ImageId=image.image_id, ImageName=deed["name"])

    def _delete(self, deed: Data, image: Image, other: Image) -> None:
        self._call("DeleteImage", image.region, ImageId=image.image_id)
        self._lab.pass_time(2)

    def _deprecate(self, deed: Data, image: Image, other: Image) -> None:
        self._call("ModifyImageAttribute", image.region, ImageId=image.image_id, Status="Deprecated")

    def _revive(self, deed: Data, image: Image, other: Image) -> None:
        self._call("ModifyImageAttribute", image.region, ImageId=image.image_id, Status="Available")

    def _tag(self, deed: Data, image: Image, other: Image) -> None:
        self._tagged("TagResources", image, Tag_1_Key="stage", Tag_1_Value="strange")

    def _unmark(self, deed: Data, image: Image, other: Image) -> None:
        keys = {f"TagKey_{number}": key for number, key in enumerate(MARKERS, 1)}
        self._tagged("UntagResources", image, **keys)

    def _forge(self, deed: Data, image: Image, other: Image) -> None:
        """An image is made to look like a copy of another one."""
        tags = (MARKERS[0], f"{other.region}/{other.image_id}"), (MARKERS[1], deed["name"])
        for key, value in tags:
            self._tagged("TagResources", image, Tag_1_Key=key, Tag_1_Value=value)

    def _share(self, deed: Data, image: Image, other: Image) -> None:
        params = {"ImageId": image.image_id, "AddAccount.1": deed["account"]}
        self._call("ModifyImageSharePermission", image.region, **params)

    def _unshare(self, deed: Data, image: Image, other: Image) -> None:
        params = {"ImageId": image.image_id, "RemoveAccount.1": deed["account"]}
        self._call("ModifyImageSharePermission", image.region, **params)

    def _copy(self, deed: Data, image: Image, other: Image, **markers: str) -> None:
        wanted = {"DestinationRegionId": deed["region"], "DestinationImageName": deed["name"], **markers}
        self._call("CopyImage", image.region, ImageId=image.image_id, **wanted)

    def _marked_copy(self, deed: Data, image: Image, other: Image) -> None:
        """Another run of ours, which was killed right after it had started the copy."""
        values = (f"{image.region}/{image.image_id}", deed["name"])
        tags: dict[str, str] = {}
        for number, (key, value) in enumerate(zip(MARKERS, values, strict=False), 1):
            tags |= {f"Tag.{number}.Key": key, f"Tag.{number}.Value": value}
        own = [one for one in self._lab.own(deed["region"]) if one.tags.get(MARKERS[0]) == values[0]]
        if deed["name"] not in [one.tags.get(MARKERS[1]) for one in own]:  # a run looks first
            self._copy(deed, image, other, **tags)

    def _cancel(self, deed: Data, image: Image, other: Image) -> None:
        self._call("CancelCopyImage", image.region, ImageId=image.image_id)
        self._lab.pass_time(2)

    def _break(self, deed: Data, image: Image, other: Image) -> None:
        """The provider finds an image damaged."""
        with self._lab.sim.lock:
            if image.status == "Available" and image.account_id == MAIN and image.is_copied:
                image.status = "UnAvailable"

    def _drop_snapshot_tag(self, deed: Data, image: Image, other: Image) -> None:
        with self._lab.sim.lock:
            for snapshot in self._lab.sim.world.image_snapshots(image):
                snapshot.tags.pop("imageops:snapshot-of", None)
