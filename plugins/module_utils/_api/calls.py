# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the functions of the API layer have in common: how often a call may be repeated, and paging."""

from __future__ import annotations

import contextlib
import functools
import typing as t

from ansible_collections.imageops.alicloud.plugins.module_utils._base import models
from ansible_collections.imageops.alicloud.plugins.module_utils._base.errors import ApiError, TimedOut
from ansible_collections.imageops.alicloud.plugins.module_utils._base.fields import LISTING, shaped
from ansible_collections.imageops.alicloud.plugins.module_utils._base.models import Data, text
from ansible_collections.imageops.alicloud.plugins.module_utils._base.retry import LAST_LOOK, Backoff, Retry
from ansible_collections.imageops.alicloud.plugins.module_utils._client.sdk import ECS, Client

T = t.TypeVar("T")

KEY = "KMSKeyId"  # as fields and codes have it
PAGE = 100  # the API's largest page
SMALL_PAGE = 50  # that of launch templates and scaling groups
MOST_PAGES = 150  # a bound against answers that never end: 15,000 entries, of which the largest take some 160 MB
MOST_READINGS = 5  # of a list of several pages, until two of them in a row agree
# What tells the entries of a list apart.
_IDS: dict[str, str | tuple[str, ...]] = {
    "Image": "ImageId",
    "Account": "AliyunId",
    "Instance": "InstanceId",
    "Snapshot": "SnapshotId",
    "Disk": "DiskId",
    "LaunchTemplateSet": "LaunchTemplateId",
    "LaunchTemplateVersionSet": "VersionNumber",
    "LockedSnapshotsInfo": "SnapshotId",
    "ScalingConfiguration": "ScalingConfigurationId",
    "ScalingGroup": "ScalingGroupId",
    # One may be in several shares of an organisation.
    "SharedResources": ("ResourceId", "ResourceShareId"),
    "SharedTargets": ("TargetId", "ResourceShareId"),
    "Task": "TaskId",
}

Tags = t.Mapping[str, str]


def tag_list(tags: Tags | None) -> list[dict[str, str]] | None:
    """Tags as the API takes them."""
    return [{"Key": key, "Value": value} for key, value in sorted(tags.items())] if tags else None


def id_in(operation: str, answer: Data, name: str) -> str:
    """The id of what a write has made.

    :raises ApiError: as after a lost answer, if the answer does not tell it: look for what was made
    """
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise ApiError(operation, ApiError.NO_ANSWER, f"the answer has no {name}")
    return value


@contextlib.contextmanager
def accepting(*codes: str) -> t.Iterator[None]:
    """Take a refusal that says that there is nothing left to do, or nothing to be seen."""
    try:
        yield
    except ApiError as error:
        if error.code not in codes:
            raise


def took_effect(code: str, call: t.Callable[[], object]) -> bool:
    """Make a call that takes something away, which may be gone already.

    :param code: by which the API says that it is gone
    :returns: whether this call has taken it away; so it has if an answer to it was lost before the API said so
    """
    try:
        call()
    except ApiError as error:
        if error.code != code:
            raise
        return error.in_doubt
    return True


@contextlib.contextmanager
def passing_refusals() -> t.Iterator[None]:
    """Go on without what the API refuses to tell, as to credentials that lack the right to look."""
    try:
        yield
    except ApiError as error:
        if not error.refused:
            raise


class Listing:
    """The entries of a list, page after page, each once. What can't be a page of the API's ends it."""

    def __init__(self, operation: str, key: str | tuple[str, ...], size: int = PAGE) -> None:
        """
        :param key: the field, or the fields, that tell entries apart
        :param size: of a page
        """
        self._operation, self._keys = operation, (key,) if isinstance(key, str) else key
        self._size = size
        self.ids: set[str] = set()
        self.entries: list[Data] = []
        self.taken = 0

    def take(self, page: list[Data]) -> int:
        """Take a page; how many of its entries are new.

        :raises ApiError: for a page with more than was asked for
        """
        if len(page) > self._size:
            raise self.broken(f"a page of {len(page)} entries came where at most {self._size} were asked for")
        news = [entry for entry in page if self._id_of(entry) not in self.ids]
        self.ids.update(self._id_of(entry) for entry in news)
        self.entries += news
        self.taken += len(page)
        return len(news)

    def _id_of(self, entry: Data) -> str:
        return "/".join(text(entry.get(key)) for key in self._keys)

    def broken(self, what: str) -> ApiError:
        """The error for an answer that can't be right."""
        return ApiError(self._operation, ApiError.BROKEN, what)


