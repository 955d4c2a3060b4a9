# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who has lost the images that a release took the place of, when one run took them away and another deprecates them."""

from __future__ import annotations

import typing as t

from ansible_collections.imageops.alicloud.plugins.plugin_utils._manifest import _manifest, _taken
from ansible_collections.imageops.alicloud.tests.unit.plugins.plugin_utils.manifest_runs import (
    BEIJING,
    FRANKFURT,
    ONE,
    TWO,
    Data,
    copied,
    run,
)


def before(image_id: str, **more: t.Any) -> Data:
    return {"region": BEIJING, "image_id": image_id, "name": "golden-1", **more}


def test_who_has_lost_an_image_is_kept_until_it_is_deprecated() -> None:
    """A run that ended between the two left nothing behind that said who had it, and the next found nobody there."""
    ahead = _taken.foretold([before("m-8", accounts=[ONE, TWO]), before("m-9", accounts=[])])
    begun, unheld = run(copied(BEIJING), left=ahead[:1]), run(copied(BEIJING), left=ahead[1:])
    assert _taken.is_news(ahead, begun) and not _taken.is_news(ahead[:1], begun)
    made = run(copied(BEIJING), previous=unheld, left=[], followed=[BEIJING])
    assert (made["deprecated"], made["left"]) == ([before("m-9", accounts=[])], [])
    assert not _taken.is_news(ahead[1:], made)
    # A run that does not look keeps it; so does one of other regions.
    assert run(copied(BEIJING), previous=begun)["left"] == begun["left"]
    assert run(copied(BEIJING), previous=begun, left=[], followed=[FRANKFURT])["left"] == begun["left"]
    # Of those who have it still, nobody has lost it.
    refused = before("m-8", reason="refused", unshared=[], holders=[TWO])
    stays = run(copied(BEIJING), previous=begun, left=[refused], followed=[BEIJING])
    assert stays["left"] == [before("m-8", reason="refused", unshared=[ONE])]
    # This run has deprecated it, or it leads no more: who had it is known.
    done = before("m-8", accounts=[TWO])
    for previous, more in ((stays, {"deprecated": [done]}), (begun, {}), (begun, {"deprecated": [done]})):
        made = run(copied(BEIJING), previous=previous, left=[], followed=[BEIJING], **more)
        assert (made["deprecated"], made["left"]) == ([before("m-8", accounts=[ONE, TWO])], [])
        assert not _manifest.differs(run(copied(BEIJING), previous=made, left=[], followed=[BEIJING]), made)


def test_what_another_run_has_deprecated_is_none_of_this_one_s() -> None:
    """This run had written down that it was about to, and the other has it in its own manifest."""
    ahead = run(copied(BEIJING), left=_taken.foretold([before("m-8", accounts=[ONE])]))
    made = run(copied(BEIJING), previous=ahead, left=[], followed=[BEIJING], by_others={(BEIJING, "m-8")})
    assert (made["deprecated"], made["left"]) == ([], [])


def test_that_nothing_tells_who_has_lost_an_image_holds_until_something_does() -> None:
    unknown = run(copied(BEIJING), deprecated=[before("m-8", accounts=None)])
    assert unknown["deprecated"] == [before("m-8", accounts=None)]
    for accounts in ([], [ONE]):
        known = run(copied(BEIJING), deprecated=[before("m-8", accounts=accounts)])
        again = run(copied(BEIJING), previous=known, deprecated=[before("m-8", accounts=None)])
        assert again["deprecated"] == known["deprecated"]
