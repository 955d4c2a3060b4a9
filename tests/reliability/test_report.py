# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the page is given of a run."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from reliability import results
from reliability.report import SAMPLE, Figures, gather, table
from reliability.results import MATRICES, Recorder


def test_what_was_not_run_keeps_its_row_and_counts() -> None:
    first = table({"blind": Figures(cells=16, failed=2), "model": Figures(cells=40, everything=False)}, "")
    assert f"   * - {MATRICES['model']}{SAMPLE}\n     - 40\n" in first
    second = table({"model": Figures(cells=240, unreached=1)}, first)
    assert f"   * - {MATRICES['blind']}\n     - 16\n     - 0\n     - 2\n" in second
    assert f"   * - {MATRICES['model']}\n     - 240\n" in second
    assert "   * - Together\n     - 256\n     - 1\n     - 2\n" in second


def test_what_was_run_anew_replaces_its_row() -> None:
    first = table({"blind": Figures(cells=16, failed=2)}, "")
    assert table({"blind": Figures(cells=16)}, first) == table({"blind": Figures(cells=16)}, "")


@pytest.mark.parametrize("chosen", [True, False])
def test_tests_that_were_chosen_are_a_sample(monkeypatch: t.Any, tmp_path: Path, chosen: bool) -> None:
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    monkeypatch.setattr(results, "EVERYTHING", True)
    monkeypatch.setattr(Recorder, "is_chosen", chosen)
    with Recorder("blind", "0") as recorder:
        recorder.cell("one", [])
    assert (SAMPLE in table(gather(tmp_path), "")) is chosen
