# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows that hold for every action without one of its own."""

from __future__ import annotations

Row = tuple[int, str]

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
    "InvalidSecurityToken.Malformed": (400, "Specified SecurityToken is malformed."),
    "InvalidSecurityToken.MismatchWithAccessKey": (400, "Specified SecurityToken mismatch with the AccessKey."),
    "InvalidApi.NotFound": (404, "Specified api is not found, please check your url and method."),
    "UnsupportedHTTPMethod": (400, "This HTTP method is not supported."),
    "InvalidParameter.Format": (400, "Specified parameter Format is not valid."),
    "Throttling": (400, "Request was denied due to request throttling."),
    "ServiceUnavailable": (503, "The request has failed due to a temporary failure of the server."),
    "InternalError": (500, "The request processing has failed due to some unknown error, exception or failure."),
    "IdempotentParameterMismatch": (400, "The request is retried with updated parameters."),
    "InvalidIdempotenceParameter.Mismatch": (403, "The specified parameters are different from before."),
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
    "InvalidParameter.KMSKeyId.CMKUnauthorized": (
        403,
        "The CMK(Customer Master Key) lacks authorization to add tags to the ECS service.",
    ),
    "InvalidParameter.DataEncryptedKeyCreateFailed": (
        403,
        "Create kms data encrypted key fail. If you need further assistance, you can contact the KMS Technical "
        "Support.",
    ),
    "InvalidSnapshot.TooOld": (
        403,
        "This operation is denied because the specified snapshot is created before 2013-07-15.",
    ),
    "InvalidAccountStatus.SnapshotServiceUnavailable": (403, "Snapshot service has not been opened yet."),
    "Forbidden.RAM": (
        403,
        "User not authorized to operate on the specified resource, or this API doesn't support RAM.",
    ),
    "MissingSecurityToken": (400, "SecurityToken is mandatory for this action."),
}
