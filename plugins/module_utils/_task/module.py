# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An AnsibleModule whose results hold no secret."""

from __future__ import annotations

import typing as t

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.imageops.alicloud.plugins.module_utils._base import accounts, masking
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data
from ansible_collections.imageops.alicloud.plugins.module_utils._client import environment


class Module(AnsibleModule):
    """A module whose results and warnings hold no secret by themselves, whatever Ansible does with them."""

    number_faults: t.Sequence[str] = ()  # of account ids, see accounts.py

    def _load_params(self) -> None:
        super()._load_params()
        # Seen before they are made texts of.
        self.number_faults = accounts.number_faults(self.params)

    def exit_json(self, **result: t.Any) -> None:
        """End with a result."""
        super().exit_json(**self._shown(result))

    def fail_json(self, msg: str, **result: t.Any) -> None:
        """End with a failure."""
        super().fail_json(**self._shown({"msg": msg, **result}))

    def warn(self, warning: str, **more: t.Any) -> None:
        """Show a warning with the result."""
        super().warn(masking.masked(warning, self._secrets()), **more)

    def _shown(self, result: Data) -> Data:
        told = {"module_args": masking.options(self.argument_spec, self.params)}
        shown: Data = masking.masked({"invocation": told, **result}, self._secrets())
        return shown

    def _secrets(self) -> set[str]:
        return masking.secrets(self.argument_spec, self.params) | environment.secrets()
