# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One call at a time: its fields as the SDK knows them, keys, one request, and its answer as plain data."""

from __future__ import annotations

import dataclasses
import sys
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import clock as clocks
from ansible_collections.imageops.alicloud.plugins.module_utils._base import error_codes
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import (
    ApiError,
    CredentialsError,
    ImageOpsError,
    InvalidInput,
    MissingLibrary,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._client import (
    answers,
    providers,
    sdk_models,
    signature,
    wire,
)
from ansible_collections.imageops.alicloud.plugins.module_utils._client import credentials as client_credentials
from ansible_collections.imageops.alicloud.plugins.module_utils._client.connection import Connection
from ansible_collections.imageops.alicloud.plugins.module_utils._client.endpoints import Endpoint, is_loopback
from ansible_collections.imageops.alicloud.plugins.module_utils._client.failures import failure
from ansible_collections.imageops.alicloud.plugins.module_utils._client.signature import Call, Keys

USER_AGENT = f"ansible-collection-imageops.alicloud Python/{sys.version_info.major}.{sys.version_info.minor}"
MOST_OFFSET = 300.0  # seconds that clocks may differ before it is worth a word
ECS, STS_VERSION = "ecs", "2015-04-01"
# The services that are asked in a region: their versions, by the first part of their hosts' names, which is that of
# their rights too. ECS alone has typed requests here.
VERSIONS = {ECS: "2014-05-26", "ess": "2014-08-28", "resourcesharing": "2020-01-10"}
LONGEST_ADDRESS = 4096  # characters of fields: user data have up to 44,000, which no server takes in an address


class Client:
    """Sends one request and returns its answer as plain data. Safe to use from many threads."""

    def __init__(self, connection: Connection) -> None:
        """
        :raises InvalidInput: for options that can't be right
        :raises MissingLibrary: without a package that is needed
        """
        if wire.LIBRARY_IMPORT_ERROR is not None:
            raise MissingLibrary("urllib3", wire.LIBRARY_IMPORT_ERROR)
        faults = connection.faults()
        if faults:
            raise InvalidInput(faults)
        self._connection = connection
        self._wire = wire.Wire(connection)
        self._answered: set[str] = set()  # hosts that have
        self._told: float | None = None  # the provider's time by its last answer, in seconds since the epoch
        self.clock_warning = ""  # what is wrong with this machine's time
        self._clock = clocks.Clock()
        self._provider = client_credentials.find(connection, self._sts)

    def as_role(self, role_arn: str) -> Client:
        """A client whose credentials take on this role, in place of the one that they take on now.

        :raises InvalidInput: for what is no role
        """
        return Client(dataclasses.replace(self._connection, ram_role_arn=role_arn))

    @property
    def time(self) -> float:
        """The provider's time by its last answer, in seconds since the epoch; before the first, this machine's."""
        return self._clock.wall() if self._told is None else self._told

    def host(self, region: str, service: str = ECS) -> str:
        """Where a region's calls go.

        :raises InvalidInput: for what is no region, or has no endpoint
        """
        return self._connection.service(service, region).host

    def call(
        self, service: str, operation: str, region: str, action: str, fields: t.Mapping[str, t.Any]
    ) -> dict[str, t.Any]:
        """Call one action of a service in one region. What the SDK does not know of ECS is refused.

        :param service: one of VERSIONS
        :param operation: what is being done, for error messages
        :param fields: the request's fields under the API's own names; None means not sent
        :raises ApiError: for an error answer, and with code ``NoAnswer`` when there was none
        :raises CredentialsError: when the credentials can't be had or renewed
        :raises InvalidInput: for what is no region, or has no endpoint
        """
        endpoint = self._connection.service(service, region)
        query = self.ecs_fields(region, action, fields) if service == ECS else signature.flat(fields)
        call = Call(operation, service, VERSIONS[service], action, query)
        if len(call.encoded) > LONGEST_ADDRESS:
            call = dataclasses.replace(call, in_body=True)
        return self._send(call, endpoint, self._provider, self._connection.endpoint_remedy(region))

    def ecs_fields(self, region: str, action: str, fields: t.Mapping[str, t.Any]) -> dict[str, str]:
        """The fields of a call as they are sent.

        :raises SdkTooOld: if the SDK does not know the action or a field
        """
        try:
            return signature.flat(sdk_models.query_of(action, region, fields))
        except ImportError as error:
            raise MissingLibrary("alibabacloud-ecs20140526", error) from None

    def unreachable(self, regions: t.Iterable[str]) -> list[str]:
        """What is wrong with regions that have no endpoint in this network, as sentences."""
        faults: list[str] = []
        for region in regions:
            try:
                self._connection.service(ECS, region)
            except InvalidInput as error:
                faults += error.faults
        return faults

    def caller_identity(self) -> dict[str, t.Any]:
        """STS GetCallerIdentity: AccountId, Arn, IdentityType and more."""
        return self._sts("find out the account of these credentials", self._provider, "GetCallerIdentity", {})

    def _sts(
        self, operation: str, provider: t.Any, action: str, query: dict[str, str], endpoint: Endpoint | None = None
    ) -> dict[str, t.Any]:
        """One STS call with a provider's credentials, or unsigned without any."""
        # In the body, because an OIDC token is long, and no secret belongs into an address.
        call = Call(operation, "sts", STS_VERSION, action, signature.flat(query), in_body=bool(query))
        return self._send(call, endpoint or self._connection.sts(), provider)

    def _send(self, call: Call, endpoint: Endpoint, provider: t.Any, elsewhere: str | None = None) -> dict[str, t.Any]:
        """:param elsewhere: what to do if the region is not known at the endpoint"""
        keys = _keys_of(call, provider) if provider else None
        try:
            return self._send_with(keys, call, endpoint, elsewhere)
        except ApiError as error:
            # It is over by the provider's clock, whatever ours says. Such a refusal has no effect.
            if error.code not in error_codes.SESSION_OVER or not providers.begin_anew(provider, keys):
                raise
        return self._send_with(_keys_of(call, provider), call, endpoint, elsewhere)

    def _send_with(self, keys: Keys | None, call: Call, endpoint: Endpoint, elsewhere: str | None) -> dict[str, t.Any]:
        try:
            headers = signature.headers_of(call, endpoint.host, keys, USER_AGENT)
            answer = self._wire.post(endpoint, call.query, headers, call.body)
        except ImageOpsError:
            raise
        except Exception as error:  # connection broken or timed out, or a fault of this machine
            found = failure(call, endpoint.host, error, self._wire.proxy_of(endpoint))
            if isinstance(found, ApiError):
                found.is_first_contact = endpoint.host not in self._answered
                found.is_proxy_off = found.is_proxy_off and not self._answered
            raise found from None
        self._answered.add(endpoint.host)
        self._note_time(endpoint, answers.time_of(answer))
        return answers.data_of(call, endpoint.host, answer, elsewhere, signature.secrets_of(call, headers, keys))

    def _note_time(self, endpoint: Endpoint, told: float | None) -> None:
        """Learn the provider's time, and how far this machine's is from it. A simulator's may stand anywhere."""
        if told is None:
            return
        self._told = told
        offset = told - self._clock.wall()
        if abs(offset) > MOST_OFFSET and not is_loopback(endpoint.host):
            self.clock_warning = (
                f"the clock of this machine is {abs(offset) / 60:.0f} minutes {'behind' if offset > 0 else 'ahead of'} "
                "the provider's: set it right, since the API refuses requests whose time is more than 15 minutes off"
            )


def _keys_of(call: Call, provider: t.Any) -> Keys:
    try:
        keys = t.cast(Keys, provider.get_credentials())
        if fault := keys.fault():
            raise CredentialsError(fault)
        return keys
    except CredentialsError as error:
        raise CredentialsError(f"Could not {call.operation}: no usable credentials: {error.msg}") from None
    except ImageOpsError:
        raise
    except Exception as error:  # the library raises many kinds, and their text may hold secrets
        raise CredentialsError(f"Could not {call.operation}: no usable credentials ({type(error).__name__}).") from None
