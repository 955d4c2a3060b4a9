# Copyright: imageops.alicloud contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The English of what users read on pages and on the screen: proselint and the rules in ``prose_rules.yml`` look at it.

Of each file a copy is made in which everything but prose is blank, so that a finding has the line of the file.
"""

from __future__ import annotations

import ast
import itertools
import json
import re
import subprocess
import sys
import typing as t
from pathlib import Path

import tool_venv
import yaml
from environment import BUILD, ROOT

COPIES = BUILD / "prose"
ON_SCREEN = ".screen"  # ends the name of the copy with a file's messages
RULES = Path(__file__).with_name("prose_rules.yml")
PATTERNS = (
    "README.md", "SECURITY.md", "roles/*/README.md", "docs/docsite/rst/*.rst", "plugins/modules/*.py",
    "plugins/doc_fragments/*.py", "plugins/lookup/*.py", "plugins/filter/*.yml", "roles/*/meta/argument_specs.yml",
)  # fmt: skip
# What they read while it runs: messages in the code, names of tasks, descriptions of surveys.
SCREEN = (
    "plugins/*/*.py", "plugins/*/*/*.py", "roles/*/tasks/*.yml", "playbooks/*.yml", "playbooks/examples/*.yml",
    "extensions/awx/*.yml", "extensions/awx/project/*.yml",
)  # fmt: skip

# Where the prose of a Python file stands, and what of its YAML and of markup is none.
_DOCUMENTED = re.compile(r'^\s*(?:DOCUMENTATION|RETURN|\w*OPTIONS?|\w+) = r?"""')
_KEYS = re.compile(r"^\s*(?:- )?[\w.-]+:(?: [>|][+-]?)?(?=\s|$)")
_VALUES = re.compile(
    r"^\s*(?:- )?(?:module|type|default|choices|sample|aliases|elements|version_added|required|returned|key|name): .*$"
)
_SAID = re.compile(
    r"^\s*(?:- )?(?:name|msg|fail_msg|success_msg|help_text|question_name|question_description|description): (.*)$"
)
_NUMBER = re.compile(r"[\d.,% ]*")
_SPANS = (
    re.compile(r"``[^`]*``"),
    re.compile(r":[\w:-]+:`[^`]*`"),
    re.compile(r"`[^`]*`_*"),
    re.compile(r"\b[A-Z]+\((?:[^()]|\([^()]*\))*\)"),
    re.compile(r"\]\([^)]*\)"),
    re.compile(r"https?://\S+"),
    re.compile(r"<!--.*?-->"),
    re.compile(r"(?<![\w-])\d[\d.,]*"),
)


