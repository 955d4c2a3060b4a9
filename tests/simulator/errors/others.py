# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the actions on everything but images answer in words of their own."""

from __future__ import annotations

from .common import COMMON, NOT_VALID_STATUS, Row

# The tag calls word a missing parameter by a code of its own for each name.
_TAG_MISSING: dict[str, Row] = {
    "MissingParameter#RegionId": (404, "The parameter - RegionId should not be null."),
    "MissingParameter#ResourceType": (404, "The parameter - ResourceType should not be null."),
    "MissingParameter#ResourceId": (404, "The parameter - ResourceIds.N should not be null."),
    "MissingParameter#Tag": (404, "The parameter - Tags should not be null."),
    "InvalidRegionId.NotFound": (404, "The RegionId provided does not exist in our records."),
}

_LAUNCH: dict[str, Row] = {
    "UnexpectedImageFamily.ImageIdSupplied": (
        400,
        "The input parameter ImageFamily must be null when image id is set.",
    ),
    "InvalidImageFamily.MissingAvailableImage": (
        403,
        "There is no available image related to the specified image family.",
    ),
    "OperationDenied#not_available": (
        403,
        "The specified image is not available, please check the status of the image.",
    ),
    "InvalidInstanceType.ValueNotSupported": (400, "The specified InstanceType %s is not supported."),
    "ImageNotSupportInstanceType": (403, "The specified image don not support the InstanceType instance."),
    "InvalidParameter.NotMatch": (403, "%s"),
    "InvalidVSwitchId.NotFound": (404, "Specified virtual switch does not exist."),
    "InvalidParameter.Mismatch": (400, "Specified virtual switch is not in the specified zone."),
    "InvalidSecurityGroupId.NotFound": (404, "The specified SecurityGroupId does not exist."),
    "InvalidSystemDiskSize.LessThanImageSize": (
        404,
        "The specified parameter SystemDisk.Size is less than the image size.",
    ),
    "InvalidEncrypted.NotMatchKmsKeyId": (
        400,
        "The specified parameter Encrypted must be true when KmsKeyId is not empty.",
    ),
    "InvalidParam.EncryptedMismatch": (
        400,
        "Creating encrypted disks with shared encrypted image requires replacing encryption keys.",
    ),
    "InvalidEncrypted.NotMatchDiskDefaultEncryption": (
        403,
        "Enabling disk default encryption prevents the creation of non-encrypted disks.",
    ),
    "InvalidParameter.KmsNotEnabled": (400, "Failed to perform this operation because KMS is not activated."),
    "InvalidParameter.KMSKeyId.NotFound": (404, "The specified KMSKeyId does not exist."),
    "InvalidKMSKeyId.NotSymmetric": (400, "The specified parameter KmsKeyId must be symmetric."),
    "InvalidRegion.NotSupport": (403, "The specified region does not support byok."),
    "InvalidRegionId.NotFound": (404, "The RegionId provided does not exist in our records."),
}

