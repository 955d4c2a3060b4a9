# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values that are not what they say: from files, from the command line, from surveys, misspelt."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest
import yaml
from ways.plays import BEIJING, HOME, ONE, TWO, play, refused, role, source, told

from ansible_collections.imageops.alicloud.plugins.plugin_utils._input import _settings, _values
from ansible_collections.imageops.alicloud.plugins.plugin_utils._work import _works

if t.TYPE_CHECKING:
    from e2e.conftest import Stage

Data = dict[str, t.Any]
KIND = "Values from files, surveys and the command line; names that mean nothing; loops"
ROOT = Path(__file__).resolve().parents[2]

# What people write into a file of variables, and what must be said of it.
WRITTEN = """
octal: [0001000000000011, 01234567]
version: 1.10
eight: 010
answer: yes
marked: !unsafe '1.10'
one: !unsafe '1000000000000011'
"""


@pytest.mark.slow
def test_what_a_file_has_made_of_them_is_refused_with_the_way_to_write_it(stage: Stage) -> None:
    """An account id with a leading zero was planned as another account; a version lost its last digit."""
    image = source(stage)
    (stage.folder / "written.yml").write_text(WRITTEN)
    words = ("-e", "@written.yml")
    wrong = ({"accounts": "{{ octal }}"}, {"name": "{{ version }}"}, {"name": "{{ answer }}"})
    done = play(stage, *[refused(source=image, **one) for one in wrong], words=words)
    for sentence in (
        "account 68719476745 has 11 digits",
        "account 342391 has 6 digits",
        "image_release_name has been read as the number 1.1",
        "image_release_name has been read as the boolean True",
    ):
        assert sentence in told(done), sentence
    assert "it was taken" not in told(done)
    # Not by way of a template, which up to ansible-core 2.18 makes the text of a date that it was.
    (stage.folder / "day.yml").write_text("image_release_name: 2026-11-28\n")
    dated = stage.playbook("create_copy_share", {"image_release_source": image}, "-e", "@day.yml", code=2)
    assert "image_release_name has been read as the date 2026-11-28" in told(dated)
    # Retired was what carries another version.
    as_tag: Data = {"tags": {"version": "{{ version }}", "signed": "{{ answer }}"}}
    places: Data = {"destinations": [{"region": BEIJING, **as_tag}]}
    tagged = [
        refused(source=image, **as_tag),
        refused(source=image, **places, copy_options={"family": "{{ version }}"}),
        refused(which="image_retire", regions=HOME, keep=1, **as_tag),
    ]
    done = play(stage, *tagged, words=words)
    for name in ("image_release_tags", "image_release_destinations[0].tags", "image_retire_tags"):
        assert f"{name}.version has been read as the number 1.1" in told(done), name
        assert f"{name}.signed has been read as the boolean True" in told(done), name
    assert "image_release_copy_options.family has been read as the number 1.1" in told(done)
    lies = role(apply={"check_mode": True}, source=image, name="{{ marked }}", destinations=[{"region": BEIJING}])
    named = told(play(stage, {"block": [lies]}, words=words, code=None))
    # ansible-core up to 2.18 keeps the text; later ones read it anew, and what that has lost can't be brought back.
    assert "name '1.10' must have" in named or "write it in quotes; in a survey, begin it with a letter" in named
    play(stage, role(source=image, accounts="{{ one }}"), words=words)
    assert stage.shares(image["image_id"]) == [ONE]


@pytest.mark.slow
def test_variables_of_the_command_line_are_texts(stage: Stage) -> None:
    """The role's argument spec converts nothing, and an account was read letter by letter."""
    image = stage.image(name="golden", family="base", tags={"imageops:created-from": "i-1"})
    texts = {
        "image_release_source": json.dumps({"region": HOME, "image_id": image}),
        "image_release_destination_regions": f"{BEIJING},cn-shanghai",
        "image_release_accounts": ONE,
        "image_release_denied_accounts": f"[{TWO}]",
        "image_release_tags": "team=base",
        "image_release_steps": "create,copy,share",
        "image_release_promote": "no",
        "image_release_wait_timeout": "600",
        "image_release_wait_interval": "0.1",
    }
    words = [word for name, one in texts.items() for word in ("-e", f"{name}='{one}'")]
    stage.run("ansible-playbook", "imageops.alicloud.create_copy_share", *words)
    for region in (BEIJING, "cn-shanghai"):
        (copy,) = stage.in_region(region)
        assert stage.shares(copy["image_id"]) == [ONE] and copy["tags"]["team"] == "base"
    cut = ["-e", f"unshare_everywhere_accounts={TWO}, {ONE}", "-e", f"unshare_everywhere_regions={BEIJING},cn-shanghai"]
    refusal = stage.run("ansible-playbook", "imageops.alicloud.unshare_everywhere", *cut, code=2)
    assert "unshare_everywhere_accounts ends with ','" in told(refusal)
    taken = {"unshare_everywhere_accounts": ONE, "unshare_everywhere_regions": f"{BEIJING},cn-shanghai"}
    words = [word for name, one in taken.items() for word in ("-e", f"{name}={one}")]
    stage.run("ansible-playbook", "imageops.alicloud.unshare_everywhere", *words)
    assert [
        stage.shares(one["image_id"]) for region in (BEIJING, "cn-shanghai") for one in stage.in_region(region)
    ] == [[], []]
    retired = {"image_retire_regions": HOME, "image_retire_families": "base", "image_retire_keep": "1"}
    words = [word for name, one in retired.items() for word in ("-e", f"{name}={one}")]
    assert "among the newest 1" in told(stage.run("ansible-playbook", "imageops.alicloud.image_retire", *words))


