# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Launch templates, and the groups of Auto Scaling that go by them."""

from __future__ import annotations

import functools
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._api.calls import (
    SMALL_PAGE,
    Calls,
    took_effect,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._api.ecs import EcsApi
from ansible_collections.imageops.alicloud.plugins.module_utils._base import error_codes
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ApiError
from ansible_collections.imageops.alicloud.plugins.module_utils._base.fields import (
    SCALING_CONFIGURATION,
    SCALING_GROUP,
    TEMPLATE,
    VERSION,
    number,
    shaped,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data
from ansible_collections.imageops.alicloud.plugins.module_utils._base.types import ScalingGroup, TemplateVersion


class LaunchTemplates:
    """Launch templates of one account. A template is named by its id or by its name."""

    def __init__(self, calls: Calls, scaling: Calls) -> None:
        """:param scaling: calls of Auto Scaling, another service"""
        self._calls = calls
        self._scaling = scaling

    @classmethod
    def of(cls, api: EcsApi) -> LaunchTemplates:
        """Those that an API's credentials reach."""
        return cls(api.calls(), api.calls("ess"))

    def of_region(self, region: str) -> list[Data]:
        """The templates of a region, every page: ``template_id``, ``name``, and ``default``, a version's number."""
        found = self._calls.pages(
            f"look for launch templates in {region}",
            region,
            "DescribeLaunchTemplates",
            ("LaunchTemplateSets", "LaunchTemplateSet"),
            size=SMALL_PAGE,
        )
        return [shaped(TEMPLATE, entry) for entry in found]

    def versions(self, region: str, template: t.Mapping[str, str]) -> list[TemplateVersion]:
        """Every version of one template with its data, the newest first.

        :param template: ``LaunchTemplateId`` or ``LaunchTemplateName``
        """
        found = self._calls.pages(
            f"read launch template {name_of(template)} in {region}",
            region,
            "DescribeLaunchTemplateVersions",
            ("LaunchTemplateVersionSets", "LaunchTemplateVersionSet"),
            size=SMALL_PAGE,
            DetailFlag=True,
            **template,
        )
        told = [t.cast(TemplateVersion, {**shaped(VERSION, entry), "data": _data(entry)}) for entry in found]
        numbered = [version for version in told if version["number"] > 0]
        return sorted(numbered, key=lambda version: -version["number"])

    def refuse_unsendable(self, region: str, fields: Data) -> None:
        """:raises SdkTooOld: if the SDK can't send these fields of a version"""
        self._calls.refuse_unsendable(region, "CreateLaunchTemplateVersion", fields)

    def add_version(self, region: str, template_id: str, description: str, fields: Data) -> int:
        """Make a version, which has what is said here and nothing else; its number.

        :param fields: as the API's request has them
        :raises ApiError: also when no answer came: look for the description before it is repeated
        """
        operation = f"make a version of launch template {template_id} in {region}"
        answer = self._calls.write_once(
            operation,
            region,
            "CreateLaunchTemplateVersion",
            LaunchTemplateId=template_id,
            VersionDescription=description,
            **fields,
        )
        made = number(answer.get("LaunchTemplateVersionNumber"))
        if made < 1:
            raise ApiError(operation, ApiError.NO_ANSWER, "the answer has no LaunchTemplateVersionNumber")
        return made

    def set_default(self, region: str, template_id: str, version: int) -> None:
        """Make a version the one that is used where none is named."""
        self._calls.write_again(
            f"make version {version} the default of launch template {template_id} in {region}",
            region,
            "ModifyLaunchTemplateDefaultVersion",
            LaunchTemplateId=template_id,
            DefaultVersionNumber=version,
        )

    def delete_version(self, region: str, template_id: str, version: int) -> bool:
        """Delete one version. One that is gone already is no failure.

        :returns: whether it was still there
        """
        call = functools.partial(
            self._calls.write_again,
            f"delete version {version} of launch template {template_id} in {region}",
            region,
            "DeleteLaunchTemplateVersion",
            LaunchTemplateId=template_id,
            DeleteVersion=[version],
        )
        return took_effect(error_codes.NO_SUCH_VERSION, call)

    def groups(self, region: str) -> list[ScalingGroup]:
        """The scaling groups of a region, every page."""
        found = self._scaling.pages(
            f"look for scaling groups in {region}",
            region,
            "DescribeScalingGroups",
            ("ScalingGroups", "ScalingGroup"),
            size=SMALL_PAGE,
            RegionId=region,
        )
        return [t.cast(ScalingGroup, shaped(SCALING_GROUP, entry)) for entry in found]

    def configurations(self, region: str) -> list[Data]:
        """What scaling groups without a template start instances from, every page.

        :returns: ``configuration_id``, ``name``, ``group_id``, and ``image_id``, ``image_name`` or ``image_family``
        """
        found = self._scaling.pages(
            f"look for scaling configurations in {region}",
            region,
            "DescribeScalingConfigurations",
            ("ScalingConfigurations", "ScalingConfiguration"),
            size=SMALL_PAGE,
            RegionId=region,
        )
        return [shaped(SCALING_CONFIGURATION, entry) for entry in found]


def name_of(template: t.Mapping[str, str]) -> str:
    """What a template is called where it is named by its id or its name."""
    return next(iter(template.values()))


def _data(version: Data) -> Data | None:
    data = version.get("LaunchTemplateData")
    return data if isinstance(data, dict) else None
