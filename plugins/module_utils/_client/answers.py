# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What came back, as data or as an error: of the API, or of a gateway or a proxy that stands in for it. Pure."""

from __future__ import annotations

import email.utils
import json
import re
import typing as t
import urllib.parse

from ansible_collections.imageops.alicloud.plugins.module_utils._base import masking
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ApiError
from ansible_collections.imageops.alicloud.plugins.module_utils._client.signature import Call
from ansible_collections.imageops.alicloud.plugins.module_utils._client.wire import Answer

UNKNOWN_REGION = ("InvalidRegionId.", "InvalidRegion.", "SourceRegion.")  # beginnings of error codes
PAGE = 20_000  # bytes of a page: a secret may be as long as 8,000, and is to be found whole before any text is cut
_NOT_THE_API = "Something else than the API has answered: look at the proxy, the gateway and the endpoint."


def data_of(
    call: Call, host: str, answer: Answer, elsewhere: str | None = None, secrets: t.Collection[str] = ()
) -> dict[str, t.Any]:
    """The object that the API has answered.

    :param elsewhere: what to do if the region is not known at the endpoint
    :param secrets: what the request held, which is not told where an answer repeats it
    :raises ApiError: for a refusal, a redirection, and for what is no answer of the API
    """
    if 300 <= answer.status < 400:
        raise ApiError(
            call.operation,
            ApiError.REDIRECTED,
            f"{host} answers with status {answer.status} and sends to {_target(answer)}, which is not followed",
            status=answer.status,
            hint=_NOT_THE_API,
        )
    data = _parsed(answer.body)
    if isinstance(data, dict) and answer.status < 400:
        return data
    # Before anything is cut short: what is left of a secret is no word that could be found.
    line = _first_line(masking.masked(_text_of(answer.body), secrets))
    if answer.status >= 400:
        told = data if isinstance(data, dict) else {}
        texts = {name: masking.masked(_text(told, name), secrets) for name in ("Code", "Message", "RequestId")}
        raise _refusal(call, host, answer, texts, line, elsewhere)
    raise ApiError(call.operation, ApiError.NO_ANSWER, f"{host}: the answer is not a JSON object{line}")


def _parsed(body: bytes) -> t.Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _refusal(
    call: Call, host: str, answer: Answer, texts: t.Mapping[str, str], line: str, elsewhere: str | None
) -> ApiError:
    code, message = texts["Code"], texts["Message"]
    if not code:
        message = f"{host} answers with status {answer.status} and no code{line}"
    if not code and answer.status >= 500:
        return ApiError(call.operation, ApiError.NO_ANSWER, message, status=answer.status, action=call.right)
    return ApiError(
        call.operation,
        code or f"HTTP{answer.status}",
        # The signature error repeats the string to sign, which holds the access key id and the token.
        message.split("server string to sign", maxsplit=1)[0].strip() if "ign" in code else message,
        status=answer.status,
        request_id=texts["RequestId"] or None,
        action=call.right,
        hint=_hint(code, elsewhere),
        retry_after=_retry_after(answer.headers),
    )


def _hint(code: str, elsewhere: str | None) -> str | None:
    if not code:
        return _NOT_THE_API
    return elsewhere if code.startswith(UNKNOWN_REGION) else None


def _text(data: dict[str, t.Any], name: str) -> str:
    value = data.get(name) or data.get(name[0].lower() + name[1:])
    return str(value) if isinstance(value, (str, int)) else ""


def _retry_after(headers: t.Mapping[str, str]) -> float | None:
    """Seconds. The API says milliseconds."""
    value = headers.get("x-acs-retry-after", "")
    return int(value) / 1000 if re.fullmatch(r"[0-9]{1,9}", value) and int(value) else None


def time_of(answer: Answer) -> float | None:
    """The provider's time when it answered, in seconds since the epoch; None if the answer does not tell it."""
    try:
        return email.utils.parsedate_to_datetime(answer.headers.get("date", "")).timestamp()
    except ValueError:
        return None


def _target(answer: Answer) -> str:
    """Where a redirection leads, without what may stand in the address beside the host."""
    try:
        host = urllib.parse.urlsplit(answer.headers.get("location", "")).netloc.rpartition("@")[2]
    except ValueError:
        host = ""
    return host[:100] or "another place"


def _text_of(body: bytes) -> str:
    """The text of a page, as a browser shows it."""
    import html  # loaded here: answers of the API are no pages

    text = re.sub(r"(?is)<(script|style)\b.*?</\1>|<[^>]*>", " ", body[:PAGE].decode(errors="replace"))
    return html.unescape(text)


def _first_line(text: str) -> str:
    """What a page says to a person: the beginning of its text."""
    words = " ".join(text.split())[:120]
    return f": {words}" if words else ""