@pytest.mark.slow
def test_destinations_can_be_a_text_and_names_of_regions_are_told_where_they_go(stage: Stage) -> None:
    """Ansible refused every text, also one in JSON, in its own words."""
    image = source(stage)
    lists: Data = {"destinations": f'[{{"region": "{BEIJING}", "accounts": [{ONE}]}}]', "verify": "[]"}
    wrong = [refused(source=image, destinations=one) for one in (BEIJING, f"{BEIJING},cn-shanghai", [BEIJING])]
    done = told(play(stage, *wrong, role(source=image, **lists)))
    go = "regions that need nothing of their own go into image_release_destination_regions"
    assert done.count("REFUSED The variables are refused, nothing was changed: image_release_destinations") == 3
    assert done.count(f"as a text it is JSON or YAML: {go}") >= 3 and "it was taken" not in done
    (copy,) = stage.in_region(BEIJING)
    assert stage.shares(copy["image_id"]) == [ONE] and stage.in_region("cn-shanghai") == []


@pytest.mark.slow
def test_names_of_ours_that_mean_nothing_are_refused_and_our_own_facts_are_not(stage: Stage) -> None:
    """A misspelt list of denied accounts was ignored, and the account got the image."""
    image = source(stage)
    plain = [{"region": BEIJING, "kms_key_id": "key-1"}]
    misspelt = refused(source=image, accounts=[ONE, TWO], denied_acounts=[TWO], destinations=plain)
    old = role(which="image_retire", regions=[HOME], families="base", kep=1)
    done = play(stage, misspelt, {"block": [old], "ignore_errors": True})
    assert "no attribute" not in told(done)  # what would come after the refusal is not tried
    assert "image_release_denied_acounts is unknown, did you mean image_release_denied_accounts?" in told(done)
    assert "kms_key_id needs encrypted=true" in told(done)  # all at once
    assert "image_retire_kep is unknown, did you mean image_retire_keep?" in told(done)
    assert stage.writes() == []
    planned = role(apply={"check_mode": True}, source=image, accounts=[ONE])
    book = [{"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": [planned]}]
    path = stage.folder / "two.yml"
    path.write_text(json.dumps([*book, {"ansible.builtin.import_playbook": "imageops.alicloud.create_copy_share"}]))
    variables = {"image_release_hosts": "localhost", "image_release_source": image, "image_release_accounts": [ONE]}
    stage.playbook(str(path), variables)
    assert stage.shares(image["image_id"]) == [ONE]


def specs() -> t.Iterator[tuple[str, Data]]:
    for role_name in ("image_release", "image_retire"):
        yield from _settings.options_of(str(ROOT / "roles" / role_name)).items()
    for work in _works.PLAYBOOKS:
        yield from _works.options_of(work).items()


@pytest.mark.parametrize(("name", "spec"), [one for one in specs() if one[1]["type"] in ("list", "dict")])
def test_no_text_is_read_letter_by_letter(name: str, spec: Data) -> None:
    """Every variable that takes a list or a dictionary: a text is one entry, or several, or refused."""
    faults: list[str] = []
    found = _values.read("abc", spec, name, faults)
    assert faults or found == ["abc"], found
    faults.clear()
    found = _values.read(1000000000000011, spec, name, faults)
    assert faults or found == [ONE], found


def tasks_of(path: Path) -> t.Iterator[Data]:
    """All tasks of a file, those in blocks too."""
    todo = [one for one in yaml.safe_load(path.read_text()) or [] if isinstance(one, dict)]
    while todo:
        task = todo.pop()
        for key in ("tasks", "pre_tasks", "post_tasks", "handlers", "block", "rescue", "always"):
            todo += task.get(key) or []
        yield task


def test_no_loop_of_ours_takes_the_caller_s_item() -> None:
    """``item`` of a caller's loop meant another thing inside the role: images got into families of their own names."""
    files = [*ROOT.glob("roles/*/tasks/*.yml"), *ROOT.glob("playbooks/*.yml")]
    loops = [(path, task) for path in files for task in tasks_of(path) if "loop" in task]
    assert len(loops) > 5
    assert not [path for path in files for task in tasks_of(path) if any(key.startswith("with_") for key in task)]
    for path, task in loops:
        assert task.get("loop_control", {}).get("loop_var", "item").startswith("__"), (path, task)