class Finding(t.NamedTuple):
    """Something that should be written otherwise."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


def prose_of(path: Path) -> str:
    """The text of a file, with an empty line for each that is no prose."""
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = {".rst": _of_rst, ".md": _of_markdown, ".py": _of_python, ".yml": _of_yaml}[path.suffix](lines)
    number = itertools.count()
    # What stands for a span or an empty line is another each time, so that nothing looks like a word said twice.
    return "\n".join(_plain(line, number) or f"~{next(number)}" for line in kept) + "\n"


def screen_of(path: Path) -> str:
    """The sentences of a file that end on the screen, each in the line where it begins."""
    text = path.read_text(encoding="utf-8")
    number = itertools.count()
    said: dict[int, list[str]] = {}
    for line, sentence in _messages(text, number) if path.suffix == ".py" else _said(text):
        said.setdefault(line, []).append(f"R{next(number)}. {_plain(sentence, number)}")
    return "\n".join(" ".join(said.get(line, [f"~{line}"])) for line in range(1, text.count("\n") + 2))


def _messages(code: str, number: t.Iterator[int]) -> t.Iterator[tuple[int, str]]:
    """Texts of Python code that are no documentation, with their lines. A single word is no sentence."""
    tree = ast.parse(code)
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    notes = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    notes |= {id(node.value) for node in tree.body if isinstance(node, ast.Assign)}
    for node in ast.walk(tree):
        if isinstance(node, (ast.Constant, ast.JoinedStr)) and id(node) not in parts | notes:
            text = " ".join(_text_of(node, number).split())
            if " " in text:
                yield node.lineno, text


def _text_of(node: ast.expr, number: t.Iterator[int]) -> str:
    """A text, with a word in place of each value that is put into it."""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text_of(part, number) for part in node.values)
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return f"Q{next(number)}"


def _said(text: str) -> t.Iterator[tuple[int, str]]:
    """Names of tasks and messages of a YAML file, with their lines."""
    for number, line in enumerate(text.splitlines(), 1):
        if match := _SAID.match(line):
            yield number, match[1].strip("'\"")


def _plain(line: str, number: t.Iterator[int]) -> str:
    for pattern in _SPANS:
        line = pattern.sub(lambda _found: f"Q{next(number)}", line)
    # An entry of a list begins anew.
    start = f"Q{next(number)} " if line.lstrip().startswith(("* ", "- ")) else ""
    text = line.strip().strip("|*-#=^~+'\"").strip()
    return "" if _NUMBER.fullmatch(text) else start + text


def _of_rst(lines: t.Sequence[str]) -> t.Iterator[str]:
    """Without directives, comments and what is indented below them. Cells of tables are prose."""
    depth: int | None = None
    for line in lines:
        indent = len(line) - len(line.lstrip())
        if line.strip() and depth is not None and indent <= depth:
            depth = None
        start = line.lstrip()
        if (
            depth is None
            and start.startswith("..")
            and not start.startswith((".. list-table", ".. note", ".. warning"))
        ):
            depth = indent
        yield "" if depth is not None or start.startswith((".. ", ":")) else line


def _of_markdown(lines: t.Sequence[str]) -> t.Iterator[str]:
    fenced = False
    for line in lines:
        fence = line.lstrip().startswith("```")
        fenced ^= fence
        yield "" if fenced or fence else line.replace("|", ". ")


def _of_python(lines: t.Sequence[str]) -> t.Iterator[str]:
    inside = False
    for line in lines:
        if not inside and _DOCUMENTED.match(line):
            inside = not line.startswith("EXAMPLES")
            yield ""
        elif '"""' in line:
            inside = False
            yield ""
        else:
            yield _of_yaml_line(line) if inside else ""


def _of_yaml(lines: t.Sequence[str]) -> t.Iterator[str]:
    examples = False
    for line in lines:
        examples = line.startswith("EXAMPLES") if line[:1].isalpha() else examples
        yield "" if examples or line.lstrip().startswith("#") else _of_yaml_line(line)


def _of_yaml_line(line: str) -> str:
    return "" if _VALUES.match(line) else _KEYS.sub("", line)


def files(patterns: t.Sequence[str] = PATTERNS) -> list[Path]:
    """What is looked at."""
    return [path for pattern in patterns for path in sorted(ROOT.glob(pattern))]


def own_findings(name: str, text: str, rules: t.Sequence[dict[str, str]]) -> list[Finding]:
    """What breaks our own rules."""
    found = []
    for rule in rules:
        for match in re.finditer(rule["not"], text, re.IGNORECASE):
            line = text.count("\n", 0, match.start()) + 1
            found.append(Finding(name, line, f"{' '.join(match[0].split())!r}: {rule['instead']}"))
    return found


def proselint_findings(skipped: t.Collection[str]) -> list[Finding]:
    """What proselint says of the copies."""
    command = [str(tool_venv.commands("proselint") / "proselint"), "check", "--output-format", "json", str(COPIES)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr)
    result = json.loads(done.stdout)["result"]
    return [
        Finding(_name_of(uri), one["pos"][0], f"{one['check_path']}: {one['message']}")
        for uri, told in result.items()
        for one in told.get("diagnostics", [])
        if not one["check_path"].startswith(tuple(skipped))
    ]


def _name_of(uri: str) -> str:
    return uri.split(f"{COPIES.name}/", 1)[-1].removesuffix(".txt").removesuffix(ON_SCREEN)


def main() -> int:
    rules = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    found: list[Finding] = []
    texts = [(str(path.relative_to(ROOT)), prose_of(path)) for path in files()]
    texts += [(f"{path.relative_to(ROOT)}{ON_SCREEN}", screen_of(path)) for path in files(SCREEN)]
    for name, text in texts:
        copy = COPIES / f"{name}.txt"
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text, encoding="utf-8")
        found += [
            one._replace(path=one.path.removesuffix(ON_SCREEN)) for one in own_findings(name, text, rules["rules"])
        ]
    found += proselint_findings(rules["proselint_skips"])
    for finding in sorted(found):
        print(finding)
    print(f"{len(found)} findings in {len(texts)} texts")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
