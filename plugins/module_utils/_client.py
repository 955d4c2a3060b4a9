# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The only importer of the SDK: credentials, endpoints, proxies, one client per region, and one request at a time."""

from __future__ import annotations

import dataclasses
import ipaddress
import logging
import os
import re
import sys
import threading
import typing as t
import urllib.parse
import urllib.request

from ansible_collections.imageops.alicloud.plugins.module_utils._errors import ApiError, CredentialsError, InvalidInput

try:
    from alibabacloud_credentials.client import Client as CredentialsClient
    from alibabacloud_credentials.models import Config as CredentialsConfig
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


@dataclasses.dataclass(frozen=True)
class Connection:
    """How to reach the API, as the connection options of every module say it. Time-outs in seconds."""

    region: str | None = None
    access_key_id: str | None = None
    access_key_secret: str | None = dataclasses.field(default=None, repr=False)
    security_token: str | None = dataclasses.field(default=None, repr=False)
    profile: str | None = None
    ram_role_arn: str | None = None
    ram_session_name: str | None = None
    external_id: str | None = dataclasses.field(default=None, repr=False)
    endpoint: str | None = None
    sts_endpoint: str | None = None
    network: str = "public"
    allow_plain_http: bool = False
    validate_certs: bool = True
    ca_path: str | None = None
    connect_timeout: float = 5.0
    read_timeout: float = 30.0

    @classmethod
    def from_params(cls, params: t.Mapping[str, t.Any]) -> Connection:
        """Take the connection options out of a module's parameters."""
        return cls(
            **{
                field.name: params[field.name]
                for field in dataclasses.fields(cls)
                if params.get(field.name) is not None
            }
        )

    def faults(self) -> list[str]:
        """What is wrong with the options themselves, as sentences."""
        found = []
        if bool(self.access_key_id) != bool(self.access_key_secret):
            found.append("access_key_id and access_key_secret must be given together")
        if self.security_token and not self.access_key_id:
            found.append("security_token needs access_key_id and access_key_secret")
        for name, url in (("endpoint", self.endpoint), ("sts_endpoint", self.sts_endpoint)):
            if url and url.startswith("http://") and not (self.allow_plain_http or is_loopback(split_endpoint(url)[1])):
                found.append(f"{name} is plain http to another machine, which allow_plain_http=true would permit")
        return found


def snake_case(name: str) -> str:
    """``CopyImage`` → ``copy_image``, as the SDK names its methods."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def is_loopback(host: str) -> bool:
    """Whether a host (with or without a port) is this machine by its loopback name or address."""
    name = urllib.parse.urlsplit(f"//{host}").hostname or ""
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def split_endpoint(url: str) -> tuple[str, str]:
    """``http://host:1`` → (``http``, ``host:1``); without a scheme it is https."""
    if "://" not in url:
        return "https", url.rstrip("/")
    parts = urllib.parse.urlsplit(url)
    return parts.scheme, parts.netloc


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
        return self._send(deed, lambda: method(request, self._runtime()).to_map())

    def caller_identity(self) -> dict[str, t.Any]:
        """STS GetCallerIdentity: AccountId, Arn, IdentityType and more."""
        params = Params(
            action="GetCallerIdentity",
            version=STS_VERSION,
            protocol="HTTPS",
            pathname="/",
            method="POST",
            auth_type="AK",
            style="RPC",
            req_body_type="formData",
            body_type="json",
        )
        client = OpenApiClient(self._config(self._sts_endpoint()))
        return self._send(
            "find out the account of these credentials",
            lambda: client.call_api(params, OpenApiRequest(query={}), self._runtime()),
        )

    def _send(self, deed: str, call: t.Callable[[], dict[str, t.Any]]) -> dict[str, t.Any]:
        try:
            self._credentials.get_credential()
        except Exception as error:  # the library raises many kinds, and their text may hold secrets
            raise CredentialsError(
                f"Could not {deed}: no usable credentials ({type(error).__name__}). "
                "Give access_key_id and access_key_secret, set ALIBABA_CLOUD_ACCESS_KEY_ID and "
                "ALIBABA_CLOUD_ACCESS_KEY_SECRET, or name a profile."
            ) from None
        try:
            answer = call()
        except AlibabaCloudException as error:
            raise _api_error(deed, error) from None
        except Exception as error:  # connection broken, timed out, or an answer that is not JSON
            raise ApiError(deed, ApiError.NO_ANSWER, _without_query(str(error))) from None
        body = answer.get("body")
        if not isinstance(body, dict):
            raise ApiError(deed, ApiError.NO_ANSWER, "the answer is not a JSON object")
        return body

    def _ecs_client(self, region: str) -> t.Any:
        with self._lock:
            if region not in self._clients:
                self._clients[region] = EcsClient(self._config(self._connection.endpoint, region))
            return self._clients[region]

    def _sts_endpoint(self) -> str:
        connection = self._connection
        if connection.sts_endpoint:
            return connection.sts_endpoint
        prefix = "sts-vpc" if connection.network == "vpc" else "sts"
        return f"{prefix}.{connection.region}.aliyuncs.com" if connection.region else "sts.aliyuncs.com"

    def _config(self, endpoint: str | None, region: str | None = None) -> t.Any:
        connection = self._connection
        config = Config(
            credential=self._credentials,
            region_id=region,
            network="vpc" if connection.network == "vpc" else None,
            user_agent=USER_AGENT,
            ca=connection.ca_path,
        )
        if endpoint:
            config.protocol, config.endpoint = split_endpoint(endpoint.replace("{region}", region or ""))
            bypass_proxies(config.endpoint)
        return config

    def _runtime(self) -> t.Any:
        return RuntimeOptions(
            connect_timeout=int(self._connection.connect_timeout * 1000),
            read_timeout=int(self._connection.read_timeout * 1000),
            ignore_ssl=not self._connection.validate_certs,
        )


