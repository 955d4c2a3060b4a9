# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose certificates are trusted."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from functional.support import HOME, Lab
from simulator.certificates import make_authority

INFO = "ecs_image_info"


def test_authorities_of_one_s_own(lab: Lab, tls: dict[str, t.Any]) -> None:
    lab.source()
    outcome = lab.ok(INFO, ca_path=str(lab.sim.ca_path), **tls)
    assert [image["name"] for image in outcome.result["images"]] == ["golden"]


def test_a_server_that_nobody_vouches_for_is_refused_at_once(lab: Lab, tls: dict[str, t.Any]) -> None:
    outcome = lab.fails(INFO, "UntrustedCertificate", "127.0.0.1", "certificate verify failed", "ca_path", **tls)
    assert "validate_certs" in outcome.said and "RetryError" not in outcome.text
    assert outcome.result["error"]["code"] == "UntrustedCertificate"
    assert lab.clock.slept == 0 and lab.sim.journal.calls() == []


def test_authorities_that_do_not_vouch_for_the_server(lab: Lab, tls: dict[str, t.Any], tmp_path: Path) -> None:
    (tmp_path / "other.pem").write_bytes(make_authority().ca_pem)
    lab.fails(INFO, "UntrustedCertificate", ca_path=str(tmp_path / "other.pem"), **tls)
    assert lab.clock.slept == 0 and lab.sim.journal.calls() == []


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
def test_certificates_are_not_looked_at_if_that_was_asked_for(lab: Lab, tls: dict[str, t.Any]) -> None:
    lab.ok(INFO, validate_certs=False, **tls)
    lab.ok(INFO, validate_certs=False, ca_path="/no/such/file", **tls)


def test_a_region_with_another_certificate_does_not_hold_up_the_rest(lab: Lab, tls: dict[str, t.Any]) -> None:
    """STS is trusted by plain http to this machine, ECS is not."""
    tls["sts_endpoint"] = lab.sim.endpoint
    lab.fails(INFO, "UntrustedCertificate", HOME, **tls)
    assert lab.clock.slept == 0


@pytest.mark.parametrize(("text", "said"), [(None, "is not there"), ("", "can't be used"), ("no pem", "can't be used")])
def test_a_file_without_authorities_is_refused_before_anything(
    lab: Lab, tls: dict[str, t.Any], tmp_path: Path, text: str | None, said: str
) -> None:
    path = tmp_path / "ca.pem"
    if text is not None:
        path.write_text(text)
    lab.fails(INFO, f"ca_path {path} {said}", ca_path=str(path), **tls)
    assert lab.sim.journal.calls() == []


def test_authorities_of_one_s_own_come_beside_the_usual_ones(
    lab: Lab, tls: dict[str, t.Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the documentation says: here the usual ones are the simulator's."""
    monkeypatch.setenv("SSL_CERT_FILE", str(lab.sim.ca_path))
    (tmp_path / "other.pem").write_bytes(make_authority().ca_pem)
    lab.ok(INFO, ca_path=str(tmp_path / "other.pem"), **tls)
