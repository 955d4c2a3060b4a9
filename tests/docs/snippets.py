# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The code blocks of the documentation, each with the comment above it that says what a test does with it.

``.. test: file NAME`` writes the block to a file. ``.. test: run`` gives it to bash, which must end with the exit code
``rc=N``, 0 if it is not said. ``.. test: output`` holds lines that the last run has shown; ``...`` in them stands for
anything. ``.. test: not run, REASON`` and ``.. test: not compared, REASON`` leave the block alone.
"""

from __future__ import annotations

import dataclasses
import re
import textwrap
from pathlib import Path

PAGES = Path(__file__).resolve().parents[2] / "docs" / "docsite" / "rst"
_BLOCK = re.compile(
    r"(?:^ *\.\. test: (?P<mark>[^\n]*)\n\n)?"
    r"^(?P<indent> *)\.\. code-block:: *(?P<language>\S+)\n\n"
    r"(?P<code>(?:(?P=indent) +[^\n]*\n|\n)+)",
    re.MULTILINE,
)
KINDS = ("file ", "run", "output", "not run, ", "not compared, ")


@dataclasses.dataclass(frozen=True)
class Snippet:
    """One code block."""

    line: int
    language: str
    mark: str
    code: str

    @property
    def exit_code(self) -> int:
        return int(self.mark.partition("rc=")[2] or 0)

    def fault(self) -> str | None:
        """What is wrong with its mark, if anything is."""
        if not self.mark:
            return "has no '.. test:' comment above it"
        if not self.mark.startswith(KINDS):
            return f"has the unknown mark {self.mark!r}"
        if self.mark.startswith("run") and self.language != "shell":
            return f"is to be run, but is {self.language}"
        return None


def snippets(page: Path) -> list[Snippet]:
    text = page.read_text()
    return [
        Snippet(
            line=text.count("\n", 0, match.start()) + 1,
            language=match["language"],
            mark=match["mark"] or "",
            code=textwrap.dedent(match["code"]).strip("\n") + "\n",
        )
        for match in _BLOCK.finditer(text)
    ]


def missing(wanted: str, shown: str) -> list[str]:
    """The lines of ``wanted`` that ``shown`` has nowhere."""
    found = []
    for line in wanted.splitlines():
        words = line.replace("...", " ... ").split()
        pattern = r"\s*".join(".*" if word == "..." else r"\s+".join(map(re.escape, [word])) for word in words)
        if words and not re.search(pattern, shown):
            found.append(line)
    return found