def bypass_proxies(host: str) -> None:
    """Take the proxy variables out of this process if ``host`` is this machine or NO_PROXY names it.

    The SDK reads HTTP_PROXY and HTTPS_PROXY by itself for every request and knows no NO_PROXY.
    """
    if is_loopback(host) or urllib.request.proxy_bypass(host):
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
            os.environ.pop(name, None)


def _credentials(connection: Connection) -> t.Any:
    if connection.access_key_id:
        config = CredentialsConfig(
            type="sts" if connection.security_token else "access_key",
            access_key_id=connection.access_key_id,
            access_key_secret=connection.access_key_secret,
            security_token=connection.security_token,
        )
    elif connection.profile:
        os.environ["ALIBABA_CLOUD_PROFILE"] = connection.profile
        config = None
    else:
        config = None
    try:
        client = CredentialsClient(config)
        if connection.ram_role_arn:
            client = _assumed_role(connection, client)
    except Exception as error:  # see _send: neither their kinds nor their text are ours to pass on
        raise CredentialsError(f"The credentials given can't be used ({type(error).__name__}).") from None
    return client


def _assumed_role(connection: Connection, base: t.Any) -> t.Any:
    from alibabacloud_credentials.provider import RamRoleArnCredentialsProvider

    _scheme, sts_host = split_endpoint(connection.sts_endpoint) if connection.sts_endpoint else ("https", None)
    return CredentialsClient(
        provider=RamRoleArnCredentialsProvider(
            credentials_provider=base.cloud_credential.provider,
            role_arn=connection.ram_role_arn,
            role_session_name=connection.ram_session_name or "imageops",
            external_id=connection.external_id,
            sts_endpoint=sts_host,
        )
    )


def _api_error(deed: str, error: t.Any) -> ApiError:
    data = error.data if isinstance(error.data, dict) else {}
    message = str(data.get("Message") or data.get("message") or error.message or "")
    return ApiError(
        deed,
        str(error.code or "Unknown"),
        # The signature error repeats the string to sign, which holds the access key id and the token.
        message.split("server string to sign", maxsplit=1)[0].strip() if "ign" in str(error.code) else message,
        status=int(error.status_code or 0),
        request_id=str(error.request_id) if error.request_id else None,
    )


def _without_query(text: str) -> str:
    """Cut whatever may hold request parameters out of a transport error's text."""
    return text.split("?", maxsplit=1)[0].split("(Caused", maxsplit=1)[0].strip()[:300] or "no answer"
