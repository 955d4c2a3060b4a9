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
counted = at_defaults(
    *_SHOWN, *_TAGGED, "usable_seconds", "copy_finish_seconds", "share_read_lag", "found_late", "total_count"
)
# Counts readings of a list, which is read twice where it promises more than it holds.
list_counted = at_defaults("total_count")
# Copies of one image to several regions at once; elsewhere they come one after the other.
side_by_side = at_defaults("copy_conflict")
# Two runs about shares without a moment between them.
shared_at_once = at_defaults("share_read_lag", "share_present")
# Which tags a copy has, where a source's come along only if they are asked for.
tags_as_asked = at_defaults("copy_tags_from_source")
# A copy that has failed and is still there, to be replaced.
failed_stays = at_defaults("copy_failed_record", "copy_tags_after_failure")
# What an export has written, and why an import failed, which nobody tells when the task is forgotten.
task_told = at_defaults("task_kept")
# One more export of the same image to the same place.
exported_again = at_defaults("export_overwrite")
# Sessions that are shorter than the clocks of provider and client are apart.
same_clock = at_defaults("clock_ahead")
# What somebody is told who may not look: nothing, where others are told that they may not.
blind = at_defaults(
    *(f"rights_describe_{what}" for what in ("images", "snapshots", "instances", "instance_status", "disks"))
)
# An image that an organisation has, and whether its share list says so.
organisation = at_defaults("rs_share_blocks", "rs_share_visible")
# What the API alone keeps from being removed: a source whose copies run, an image that others' instances use.
held_back = at_defaults("delete_source_while_copying", "usage_counts_recipients")
# A type that is offered for an image which can't start on it.
offered_all = at_defaults("support_minds_nvme")
# An import that begins well and fails in the end, and what it leaves.
import_fails_late = at_defaults("import_bad_object_at", "import_fail_leaves", "import_cancel_leaves", "task_kept")
# The snapshots of a cancelled copy, which stay, and one that goes only a moment later.
left_by_cancelling = at_defaults("copy_cancelled_snapshots")
goes_slowly = at_defaults("cancel_seconds", "delete_seconds")
# Copies that wait for another one's place.
queued = at_defaults("copy_slots")
# Counts looks at snapshots, which are two where the first shows no encrypted ones.
one_look_at_snapshots = at_defaults("snapshots_encrypted_omitted")
# Which right each call asks, of tasks that make every call they know: so that none is spared, waited for or hidden.
rights_asked = at_defaults(
    *_SHOWN, *_TAGGED, *blind.args, *import_fails_late.args, *organisation.args, "rights_by_resource_tag", "copy_rights"
)
# Policies that hang on the tags of a thing.
limited_by_tag = at_defaults("rights_by_resource_tag")
# What the provider's check of an image puts on it.
checked = at_defaults("check_tags")
# Counts looks at launch templates.
templates_counted = at_defaults("lt_page_max", "lt_lag", "total_count")
