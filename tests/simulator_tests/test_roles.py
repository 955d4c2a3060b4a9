# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Roles, temporary keys and rights."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from alibabacloud_ecs20140526 import models as ecs
from alibabacloud_ecs20140526.client import Client
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from simulator import Simulator
from simulator.seed import SeedError, plant
from simulator_tests.helpers import HOME, MAIN, ONE, STS, TWO, Raw, control, refused, sdk

ROLE = f"acs:ram::{ONE}:role/image-release"
ALL = {"Version": "1", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def allow(action: Any, resource: Any = "*", effect: str = "Allow", **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "1", "Statement": list(statements)}


@pytest.fixture
def releaser(sim: Simulator) -> Raw:
    return Raw(sim, "simulator-releaser-key", "simulator-releaser-secret")


@pytest.fixture
def user(sim: Simulator) -> Callable[..., Client]:
    """A RAM user of the main account with these statements."""

    def make(*statements: dict[str, Any]) -> Client:
        policies = [document(*statements)] if statements else []
        keys = [{"id": "simulator-user-key", "secret": "simulator-user-secret"}]
        with sim.lock:
            plant(sim.world, {"users": [{"name": "user", "policies": policies, "access_keys": keys}]})
        return sdk(sim, "user")

    return make


def assume(raw: Raw, form: str = "v1", **params: str) -> tuple[int, Any]:
    asked = {"RoleArn": ROLE, "RoleSessionName": "test", **params}
    if form == "v1":
        return raw.v1("AssumeRole", asked, Version=STS)
    return raw.v3("AssumeRole", asked, headers={"x-acs-version": STS})


# Taking on a role


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


# Rights


def copy(client: Client, image: str, **options: Any) -> Any:
    return client.copy_image(
        ecs.CopyImageRequest(region_id=HOME, image_id=image, destination_region_id="cn-beijing", **options)
    )


def share(client: Client, image: str) -> None:
    client.modify_image_share_permission(
        ecs.ModifyImageSharePermissionRequest(region_id=HOME, image_id=image, add_account=[ONE])
    )


def test_without_policies_nothing_is_allowed(user: Callable[..., Client], image: str) -> None:
    client = user()
    with refused("Forbbiden", 403, "User not authorized"):
        copy(client, image)
    try:
        share(client, image)
    except AlibabaCloudException as error:
        assert (error.code, error.status_code) == ("Forbidden.RAM", 403)
        detail = error.access_denied_detail
        assert (detail["AuthAction"], detail["AuthPrincipalType"], detail["NoPermissionType"]) == (
            "ecs:ModifyImageSharePermission",
            "SubUser",
            "ImplicitDeny",
        )
    else:
        raise AssertionError("allowed")


def test_actions_and_wildcards(user: Callable[..., Client], image: str) -> None:
    client = user(allow(["ecs:Copy*", "ecs:modifyimagesharepermission"]))
    copy(client, image)
    share(client, image)
    with refused("Forbidden.RAM"):
        client.delete_image(ecs.DeleteImageRequest(region_id=HOME, image_id=image))


def test_resources(user: Callable[..., Client], image: str, new_image: Callable[..., str]) -> None:
    other = new_image(name="other")
    client = user(allow("ecs:*", f"acs:ecs:*:*:image/{image}"))
    share(client, image)
    with refused("Forbidden.RAM"):
        share(client, other)
    with refused("Forbbiden"):
        copy(client, image)
    client = user(allow("ecs:*", f"acs:ecs:{HOME}:{MAIN}:image/*"))
    copy(client, image)
    share(client, other)
    with refused("Forbidden.RAM"):
        client.cancel_copy_image(ecs.CancelCopyImageRequest(region_id="cn-beijing", image_id="m-x"))


def test_denial_wins(user: Callable[..., Client], image: str) -> None:
    client = user(allow("*"), allow("ecs:CopyImage", effect="Deny"))
    share(client, image)
    try:
        copy(client, image)
    except AlibabaCloudException as error:
        assert error.access_denied_detail["NoPermissionType"] == "ExplicitDeny"
    else:
        raise AssertionError("allowed")


def test_every_resource_of_a_call_counts(sim: Simulator, user: Callable[..., Client]) -> None:
    instance = next(iter(sim.world.instances))
    request = ecs.CreateImageRequest(region_id=HOME, instance_id=instance)
    client = user(allow("ecs:CreateImage", "acs:ecs:*:*:image/*"))
    with refused("Forbidden.RAM"):
        client.create_image(request)
    client = user(allow("ecs:CreateImage", ["acs:ecs:*:*:image/*", f"acs:ecs:*:*:instance/{instance}"]))
    assert client.create_image(request).body.image_id


def test_calls_without_a_region(sim: Simulator, user: Callable[..., Client]) -> None:
    with sim.lock:
        ids = plant(sim.world, {"snapshots": [{"region": HOME}, {"region": "cn-beijing"}]})["snapshots"]
    client = user(allow("ecs:DeleteSnapshot", f"acs:ecs:{HOME}:*:snapshot/*"))
    client.delete_snapshot(ecs.DeleteSnapshotRequest(snapshot_id=ids[0]))
    with refused("Forbidden.RAM"):
        client.delete_snapshot(ecs.DeleteSnapshotRequest(snapshot_id=ids[1]))


def test_tag_conditions(user: Callable[..., Client], image: str, new_image: Callable[..., str]) -> None:
    marked = new_image(name="marked", tags={"team": "images"})
    own = {"StringEquals": {"acs:ResourceTag/team": ["images"]}}
    asked = {"StringLike": {"acs:RequestTag/team": "im*"}}
    client = user(
        allow("ecs:ModifyImageSharePermission", Condition=own),
        allow("ecs:CopyImage", Condition=asked),
    )
    share(client, marked)
    with refused("Forbidden.RAM"):
        share(client, image)
    with refused("Forbbiden"):
        copy(client, image)
    copy(client, image, tag=[ecs.CopyImageRequestTag(key="team", value="images")])


def test_lists_without_the_right_are_empty(
    sim: Simulator, user: Callable[..., Client], image: str, new_image: Callable[..., str]
) -> None:
    theirs = new_image(name="theirs", account=ONE, shares=[MAIN])
    client = user()

    def seen() -> list[str]:
        body = client.describe_images(ecs.DescribeImagesRequest(region_id=HOME)).body
        assert body.total_count == len(body.images.image)
        return [one.image_id for one in body.images.image]

    assert image not in seen()
    assert theirs in seen(), "images of others are shown whatever the rights"
    assert client.describe_snapshots(ecs.DescribeSnapshotsRequest(region_id=HOME)).body.snapshots.snapshot == []
    with refused("Forbidden.RAM", 403):
        client.describe_instances(ecs.DescribeInstancesRequest(region_id=HOME))
    with refused("Forbidden.RAM", 403):
        client.describe_disks(ecs.DescribeDisksRequest(region_id=HOME))
    with refused("Forbidden.RAM"):
        client.describe_image_share_permission(ecs.DescribeImageSharePermissionRequest(region_id=HOME, image_id=image))
    sim.settings.rights_describe_images = "refused"
    with refused("Forbidden.RAM", 403):
        seen()
    client = user(allow("ecs:DescribeImages", f"acs:ecs:*:*:image/{image}"))
    sim.settings.rights_describe_images = "empty"
    assert image not in seen(), "a right on one image is none on the list"
    request = ecs.DescribeImagesRequest(region_id=HOME, image_id=image)
    assert client.describe_images(request).body.images.image[0].image_id == image


def test_a_dry_run_checks_rights(user: Callable[..., Client], image: str) -> None:
    with refused("Forbbiden"):
        copy(user(), image, dry_run=True)
    with refused("DryRunOperation"):
        copy(user(allow("ecs:CopyImage")), image, dry_run=True)


def test_a_refused_call_leaves_no_token(user: Callable[..., Client], image: str) -> None:
    with refused("Forbbiden"):
        copy(user(), image, client_token="t")
    assert copy(user(allow("*")), image, client_token="t")


@pytest.mark.parametrize(
    "policy",
    [
        {"Version": "2", "Statement": [allow("*")]},
        {"Version": "1", "Statement": []},
        document({**allow("*"), "NotAction": "x"}),
        document(allow("*", effect="Maybe")),
        document(allow([])),
        document(allow("*", Condition={"IpAddress": {"acs:SourceIp": "10.0.0.1"}})),
        document(allow("*", Condition={"StringEquals": {"acs:SourceIp": "10.0.0.1"}})),
    ],
)
def test_policies_that_are_not_understood_are_refused(sim: Simulator, policy: dict[str, Any]) -> None:
    with pytest.raises(ValueError), sim.lock:
        plant(sim.world, {"users": [{"name": "user", "policies": [policy]}]})
    with pytest.raises(SeedError), sim.lock:
        plant(sim.world, {"users": [{"name": "user", "colour": "red"}]})


def test_every_action_says_which_rights_it_needs() -> None:
    from simulator.actions import SERVED
    from simulator.actions.rights import FREE, RESOURCES

    assert set(RESOURCES) | FREE == set(SERVED)
