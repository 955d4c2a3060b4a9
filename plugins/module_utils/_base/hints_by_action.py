# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What to do next, where one code means another thing to one call, or is answered by few calls."""

from __future__ import annotations

# Where one code means another thing to one call.
HINTS_BY_ACTION: dict[tuple[str, str], str] = {
    ("sts:AssumeRole", "NoPermission"): (
        "Grant sts:AssumeRole on that role to these credentials, and name their account or user in the role's trust "
        "policy."
    ),
    ("sts:AssumeRoleWithOIDC", "NoPermission"): (
        "Name the identity provider, its audience and subject in the role's trust policy."
    ),
    ("ecs:ModifyImageSharePermission", "OperationDeined.EncryptedSnapshot"): (
        "Encrypted images can't be made public: publish a plain one, or share this one with accounts."
    ),
    ("ecs:StopInstance", "IncorrectInstanceStatus"): "The instance must be Running: wait until it is, then run again.",
    ("ecs:StartInstance", "IncorrectInstanceStatus"): "The instance must be Stopped: wait until it is, then run again.",
}
# The documented policies grant these by a tag.
_BY_TAG = "Grant {action}. If a condition on a tag of this collection limits it, grant it on what others made, too."
HINTS_BY_ACTION |= {
    (f"ecs:{action}", code): _BY_TAG
    for action in ("DeleteImage", "DeleteInstance", "DeleteSnapshot", "ModifyImageSharePermission")
    for code in ("Forbbiden", "Forbidden", "Forbidden.RAM")
}

_ROLE = (
    "Create the RAM role {role} in this account, with ecs.aliyuncs.com as its trusted service and the policy {policy}, "
    "then run again after a minute: a new role is not known everywhere at once."
)
_IMPORT_ROLE = _ROLE.replace("{role}", "AliyunECSImageImportDefaultRole").replace(
    "{policy}", "AliyunECSImageImportRolePolicy (oss:GetObject, oss:GetBucketLocation, oss:GetBucketInfo)"
)
_EXPORT_ROLE = _ROLE.replace("{role}", "AliyunECSImageExportDefaultRole").replace(
    "{policy}",
    "AliyunECSImageExportRolePolicy (oss:GetObject, oss:PutObject, oss:DeleteObject, oss:GetBucketLocation, "
    "oss:GetBucketInfo, oss:AbortMultipartUpload, oss:ListMultipartUploads, oss:ListParts)",
)
HINTS_BY_ACTION |= {
    # The table of codes and the text beside it spell it differently.
    ("ecs:ImportImage", "NoSetRoletoECSServiceAcount"): _IMPORT_ROLE,
    ("ecs:ImportImage", "NoSetRoletoECSServiceAccount"): _IMPORT_ROLE,
    ("ecs:ExportImage", "NoSetRoletoECSServiceAcount"): _EXPORT_ROLE,
    ("ecs:ExportImage", "NoSetRoletoECSServiceAccount"): _EXPORT_ROLE,
    ("ecs:ImportImage", "ImageIsImporting"): (
        "The object is being imported as another image: wait until that has finished, then run again."
    ),
    ("ecs:ExportImage", "ImageNotSupported"): (
        "Encrypted images and those of the marketplace can't be exported: export a plain image of your own."
    ),
    ("ecs:ExportImage", "OperationDenied"): (
        "The API exports no data disks of this image: make an image of the system disk alone, and export that."
    ),
    ("ecs:ImportImage", "InvalidRegion.NotSupport"): "That region imports no images: take another one, and copy.",
    ("ecs:ExportImage", "InvalidRegion.NotSupport"): "That region exports no images: copy it to another one first.",
    ("ecs:ImportImage", "UserNotInTheWhiteList"): "Ask the provider to let this account import images.",
    ("ecs:ExportImage", "UserNotInTheWhiteList"): "Ask the provider to let this account export images.",
}
# Where an instance is to be started.
HINTS_BY_ACTION |= {
    ("ecs:RunInstances", "InvalidInstanceType.ValueNotSupported"): (
        "Check instance_type: the region or the zone may not have that type."
    ),
    ("ecs:RunInstances", "InvalidSecurityGroupId.NotFound"): (
        "Check security_group_id: the group must be in the region of the image, and in the VPC of the subnet."
    ),
    ("ecs:RunInstances", "InvalidVSwitchId.NotFound"): (
        "Check vswitch_id: the subnet must be in the region of the image."
    ),
}
# What ImportImage and ExportImage answer, and nothing else does.
TRANSFERS: dict[str, str] = {
    "CancelTaskFailed": "Run again; if it stays so, wait until the import or export has finished.",
    "ConcurrentQuotaExceed.ExportImage": "Too many exports are running: wait until one has finished, then run again.",
    "ExportImageFailed": "Run again; if it fails again, ask the provider with the request id.",
    "ImageCheckUnsupported.WindowsImage": "Images with Windows are not checked: leave detection_strategy out.",
    "ImportImageFailed": (
        "Check that the object is a whole disk image in the format that is given, then run again; or ask the provider."
    ),
    "InvalidAccountStatus.OSSDisabled": "Activate OSS for the account, or settle its bills, then run again.",
    "InvalidArchitecture.PlatformUnsupported": (
        "Choose an architecture that the platform has, or leave one of them out."
    ),
    "InvalidBlockSize.NotSupport": "Convert the disk image, for example with qemu-img, and import that.",
    "InvalidDataDiskSize": "Give disk_size: 1 to 2048 GiB, and at least the virtual size of the disk in the object.",
    "InvalidImage.DiskAmountOrSize": (
        "At most 4 data disks of 500 GiB each are exported: make an image with fewer or smaller ones, and export that."
    ),
    "InvalidImageCategory.NotSupported": "Only custom images of this account can be exported.",
    "InvalidImageFormat.Malformed": "Choose one of the formats that the module offers, the one that the object has.",
    "InvalidImageFormat.RegionNotSupported": "That region does not have this format: raw works everywhere.",
    "InvalidImageLicense.NotSupported": "The image's licence, as that of Windows Server, does not allow an export.",
    "InvalidImageSize": "Give disk_size: 1 to 2048 GiB, and at least the virtual size of the disk in the object.",
    "InvalidLicenseType.BYOLOnly": "Set license_type=BYOL: you bring the licence of this platform yourself.",
    "InvalidLicenseType.NotSupported": "Choose another license_type, or leave it out.",
    "InvalidOSS.NotAuthorized": (
        "Take a bucket of this account, and let the role of the ECS service read it, or write into it."
    ),
    "InvalidOSSBucket.EncryptUnsupported": "Take a bucket without server-side encryption.",
    "InvalidOSSBucket.NotFound": "Check the bucket: it must be in the image's region, and belong to this account.",
    "InvalidOSSBucket.NotMatched": "Check the bucket: it must be in the image's region.",
    "InvalidOSSObject.NeedRestore": "Restore the archived object in OSS first, then run again.",
    "InvalidOSSObject.NotFound": "Check the object's name, with its folders and without a slash in front.",
    "InvalidOSSObject.Size": "The object is empty: upload it again.",
    "InvalidTaskId.NotFound": "The task is too new to show, or so old that it is forgotten: run again.",
    "InvalidTaskId.TaskActionNotSupport": "Only imports and exports can be cancelled.",
    "InvalidVHDImage.IncorrectSize": "Convert the disk image again, for example with qemu-img, and import that.",
    "UnsupportedSuffix.OSSObject": "Rename the object so that it ends in its format, such as .qcow2.",
    "WeeklyQuotaExceed.ExportImage": "The account's exports of this week are used up: run again next week.",
}