ROWS: dict[str, dict[str, Row]] = {
    "CopySnapshot": {
        "InvalidParameter.Arns": (400, "The specified Arns is not valid."),
        "InvalidParameterDestinationStorageLocationArn.Unauthorized": (
            403,
            'The operation has failed due to lack of permission for the specified "DestinationStorageLocationArn". '
            "Please use a resource with appropriate permission for the operation.",
        ),
        "InvalidSnapshotId.NotFound": (403, "The specified snapshot is not exists."),
        "InvalidSnapshotId.NotReady": (403, "The specified snapshot has not completed yet."),
        "InvalidOperation.UnfinishedCrossRegionCopy": (
            403,
            "This disk has unfinished cross-region copy snapshots in the target region.",
        ),
        "InvalidOperation.UnfinishedEncryptedSnapshotCopy": (
            403,
            "This disk has unfinished encrypted copy snapshots in the target region.",
        ),
        "InvalidOperation.NotSupportCopyInSameRegion": (
            403,
            "Copying snapshot in the same region is not supported.",
        ),
        "InvalidSnapshotName.Malformed": (403, "The specified SnapshotName is wrongly formed."),
        "InvalidDescription.Malformed": (403, "The specified description is wrongly formed."),
        "InvalidRetentionDays.Malformed": (403, "The specified RetentionDays is not valid."),
        "InvalidRegionId.NotSupportedEncryptedSnapshotCopy": (
            403,
            "The specified region not support copy encrypted snapshot.",
        ),
        "InvalidRegion.NotSupport": (403, "The specified region does not support byok."),
        "InvalidRegionId.NotExists": (403, "Region not exists."),
        "InvalidEncrypted.NotMatchKmsKeyId": (
            403,
            "The specified parameter Encrypted must be true when KmsKeyId is not empty.",
        ),
        "InvalidEncrypted.NotSupportDecrypt": (403, "Encrypted snapshot not support copy to decrypt snapshot."),
        "InvalidParameter.KmsNotEnabled": (403, "The specified operation need enable KMS."),
        "InvalidParameter.KMSKeyId.NotFound": (403, "The specified KMSKeyId does not exist."),
        "InvalidKMSKeyId.NotSymmetric": (403, "The specified parameter KmsKeyId must be symmetric."),
        "QuotaExceed.SnapshotQuota": (
            403,
            "The quota is insufficient, please contact your channel partner to increase the quota.",
        ),
        "OperationDenied.NonCompliantDestinationRegion": (
            403,
            "The copy operation to the destination region is not in compliance with regulations.",
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
        "InvalidOperation.SnapshotLocked": (403, "The snapshot is locked."),
        "OperationDenied.SnapshotLocked": (403, "The snapshot is locked."),
        "InvalidOperation.DeleteSharedSnapshotUnsupported": (
            403,
            "The current snapshot shares authorization with other users. Please revoke the shared authorization "
            "through resource management first.",
        ),
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
    "RunInstances": dict(_LAUNCH),
    "CreateInstance": dict(_LAUNCH),
    "DeleteInstance": {"InstanceLockedForSecurity": (403, "The instance is locked due to security.")},
    "DeleteInstances": {"InstanceLockedForSecurity": (403, "The instance is locked due to security.")},
    "ReplaceSystemDisk": {
        "InstanceLockedForSecurity": (403, "The instance is locked due to security."),
        "OperationDenied": (
            400,
            "The specified image contains the snapshot of the data disk,does not support this operation.",
        ),
        "OperationDenied.ImageNotValid": (403, "%s"),
        "ImageNotSupportInstanceType": (403, "The specified image don not support the InstanceType instance."),
        "InvalidParameter.NotMatch": (403, "%s"),
        "InvalidSystemDiskSize.LessThanImageSize": (
            404,
            "The specified parameter SystemDisk.Size is less than the image size.",
        ),
        "InvalidEncrypted.NotMatchKmsKeyId": (
            403,
            "The specified parameter Encrypted must be true when KmsKeyId is not empty.",
        ),
        "InvalidEncrypted.DefaultEncryptionUnsupported": (
            403,
            "The specified parameter Encrypted must be true when default encryption is enabled.",
        ),
        "InvalidParameter.KmsNotEnabled": (403, "The specified operation need enable KMS."),
        "InvalidParameter.KMSKeyId.NotFound": (403, "The specified KMSKeyId does not exist."),
        "InvalidParameter.KMSKeyId.CMKNotEnabled": (403, "The CMK needs to be enabled."),
        "InvalidKMSKeyId.NotSymmetric": (403, "The specified parameter KmsKeyId must be symmetric."),
        "InvalidRegion.NotSupport": (403, "The specified region does not support byok."),
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
        "NoPermission.Tag": (403, "The operator is not permission for the tag."),
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
    "AssumeRoleWithOIDC": {
        "AuthenticationFail.NoPermission": (401, "There is no permission"),
        "AuthenticationFail.NoPermission#provider": (401, "No such OIDC Provider registered."),
        "AuthenticationFail.OIDCToken.AudienceNotMatch": (401, "Invalid audience."),
        "AuthenticationFail.OIDCToken.Expired": (401, "This JsonWebToken is expired."),
        "AuthenticationFail.OIDCToken.Invalid": (401, "The Jwt content is invalid that cannot be recognized."),
        "AuthenticationFail.OIDCToken.InvalidSignature": (401, "OIDC token validate failed: invalid signature."),
        "InvalidParameter.DurationSeconds": (400, "The Min/Max value of DurationSeconds is 15min/1hr."),
        "InvalidParameter.RoleSessionName": (400, "The parameter RoleSessionName is wrongly formed."),
        "InvalidParameter.PolicyGrammar": (400, "The parameter Policy has not passed grammar check."),
        "InvalidParameter.PolicySize": (400, "The size of Policy must be smaller than 2048 bytes."),
        "EntityNotExist.Role": (404, "The specified Role not exists ."),
    },
    "AssumeRole": {
        "InvalidParameter.DurationSeconds": (400, "The Min/Max value of DurationSeconds is 15min/1hr."),
        "InvalidParameter.ExternalId": (400, "The parameter ExternalId is wrongly formed."),
        "InvalidParameter.RoleArn": (400, "The parameter RoleArn is wrongly formed."),
        "InvalidParameter.RoleSessionName": (400, "The parameter RoleSessionName is wrongly formed."),
        "InvalidParameter.PolicyGrammar": (400, "The parameter Policy has not passed grammar check."),
        "InvalidParameter.PolicySize": (400, "The size of Policy must be smaller than 2048 bytes."),
        "NoPermission": (403, "You are not authorized to do this action. You should be authorized by RAM."),
        "EntityNotExist.Role": (404, "The specified Role not exists ."),
        "InternalError": (500, "STS Server Internal Error happened, please send the RequestId to us."),
    },
}