class Calls:
    """Calls for one account. Every function may raise ApiError or CredentialsError.

    Each takes the ``operation`` first: what is being done, in words, for messages.
    """

    def __init__(self, client: Client, retry: Retry, service: str = ECS, consistency_wait: float = 0.0) -> None:
        """
        :param service: whose calls they are, as the client names it
        :param consistency_wait: seconds for which what was just made may not be known everywhere
        """
        self._client = client
        self._service = service
        self._consistency_wait = consistency_wait
        self.retry = retry

    def when_known(self, unknown: str, call: t.Callable[[], T], is_there: t.Callable[[], bool] = lambda: True) -> T:
        """Make a call on what was seen and may just have been made, so that the API need not know of it everywhere yet.

        :param unknown: the code by which the API says so
        :param is_there: asked after that, where it may as well have gone
        """
        ends, backoff = self.retry.clock.now() + self._consistency_wait, Backoff()
        while True:
            try:
                return call()
            except ApiError as error:
                if error.code != unknown or self.retry.clock.now() >= min(ends, self.retry.deadline) or not is_there():
                    raise
            self.retry.clock.sleep(min(backoff.pause(), max(LAST_LOOK, ends - self.retry.clock.now())))

    def read(self, operation: str, region: str, action: str, **fields: t.Any) -> Data:
        """Look at something."""
        try:
            return self.write_again(operation, region, action, **fields)
        except ApiError as error:
            error.in_doubt = False  # nothing hangs on a look
            raise

    def write_again(self, operation: str, region: str, action: str, **fields: t.Any) -> Data:
        """Make a call that may take effect twice without harm: it writes what is there already, or carries a token."""
        call = functools.partial(self._client.call, self._service, operation, region, action, fields)
        return self.retry.retry_idempotent(region, self._client.host(region, self._service), call)

    def write_once(self, operation: str, region: str, action: str, **fields: t.Any) -> Data:
        """Make a call that must not take effect twice. Not repeated after a lost answer: look first."""
        call = functools.partial(self._client.call, self._service, operation, region, action, fields)
        try:
            return self.retry.retry_rejected(region, self._client.host(region, self._service), call)
        except ApiError as error:
            if fields.get(KEY) and KEY in error.code:
                error.add(f"tried with key {fields[KEY]} in {fields.get('DestinationRegionId') or region}")
            raise

    def refuse_unsendable(self, region: str, action: str, fields: Data) -> None:
        """:raises SdkTooOld: if the SDK can't send these fields, which is then known before anything is written"""
        self._client.ecs_fields(region, action, fields)

    def pages(
        self,
        operation: str,
        region: str,
        action: str,
        names: tuple[str, ...],
        *,
        size: int = PAGE,
        sought: str | None = None,
        **fields: t.Any,
    ) -> list[Data]:
        """A list that has numbers for pages. One of several pages is only believed once two readings agree.

        Numbered pages shift while others create and delete: an entry slides from one page to another between two
        calls, and is missed or told twice.

        :param size: of a page
        :param sought: the id that the list is narrowed down to: one entry has it, and no next page can tell more
        :raises ApiError: if no two readings in a row agree
        """
        of_page = functools.partial(self.read, operation, region, action, PageSize=size, **fields)
        listing, pages = self._reading(operation, names, size, of_page, sought)
        for _reading in range(MOST_READINGS - 1 if pages > 1 else 0):
            again, _pages = self._reading(operation, names, size, of_page, sought)
            if again.ids == listing.ids:
                return again.entries
            listing = again
        if pages > 1:
            raise listing.broken(
                f"its {pages} pages changed in each of {MOST_READINGS} readings, so that some may be missed"
            )
        return listing.entries

    def _reading(
        self, operation: str, names: tuple[str, ...], size: int, of_page: t.Callable[..., Data], sought: str | None
    ) -> tuple[Listing, int]:
        """A list from its first page to its last, and how many pages it has."""
        listing = Listing(operation, _IDS[names[-1]], size)
        for page in range(1, MOST_PAGES + 1):
            self._refuse_if_over(operation, page)
            answer = of_page(PageNumber=page)
            entries = models.items(answer, *names)
            news = listing.take(entries)
            if sought in listing.ids:
                return listing, page
            # A full page means that there may be more, whatever the count says; a short one may be a smaller page than
            # was asked for, as long as the count is not reached.
            total = shaped(LISTING, answer)["total"]
            if not entries or (len(entries) < size and listing.taken >= total):
                return listing, page
            if not news:
                raise listing.broken(f"page {page} brings nothing new, though {total} entries were promised")
        raise listing.broken(f"it has no end within {MOST_PAGES} pages")

    def by_tokens(
        self, operation: str, region: str, action: str, names: tuple[str, ...], **fields: t.Any
    ) -> list[Data]:
        """A list whose pages are found by a token, a place in the list: what comes or goes meanwhile shifts nothing."""
        listing = Listing(operation, _IDS[names[-1]])
        token: str | None = None
        for page in range(1, MOST_PAGES + 1):
            self._refuse_if_over(operation, page)
            answer = self.read(operation, region, action, MaxResults=PAGE, NextToken=token, **fields)
            entries = models.items(answer, *names)
            news, before = listing.take(entries), token
            token = shaped(LISTING, answer)["token"]
            if token is None:
                return listing.entries
            # A page may be empty and not the last.
            if token == before or (entries and not news):
                raise listing.broken(f"page {page} brings nothing new, and says that more will come")
        raise listing.broken(f"it has no end within {MOST_PAGES} pages")

    def _refuse_if_over(self, operation: str, page: int) -> None:
        """A listing goes on for as long as the task may, however many pages are promised."""
        if page > 1 and self.retry.clock.now() >= self.retry.deadline:
            raise TimedOut(f"Could not {operation}: the time is over before page {page} of the list was read")
