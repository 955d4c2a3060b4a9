# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `make test` runs of the folders that take longest: of each kind some. `make nightly` runs these folders whole.

A test that is renamed or gone ends that phase with pytest's exit code 4, so the list can't fall behind in silence.
"""

from __future__ import annotations

# Whole playbooks with the installed ansible-core: each playbook's story, and each kind of refusal.
PLAYS = {
    "test_audit.py": ["test_many_accounts_one_of_which_lets_nobody_in"],
    "test_going_back.py": ["test_a_release_that_lacks_an_image_leads_nowhere[create_copy_share]"],
    "test_imported.py": ["test_an_import_that_fails_is_copied_and_shared_nowhere"],
    "test_instances.py": ["test_an_instance_that_somebody_has_stopped_is_left_so"],
    "test_life_cycle.py": ["test_the_plan_says_what_will_happen_and_what_it_costs"],
    "test_new_keys.py": ["test_a_region_without_a_new_key_is_named_before_anything"],
    "test_output.py": ["test_an_ad_hoc_copy_with_credentials_from_the_environment[shown]"],
    "test_playbooks.py": [
        "test_check_then_run_then_nothing",
        "test_a_region_that_fails[share_good]",
        "test_the_emergency_brake",
    ],
    "test_refused_releases.py": ["test_everything_that_is_wrong_is_told_before_anything_is_written"],
    "test_releases_by_records.py": ["test_records_of_another_account_are_refused_before_anything"],
    "test_retirements.py": ["test_old_images_are_retired_by_playbook"],
    "test_secrets.py": [
        "test_no_secret_turns_up[options-playbook-good]",
        "test_no_secret_turns_up[environment-runner-bad]",
    ],
    "test_slices.py": ["test_progress_arrives_while_the_task_runs"],
    "test_take_over.py": ["test_a_role_of_another_account_writes_nothing"],
    "test_told.py": ["test_a_release_that_fails_again_changes_nothing_again"],
    "test_wording.py": ["test_a_retirement_and_a_playbook_are_told_their_own_variables"],
    "test_works.py": ["test_a_manifest_takes_images_from_nobody_but_those_who_are_named"],
}
# How people run them: the oldest ansible-core has the role twice from a survey's file, and in check mode.
WAYS = {
    "test_account.py": ["test_accounts_that_disagree_are_one_error_before_anything_is_asked"],
    "test_fips.py": ["test_md5_refuses_there"],
    "test_keywords.py": ["test_one_bad_image[any_errors_fatal]"],
    "test_manifests.py": ["test_no_file_of_somebody_else_is_overwritten"],
    "test_matrix.py": [],
    "test_narrow.py": ["test_a_temporary_folder_that_is_gone_in_mid_release"],
    "test_oldest.py": [],
    "test_page.py": [],
    "test_parts.py": ["test_the_role_is_not_entered_in_the_middle"],
    "test_registered.py": [],
    "test_release_role.py": ["test_two_releases_of_a_host_are_not_mixed"],
    "test_retirement.py": ["test_a_refusal_that_is_ignored_retires_nothing"],
    "test_seen.py": ["test_nothing_joins_the_family_where_a_copy_is_missing"],
    "test_trust.py": ["test_who_answers_a_survey_chooses_no_host"],
    "test_values.py": [
        "test_no_text_is_read_letter_by_letter",
        "test_no_loop_of_ours_takes_the_caller_s_item",
        "test_variables_of_the_command_line_are_texts",
    ],
}
# Kills, faults and races: of each, the cells that are always the same; see seeds.py there.
RELIABILITY = {
    "test_blind.py": [],
    "test_faults.py": ["test_no_trouble_changes_the_end[release-0]", "test_no_trouble_changes_the_end[export-0]"],
    "test_kills.py": [
        "test_a_killed_release_is_run_again",
        "test_a_killed_retirement_is_run_again",
        "test_a_killed_import_is_run_again",
        "test_a_killed_export_is_run_again",
        "test_an_orphaned_module_goes_on_beside_the_second_run",
    ],
    "test_playbooks.py": ["test_a_killed_playbook_is_run_again"],
    "test_races.py": [
        "test_releases_started_together[0-2]",
        "test_the_brake_is_pulled_while_a_release_runs",
        "test_another_client_takes_the_same_name",
    ],
    "test_report.py": [],
    "test_rollback.py": ["test_the_older_release_leads_again"],
    "test_soak.py": ["test_rounds_of_tasks[0]"],
    "test_successors.py": [],
}


def of(folder: str, files: dict[str, list[str]]) -> list[str]:
    """What pytest is to run of a folder: the tests that are named of each file, or the whole file."""
    paths = {f"{folder}/{name}": tests for name, tests in files.items()}
    return [f"{path}::{test}" if test else path for path, tests in paths.items() for test in tests or [""]]
