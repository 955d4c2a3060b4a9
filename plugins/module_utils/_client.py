# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The only importer of the SDK: credentials, one client per region, and one request at a time."""

from __future__ import annotations

import calendar
import logging
import re
import sys
import threading
import time
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._connection import (
    Connection,
    bypass_proxies,
    split_endpoint,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._errors import (
    ApiError,
    CredentialsError,
    ImageOpsError,
    InvalidInput,
)

try:
    from alibabacloud_credentials.client import Client as CredentialsClient
    from alibabacloud_credentials.models import Config as CredentialsConfig
    from alibabacloud_credentials.provider import CLIProfileCredentialsProvider, ProfileCredentialsProvider
    from alibabacloud_credentials.provider.refreshable import Credentials
    from alibabacloud_ecs20140526 import models as ecs_models
    from alibabacloud_ecs20140526.client import Client as EcsClient
    from alibabacloud_tea_openapi.client import Client as OpenApiClient
    from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
    from alibabacloud_tea_openapi.utils_models import Config, OpenApiRequest, Params
    from darabonba.runtime import RuntimeOptions

    SDK_IMPORT_ERROR: ImportError | None = None
except ImportError as import_error:
    SDK_IMPORT_ERROR = import_error

# The credentials library and the SDK's core log signed URLs and raw replies to stderr.
for _name in ("darabonba-core", "alibabacloud-tea", "credentials"):
    _logger = logging.getLogger(_name)
    _logger.handlers.clear()
    _logger.addHandler(logging.NullHandler())
    _logger.propagate = False

USER_AGENT = "ansible-collection-imageops.alicloud"
STS_VERSION = "2015-04-01"
RENEW_BEFORE = 300  # seconds before the end of a role's session at which a new one is begun


def snake_case(name: str) -> str:
    """``CopyImage`` → ``copy_image``, as the SDK names its methods."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


class Client:
    """Sends one request and returns its answer as plain data. Safe to use from many threads."""

    def __init__(self, connection: Connection) -> None:
        """
        :raises InvalidInput: for options that can't be right
        :raises CredentialsError: without usable credentials
        """
        if SDK_IMPORT_ERROR is not None:
            raise CredentialsError(
                f"The Python package alibabacloud-ecs20140526 is needed by {sys.executable}: {SDK_IMPORT_ERROR}"
            )
        faults = connection.faults()
        if faults:
            raise InvalidInput(faults)
        self._connection = connection
        self._credentials = _credentials(connection)
        if connection.ram_role_arn:
            base = self._credentials
            self._credentials = CredentialsClient(
                provider=AssumedRole(lambda query: self._assume_role(base, query), connection)
            )
        self._clients: dict[str, t.Any] = {}
        self._lock = threading.Lock()

    def ecs(self, deed: str, region: str, action: str, fields: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        """Call one ECS action in one region.

        :param deed: what is being done, for error messages
        :param fields: the request's fields under the API's own names; None means not sent
        :raises ApiError: for an error answer, and with code ``NoAnswer`` when there was none
        :raises CredentialsError: when the credentials can't be had or renewed
        """
        request = getattr(ecs_models, action + "Request")()
        sent = {name: value for name, value in fields.items() if value is not None}
        if hasattr(request, "region_id"):
            sent["RegionId"] = region
        request.from_map(sent)
        method = getattr(self._ecs_client(region), f"{snake_case(action)}_with_options")
        return self._send(deed, f"ecs:{action}", self._credentials, lambda: method(request, self._runtime()).to_map())

    def caller_identity(self) -> dict[str, t.Any]:
        """STS GetCallerIdentity: AccountId, Arn, IdentityType and more."""
        return self._sts("find out the account of these credentials", self._credentials, "GetCallerIdentity", {})

    def _assume_role(self, base: t.Any, query: dict[str, str]) -> dict[str, t.Any]:
        return self._sts(f"assume the role {self._connection.ram_role_arn}", base, "AssumeRole", query)

    def _sts(self, deed: str, credentials: t.Any, action: str, query: dict[str, str]) -> dict[str, t.Any]:
        params = Params(
            action=action,
            version=STS_VERSION,
            protocol="HTTPS",
            pathname="/",
            method="POST",
            auth_type="AK",
            style="RPC",
            req_body_type="formData",
            body_type="json",
        )
        client = OpenApiClient(self._config(self._connection.sts_url, credentials))
        return self._send(
            deed,
            f"sts:{action}",
            credentials,
            lambda: client.call_api(params, OpenApiRequest(query=query), self._runtime()),
        )

    def _send(
        self, deed: str, action: str, credentials: t.Any, call: t.Callable[[], dict[str, t.Any]]
    ) -> dict[str, t.Any]:
        try:
            credentials.get_credential()
        except ImageOpsError:
            raise
        except Exception as error:  # the library raises many kinds, and their text may hold secrets
            raise CredentialsError(
                f"Could not {deed}: no usable credentials ({type(error).__name__}). "
                "Give access_key_id and access_key_secret, set ALIBABA_CLOUD_ACCESS_KEY_ID and "
                "ALIBABA_CLOUD_ACCESS_KEY_SECRET, or name a profile."
            ) from None
        try:
            answer = call()
        except AlibabaCloudException as error:
            raise _api_error(deed, action, error) from None
        except Exception as error:  # connection broken, timed out, or an answer that is not JSON
            raise ApiError(deed, ApiError.NO_ANSWER, _without_query(error)) from None
        body = answer.get("body")
        if not isinstance(body, dict):
            raise ApiError(deed, ApiError.NO_ANSWER, "the answer is not a JSON object")
        return body

    def _ecs_client(self, region: str) -> t.Any:
        with self._lock:
            if region not in self._clients:
                self._clients[region] = EcsClient(
                    self._config(self._connection.ecs_url(region), self._credentials, region)
                )
                bypass_proxies(self._clients[region]._endpoint)
            return self._clients[region]

    def _config(self, endpoint: str | None, credentials: t.Any, region: str | None = None) -> t.Any:
        config = Config(
            credential=credentials,
            region_id=region,
            network="vpc" if self._connection.network == "vpc" else None,
            user_agent=USER_AGENT,
            ca=self._connection.ca_path,
        )
        if endpoint:
            config.protocol, config.endpoint = split_endpoint(endpoint)
            bypass_proxies(config.endpoint)
        return config

    def _runtime(self) -> t.Any:
        return RuntimeOptions(
            connect_timeout=int(self._connection.connect_timeout * 1000),
            read_timeout=int(self._connection.read_timeout * 1000),
            ignore_ssl=not self._connection.validate_certs,
        )


def _credentials(connection: Connection) -> t.Any:
    """Keys that were given, a profile that was named, or the SDK's own chain."""
    if connection.access_key_id:
        return CredentialsClient(
            CredentialsConfig(
                type="sts" if connection.security_token else "access_key",
                access_key_id=connection.access_key_id,
                access_key_secret=connection.access_key_secret,
                security_token=connection.security_token,
            )
        )
    return CredentialsClient(provider=Profile(connection.profile)) if connection.profile else CredentialsClient()


class Profile:
    """A profile of the aliyun command line or, if it knows none of the name, of the SDK's credentials file."""

    def __init__(self, name: str) -> None:
        self._providers = [
            CLIProfileCredentialsProvider(profile_name=name),
            ProfileCredentialsProvider(profile_name=name),
        ]

    def get_credentials(self) -> t.Any:
        try:
            found = self._providers[0].get_credentials()
        except Exception:  # the library raises many kinds; what the last one raises is told
            if len(self._providers) == 1:
                raise
            found = self._providers[1].get_credentials()
            self._providers = self._providers[1:]
        return found

    def get_provider_name(self) -> str:
        return "profile"


class AssumedRole:
    """The credentials of a role, renewed in time.

    The library's own provider speaks https to its own choice of hosts only, and knows no certificate authority.
    """

    def __init__(self, assume: t.Callable[[dict[str, str]], dict[str, t.Any]], connection: Connection) -> None:
        self._assume = assume
        self._query = {
            "RoleArn": str(connection.ram_role_arn),
            "RoleSessionName": connection.ram_session_name or "imageops",
            **({"ExternalId": connection.external_id} if connection.external_id else {}),
        }
        self._current: t.Any = None
        self._ends = 0.0
        self._lock = threading.Lock()

    def get_credentials(self) -> t.Any:
        with self._lock:
            if time.time() >= self._ends - RENEW_BEFORE:
                self._renew()
            return self._current

    def _renew(self) -> None:
        given = self._assume(self._query).get("Credentials") or {}
        try:
            self._ends = calendar.timegm(time.strptime(given["Expiration"], "%Y-%m-%dT%H:%M:%SZ"))
            self._current = Credentials(
                access_key_id=given["AccessKeyId"],
                access_key_secret=given["AccessKeySecret"],
                security_token=given["SecurityToken"],
                provider_name=self.get_provider_name(),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise CredentialsError(f"STS gave no usable session for the role ({type(error).__name__}).") from None

    def get_provider_name(self) -> str:
        return "ram_role_arn"


def _api_error(deed: str, action: str, error: t.Any) -> ApiError:
    data = error.data if isinstance(error.data, dict) else {}
    message = str(data.get("Message") or data.get("message") or error.message or "")
    return ApiError(
        deed,
        str(error.code or "Unknown"),
        # The signature error repeats the string to sign, which holds the access key id and the token.
        message.split("server string to sign", maxsplit=1)[0].strip() if "ign" in str(error.code) else message,
        status=int(error.status_code or 0),
        request_id=str(error.request_id) if error.request_id else None,
        action=action,
    )


def _without_query(error: Exception) -> str:
    """What a transport error says, without whatever may hold request parameters."""
    text = str(getattr(error, "message", None) or error)
    return text.split("?", maxsplit=1)[0].split("(Caused", maxsplit=1)[0].strip()[:300] or "no answer"
