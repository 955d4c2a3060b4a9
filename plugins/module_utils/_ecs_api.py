# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One function an API action: names the deed, says how often it may be repeated, and returns plain data."""

from __future__ import annotations

import contextlib
import json
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils import _shapes
from ansible_collections.imageops.alicloud.plugins.module_utils._client import Client
from ansible_collections.imageops.alicloud.plugins.module_utils._errors import ApiError
from ansible_collections.imageops.alicloud.plugins.module_utils._retry import Retry
from ansible_collections.imageops.alicloud.plugins.module_utils._shapes import Data, text

PAGE = 100  # the API's largest page
MOST_PAGES = 1000  # a bound against answers that never end
BATCH_TAGGED = 50  # resources that one TagResources call takes

Tags = t.Mapping[str, str]


def tag_list(tags: Tags | None) -> list[dict[str, str]] | None:
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())] if tags else None


@contextlib.contextmanager
def accepting(*codes: str) -> t.Iterator[None]:
    """Take a refusal that says that there is nothing left to do, as it comes when a call is repeated."""
    try:
        yield
    except ApiError as error:
        if error.code not in codes:
            raise


class EcsApi:
    """The ECS actions that the modules use, for one account. Every function may raise ApiError or CredentialsError."""

    def __init__(self, client: Client, retry: Retry) -> None:
        self._client = client
        self._retry = retry

    def _read(self, deed: str, region: str, action: str, **fields: t.Any) -> Data:
        return self._retry.until_answered(lambda: self._client.ecs(deed, region, action, fields))

    # Writes that may take effect twice without harm are repeated like reads.
    _write_again = _read

    def _write_once(self, deed: str, region: str, action: str, **fields: t.Any) -> Data:
        return self._retry.until_accepted(lambda: self._client.ecs(deed, region, action, fields))

    def caller(self) -> Data:
        """Whose credentials these are: ``account_id``, ``arn``, ``type``."""
        answer = self._retry.until_answered(self._client.caller_identity)
        return {
            "account_id": text(answer.get("AccountId")),
            "arn": text(answer.get("Arn")),
            "type": text(answer.get("IdentityType")),
        }

    def region_ids(self, region: str) -> list[str]:
        answer = self._read("list the regions", region, "DescribeRegions")
        return [text(entry.get("RegionId")) for entry in _shapes.items(answer, "Regions", "Region")]

    # Images

    def images(
        self,
        region: str,
        *,
        image_id: str | None = None,
        name: str | None = None,
        family: str | None = None,
        tags: Tags | None = None,
        statuses: t.Sequence[str] = _shapes.ALL_STATUSES,
        owner: str | None = "self",
        owner_id: str | None = None,
    ) -> list[Data]:
        """Images in one region, every page, expired ones too.

        :param name: narrows the answer down; the API may match it loosely, so compare yourself
        :param owner: ``self``, ``others``, or None for whoever's image the id is
        """
        return [
            _shapes.image(entry, region)
            for entry in self._pages(
                f"look for images in {region}",
                region,
                "DescribeImages",
                ("Images", "Image"),
                ImageId=image_id,
                ImageName=name,
                ImageFamily=family,
                Tag=tag_list(tags),
                Status=",".join(statuses),
                ImageOwnerAlias=owner,
                ImageOwnerId=int(owner_id) if owner_id else None,
                ShowExpired=True,
            )
        ]

    def image(self, region: str, image_id: str, owner: str | None = None) -> Data | None:
        """One image in whatever state, or None if these credentials don't see it there."""
        found = [
            image for image in self.images(region, image_id=image_id, owner=owner) if image["image_id"] == image_id
        ]
        return found[0] if found else None

    def copy_image(self, source_region: str, image_id: str, destination: Data, token: str) -> Data:
        """Start a copy. Not repeated after a lost answer: look first.

        :param destination: ``region``, ``name``, ``description``, ``encrypted``, ``kms_key_id``, ``resource_group_id``
            and ``tags``
        :returns: ``image_id`` of the copy and ``request_id``
        """
        answer = self._write_once(
            *self._copy_call(source_region, image_id, destination),
            **self._copy_fields(image_id, destination),
            ClientToken=token,
        )
        return {"image_id": text(answer.get("ImageId")), "request_id": text(answer.get("RequestId"))}

    def copy_image_dry_run(self, source_region: str, image_id: str, destination: Data) -> str:
        """Ask whether a copy would be accepted. Success is an ApiError with code DryRunOperation.

        :returns: the id of an image that was made by an endpoint that ignores DryRun; else an empty string
        """
        answer = self._write_once(
            *self._copy_call(source_region, image_id, destination),
            **self._copy_fields(image_id, destination),
            DryRun=True,
        )
        return text(answer.get("ImageId"))

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

    def cancel_copy(self, region: str, image_id: str) -> Data:
        """Cancel a running copy, in the region of the copy. Not repeated after a lost answer."""
        return self._write_once(f"cancel the copy {image_id} in {region}", region, "CancelCopyImage", ImageId=image_id)

    def create_image(self, region: str, fields: Data, token: str) -> Data:
        """Start making an image. Not repeated after a lost answer: look first.

        :param fields: CreateImage's fields under the API's own names
        """
        deed = f"create image {fields.get('ImageName')} in {region}"
        answer = self._write_once(deed, region, "CreateImage", **fields, ClientToken=token)
        return {"image_id": text(answer.get("ImageId")), "request_id": text(answer.get("RequestId"))}

    def modify_image(self, region: str, image_id: str, **fields: t.Any) -> None:
        """Set attributes of an image, under the API's own names."""
        deed = f"change {', '.join(sorted(fields))} of image {image_id} in {region}"
        self._write_again(deed, region, "ModifyImageAttribute", ImageId=image_id, **fields)

    def delete_image(self, region: str, image_id: str, force: bool = False) -> None:
        """Delete an image. One that is gone is no error: an answer may have been lost."""
        deed = f"delete image {image_id} in {region}"
        with accepting("InvalidImageId.NotFound"):
            self._write_again(deed, region, "DeleteImage", ImageId=image_id, Force=force or None)

    # Share lists

    def shares(self, region: str, image_id: str) -> list[Data]:
        """The accounts that an image is shared with, every page: ``account_id``, ``shared_at``."""
        return [
            _shapes.share(entry)
            for entry in self._pages(
                f"read the share list of image {image_id} in {region}",
                region,
                "DescribeImageSharePermission",
                ("Accounts", "Account"),
                ImageId=image_id,
            )
        ]

    def modify_shares(self, region: str, image_id: str, add: t.Sequence[str], remove: t.Sequence[str]) -> str:
        """Add and remove up to 10 accounts each. Not repeated after a lost answer: read the list first.

        :returns: the request id
        """
        deed = f"share image {image_id} in {region}" if add else f"unshare image {image_id} in {region}"
        answer = self._write_once(
            deed,
            region,
            "ModifyImageSharePermission",
            ImageId=image_id,
            AddAccount=list(add) or None,
            RemoveAccount=list(remove) or None,
        )
        return text(answer.get("RequestId"))

    def publish(self, region: str, image_id: str, public: bool) -> None:
        """Make an image a community image, or private again. One that is so already is no error."""
        deed = f"make image {image_id} in {region} {'public' if public else 'private'}"
        with accepting("Image.Public" if public else "Image.NotPublic"):
            self._write_again(deed, region, "ModifyImageSharePermission", ImageId=image_id, IsPublic=public)

    # Snapshots, instances, tags

    def snapshots(self, region: str, snapshot_ids: t.Sequence[str]) -> list[Data]:
        """The given snapshots, as far as they exist. At most 100 at a time."""
        if not snapshot_ids:
            return []
        answer = self._read(
            f"look at snapshots {', '.join(snapshot_ids)} in {region}",
            region,
            "DescribeSnapshots",
            SnapshotIds=json.dumps(list(snapshot_ids)),
            MaxResults=PAGE,
        )
        return [_shapes.snapshot(entry, region) for entry in _shapes.items(answer, "Snapshots", "Snapshot")]

    def snapshots_tagged(self, region: str, tags: Tags) -> list[Data]:
        """Snapshots with these tags, every page."""
        found: list[Data] = []
        token: str | None = None
        for _page in range(MOST_PAGES):
            answer = self._read(
                f"look for snapshots in {region}",
                region,
                "DescribeSnapshots",
                Tag=tag_list(tags),
                MaxResults=PAGE,
                NextToken=token,
            )
            found += [_shapes.snapshot(entry, region) for entry in _shapes.items(answer, "Snapshots", "Snapshot")]
            token = text(answer.get("NextToken")) or None
            if token is None:
                break
        return found

    def copy_snapshot(self, wanted: Data, token: str) -> Data:
        """Start copying a snapshot. Not repeated after a lost answer: look first.

        :param wanted: ``source_region``, ``source_id``, ``region``, ``name``, ``description``, ``encrypted``,
            ``kms_key_id``, ``tags``, ``retention_days``
        :returns: ``snapshot_id`` of the copy and ``request_id``
        """
        answer = self._write_once(
            f"copy snapshot {wanted['source_id']} from {wanted['source_region']} to {wanted['region']}",
            wanted["source_region"],
            "CopySnapshot",
            SnapshotId=wanted["source_id"],
            DestinationRegionId=wanted["region"],
            DestinationSnapshotName=wanted["name"],
            DestinationSnapshotDescription=wanted["description"],
            Encrypted=wanted["encrypted"],
            KMSKeyId=wanted["kms_key_id"],
            RetentionDays=wanted["retention_days"],
            Tag=tag_list(wanted["tags"]),
            ClientToken=token,
        )
        return {"snapshot_id": text(answer.get("SnapshotId")), "request_id": text(answer.get("RequestId"))}

    def delete_snapshot(self, region: str, snapshot_id: str, force: bool = False) -> None:
        """Delete a snapshot, which also cancels its copying. One that is gone is no error."""
        deed = f"delete snapshot {snapshot_id} in {region}"
        with accepting("InvalidSnapshotId.NotFound"):
            self._write_again(deed, region, "DeleteSnapshot", SnapshotId=snapshot_id, Force=force or None)

    def instance(self, region: str, instance_id: str) -> Data | None:
        answer = self._read(
            f"look at instance {instance_id} in {region}",
            region,
            "DescribeInstances",
            InstanceIds=json.dumps([instance_id]),
        )
        found = [_shapes.instance(entry, region) for entry in _shapes.items(answer, "Instances", "Instance")]
        return next((entry for entry in found if entry["instance_id"] == instance_id), None)

    def disks(self, region: str, instance_id: str) -> list[Data]:
        answer = self._read(
            f"look at the disks of {instance_id} in {region}",
            region,
            "DescribeDisks",
            InstanceId=instance_id,
            PageSize=PAGE,
        )
        return [_shapes.disk(entry) for entry in _shapes.items(answer, "Disks", "Disk")]

    def tag(self, region: str, kind: str, ids: t.Sequence[str], tags: Tags) -> None:
        """Set tags, overwriting equal keys.

        :param kind: ``image``, ``snapshot`` or ``instance``
        """
        for start in range(0, len(ids), BATCH_TAGGED):
            batch = list(ids[start : start + BATCH_TAGGED])
            deed = f"tag {kind} {', '.join(batch)} in {region}"
            self._write_again(deed, region, "TagResources", ResourceType=kind, ResourceId=batch, Tag=tag_list(tags))

    def untag(self, region: str, kind: str, resource_id: str, keys: t.Sequence[str]) -> None:
        deed = f"remove tags from {kind} {resource_id} in {region}"
        self._write_again(
            deed, region, "UntagResources", ResourceType=kind, ResourceId=[resource_id], TagKey=sorted(keys)
        )

    def join_resource_group(self, region: str, kind: str, resource_id: str, group: str) -> None:
        """Move a resource. One that is in the group already is no error."""
        deed = f"move {kind} {resource_id} in {region} to resource group {group}"
        with accepting("InvalidResourceGroup.Duplicate"):
            self._write_again(
                deed, region, "JoinResourceGroup", ResourceType=kind, ResourceId=resource_id, ResourceGroupId=group
            )

    def _pages(self, deed: str, region: str, action: str, names: tuple[str, str], **fields: t.Any) -> list[Data]:
        found: list[Data] = []
        for page in range(1, MOST_PAGES + 1):
            answer = self._read(deed, region, action, PageNumber=page, PageSize=PAGE, **fields)
            entries = _shapes.items(answer, *names)
            found += entries
            total = _shapes.number(answer.get("TotalCount"))
            # Without a count, a short page is the sign of the end; with one it may be a smaller page than asked for.
            if not entries or (len(found) >= total if total else len(entries) < PAGE):
                break
        return found
