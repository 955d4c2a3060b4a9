# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What tests are about, so that it is at its default under every profile; all the rest is as the profile has it."""

from __future__ import annotations

import pytest

at_defaults = pytest.mark.at_defaults

_SHOWN = ("image_read_lag", "listed_late")
_TAGGED = ("tags_shown_late", "tags_late_from", "copy_tags_visible")

# About what a look shows right after the call: what is late shows to the next look, which others tell of.
shown_at_once = at_defaults(*_SHOWN)
# Two runs without a moment between them: the second writes tags again that do not show yet.
tags_at_once = at_defaults(*_TAGGED)
# Counts calls, looks or seconds of a wait.
counted = at_defaults(*_SHOWN, *_TAGGED, "usable_seconds", "copy_finish_seconds", "share_read_lag", "found_late")
# Copies of one image to several regions at once; elsewhere they come one after the other.
side_by_side = at_defaults("copy_conflict")
# Two runs about shares without a moment between them.
shared_at_once = at_defaults("share_read_lag", "share_present")
# Which tags a copy has, where a source's come along only if they are asked for.
tags_as_asked = at_defaults("copy_tags_from_source")
# A copy that has failed and is still there, to be replaced.
failed_stays = at_defaults("copy_failed_record", "copy_tags_after_failure")
