# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the actions on images answer in words of their own."""

from __future__ import annotations

from .common import NAME_RULE, Row

ROWS: dict[str, dict[str, Row]] = {
    "CopyImage": {
        "Forbbiden": (403, "User not authorized to operate on the specified resource."),
        "InvalidEncrypted.NotMatchKmsKeyId": (
            400,
            "The specified parameter Encrypted must be true when KmsKeyId is not empty.",
        ),
        "UserNotInTheWhiteList": (403, "The user is not in byok white list."),
        "InvalidOperation.VhdImageUnsupported": (
            403,
            "The specified vhd image is not supported for this operation. Please switch to a raw image and retry.",
        ),
        "InvalidDescription.Malformed": (400, "The specified destination description is wrongly formed."),
        "SourceRegion.NotFound": (400, "The source region not found."),
        "DestinationRegion.NotFound": (400, "The destination region not found."),
        "IncorrectImageStatus": (400, "The image not available."),
        "InvalidSnapshotId.NotFound": (400, "The specified SnapshotId does not exist."),
        "InvalidImageName.Duplicated": (
            400,
            "The specified image name is already in use in the target region. Please try a different one.",
        ),
        "InvalidImageName.Duplicated#older": (400, "The destination image is exist."),
        "InvalidParameter.EncryptedIllegal": (
            400,
            "The specified parameter Encrypted must be true when kmsKeyId is not empty.",
        ),
        "InvalidEncrypted.NotMatchEncryptAlgorithm": (
            400,
            "The specified parameter Encrypted must be true when EncryptAlgorithm is not empty.",
        ),
        "InvalidEncryptAlgorithm": (400, "The specified parameter EncryptAlgorithm is not valid."),
        "OperationDenied.CommunityImage": (400, "Community image does not support copy."),
        "InvalidImageName.Malformed": (400, NAME_RULE),
        "InvalidParameter.KmsNotEnabled": (400, "The specified operation need enable KMS."),
        "OperationDenied.ImageCopyConflict": (
            400,
            "The same image cannot be copied concurrently. Please wait until the last copy is completed before "
            "performing the next operation.",
        ),
        "Account.Arrearage": (400, "Your account has an outstanding payment."),
        "QuotaExceed.Image": (403, "The number of images exceeds the limit (%s)."),
        "QuotaExceed.Snapshot": (403, "The snapshot quota exceeds."),
        "OperationDenied.ImageCopying": (403, "The image is currently being copied. Please try again later."),
        "RegionNotSupportCopy": (403, "The region not support copy."),
        "IncorrectDestinationRegion": (403, "The destination region is not equal the target region."),
        "OperationDeined.EncryptedSnapshot": (
            403,
            "The image contains encrypted snapshots, which do not support copying to non-encrypted ones.",
        ),
        "OperationDenied.SameRegionOnly": (
            403,
            "The image shared from others can not be copied to another region directly.",
        ),
        "OperationDenied.NonCompliantDestinationRegion": (
            403,
            "The copy operation to the destination region is not in compliance with regulations.",
        ),
        "InvalidRegion.NotSupport": (403, "The specified region does not support byok."),
        "InvalidEncrypted.NotMatchDiskDefaultEncryption": (
            403,
            "The specified parameter Encrypted not match for your account default encryption settings.",
        ),
        "SizeExceed.Image": (
            403,
            "The image exceeds the maximum size. You can use the CopySnapshot API to copy your snapshots of the image "
            "and then create a new image from them.",
        ),
        "InvalidParameter.KMSKeyId.NotFound": (404, "The specified KMSKeyId does not exist."),
        "InvalidOperation.Conflict": (
            409,
            "Request was denied due to conflict with a previous request, please try again later.",
        ),
    },
    "CancelCopyImage": {
        "ImageCreatedNotFromCopy": (400, "The specified image is not the target image of a copy action."),
        "IncorrectImageStatus#completed": (400, "The image copy has completed."),
        "IncorrectImageStatus#failed": (400, "The Image copy has been failed."),
        "IncorrectImageStatus#not_copying": (400, "The specified image is not coping."),
        "CancelNotSupported": (400, "The specified image coping can not be cancelled."),
    },
    "CreateImage": {
        "OperationDenied#shared": (400, "Shared snapshots do not support creating images."),
        "InvalidSnapshot.TooOld": (
            403,
            "This operation is denied because the specified snapshot by DiskDeviceMapping.n.SnapshotId or SnapshotId "
            "is created before 2013-07-15.",
        ),
        "InvalidParameter.KMSKeyId.CMKUnauthorized": (403, "The CMK needs to be added ECS tag."),
        "InvalidImageName.Malformed": (400, "The specified Image name is wrongly formed."),
        "InvalidImageName.Duplicated": (400, "The specified image name is already in use."),
        "InvalidDescription.Malformed": (400, "The specified description is wrongly formed."),
        "IncorrectInstanceStatus": (400, "The current status of the instance does not support this operation."),
        "InstanceLockedForSecurity": (
            400,
            "The specified operation is denied as your instance is locked for security reasons.",
        ),
        "InvalidDevice.Malformed": (400, "The specified parameter DiskDeviceMapping.n.Device is not valid."),
        "MissingParameter#source": (
            400,
            "The input parameter SnapshotId or InstanceId or DiskDeviceMapping that is mandatory for processing this "
            "request is not supplied.",
        ),
        "InvalidSize.ValueNotSupported": (
            400,
            "The specified parameter DiskDeviceMapping.n.Size beyond the permitted range.",
        ),
        "InvalidDevice.InUse": (400, "The specified parameter DiskDeviceMapping.n.Device has been occupied."),
        "OperationDenied#no_system": (
            400,
            "The specified parameter DiskDeviceMapping.n.SnapshotId does not contain system disk snapshot.",
        ),
        "OperationDenied#two_systems": (
            400,
            "The specified parameter DiskDeviceMapping.n.SnapshotId contains two or more system disk snapshots.",
        ),
        "OperationDenied#data_disk": (403, "The specified snapshot is not from system disk."),
        "InvalidArchitecture.Malformed": (400, "The specified Architecture is wrongly formed."),
        "InvalidPlatform.Malformed": (400, "The specified Platform is wrongly formed."),
        "InvalidParameter.DiskType": (
            400,
            "The specified disk type which has kms key can't convert to system disk.",
        ),
        "InvalidInstance.NotFoundSystemDisk": (400, "The specified instance does not have system disk."),
        "InvalidImageFamily.Malformed": (400, "The format of the specified image family is invalid."),
        "ImageQuotaExceed.ImageFamily": (
            400,
            "The specified image family exceeds the maximum number of images for one image family.",
        ),
        "ImageFamilyQuotaExceed": (400, "The number of image families exceeds the limit in the region."),
        "InvalidDiskType.ValueNotSupported": (400, "The specified disk type is not supported."),
        "IdempotenceParamNotMatch": (
            400,
            "Request uses a client token in a previous request but is not identical to that request.",
        ),
        "InvalidBootMode.NotSupport": (
            400,
            "The specified parameter BootMode is not supported for current image architecture.",
        ),
        "InvalidParameter.FeaturesImdsSupport": (
            400,
            "The specified parameter Features.ImdsSupport is not supported.",
        ),
        "InvalidSnapshotId.NotReady": (
            403,
            "The current status of the DiskDeviceMapping.n.SnapshotId or SnapshotId does not support this operation.",
        ),
        "QuotaExceed.Image": (403, "The Image Quota exceeds."),
        "QuotaExceed.Snapshot": (403, "The snapshot quota exceeds."),
        "UserNotInTheWhiteList": (
            403,
            "The user is not in the white list of create image by data disk snapshot.",
        ),
        "IncorrectDiskStatus.CreatingSnapshot": (403, "A previous snapshot creation is in process."),
        "InvalidParameter.KMSKeyId.CMKNotEnabled": (403, "The CMK needs to be enabled."),
    },
    "DescribeImages": {
        "CurrentAccount.NotSupportPublicImage": (403, "Public image is not supported for current account."),
        "InvalidImageOwnerAlias.ValueNotSupported": (400, "The specified ImageOwnerAlias value is not supported."),
        "InvalidParamter": (400, "Invalid Parameter."),
        "InvalidInstanceType.ValueNotSupported": (
            400,
            "The specified instance type %s does not exist. You can use the DescribeInstanceTypes API to query the "
            "available instance types.",
        ),
        "InvalidFilterValue.NetworkType": (400, "The specified networkType value in the Filter is invalid."),
        "InvalidOperation.ImageOwnerIdUnsupported": (
            400,
            'The parameter "ImageOwnerId" is not supported in this context, it is only valid when querying shared '
            "images or community images.",
        ),
        "InvalidImageOwnerAlias.PublicImageUnsupported": (
            400,
            "When querying images, the parameter ImageOwnerAlias should be others while specified parameter IsPublic "
            "is true.",
        ),
        "InvalidFilterKey.NotFound": (404, "The specified Filter Key is not found."),
        "InvalidFilterValue": (404, "The specified Filter Value is not valid."),
        "InvalidUsage": (404, "The specified Usage is not valid."),
        "InvalidOSType": (404, "The specified OSType is not valid."),
        "InvalidArchitecture": (404, "The specified Architecture is not valid."),
    },
    "DescribeImageFromFamily": {
        "InvalidRegionId.NotFound": (404, "The RegionId provided does not exist."),
    },
    "ModifyImageAttribute": {
        "InvalidImageName.Malformed": (400, NAME_RULE),
        "InvalidImageName.Duplicated": (400, "The specified Image name has already bean used."),
        "InvalidDescription.Malformed": (400, "The specified description is wrongly formed."),
        "ImageQuotaFull.ImageFamily": (
            400,
            "The specified image family has exceeded max number of images for one image family.",
        ),
        "InvalidImageFamily.Malformed": (400, 'The specified parameter "ImageFamily" is malformed.'),
        "ImageFamilyQuotaFull": (400, "The specified region has exceeded max number of image family."),
        "InvalidBootMode.NotSupport": (400, "The specified parameter BootMode is not supported."),
        "InvalidLicenseType.NotSupported": (400, "The specified parameter LicenseType is not supported."),
        "InvalidParameter.FeaturesImdsSupport": (
            400,
            "The specified parameter Features.ImdsSupport is not supported.",
        ),
        "ImageStatus.NotAvailable": (403, "The specified image status is not available."),
        "ImageStatus.NotDeprecated": (403, "The specified image status is not deprecated."),
        "ImageUseShared": (
            403,
            "The specified image has been shared to others, please remove shared accounts first.",
        ),
        "OperationDeined.ImageUsingByInstance": (
            403,
            "The boot mode of the image cannot be modified because it has associated instances.",
        ),
        "InvalidOperation.FeaturesImdsSupportNotMatch": (
            403,
            "The specified parameter Features.ImdsSupport can not be set to v1 from v2.",
        ),
        "InvalidStatus.ImageIsCreating": (
            403,
            "The operation cannot be performed because the image is creating. Please wait until the creation is "
            "complete and try again.",
        ),
    },
    "DeleteImage": {
        "ImageIsImporting": (403, "The specified image is being imported."),
        "ImageIsExporting": (403, "The specified image is being exported."),
        "ImageUsingByInstance": (
            403,
            "The specified image has been used to create instances. You can use the DescribeInstances API to query "
            "these instances, or you can use the force parameter to proceed.",
        ),
        "ImageUseShared": (
            403,
            "The specified image has been shared to others. You can use the DescribeImageSharePermission API to query "
            "the users who have been shared.",
        ),
        "OperationDenied.ImageCopying": (403, "The image is being copied. Please use the CancelCopyImage API."),
        "ImageIsPublic": (403, "You can not delete public image, please modify it to private."),
        "ImageIsCreating": (403, "The specified image is being created."),
    },
}
