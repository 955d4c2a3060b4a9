# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Switches of what answers look like: fields that recordings of the real API lack, or have in another form."""

from __future__ import annotations

from dataclasses import dataclass

from .switch import DIFFER, READ, choice, flag

_OWN_IMAGE = "DescribeImages with an image of one's own"
_OLD = "recordings of some years ago have it otherwise, newer pages have it so."


# fmt: off
@dataclass
class Answers:
    """One field or form each."""

    mapping_encrypted: str = choice(
        "sent", "absent", text="whether the disks of an image say Encrypted. The page calls it a preview.",
        page=DIFFER, stricter=("absent",), why="only recordings of plain images, of 2023 and before, lack it.",
        level=READ, probe=_OWN_IMAGE,
    )
    image_owner_id: str = choice(
        "always", "others", text="which images say ImageOwnerId: all, or those of other accounts.",
        page=DIFFER, stricter=("others",), why=_OLD, level=READ, probe=_OWN_IMAGE,
    )
    self_shared_form: str = choice(
        "lower", "capital", "empty", text='how IsSelfShared is written: "true", "True", or nothing where it is not.',
        page=DIFFER, neither=True, why="a client has to know them all.", level=READ, probe=_OWN_IMAGE,
    )
    detection_unchecked: str = choice(
        "object", "empty", "absent", text="what DetectionOptions of an image that was never checked is: an object "
        "with empty fields, an empty one, or not there.",
        page=DIFFER, stricter=("empty", "absent"), why=_OLD, level=READ, probe=_OWN_IMAGE,
    )
    finished_progress: str = choice(
        "full", "empty", "absent", text='what the disks of a finished image say as Progress: "100%", nothing, or not '
        "there; without it there is no RemainTime either.",
        page=DIFFER, stricter=("empty", "absent"), why=_OLD, level=READ, probe=_OWN_IMAGE,
    )
    features_shown: str = choice(
        "all", "nvme", text="which Features an image shows: all, or NvmeSupport alone.",
        page=DIFFER, stricter=("nvme",), why=_OLD, level=READ, probe=_OWN_IMAGE,
    )
    source_disk_size: str = choice(
        "number", "text", text="whether SourceDiskSize of a snapshot is a number, as in the page's sample, or a text.",
        page=DIFFER, neither=True, why="a client has to know both.",
        level=READ, probe="DescribeSnapshots with a snapshot of one's own",
    )
    snapshot_name_unset: str = choice(
        "absent", "empty", text="whether a snapshot without a name has an empty SnapshotName or none.",
        page=DIFFER, level=READ, probe="DescribeSnapshots with such a snapshot",
    )
    snapshot_fields: str = choice(
        "all", "few", text="whether a snapshot shows all its fields, or no RegionId, and KMSKeyId, "
        "SourceSnapshotId and SourceRegionId only where they say something.",
        page=DIFFER, stricter=("few",), why=_OLD, level=READ, probe="DescribeSnapshots with a plain one of one's own",
    )
    recommend: str = choice(
        "international", "china", "empty", "absent",
        text="what errors say as Recommend: an address at api.alibabacloud.com, at api.aliyun.com, nothing, or not "
        "there.",
        page=DIFFER, neither=True, why="no client lives by it.", level=READ, probe="any error",
    )
    empty_list: str = choice(
        "shown", "request_id", text="what a list of nothing is answered with: an empty list, or a body with RequestId "
        "alone.",
        page=DIFFER, stricter=("request_id",), why="it was recorded of DescribeAvailableResource alone.",
        level=READ, probe="DescribeImages of an id that is not there",
    )
    gateway_headers: bool = flag(
        False, "whether answers have the gateway's own headers as well.", page=DIFFER, neither=True,
        why="no client lives by them.", level=READ, probe="any call",
    )
