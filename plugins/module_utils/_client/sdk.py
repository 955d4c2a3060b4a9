# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The only importer of the SDK's ECS client: one client per region, and one request at a time."""

from __future__ import annotations

import logging
import re
import sys
import threading
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import (
    ApiError,
    CredentialsError,
    ImageOpsError,
    InvalidInput,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._client import credentials as client_credentials
from ansible_collections.imageops.alicloud.plugins.module_utils._client import providers
from ansible_collections.imageops.alicloud.plugins.module_utils._client.connection import Connection, split_endpoint
from ansible_collections.imageops.alicloud.plugins.module_utils._client.failures import failure
from ansible_collections.imageops.alicloud.plugins.module_utils._client.proxies import proxy_for

try:
    from alibabacloud_credentials.client import Client as CredentialsClient
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
SCHEMES = ("http", "https")
UNKNOWN_REGION = ("InvalidRegionId.", "InvalidRegion.", "SourceRegion.")  # beginnings of error codes


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
        missing = SDK_IMPORT_ERROR or providers.LIBRARY_IMPORT_ERROR
        if missing is not None:
            raise CredentialsError(
                f"The Python package alibabacloud-ecs20140526 is needed by {sys.executable}: {missing}"
            )
        faults = connection.faults()
        if faults:
            raise InvalidInput(faults)
        self._connection = connection
        self._credentials = CredentialsClient(provider=client_credentials.find(connection, self._sts_signed_by))
        self._clients: dict[str, t.Any] = {}
        self._lock = threading.Lock()

    def ecs(self, operation: str, region: str, action: str, fields: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
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
        return self._send(
            operation,
            f"ecs:{action}",
            self._credentials,
            lambda: method(request, self._runtime()).to_map(),
            self._connection.endpoint_remedy(region),
        )

    def caller_identity(self) -> dict[str, t.Any]:
        """STS GetCallerIdentity: AccountId, Arn, IdentityType and more."""
        return self._sts("find out the account of these credentials", self._credentials, "GetCallerIdentity", {})

    def _sts_signed_by(self, operation: str, provider: t.Any, action: str, query: dict[str, str]) -> dict[str, t.Any]:
        """One STS call with a provider's credentials, or unsigned without any."""
        return self._sts(operation, CredentialsClient(provider=provider) if provider else None, action, query)

    def _sts(self, operation: str, credentials: t.Any, action: str, query: dict[str, str]) -> dict[str, t.Any]:
        params = Params(
            action=action,
            version=STS_VERSION,
            protocol="HTTPS",
            pathname="/",
            method="POST",
            auth_type="AK" if credentials else "Anonymous",
            style="RPC",
            req_body_type="formData",
            body_type="json",
        )
        client = OpenApiClient(self._config(self._connection.sts_url, credentials))
        return self._send(
            operation,
            f"sts:{action}",
            credentials,
            # In the body, because an OIDC token is long, and no secret belongs into an address.
            lambda: client.call_api(params, OpenApiRequest(body=query or None), self._runtime()),
        )

    def _send(
        self,
        operation: str,
        action: str,
        credentials: t.Any,
        call: t.Callable[[], dict[str, t.Any]],
        elsewhere: str | None = None,
    ) -> dict[str, t.Any]:
        """:param elsewhere: what to do if the region is not known at the endpoint"""
        try:
            if credentials:
                credentials.get_credential()
        except CredentialsError as error:
            raise CredentialsError(f"Could not {operation}: no usable credentials: {error.msg}") from None
        except ImageOpsError:
            raise
        except Exception as error:  # the library raises many kinds, and their text may hold secrets
            raise CredentialsError(f"Could not {operation}: no usable credentials ({type(error).__name__}).") from None
        try:
            answer = call()
        except ImageOpsError:  # the credentials ended just now, and could not be renewed
            raise
        except AlibabaCloudException as error:
            raise _api_error(operation, action, error, elsewhere) from None
        except Exception as error:  # connection broken, timed out, or an answer that is not JSON
            raise failure(operation, action, error) from None
        body = answer.get("body")
        if not isinstance(body, dict):
            raise ApiError(operation, ApiError.NO_ANSWER, "the answer is not a JSON object")
        return body

    def _ecs_client(self, region: str) -> t.Any:
        with self._lock:
            if region not in self._clients:
                self._clients[region] = self._new_ecs_client(region)
            return self._clients[region]

    def _new_ecs_client(self, region: str) -> t.Any:
        config = self._config(self._connection.ecs_url(region), self._credentials, region)
        client = EcsClient(config)
        if not config.endpoint:  # then the SDK has just chosen one
            client._http_proxy, client._https_proxy = (proxy_for(scheme, client._endpoint) for scheme in SCHEMES)
        return client

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
            config.http_proxy, config.https_proxy = (proxy_for(scheme, config.endpoint) for scheme in SCHEMES)
        return config

    def _runtime(self) -> t.Any:
        return RuntimeOptions(
            connect_timeout=int(self._connection.connect_timeout * 1000),
            read_timeout=int(self._connection.read_timeout * 1000),
            ignore_ssl=not self._connection.validate_certs,
        )


def _api_error(operation: str, action: str, error: t.Any, elsewhere: str | None) -> ApiError:
    data = error.data if isinstance(error.data, dict) else {}
    message = str(data.get("Message") or data.get("message") or error.message or "")
    return ApiError(
        operation,
        str(error.code or "Unknown"),
        # The signature error repeats the string to sign, which holds the access key id and the token.
        message.split("server string to sign", maxsplit=1)[0].strip() if "ign" in str(error.code) else message,
        status=int(error.status_code or 0),
        request_id=str(error.request_id) if error.request_id else None,
        action=action,
        hint=elsewhere if str(error.code).startswith(UNKNOWN_REGION) else None,
    )
