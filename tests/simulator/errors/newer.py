# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What actions beside images, snapshots and tags answer. Their pages word few of these; the codes are what counts."""

from __future__ import annotations

from .common import Row

_NO_TEMPLATE = "The specified launch template does not exist."
_NO_VERSION = "The specified launch template version does not exist."

_ROLE = (
    "ECS service account Have no right to access your OSS.please attach a role of access your oss to ECS service "
    "account"
)
_BUCKETS: dict[str, Row] = {
    "NoSetRoletoECSServiceAcount": (403, _ROLE),
    "InvalidOSSBucket.NotFound": (400, "The specified OSS bucket does not exist in this region."),
    "InvalidOSS.NotAuthorized": (403, "The specified OSS bucket or object is not allowed to access."),
    "InvalidOSSBucket.EncryptUnsupported": (403, "Accessing objects from encrypted OSS bucket is not supported."),
    "InvalidImageFormat.Malformed": (400, "The specified Image Format is wrongly formed."),
    "InvalidRegionId.NotFound": (400, "The specified RegionId does not exist."),
}
_TASKS: dict[str, Row] = {
    "InvalidTaskId.NotFound": (400, 'The specified "TaskId" is not found.'),
    "InvalidRegionId.NotFound": (400, "The specified RegionId does not exist."),
}
_VERSION: dict[str, Row] = {
    "InvalidDescription.Malformed": (400, "The specified description is wrongly formed."),
    "InvalidUserData.Base64FormatInvalid": (400, "The specified UserData is not encoded in Base64."),
    "InvalidUserData.SizeExceeded": (400, "The specified UserData is too long."),
    "Duplicate.TagKey": (400, "The Tag.N.Key contain duplicate key."),
}

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
    "ImportImage": {
        **_BUCKETS,
        "MissingParameter.DiskDeviceMapping": (403, "The specified parameter DiskDeviceMapping is not supplied."),
        "InvalidImageSize": (400, "The specified %s should be in the specified range."),
        "InvalidDataDiskSize": (400, "The specified DiskDeviceMapping.N.%s should be in the specified range."),
        "InvalidOSSObject.NotFound": (400, "The specified OSS object does not exist in this region."),
        "InvalidOSSObject.NeedRestore": (400, "The specified OSS object is a archive object, need restore first."),
        "InvalidOSSObject.Size": (400, "The specified OSS object size is zero."),
        "InvalidImageName.Malformed": (400, "The specified Image name is wrongly formed."),
        "InvalidImageName.Duplicated": (400, "The destination image is exist."),
        "InvalidDescription.Malformed": (400, "The specified Image description is wrongly formed."),
        "InvalidArchitecture.Malformed": (400, "The specified Architecture is wrongly formed."),
        "InvalidPlatform.Malformed": (400, "The specified Platform is wrongly formed."),
        "InvalidOSType.Malformed": (400, "The specified OSType is wrongly formed."),
        "InvalidBootMode.NotSupport": (
            400,
            "The specified parameter BootMode is not supported for current image architecture.",
        ),
        "InvalidLicenseType.NotSupported": (400, "The specified LicenseType is not supported."),
        "InvalidParameter.FeaturesImdsSupport": (400, "The specified parameter Features.ImdsSupport is not supported."),
        "ImageIsImporting": (403, "The specified Image is importing."),
        "QuotaExceed.Image": (403, "The Image Quota exceeds."),
    },
    "ExportImage": {
        **_BUCKETS,
        "InvalidOSSPrefix.Malformed": (400, "The specified OSSPrefix format is wrongly formed."),
        "InvalidImageFormat.RegionNotSupported": (
            400,
            "The specified image format is not supported in current region.",
        ),
        "IncorrectImageStatus": (400, "The specified Image is not available."),
        "ImageNotSupported": (400, "The specified Image contains encrypted snapshots, do not support export."),
        "InvalidImage.DiskAmountOrSize": (400, "%s"),
        "InvalidImageLicense.NotSupported": (403, "%s"),
        "InvalidImageCategory.NotSupported": (403, "The specified image category is not supported."),
        "ExportImageFailed": (403, "Exporting image is failed, Please contact the administrator."),
        "ImageIsExporting": (
            403,
            "The specified Image is being exported. You can use the DescribeTasks API to check the status of existing "
            "tasks.",
        ),
    },
    "DescribeTasks": dict(_TASKS),
    "DescribeTaskAttribute": dict(_TASKS),
    "CancelTask": {
        **_TASKS,
        "InvalidTaskId.TaskActionNotSupport": (403, "The specified task action  not support."),
        "InvalidTaskId.IncorrectTaskStatus": (403, "The specified task status is invalid."),
    },
    "CreateLaunchTemplate": {
        "LaunchTemplateLimitExceed": (403, "The launch template limit has been exceeded."),
        "LaunchTemplateName.Duplicated": (403, "The specified launch template name already exists."),
        **_VERSION,
    },
    "CreateLaunchTemplateVersion": {
        "LaunchTemplateVersionLimitExceed": (403, "The launch template version limit has been exceeded."),
        "InvalidLaunchTemplate.NotFound": (404, _NO_TEMPLATE),
        **_VERSION,
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
        "InvalidOperation.VersionInUse": (403, "A scaling group uses the version."),
    },
    "DeleteLaunchTemplate": {"InvalidLaunchTemplate.NotFound": (404, _NO_TEMPLATE)},
    "DescribeImageSupportInstanceTypes": {
        "InvalidParamter": (400, "Some parameters are invalid in this request."),
    },
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
