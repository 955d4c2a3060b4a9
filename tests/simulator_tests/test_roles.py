# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roles and temporary keys."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from alibabacloud_ecs20140526.client import Client
from simulator import Simulator
from simulator_tests.helpers import HOME, MAIN, ONE, STS, TWO, Raw, control
from simulator_tests.policies import allow, document

ROLE = f"acs:ram::{ONE}:role/image-release"
ALL = {"Version": "1", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


@pytest.fixture
def releaser(sim: Simulator) -> Raw:
    return Raw(sim, "simulator-releaser-key", "simulator-releaser-secret")


def assume(raw: Raw, form: str = "v1", **params: str) -> tuple[int, Any]:
    asked = {"RoleArn": ROLE, "RoleSessionName": "test", **params}
    if form == "v1":
        return raw.v1("AssumeRole", asked, Version=STS)
    return raw.v3("AssumeRole", asked, headers={"x-acs-version": STS})


@pytest.mark.parametrize("form", ["v1", "v3"])
def test_assume_role(sim: Simulator, releaser: Raw, form: str) -> None:
    status, answer = assume(releaser, form, SourceIdentity="me")
    assert status == 200, answer
    role_id = answer["AssumedRoleUser"]["AssumedRoleId"].partition(":")[0]
    assert answer["AssumedRoleUser"]["Arn"] == f"acs:sts::{ONE}:assumed-role/image-release/test"
    assert answer["Credentials"]["AccessKeyId"].startswith("STS.")
    assert answer["SourceIdentity"] == "me"
    keys = answer["Credentials"]
    temporary = Raw(sim, keys["AccessKeyId"], keys["AccessKeySecret"])
    who = temporary.v1("GetCallerIdentity", Version=STS, SecurityToken=keys["SecurityToken"])[1]
    assert {name: who[name] for name in ("AccountId", "Arn", "IdentityType", "PrincipalId", "RoleId")} == {
        "AccountId": ONE,
        "Arn": f"acs:ram::{ONE}:assumed-role/image-release/test",
        "IdentityType": "AssumedRoleUser",
        "PrincipalId": f"{role_id}:test",
        "RoleId": role_id,
    }
    assert "UserId" not in who
    headers = {"x-acs-security-token": keys["SecurityToken"], "x-acs-accesskey-id": keys["AccessKeyId"]}
    assert temporary.v3("DescribeImages", {"RegionId": HOME}, headers=headers)[0] == 200
    entry = sim.journal.calls("DescribeImages")[-1]
    assert (entry["account"], entry["access_key_id"]) == (ONE, keys["AccessKeyId"])
    assert keys["SecurityToken"] not in json.dumps(sim.journal.entries())


def test_missing_and_wrong_tokens(sim: Simulator, releaser: Raw) -> None:
    keys = assume(releaser)[1]["Credentials"]
    temporary = Raw(sim, keys["AccessKeyId"], keys["AccessKeySecret"])
    status, answer = temporary.v1("DescribeRegions")
    assert (status, answer["Code"]) == (400, "MissingParameter"), "the code of ECS"
    assert "SecurityToken" in answer["Message"]
    status, answer = temporary.v1("GetCallerIdentity", Version=STS)
    assert (status, answer["Code"]) == (400, "MissingSecurityToken"), "the code of all the others"
    other = assume(releaser)[1]["Credentials"]["SecurityToken"]
    status, answer = temporary.v1("DescribeRegions", SecurityToken=other)
    assert (status, answer["Code"]) == (400, "InvalidSecurityToken.MismatchWithAccessKey")


def test_expiry(sim: Simulator, releaser: Raw) -> None:
    sim.settings.session_seconds = 0.05
    keys = assume(releaser)[1]["Credentials"]
    temporary = Raw(sim, keys["AccessKeyId"], keys["AccessKeySecret"])
    time.sleep(0.06)
    status, answer = temporary.v1("DescribeRegions", SecurityToken=keys["SecurityToken"])
    assert (status, answer["Code"]) == (400, "InvalidSecurityToken.Expired")


def test_expiry_by_control(sim: Simulator, releaser: Raw) -> None:
    first, second = (assume(releaser)[1]["Credentials"] for dummy in range(2))

    def works(keys: Any) -> bool:
        raw = Raw(sim, keys["AccessKeyId"], keys["AccessKeySecret"])
        return raw.v1("DescribeRegions", SecurityToken=keys["SecurityToken"])[0] == 200

    sim.clock.advance(100_000)
    assert works(first), "the simulated clock has no say in this"
    answer = control(sim, "POST", "sts/expire", {"access_key_id": first["AccessKeyId"]})
    assert answer == {"expired": [first["AccessKeyId"]]}
    assert (works(first), works(second)) == (False, True)
    control(sim, "POST", "sts/expire")
    assert not works(second)


@pytest.mark.parametrize(
    ("params", "status", "code"),
    [
        ({"RoleArn": ""}, 400, "MissingRoleArn"),
        ({"RoleSessionName": ""}, 400, "MissingRoleSessionName"),
        ({"RoleArn": "arn:aws:iam::1:role/x"}, 400, "InvalidParameter.RoleArn"),
        ({"RoleSessionName": "a b"}, 400, "InvalidParameter.RoleSessionName"),
        ({"RoleSessionName": "x" * 65}, 400, "InvalidParameter.RoleSessionName"),
        ({"DurationSeconds": "899"}, 400, "InvalidParameter.DurationSeconds"),
        ({"DurationSeconds": "3601"}, 400, "InvalidParameter.DurationSeconds"),
        ({"ExternalId": "x"}, 400, "InvalidParameter.ExternalId"),
        ({"Policy": "{}"}, 400, "InvalidParameter.PolicyGrammar"),
        ({"Policy": "nonsense"}, 400, "InvalidParameter.PolicyGrammar"),
        ({"Policy": " " * 2049}, 400, "InvalidParameter.PolicySize"),
        ({"RoleArn": f"acs:ram::{ONE}:role/none"}, 404, "EntityNotExist.Role"),
    ],
)
def test_refused_parameters(releaser: Raw, params: dict[str, str], status: int, code: str) -> None:
    answer = assume(releaser, **params)
    assert (answer[0], answer[1]["Code"]) == (status, code)


def test_internal_error_has_its_own_words(sim: Simulator, releaser: Raw) -> None:
    sim.faults.add({"kind": "internal", "action": "AssumeRole"})
    status, answer = assume(releaser)
    assert (status, answer["Code"], answer["Message"][:3]) == (500, "InternalError", "STS")


def test_longer_sessions_if_the_role_allows_them(sim: Simulator, releaser: Raw) -> None:
    role = {"name": "image-release", "account": ONE, "max_session_seconds": 7200}
    control(sim, "POST", "seed", {"roles": [role]})
    assert assume(releaser, DurationSeconds="7200")[0] == 200


def test_who_may_take_on_a_role(sim: Simulator, raw: Raw, releaser: Raw, user: Callable[..., Client]) -> None:
    def code(by: Raw, **params: str) -> str:
        return str(assume(by, **params)[1].get("Code", ""))

    assert code(raw) == "NoPermission", "an account itself never may"
    user()
    somebody = Raw(sim, "simulator-user-key", "simulator-user-secret")
    assert code(somebody) == "NoPermission", "its own account does not let it"
    user(allow("sts:AssumeRole", ROLE))
    assert code(somebody) == ""
    assert code(somebody, RoleArn=f"acs:ram::{TWO}:role/image-release") == "NoPermission"
    role = {"name": "image-release", "account": ONE, "trust": [f"acs:ram::{MAIN}:user/releaser"]}
    control(sim, "POST", "seed", {"roles": [role]})
    assert (code(somebody), code(releaser)) == ("NoPermission", "")
    control(sim, "POST", "seed", {"roles": [{**role, "trust": [TWO]}]})
    assert code(releaser) == "NoPermission", "the role does not trust it"
    control(sim, "POST", "seed", {"roles": [{**role, "external_id": "secret-word"}]})
    assert code(releaser) == "NoPermission"
    assert code(releaser, ExternalId="other-word") == "NoPermission"
    assert code(releaser, ExternalId="secret-word") == ""


def test_a_session_policy_only_takes_away(sim: Simulator, releaser: Raw) -> None:
    only_reading = json.dumps(document(allow("ecs:Describe*")))
    status, answer = assume(releaser, Policy=only_reading)
    assert status == 200
    keys = answer["Credentials"]
    temporary = Raw(sim, keys["AccessKeyId"], keys["AccessKeySecret"])
    place = {"RegionId": HOME, "ImageId": "m-none"}
    deleted = temporary.v1("DeleteImage", place, SecurityToken=keys["SecurityToken"])
    assert (deleted[0], deleted[1]["Code"]) == (403, "Forbidden.RAM")
    control(sim, "POST", "seed", {"roles": [{"name": "image-release", "account": ONE, "policies": []}]})
    keys = assume(releaser, Policy=json.dumps(ALL))[1]["Credentials"]
    temporary = Raw(sim, keys["AccessKeyId"], keys["AccessKeySecret"])
    assert temporary.v1("DeleteImage", place, SecurityToken=keys["SecurityToken"])[0] == 403
