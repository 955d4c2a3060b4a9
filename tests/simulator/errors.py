# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every error the simulator can answer: one table, looked up by action and code.

A key is `code` or `code#variant` where the API words one code in several ways; `%s` in a message is filled in.
An action's own row comes before the common one, because the same code has other statuses elsewhere.
"""

from __future__ import annotations

Row = tuple[int, str]


class ApiError(Exception):
    """What a call answers instead of a result."""

    def __init__(self, code: str, status: int, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.code = code
        self.status = status
        self.message = message


KMS_FORBIDDEN = "ECS service have no right to access your KMS."
KMS_INACTIVE = "The CMK (Customer Master Key) must be in an active state."
NAME_RULE = (
    "Image names must be between 2 and 128 characters long, using either English or Chinese characters. "
    "The name must start with a letter or a Chinese character, and can include numbers, colons, underscores and "
    "hyphens."
)
NOT_VALID_STATUS = "The current status of the resource does not support this operation."

COMMON: dict[str, Row] = {
    "MissingParameter": (
        400,
        'The input parameter "%s" that is mandatory for processing this request is not supplied.',
    ),
    "InvalidParameter": (400, 'The specified parameter "%s" is not valid.'),
    "InvalidAccessKeyId.NotFound": (404, "Specified access key is not found."),
    "InvalidAccessKeyId.Inactive": (400, "Specified access key is disabled."),
    "SignatureDoesNotMatch": (
        400,
        "Specified signature is not matched with our calculation. server string to sign is:%s",
    ),
    "IncompleteSignature": (400, "The request signature does not conform to Alibaba Cloud standards."),
    "InvalidSignatureMethod": (400, "The specified parameter SignatureMethod is not valid."),
    "SignatureNonceUsed": (400, "Specified signature nonce was used already."),
    "InvalidTimeStamp.Expired": (400, "Specified time stamp or date value is expired."),
    "InvalidTimeStamp.Format": (400, "Specified time stamp or date value is not well formatted."),
    "InvalidSecurityToken.Expired": (400, "Specified SecurityToken is expired."),
    "InvalidSecurityToken.MismatchWithAccessKey": (400, "Specified SecurityToken mismatch with the AccessKey."),
    "InvalidApi.NotFound": (404, "Specified api is not found, please check your url and method."),
    "UnsupportedHTTPMethod": (400, "This HTTP method is not supported."),
    "InvalidParameter.Format": (400, "Specified parameter Format is not valid."),
    "Throttling": (400, "Request was denied due to request throttling."),
    "ServiceUnavailable": (503, "The request has failed due to a temporary failure of the server."),
    "InternalError": (500, "The request processing has failed due to some unknown error, exception or failure."),
    "IdempotentParameterMismatch": (400, "The request is retried with updated parameters."),
    "InvalidClientToken.Malformed": (
        400,
        "The specified clientToken is improperly formatted. It must contain only ASCII characters and must not "
        "exceed 64 characters in length.",
    ),
    "DryRunOperation": (400, "Request validation has been passed with DryRun flag set."),
    "InvalidRegionId.NotFound": (404, "The specified RegionId does not exist."),
    "InvalidImageId.NotFound": (404, "The specified ImageId does not exist."),
    "InvalidInstanceId.NotFound": (404, "The specified InstanceId does not exist."),
    "InvalidSnapshotId.NotFound": (404, "The specified SnapshotId does not exist."),
    "InvalidResourceGroup.NotFound": (404, "The ResourceGroup provided does not exist in our records."),
    "InvalidResourceType.NotFound": (404, "The ResourceType provided does not exist in our records."),
    "InvalidResourceId.NotFound": (404, "The specified ResourceIds are not found in our records."),
    "IncorrectInstanceStatus": (403, NOT_VALID_STATUS),
    "Duplicate.TagKey": (400, "The Tag.N.Key contain duplicate key."),
    "InvalidTagKey.Malformed": (400, "The specified Tag.n.Key is not valid."),
    "InvalidTagValue.Malformed": (400, "The specified Tag.n.Value is not valid."),
    "InvalidTag.Mismatch": (400, "The specified Tag.n.Key and Tag.n.Value are not match."),
    "InvalidTagCount": (400, "The specified tags are beyond the permitted range."),
    "QuotaExceed.Tags": (403, "The number of tags exceeds the limit (%s)."),
    "NumberExceed.ResourceIds": (400, "The ResourceIds parameter's number is exceed , Valid : 50."),
    "NumberExceed.Tags": (400, "The Tags parameter's number is exceed , Valid : 20."),
    "OperationDenied.QuotaExceed": (400, "The quota of tags on resource is beyond permitted range."),
    "TagKey.Duplication": (403, "The TagKey has duplication with others, case-insensitive."),
    "InvalidParameter.KMSKeyId.CMKNotEnabled": (403, KMS_INACTIVE),
    "InvalidParameter.KMSKeyId.KMSUnauthorized": (403, KMS_FORBIDDEN),
}

# The tag calls word a missing parameter by a code of its own for each name.
_TAG_MISSING: dict[str, Row] = {
    "MissingParameter#RegionId": (404, "The parameter - RegionId should not be null."),
    "MissingParameter#ResourceType": (404, "The parameter - ResourceType should not be null."),
    "MissingParameter#ResourceId": (404, "The parameter - ResourceIds.N should not be null."),
    "MissingParameter#Tag": (404, "The parameter - Tags should not be null."),
    "InvalidRegionId.NotFound": (404, "The RegionId provided does not exist in our records."),
}
MISSING_CODES = {
    "RegionId": "MissingParameter.RegionId",
    "ResourceType": "MissingParameter.ResourceType",
    "ResourceId": "MissingParameter.ResourceIds",
    "Tag": "MissingParameter.Tags",
}

BY_ACTION: dict[str, dict[str, Row]] = {
    "CopyImage": {
        "InvalidDescription.Malformed": (400, "The specified destination description is wrongly formed."),
        "SourceRegion.NotFound": (400, "The source region not found."),
        "DestinationRegion.NotFound": (400, "The destination region not found."),
        "IncorrectImageStatus": (400, "The image not available."),
        "InvalidSnapshotId.NotFound": (400, "The specified SnapshotId does not exist."),
        "InvalidImageName.Duplicated": (
            400,
            "The specified image name is already in use in the target region. Please try a different one.",
        ),
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
    "ModifyImageSharePermission": {
        "ForbiddenParameter.LaunchPermission": (
            400,
            'The specified parameter "LaunchPermission" is forbidden for current account.',
        ),
        "UnnecessaryParameter.LaunchPermission": (
            400,
            'The specified parameter "LaunchPermission" is unnecessary if paramter "AddAccounts" or "RemoveAccounts" '
            "exist.",
        ),
        "AssumeRoleError": (
            403,
            "Requires a RAM role of AliyunECSShareEncryptImageDefaultRole before sharing encrypted image.",
        ),
        "Image.Public": (403, "The specified image is public image."),
        "CurrentRegion.NotSupportPublicImage": (403, "Public image is not supported for current region."),
        "Image.NotPublic": (403, "The specified image is not public image."),
        "OperationDeined.FullImage": (
            403,
            "The encrypted image contains multiple snapshots, which do not support share.",
        ),
        "QuotaExceed.ShareImage": (403, "The shared Image Quota exceeds."),
        "QuotaExceed.ShareImageUser": (403, "The shared Image user Quota exceeds."),
        "InvalidImageId.BidMismatch": (403, "Cannot share the image with users %s of other sites."),
        "OperationDeined.EncryptedSnapshot": (
            403,
            "The image contains encrypted snapshots, which do not support share.",
        ),
        "OperationDenied.InvalidImageStatus": (403, "The specified image cannot be shared when it is deprecated."),
        "PublicImageAgreement.NotSigned": (
            403,
            'The current account has not signed "Community Image Terms of Service".',
        ),
        "InvalidParameter.IsPublic": (403, "The specified parameter IsPublic is conflicted with other parameters."),
        "InvalidOperation.ServiceKeyEncryptedImageUnsupported": (
            403,
            "The specified service key encrypted image is not supported for this operation. Please switch to a CMK "
            "(Customer Master Key) encrypted image and retry.",
        ),
        "InvalidAccount.NotFound": (
            404,
            'The specified account %s in parameter "AddAccount.n" or "RemoveAccount.n" does not exist.',
        ),
        "InvalidAccount.Forbbiden": (404, "The specified Account does not yourself."),
    },
    "DescribeImageSharePermission": {
        "InvalidImageId.NotFound": (404, "The specified image %s does not exist."),
        # The stray blank before the closing quote is the API's own, for this action only.
        "MissingParameter": (
            400,
            'The input parameter "%s "that is mandatory for processing this request is not supplied.',
        ),
    },
    "CreateSnapshot": {
        "Throttling": (403, "Request was denied due to user flow control."),
        "InvalidSnapshotName.Malformed": (400, "The specified SnapshotName is wrongly formed."),
        "InvalidRetentionDays.Malformed": (400, "The specified RetentionDays is not valid."),
        "IncorrectDiskStatus.CreatingSnapshot": (403, "A previous snapshot creation is in process."),
        "QuotaExceed.Snapshot": (403, "The snapshot quota exceeds."),
        "IdempotentParameterMismatch": (403, "The specified clientToken is used."),
        "InvalidClientToken.Malformed": (403, COMMON["InvalidClientToken.Malformed"][1]),
        "InvalidDiskId.NotFound": (404, "The specified DiskId does not exist."),
        "InvalidDescription.Malformed": (404, "The specified description is wrongly formed."),
        "IncorrectInstanceStatus": (400, NOT_VALID_STATUS),
        "InvalidSnapshotCategory.Malformed": (403, "The specified Category is not valid."),
        "InvalidParameter.KMSKeyId.CMKNotEnabled": (403, "The CMK needs to be enabled."),
    },
    "DescribeSnapshots": {
        "InvalidSnapshotIds.Malformed": (403, "The amount of specified specified snapshot Ids exceeds the limit."),
        "InvalidSnapshotCategory.Malformed": (403, "The specified Category is not valid."),
        "InvalidFilterKey.NotFound": (404, "The specified FilterKey is not found."),
        "InvalidFilterValue": (404, "The specified FilterValue  exceeds the limit."),
        "InvalidUsage": (404, "The specifed Usage is not valid."),
        "InvalidSourceDiskType": (404, "The specifed SourceDiskType is not valid."),
        "InvalidStatus.NotFound": (404, "The specified Status is not found."),
        "InvalidSnapshotType.NotFound": (404, "The specfied SnapshotType is not found."),
        "InvalidSnapshotLinkId.NotFound": (404, "The specified snapshot link is not found."),
    },
    "DeleteSnapshot": {
        "MissingParameter": (
            400,
            "The input parameter %s that is mandatory for processing this request is not supplied.",
        ),
        "SnapshotCreatedImage": (403, "The snapshot has been used to create user defined image(s)."),
        "SnapshotCreatedDisk": (403, "The snapshot has been used to create disk(s)."),
        "InvalidSnapshotId.NotFound": (404, "The specified snapshot is not found."),
    },
    "ModifySnapshotAttribute": {
        "InvalidSnapshotName.Malformed": (400, "The specified SnapshotName is wrongly formed."),
        "NoAttributeToModify": (400, "No attribute to be modified in this request."),
        "InvalidRetentionDays.Malformed": (400, "The specified RetentionDays is not valid."),
        "InvalidOperation.DecreaseRetentionDaysUnsupported": (
            400,
            "The requested operation to decrease retention days for the snapshot is not supported.",
        ),
        "InvalidSnapshotId.NotReady": (400, "The specified snapshot has not completed yet."),
        "InvalidDescription.Malformed": (404, "The specified description is wrongly formed."),
    },
    "DescribeInstances": {
        "InvalidFilterKey.NotFound": (404, "Invalid filter.%s."),
        "InvalidFilterValue": (404, "Invalid filter.%s."),
        "InvalidStatus.NotFound": (404, "The specified Status is not found."),
    },
    "DescribeInstanceStatus": {
        "InvalidParameter.TooManyInstanceIds": (403, "Instance ids cannot be more than 100."),
        "InvalidZoneId.NotFound": (404, "The ZoneId provided does not exist in our records."),
    },
    "DescribeDisks": {
        "InvalidParamter": (400, "Some parameters are invalid in this request."),
        "InvalidDiskType.ValueNotSupported": (400, "The specified disk type is not supported."),
        "InvalidStatus.ValueNotSupported": (400, "The specified disk status is not supported."),
        "MissingParamter.RegionId": (400, "The regionId should not be null."),
        "InvalidRegion.NotFound": (400, "The specified parameter RegionId is not valid."),
        "InvalidParameter.DiskIds": (400, "The specified parameter diskIds is not valid."),
        "InvalidDiskIds.Malformed": (403, "The amount of specified disk Ids exceeds the limit."),
        "InvalidFilterKey.NotFound": (404, "The filter key is not found."),
        "InvalidFilterValue": (404, "The filter value is not valid."),
    },
    "StopInstance": {
        "InstanceLockedForSecurity": (
            403,
            "The specified operation is denied as your instance is locked for security reasons.",
        ),
    },
    "StartInstance": {
        "InstanceLockedForSecurity": (
            403,
            "The specified operation is denied as your instance is locked for security reasons.",
        ),
        "InvalidParameter.KMSKeyId.CMKNotEnabled": (403, "The CMK needs to be enabled."),
    },
    "DescribeRegions": {
        "Invalid.InstanceChargeType": (403, "The specified instanceChargeType is not valid."),
        "InvalidAcceptLanguage.NotFound": (
            404,
            "Only Chinese (zh-CN), English (en-US), and Japanese (ja) are allowed.",
        ),
    },
    "TagResources": dict(_TAG_MISSING),
    "UntagResources": {
        # The same words without the full stop.
        **{code: (status, message.removesuffix(".")) for code, (status, message) in _TAG_MISSING.items()},
        "Param.Conflict": (403, "The specified all is true, but the specified TagKey.N is not empty."),
    },
    "ListTagResources": {
        **_TAG_MISSING,
        "BothEmpty.TagsAndResources": (
            403,
            "The specified Tags and ResourcesIds are not allow to both empty.",
        ),
        "InvalidTags.MalFormed": (400, "The tags must be empty, when the tagFilters is not empty."),
        "PermissionDenied.TagsFuzzyQuery": (
            403,
            "The specified operator has not permission to query fuzzy tags.",
        ),
        "Invalid.NextToken": (403, "The specified NextToken is not valid."),
    },
    "JoinResourceGroup": {
        "MissingParameter": (
            403,
            'The input parameter "%s" that is mandatory for processing this request is not supplied.',
        ),
        "InvalidResourceGroup.Duplicate": (403, "The ResourceId provided has a ResourceGroup in our records."),
        "InvalidResourceId.NotFound": (404, "The ResourceId provided does not exist in our records."),
    },
}


def api_error(action: str, code: str, *values: object) -> ApiError:
    """The error of this code as this action words it; an unlisted code is a bug of the simulator, hence KeyError."""
    status, message = BY_ACTION.get(action, {}).get(code) or COMMON[code]
    return ApiError(code.split("#")[0], status, message % values if values else message)


def is_listed(action: str, code: str) -> bool:
    """Whether the action has an own row for the code."""
    return code in BY_ACTION.get(action, {})


def missing(action: str, name: str) -> ApiError:
    """A required parameter is absent; a few actions have codes of their own for it."""
    if is_listed(action, f"MissingParameter#{name}"):
        status, message = BY_ACTION[action][f"MissingParameter#{name}"]
        return ApiError(MISSING_CODES[name], status, message)
    if action == "DescribeDisks" and name == "RegionId":
        return api_error(action, "MissingParamter.RegionId")
    return api_error(action, "MissingParameter", name)


def invalid(action: str, name: str) -> ApiError:
    """A parameter is unknown or has the wrong type."""
    return api_error(action, "InvalidParameter", name)
