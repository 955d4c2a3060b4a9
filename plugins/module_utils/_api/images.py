# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Images and their share lists: one function an API action, which returns plain data."""

from __future__ import annotations

import functools
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._api.calls import (
    Calls,
    Tags,
    accepting,
    id_in,
    passing_refusals,
    tag_list,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._api.snapshots import Snapshots
from ansible_collections.imageops.alicloud.plugins.module_utils._base import error_codes, models
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ApiError
from ansible_collections.imageops.alicloud.plugins.module_utils._base.fields import INSTANCE_TYPE, shaped
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data, text
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import Image, Share


class Images:
    """Images of one account, or of others that it may see."""

    def __init__(self, calls: Calls, snapshots: Snapshots) -> None:
        self._calls = calls
        self._snapshots = snapshots

    def find(
        self,
        region: str,
        *,
        image_id: str | None = None,
        name: str | None = None,
        family: str | None = None,
        tags: Tags | None = None,
        statuses: t.Sequence[str] = models.ALL_STATUSES,
        owner: str | None = "self",
        owner_id: str | None = None,
    ) -> list[Image]:
        """Images in one region, every page, expired ones too.

        :param name: narrows the answer down; the API may match it loosely, so compare yourself
        :param owner: ``self``, ``others``, or None for whoever's image the id is
        """
        found = self._listed(
            region,
            sought=image_id,
            ImageId=image_id,
            ImageName=name,
            ImageFamily=family,
            Tag=tag_list(tags),
            Status=",".join(statuses),
            ImageOwnerAlias=owner,
            ImageOwnerId=int(owner_id) if owner_id else None,
        )
        return self._snapshots.with_encryption(region, found)

    def own(self, region: str) -> list[Image]:
        """All own images of a region as their own answers tell them. Encryption that these leave out is None."""
        return self._listed(region, Status=",".join(models.ALL_STATUSES), ImageOwnerAlias="self")

    def of_others(self, region: str, owner_id: str | None = None) -> list[Image]:
        """All images of others that the account may use, or those of one other account. As ``own`` tells them."""
        given = int(owner_id) if owner_id else None
        statuses = ",".join(models.ALL_STATUSES)
        return self._listed(region, Status=statuses, ImageOwnerAlias="others", ImageOwnerId=given)

    def _listed(self, region: str, sought: str | None = None, **fields: t.Any) -> list[Image]:
        found = self._calls.pages(
            f"look for images in {region}",
            region,
            "DescribeImages",
            ("Images", "Image"),
            sought=sought,
            **fields,
            ShowExpired=True,
        )
        return [models.image(entry, region) for entry in found]

    def get(self, region: str, image_id: str, owner: str | None = None) -> Image | None:
        """One image in whatever state, or None if these credentials don't see it there."""

        def look(statuses: t.Sequence[str]) -> Image | None:
            found = self.find(region, image_id=image_id, owner=owner, statuses=statuses)
            return next((image for image in found if image["image_id"] == image_id), None)

        image = look(models.ALL_STATUSES)
        if image is None:
            with passing_refusals():  # not every page of the provider's knows this word
                image = look(models.ANY_STATUS)
        return image

    def are_visible(self, region: str) -> bool:
        """Whether these credentials see any own image in a region at all."""
        answer = self._calls.read(
            f"look for images in {region}",
            region,
            "DescribeImages",
            Status=",".join(models.ALL_STATUSES),
            ImageOwnerAlias="self",
            ShowExpired=True,
        )
        return bool(models.items(answer, "Images", "Image"))

    def instance_types(self, region: str, image_id: str) -> list[Data]:
        """The instance types that an image can be started on: ``type_id``, ``cores``, ``memory`` in GiB.

        An image that is not Available is not found.
        """
        answer = self._calls.read(
            f"ask which instance types image {image_id} in {region} runs on",
            region,
            "DescribeImageSupportInstanceTypes",
            ImageId=image_id,
            ActionType="CreateEcs",
        )
        found = [shaped(INSTANCE_TYPE, entry) for entry in models.items(answer, "InstanceTypes", "InstanceType")]
        return [kind for kind in found if kind["type_id"]]

    def copy(self, source_region: str, image_id: str, destination: Data, token: str) -> Data:
        """Start a copy. Not repeated after a lost answer: look first.

        :param destination: ``region``, ``name``, ``description``, ``encrypted``, ``kms_key_id``, ``resource_group_id``
            and ``tags``
        :returns: ``image_id`` of the copy and ``request_id``
        """
        call = self._copy_call(source_region, image_id, destination)
        answer = self._calls.write_once(*call, **self._copy_fields(image_id, destination), ClientToken=token)
        return {"image_id": id_in(call[0], answer, "ImageId"), "request_id": text(answer.get("RequestId"))}

    def copy_dry_run(self, source_region: str, image_id: str, destination: Data) -> str:
        """Ask whether a copy would be accepted. The answer to that is an ApiError with code DryRunOperation.

        :returns: the id of the image that was made by an endpoint that ignores DryRun; empty if it does not tell
        """
        answer = self._calls.write_once(
            *self._copy_call(source_region, image_id, destination),
            **self._copy_fields(image_id, destination),
            DryRun=True,
        )
        made = answer.get("ImageId")
        return made if isinstance(made, str) else ""

    @staticmethod
    def _copy_call(source_region: str, image_id: str, destination: Data) -> tuple[str, str, str]:
        return f"copy image {image_id} from {source_region} to {destination['region']}", source_region, "CopyImage"

    @staticmethod
    def _copy_fields(image_id: str, destination: Data) -> Data:
        return {
            "ImageId": image_id,
            "DestinationRegionId": destination["region"],
            "DestinationImageName": destination["name"],
            "DestinationDescription": destination["description"] or None,
            "Encrypted": destination["encrypted"],
            "KMSKeyId": destination["kms_key_id"],
            "ResourceGroupId": destination["resource_group_id"],
            "Tag": tag_list(destination["tags"]),
        }

    def cancel_copy(self, region: str, image_id: str, just_made: bool = False) -> Data:
        """Cancel a running copy, in the region of the copy. Not repeated after a lost answer.

        :param just_made: the caller has made it: one that is not listed is too new, and has not gone
        """
        operation = f"cancel the copy {image_id} in {region}"
        call = functools.partial(self._calls.write_once, operation, region, "CancelCopyImage", ImageId=image_id)
        return self._calls.when_known(
            error_codes.NO_SUCH_IMAGE, call, lambda: just_made or self._is_there(region, image_id)
        )

    def _is_there(self, region: str, image_id: str) -> bool:
        """Whether an image is still listed. Who may not look can't know it."""
        found: Image | None = None
        with passing_refusals():
            found = self.get(region, image_id)
        return found is not None

    def create(self, region: str, fields: Data, token: str) -> Data:
        """Start making an image. Not repeated after a lost answer: look first.

        :param fields: CreateImage's fields under the API's own names
        """
        operation = f"create image {fields.get('ImageName')} in {region}"
        answer = self._calls.write_once(operation, region, "CreateImage", **fields, ClientToken=token)
        return {"image_id": id_in(operation, answer, "ImageId"), "request_id": text(answer.get("RequestId"))}

    def modify(self, region: str, image_id: str, **fields: t.Any) -> None:
        """Set attributes of an image, under the API's own names."""
        operation = f"change {', '.join(sorted(fields))} of image {image_id} in {region}"
        write = self._calls.write_again
        change = functools.partial(write, operation, region, "ModifyImageAttribute", ImageId=image_id, **fields)
        self._calls.when_known(error_codes.NO_SUCH_IMAGE, change)

    def delete(self, region: str, image_id: str, force: bool = False) -> None:
        """Delete an image. One that is gone is no error: an answer may have been lost."""
        operation = f"delete image {image_id} in {region}"
        fields = {"ImageId": image_id, "Force": force or None}
        call = functools.partial(self._calls.write_again, operation, region, "DeleteImage", **fields)
        with accepting(error_codes.NO_SUCH_IMAGE):
            self._calls.when_known(error_codes.NO_SUCH_IMAGE, call, lambda: self._is_there(region, image_id))

    def join_resource_group(self, region: str, image_id: str, group: str) -> None:
        """Move an image. One that is in the group already is no error."""
        operation = f"move image {image_id} in {region} to resource group {group}"
        with accepting("InvalidResourceGroup.Duplicate"):
            self._calls.write_again(
                operation,
                region,
                "JoinResourceGroup",
                ResourceType="image",
                ResourceId=image_id,
                ResourceGroupId=group,
            )

    # Share lists

    def shares(self, region: str, image_id: str) -> list[Share]:
        """The accounts that an image is shared with, every page: ``account_id``, ``shared_at``."""
        return [
            models.share(entry)
            for entry in self._calls.pages(
                f"read the share list of image {image_id} in {region}",
                region,
                "DescribeImageSharePermission",
                ("Accounts", "Account"),
                ImageId=image_id,
            )
        ]

    def shares_if_there(self, region: str, image_id: str) -> list[Share] | None:
        """The same of an image that was listed, or None if somebody has deleted it meanwhile."""
        try:
            return self.shares(region, image_id)
        except ApiError as error:
            if error.code != error_codes.NO_SUCH_IMAGE or self._is_there(region, image_id):
                raise
        return None

    def modify_shares(self, region: str, image_id: str, add: t.Sequence[str], remove: t.Sequence[str]) -> str:
        """Add and remove up to 10 accounts each. Not repeated after a lost answer: read the list first.

        :returns: the request id
        """
        operation = f"share image {image_id} in {region}" if add else f"unshare image {image_id} in {region}"
        change = functools.partial(
            self._calls.write_once,
            operation,
            region,
            "ModifyImageSharePermission",
            ImageId=image_id,
            AddAccount=list(add) or None,
            RemoveAccount=list(remove) or None,
        )
        # What is taken away only may well be gone.
        answer = self._calls.when_known(error_codes.NO_SUCH_IMAGE, change) if add else change()
        return text(answer.get("RequestId"))

    def publish(self, region: str, image_id: str, public: bool) -> None:
        """Make an image a community image, or private again. One that is so already is no error."""
        operation = f"make image {image_id} in {region} {'public' if public else 'private'}"
        with accepting("Image.Public" if public else "Image.NotPublic"):
            self._calls.write_again(operation, region, "ModifyImageSharePermission", ImageId=image_id, IsPublic=public)
