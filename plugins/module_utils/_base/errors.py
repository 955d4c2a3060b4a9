# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one family of exceptions of this collection. Only the modules' common runner turns them into a failed task."""

from __future__ import annotations

import sys
import traceback
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base.hints import hint_for

LONGEST_MESSAGE = 2000  # characters of what the API says


def clean(text: str) -> str:
    """A text from elsewhere as one line that drives no terminal and forges no line of a log."""
    line = " ".join(text.split())
    if line.isprintable():  # nearly always, and each field of each answer comes here
        return line
    return "".join(character if character.isprintable() else "\ufffd" for character in line)


def with_hint(message: str, hint: str | None) -> str:
    """A message and its remedy as one text."""
    return f"{message.rstrip('.')}. {hint}" if hint else message


class ImageOpsError(Exception):
    """A failure that a person can act on. ``extra`` travels into the task's result beside ``msg``."""

    request_id: str | None = None
    hint: str | None = None
    in_doubt = False  # whether a write got no answer, so that nobody knows whether it took effect

    def __init__(self, msg: str, **extra: t.Any) -> None:
        self.msg = clean(msg)
        super().__init__(self.msg)
        self.extra = extra

    def as_dict(self) -> dict[str, t.Any]:
        """The ``error`` block of a result. A failure that has no code goes by the name of its kind."""
        code, message = getattr(self, "code", type(self).__name__), getattr(self, "message", self.msg)
        return {"code": code, "message": message, "request_id": self.request_id, "hint": self.hint}


class Misspelt(str):
    """A fault that knows what was meant, which is its hint. It stands among others that are plain sentences."""

    hint: str

    def __new__(cls, sentence: str, meant: str) -> Misspelt:
        fault = super().__new__(cls, f"{sentence}, did you mean {meant}?")
        fault.hint = f"Did you mean {meant}?"
        return fault


class InvalidInput(ImageOpsError):
    """Everything that is wrong with the input, at once, before the first write."""

    def __init__(self, faults: t.Sequence[str]) -> None:
        self.faults = faults
        hints = [fault.hint for fault in faults if isinstance(fault, Misspelt)]
        self.hint = " ".join(dict.fromkeys(hints)) or None
        sentences = [clean(fault) for fault in faults]
        super().__init__("The input is refused, nothing was changed: " + "; ".join(sentences), faults=sentences)


class Refused(ImageOpsError):
    """What is asked would touch something that was not selected, or can't be done to what is there."""

    def __init__(self, code: str, msg: str, hint: str | None = None, **extra: t.Any) -> None:
        super().__init__(with_hint(msg, hint), **extra)
        self.code = code
        self.message = clean(msg)
        self.hint = hint


def refuse(refusal: ImageOpsError | None) -> None:
    """:raises ImageOpsError: the given refusal, if there is one"""
    if refusal is not None:
        raise refusal


def sentence_of(error: t.Mapping[str, t.Any]) -> str:
    """The ``error`` block of a result as a sentence, with its remedy."""
    return f"{error['code']}: " + with_hint(error["message"], error["hint"])


def failing(result: dict[str, t.Any], sentences: t.Sequence[str], told: str = "") -> dict[str, t.Any]:
    """A result that fails with everything that it knows, if anything has gone wrong.

    :param sentences: what has gone wrong
    :param told: what stands in front of it
    """
    return {**result, "failed": True, "msg": told + "; ".join(sentences)} if sentences else result


class TimedOut(Refused):
    """The work still goes on in the cloud, but this run's time is over."""

    def __init__(self, msg: str, hint: str | None = None) -> None:
        super().__init__("TimedOut", msg, hint)


def failure_of(error: Exception) -> ImageOpsError:
    """A failure as the outcome of one thing among others. A fault of ours must not lose what the others came to.

    Of such a fault it names the kind and the place, and no value: that may be anything.
    """
    if isinstance(error, ImageOpsError):
        return error
    place = _place_of(error)
    return Refused("InternalError", f"unexpected {type(error).__name__}{place}", "Please report this.")


def _place_of(error: BaseException) -> str:
    """The innermost file and line of this collection that an exception went through."""
    own = [
        f" in {frame.filename.rpartition('/plugins/')[2]}, line {frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if "/plugins/module" in frame.filename and "imageops/alicloud/" in frame.filename
    ]
    return own[-1] if own else ""


class CredentialsError(ImageOpsError):
    """No usable credentials. The library's own text is never passed on: it may hold signed URLs."""


class MissingLibrary(ImageOpsError):
    """A Python package that is needed is not there. Told in the words that Ansible has for it."""

    def __init__(self, package: str, error: ImportError) -> None:
        from ansible.module_utils.basic import missing_required_lib

        super().__init__(f"{missing_required_lib(package)} ({error})")


class SdkTooOld(Refused):
    """The SDK on this machine does not know what the API is to be asked."""

    def __init__(self, what: str) -> None:
        super().__init__(
            "SdkTooOld",
            f"the Python package alibabacloud-ecs20140526 of {sys.executable} knows no {what}",
            "Install a newer release of it.",
        )


class ApiError(ImageOpsError):
    """The API refused a call, or nothing that looks like its answer came back.

    :param operation: what was being done, for example ``copy image m-1 from cn-hangzhou to cn-beijing``
    :param code: the API's error code; ``NoAnswer`` when the connection broke, timed out or brought no answer of the
        API, ``UntrustedCertificate`` when it was not even begun, ``Redirected`` or ``HTTP`` and the status when
        something else has answered, and ``BrokenAnswer`` for what can't be the API's answer
    :param status: the HTTP status, 0 when there was none
    :param action: the RAM action that the call needs, for example ``ecs:CopyImage``
    :param hint: the remedy, if more is known than the code says
    :param retry_after: seconds after which the API wants to be asked again, None if it did not say
    """

    NO_ANSWER = "NoAnswer"
    UNTRUSTED = "UntrustedCertificate"
    REDIRECTED = "Redirected"
    BROKEN = "BrokenAnswer"

    def __init__(
        self,
        operation: str,
        code: str,
        message: str,
        *,
        status: int = 0,
        request_id: str | None = None,
        action: str = "",
        hint: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        self.operation = operation
        self.code = clean(code)[:100]
        self.message = clean(message)[:LONGEST_MESSAGE]
        self.status = status
        self.request_id = clean(request_id)[:100] if request_id else None
        self.hint = hint or hint_for(self.code, action)
        self.retry_after = retry_after
        self.is_first_contact = False  # whether no answer came from a host that has never answered in this task
        self.is_proxy_off = False  # whether nothing answers at the proxy, which has not answered in this task either
        super().__init__(self._text())

    def _text(self) -> str:
        parts = [f"Could not {self.operation}: {self.code}: {self.message}"]
        if self.request_id:
            parts.append(f"(request id {self.request_id})")
        return with_hint(" ".join(parts), self.hint)

    def add(self, what: str) -> None:
        """Put into the message what the API does not say."""
        self.message = f"{self.message.rstrip('.')} ({clean(what)})"
        self.msg = clean(self._text())
        self.args = (self.msg,)

    @property
    def answered(self) -> bool:
        """Whether the API itself answered. If not, the call may or may not have taken effect."""
        return self.code != self.NO_ANSWER and self.status < 500

    @property
    def refused(self) -> bool:
        """Whether the API has refused the call, so that it has no effect."""
        return 400 <= self.status < 500
