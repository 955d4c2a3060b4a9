# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers: JSON or XML, successes and errors."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from ..errors import ApiError

JSON_TYPE = "application/json;charset=utf-8"
XML_TYPE = "text/xml;charset=utf-8"
Answer = dict[str, object]


@dataclass
class Reply:
    """What goes back over the wire."""

    status: int
    body: bytes
    content_type: str
    headers: dict[str, str] = field(default_factory=dict)


def render(action: str, status: int, content: Answer, form: str) -> Reply:
    """Write an answer in the form asked for."""
    headers = {"x-acs-request-id": str(content["RequestId"])}
    if form == "XML":
        root = f"{action}Response" if status == 200 else "Error"
        text = f'<?xml version="1.0" encoding="UTF-8"?>{_element(root, content)}'
        return Reply(status, text.encode(), XML_TYPE, headers)
    return Reply(status, json.dumps(content, ensure_ascii=False).encode(), JSON_TYPE, headers)


def _element(name: str, value: object) -> str:
    if isinstance(value, list):
        return "".join(_element(name, item) for item in value)
    if isinstance(value, dict):
        return f"<{name}>{''.join(_element(key, item) for key, item in value.items())}</{name}>"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"<{name}>{escape(text)}</{name}>"


SITES = {"international": "api.alibabacloud.com", "china": "api.aliyun.com"}
# What the gateway adds to each answer, seen in recordings.
GATEWAY = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "*",
    "keep-alive": "timeout=25",
    "vary": "Accept-Encoding",
    "etag": "1kMjNv1nGcAHAgXNsqQWsVw2",
    "x-acs-trace-id": "3a1b6e0f7c5d4e2f9a8b7c6d5e4f3a2b",
}


def error_content(error: ApiError, request_id: str, host: str, product: str, recommend: str) -> Answer:
    """The error envelope; `recommend` is the site that its advice leads to, or how it does without."""
    site = SITES.get(recommend)
    advice = f"https://{site}/troubleshoot?q={error.code}&product={product}&requestId={request_id}" if site else ""
    content: Answer = {
        "RequestId": request_id,
        "HostId": host,
        "Code": error.code,
        "Message": error.message,
        **({} if recommend == "absent" else {"Recommend": advice}),
    }
    if error.detail is not None:
        content["AccessDeniedDetail"] = error.detail
    return content
