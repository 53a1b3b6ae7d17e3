"""All gates together, as the program runs them: with the tools, and the rest in a child."""

from __future__ import annotations

import json

import pytest

from bot.bench.gating.javascript_project import javascript_project, typescript_project
from bot.bench.gating.project_faults import FAULTS
from bot.bench.gating.python_project import python_project
from bot.bench.gating.shell_project import bash_project, go_project
from bot.bench.gating.words import seeded
from core.automations.model import File
from core.checks.child import ChildCrashed, run_apart
from core.checks.gates import ORDER, as_json, check
from core.checks.tools import Limits

GOOD = {
    "python": python_project,
    "javascript": javascript_project,
    "typescript": typescript_project,
    "bash": bash_project,
    "go": go_project,
}


@pytest.mark.parametrize("language", GOOD)
async def test_a_good_project_is_ready(language: str) -> None:
    report = await check(GOOD[language](seeded(1)))
    assert report.errors == ()
    assert [(gate.name, gate.ran, gate.passed) for gate in report.gates] == [
        (name, True, True) for name in ORDER
    ]
    assert report.ready


@pytest.mark.parametrize("fault", FAULTS)
async def test_its_twin_with_a_fault_is_not(fault: str) -> None:
    for seed in range(20):
        random = seeded(seed)
        make = list(GOOD.values())[(seed + len(fault)) % len(GOOD)]
        twin = FAULTS[fault](make(random), random)
        if twin is not None and fault != "cut a file":
            assert not (await check(twin)).ready
            return
    assert fault == "cut a file"


async def test_a_file_that_was_cut_is_told_as_one() -> None:
    project = python_project(seeded(1))
    whole = next(file for file in project if file.path.endswith("client.py"))
    cut = File(whole.path, whole.content[: whole.content.index("parsed(record)") + 7])
    report = await check([cut if file is whole else file for file in project])
    assert [(each.path, each.code) for each in report.errors if each.path == cut.path] == [
        (cut.path, "invalid-syntax")
    ]
    assert "cut off" in report.errors[0].message


async def test_a_finding_says_where_what_and_what_was_meant() -> None:
    project = python_project(seeded(1))
    main = next(file for file in project if file.path.endswith("__main__.py"))
    wrong = File(main.path, main.content.replace("import summary", "import sumary as summary"))
    report = await check([wrong if file is main else file for file in project])
    (finding,) = report.errors
    assert (finding.path, finding.code, finding.candidates) == (main.path, "unknown-name", ("summary",))
    assert main.content.split("\n")[finding.line - 1].endswith("import summary")
    assert not next(gate for gate in report.gates if gate.name == "references").passed


async def test_ruff_finds_undefined_names_whatever_the_project_says() -> None:
    project = python_project(seeded(1))
    report = await check(
        [
            *project,
            File("ruff.toml", 'exclude = ["*"]\n'),
            File("extra.py", '"""More."""\n# ruff: noqa\nprint(undefined_thing)  # noqa\n'),
        ]
    )
    assert [(each.path, each.line, each.code) for each in report.errors] == [("extra.py", 3, "F821")]


async def test_a_refused_file_goes_no_further_but_exists() -> None:
    project = [File("a.py", "import b\n"), File("b.py", "x = 1\0\n"), File("../c.py", "")]
    report = await check(project)
    assert {(each.path, each.code) for each in report.errors} >= {("b.py", "nul"), ("../c.py", "unsafe-path")}
    assert not [each for each in report.errors if each.code in ("undeclared-import", "invalid-syntax")]


async def test_paths_beside_exist() -> None:
    project = [File("app/a.py", "from app import b\n")]
    assert [each.code for each in (await check(project)).errors if each.path == "app/a.py"] == [
        "unknown-name"
    ]
    assert not [each for each in (await check(project, ["app/b.py"])).errors if each.path == "app/a.py"]


async def test_nothing_is_never_ready() -> None:
    report = await check([])
    assert not report.ready
    assert not any(gate.ran for gate in report.gates if gate.name not in ("shape", "paths"))


async def test_a_project_that_is_too_large_is_not_looked_into() -> None:
    report = await check([File(f"f{number}.py", "x\n") for number in range(201)])
    assert [each.code for each in report.errors] == ["too-many-files"]
    assert [gate.name for gate in report.gates if gate.ran] == ["shape", "paths"]
    assert all(gate.note for gate in report.gates if not gate.ran)


async def test_the_report_as_json() -> None:
    data = json.loads(json.dumps(as_json(await check([File("a.py", "import nothing_like_it\n")]))))
    assert data["ready"] is False
    assert data["findings"][0].keys() >= {"path", "line", "code", "severity", "message"}
    assert [gate["name"] for gate in data["gates"]] == list(ORDER)


async def test_a_child_that_is_ended_is_no_pass() -> None:
    with pytest.raises(ChildCrashed) as crash:
        await run_apart([File("a.py", "x = 1\n")], limits=Limits(wall=0.001))
    assert crash.value.ran.stopped
