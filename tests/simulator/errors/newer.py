# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What actions beside images, snapshots and tags answer. Their pages word few of these; the codes are what counts."""

from __future__ import annotations

from .common import Row

_NO_TEMPLATE = "The specified launch template does not exist."
_NO_VERSION = "The specified launch template version does not exist."

ROWS: dict[str, dict[str, Row]] = {
    "LockSnapshot": {
        "InvalidLockMode.Malformed": (400, "The specified LockMode is not valid."),
        "InvalidLockDuration.ExceedRetentionDays": (400, "The lock lasts longer than the snapshot is retained."),
        "InvalidCoolOffPeriod.ExceedLockDuration": (400, "The cooling-off period is longer than the lock."),
        "InvalidOperation.SnapshotNotAvailable": (403, "The snapshot is not available."),
        "InvalidOperation.LockSharedSnapshotUnsupported": (403, "A shared snapshot cannot be locked."),
        "InvalidOperation.CoolOffPeriodExpired": (403, "The cooling-off period of the lock is over."),
    },
    "UnlockSnapshot": {
        "InvalidOperation.CoolOffPeriodExpired": (403, "The cooling-off period of the lock is over."),
        "InvalidSnapshotLock.NotFound": (404, "The specified snapshot has no lock."),
    },
    "DescribeLockedSnapshots": {
        "InvalidSnapshotLock.NotFound": (404, "A specified snapshot has no lock."),
    },
    "CreateLaunchTemplate": {
        "LaunchTemplateLimitExceed": (403, "The launch template limit has been exceeded."),
        "LaunchTemplateName.Duplicated": (403, "The specified launch template name already exists."),
        "InvalidDescription.Malformed": (400, "The specified description is wrongly formed."),
    },
    "CreateLaunchTemplateVersion": {
        "LaunchTemplateVersionLimitExceed": (403, "The launch template version limit has been exceeded."),
        "InvalidLaunchTemplate.NotFound": (404, _NO_TEMPLATE),
        "InvalidDescription.Malformed": (400, "The specified description is wrongly formed."),
    },
    "DescribeLaunchTemplateVersions": {"InvalidLaunchTemplate.NotFound": (404, _NO_TEMPLATE)},
    "ModifyLaunchTemplateDefaultVersion": {
        "InvalidLaunchTemplate.NotFound": (404, _NO_TEMPLATE),
        "InvalidLaunchTemplateVersion.NotFound": (404, _NO_VERSION),
    },
    "DeleteLaunchTemplateVersion": {
        "InvalidLaunchTemplate.NotFound": (404, _NO_TEMPLATE),
        "InvalidLaunchTemplateVersion.NotFound": (404, _NO_VERSION),
        "InvalidOperation.DeleteDefaultVersion": (403, "The default version cannot be deleted."),
    },
    "DeleteLaunchTemplate": {"InvalidLaunchTemplate.NotFound": (404, _NO_TEMPLATE)},
    "CreateKeyPair": {
        "InvalidKeyPairName.Malformed": (400, "The specified Key pair name is not valid."),
        "KeyPair.AlreadyExist": (403, "The key pair already exist."),
    },
    "AttachKeyPair": {"InvalidKeyPair.NotFound": (404, "The key pair is not found.")},
    "DetachKeyPair": {"InvalidKeyPair.NotFound": (404, "The key pair is not found.")},
    "DescribeEndpoints": {
        "InvalidRegionId": (400, "The specified region does not exist."),
        "InvalidServiceCode": (400, "The specified service does not exist."),
    },
}
