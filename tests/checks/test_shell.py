"""Shell scripts: the shell's own word on syntax, and what they source, call and use."""

from __future__ import annotations

import asyncio

import pytest

from core.automations.model import File
from core.checks.languages import language_of
from core.checks.languages.bash import LANGUAGE
from core.checks.project import Project
from core.checks.shell.outline import read
from core.checks.shell.scan import scan
from tests.checks.projects import changed, errors, findings, without

PROJECT = {
    "bin/run.sh": """
#!/usr/bin/env bash
set -euo pipefail
SCRIPT_DIR="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
source "$SCRIPT_DIR/../lib/log.sh"
. "$(dirname "$0")/../config/run.conf"
copy_files() { # it's only a comment
  local target="$1"
  cat <<'TEXT'
$nothing_read_here "
TEXT
  log_line "to $target, ${#target} of $MAX_FILES in ${OUT_DIR:-/tmp}"
}
copy_files "$@"
bash "$SCRIPT_DIR/other.sh"
""",
    "bin/other.sh": "#!/bin/sh\necho other\n",
    "lib/log.sh": "log_line() { printf '%s\\n' \"$*\" >&2; }\n",
    "config/run.conf": "MAX_FILES=3\n",
}


def test_a_project_that_is_fine() -> None:
    assert errors(PROJECT, "references") == []


@pytest.mark.parametrize(
    ("old", "new", "code", "candidate"),
    [
        ("lib/log.sh", "lib/lgo.sh", "unknown-file", "lib/log.sh"),
        ("config/run.conf", "config/rnu.conf", "unknown-file", "config/run.conf"),
        ("/other.sh", "/othre.sh", "unknown-file", "bin/other.sh"),
        ('copy_files "$@"', 'copy_fiels "$@"', "unknown-command", "copy_files"),
        ('log_line "to', 'log_lien "to', "unknown-command", "log_line"),
        ("to $target", "to $tagret", "undefined-name", "target"),
        ("of $MAX_FILES", "of $MAX_FIELS", "undefined-name", ""),
    ],
)
def test_what_is_not_there(old: str, new: str, code: str, candidate: str) -> None:
    found = findings(changed(PROJECT, "bin/run.sh", old, new), "references")
    if new == "of $MAX_FIELS":  # it may come from outside
        assert found == []
        return
    assert [(each.path, each.code) for each in found] == [("bin/run.sh", code)]
    assert candidate in found[0].candidates


def test_a_script_that_leans_on_others_may_use_any_name() -> None:
    assert errors({"a.sh": '. /usr/lib/x.sh\ntarget=1\necho "$tagret"\n'}, "references") == []
    assert (
        errors({"a.sh": '[[ -f ./own.sh ]] && source ./own.sh\ntarget=1\necho "$tagret"\n'}, "references")
        == []
    )
    assert errors(without(PROJECT, "lib/log.sh"), "references") == [("bin/run.sh", 4, "unknown-file")]


def judged(path: str, content: str) -> list[tuple[int, str]]:
    file = File(path, content)
    judgement = asyncio.run(LANGUAGE.judge([file], Project([file], {})))
    return [(each.line, each.code) for each in judgement.syntax]


@pytest.mark.parametrize(
    "content",
    [
        "if true; then\n  echo\n",
        "echo 'a\n",
        "f() {\n  echo\n",
        "cat <<END\ntext\n",
        "for x in a; do echo; fi\n",
        'echo "$(date"\n',
    ],
)
def test_syntax(content: str) -> None:
    assert [code for _, code in judged("a.sh", content)] == ["invalid-syntax"]


def test_other_shells_are_left_alone() -> None:
    assert judged("a.sh", "#!/usr/bin/env zsh\nfor x (a b) echo $x\n") == []
    assert judged("a.sh", "case x in (x) echo ;; esac\n[[ a =~ ^(b|c)$ ]] || arr=(1 2)\n") == []


@pytest.mark.parametrize(
    ("path", "content", "name"),
    [
        ("run", "#!/usr/bin/env -S bash -e\n", "Bash"),
        ("run", "#!/usr/bin/python3.11\n", "Python"),
        ("backup.daily", "#! /bin/sh -e\n", "Bash"),
        ("run", "#!/bin/sh\n'''exec' python3 \"$0\" \"$@\"\n' '''\n", None),
        ("run.in", "#!/bin/sh\n@TEMPLATE@\n", None),
        ("Makefile", "all:\n", None),
    ],
)
def test_which_language_a_script_is_in(path: str, content: str, name: str | None) -> None:
    language = language_of(File(path, content))
    assert (language.name if language else None) == name


def test_variables_of_the_environment() -> None:
    source = read(
        File(
            "a.sh",
            ': "${TOKEN:?set it}"\nOUT="${OUT:-x}"\nOWN=1\necho "$OWN $REGION" \'$QUOTED\'\ncat <<E\n$HERE\nE\n',
        )
    )
    assert {each.text for each in source.variables} == {"TOKEN", "OUT", "REGION", "HERE"}


def test_the_scanner_keeps_lines_and_drops_what_is_no_code() -> None:
    lines = list(scan("a 'b # c' # d\ncat <<X; e\n$f\nX\ng \\\n  h \"i # $(j 'k')\" # l\nm $((1<<2)) <<<n\n"))
    assert [(line.number, line.code.strip(), line.comment) for line in lines] == [
        (1, "a '_'", "d"),
        (2, 'cat  ; e "$f "', ""),
        (5, "g    h \"i # $(j '_')\"", "l"),
        (7, "m $((1<<2)) <<<n", ""),
    ]


def test_a_program_in_a_literal_may_be_left_out_as_well() -> None:
    script = "#!/bin/bash\nset -eu\nawk '\n  # TODO: add your logic here\n  { print $1 }\n' \"$1\"\n"
    assert errors({"a.sh": script}, "placeholders") == [("a.sh", 4, "elision")]
    assert (
        errors({"a.sh": script.replace("TODO: add your logic here", "the first column")}, "placeholders")
        == []
    )


def test_what_only_a_test_exports_is_not_set() -> None:
    project = {
        "run.sh": '#!/bin/bash\nset -eu\necho "$START_URL" "$REQUEST_METHOD"\n',
        "tests/test_run.sh": "export START_URL=https://shop.example/\n./run.sh\n",
        ".env.example": "LOG_LEVEL=INFO\n",
    }
    assert ("env-missing", "START_URL") in [
        (one.code, name) for one in findings(project, "completeness") for name in one.candidates
    ]
    assert "REQUEST_METHOD" not in str(findings(project, "completeness"))
