# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the actions on share lists answer in words of their own."""

from __future__ import annotations

from .common import Row

ROWS: dict[str, dict[str, Row]] = {
    "ModifyImageSharePermission": {
        "InvalidParameter.LaunchPermission": (400, 'The specified parameter "LaunchPermission" is invalid.'),
        "ImageDescription.ContainsSensitiveWords": (
            403,
            "The specified image description contains sensitive words.",
        ),
        "ImageName.ContainsSensitiveWords": (403, "The specified image name contains sensitive words."),
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
        # No page words this one.
        "OperationDenied.InvalidImageStatus#unfinished": (403, "The specified image cannot be shared in its status."),
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
}
