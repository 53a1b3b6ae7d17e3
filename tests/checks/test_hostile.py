"""What is made to end a parser, or to keep it busy."""

from __future__ import annotations

import asyncio
import json
import pickle
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from bot.bench.gating.words import seeded
from core.automations.model import File
from core.checks.gates import check
from core.checks.languages import language_of
from tests.checks.test_gates import GOOD
from tests.surroundings import unmeasured

_BOMB = 'a: &a ["x","x","x","x","x","x","x","x","x"]\n' + "".join(
    f"{chr(98 + at)}: &{chr(98 + at)} [{','.join(['*' + chr(97 + at)] * 9)}]\n" for at in range(12)
)
_TRIES = (
    "".join(f"{' ' * at}try:\n{' ' * (at + 1)}pass\n{' ' * at}finally:\n" for at in range(20))
    + " " * 20
    + "pass\n"
)

HOSTILE = {
    "a line of 5 MB": File("a.py", f"x = '{'a' * 5_000_000}'\n"),
    "100,000 brackets": File("a.json", "[" * 100_000),
    "100,000 brackets on lines": File("a.yaml", "[\n" * 100_000),
    "NUL": File("a.js", "let a = '\0';\n"),
    "nested try and finally": File("a.py", _TRIES),
    "a bomb of aliases": File("environment.yml", f"dependencies:\n- pip\n{_BOMB}"),
    "20,000 branches": File("a.py", "if a: pass\n" + "elif b: pass\n" * 20_000),
    "2,000 substitutions": File("a.sh", "echo " + "$(" * 2000),
    "dashes": File("a.yaml", "- " * 9000 + "a\n"),
    "levels": File("a.yaml", "".join(" " * at + "- a:\n" for at in range(600))),
    "no-nos": File("a.py", "x = " + "not " * 990 + "y\n"),
    "a chain of attributes": File("a.py", "x = a" + ".b" * 990 + "\n"),
    "tags": File("a.html", '<a "\n' * 60_000),
    "comments in tags": File("a.html", "<!-- -\n" * 50_000),
    "quotes in quotes": File("a.sh", 'echo "$("$("\n' * 3000),
    "dollar quotes": File("a.sql", "".join(f"$a{at}$ x\n" for at in range(30_000))),
    "names alike": File("a.js", "".join(f"let name_{at} = naem_{at};\n" for at in range(3000))),
    "a bomb of entities": File("a.html", "<p>" + "&amp;" * 60_000),
    "references in JSON": File("a.json", '{"a": ' * 110 + "1" + "}" * 110),
    "digits in JSON": File("a.json", f"[{'9' * 19_000}]"),
    "a key a thousand times": File("a.toml", "".join(f"[a{'.b' * 100}.c{at}]\n" for at in range(1000))),
    "nested lists in TOML": File("a.toml", f"a = {'[' * 110}{']' * 110}\n"),
    "nested lists in YAML": File("a.yaml", f"a: {'[' * 110}{']' * 110}\n"),
    "lists in lists of YAML": File("a.yaml", "- a: {b: [1, 2, 3], c: 'x'}\n" * 13_000),
    "merged aliases": File(
        "a.yml", "a: &a {x: 1}\n" + "".join(f"k{at}: {{<<: *a}}\n" for at in range(15_000))
    ),
    "nested blocks of CSS": File("a.css", f"{'a{' * 110}{'}' * 110}\n" * 800),
    "comments of CSS": File("a.css", "/*" * 100_000),
    "nested tags": File("a.html", "<div>" * 70_000),
    "stages": File("Dockerfile", "FROM a AS b\nRUN a \\\n" * 8000),
    "packages": File(
        "package.json",
        '{"dependencies": {' + ",".join(f'"a{at}": "{"^" * 9}"' for at in range(15_000)) + "}}",
    ),
    "requirements": File("requirements.txt", "".join(f"a{at}[{'b,' * 20}c]>=1,<2\n" for at in range(6000))),
    "requirements alike": File("requirements.txt", "requestss\n" * 30_000),
    "headings": File("README.md", "# Setup\n" * 40_000),
    "fences": File("README.md", "```sh\npython -m a\n" * 15_000),
    "nested quotes": File("README.md", ">" * 19_000),
    "brackets in SQL": File("a.sql", f"SELECT {'(' * 110}1{')' * 110};\n" * 900),
    "statements": File("a.sql", "INSERT INTO a VALUES (1);\n" * 14_000),
    "nested functions": File(
        "a.py", "".join(f"{' ' * at}def f{at}():\n" for at in range(95)) + " " * 95 + "pass\n"
    ),
    "nested classes": File(
        "a.py", "".join(f"{' ' * at}class A{at}(A):\n" for at in range(95)) + " " * 95 + "...\n"
    ),
    "nested arrows": File("a.js", "a = " + "() => " * 900 + "1;\n"),
    "nested ternaries": File("a.js", "a = " + "b ? c : " * 400 + "d;\n"),
    "types in types": File("a.ts", f"type A = {'Array<' * 3000}string{'>' * 3000};\n"),
    "generic signatures": File("a.ts", "interface A {\n" + "  <A>(a: A): void\n" * 15_000 + "}\n("),
    "unclosed tag types": File("a.ts", "a" + "<b" * 6000 + "`\n("),
    "regular expressions": File("a.js", "a = " + "/[/" * 6000 + "\n"),
    "templates in templates": File("a.ts", "a = " + "`${" * 100 + "1" + "}`" * 100 + ";\n"),
    "if in if": File("a.sh", "if a; then\n" * 5000 + "fi\n" * 5000),
    "here-documents": File("a.sh", "cat <<A\n" * 10_000),
    "functions in Go": File("a.go", "package a\n" + "func f() {}\n" * 20_000),
    "blocks in Go": File("a.go", f"package a\nfunc f() {'{' * 110}{'}' * 110}\n"),
    "classes that are made from each other": File(
        "a.py", "".join(f"class A{at}(A{at + 1}):\n    def f(self): ...\n" for at in range(4000))
    ),
    "comments about what is left": File("a.py", "# TODO: implement x\n" * 15_000),
}
SECONDS = 1.0
"""Of the processor, for the whole check, its children included."""
MEGABYTES = 300
"""The peak of the program, and that of its largest child."""
_ALONE = """
import asyncio, json, pickle, resource, sys
from pathlib import Path
from core.checks.gates import check
file = pickle.load(sys.stdin.buffer)
kinds = resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN
spent = lambda: sum(sum(resource.getrusage(kind)[:2]) for kind in kinds)
status = Path("/proc/self/status")
def peak():  # what getrusage says of a program begins with the size of the one that has started it
    lines = status.read_text().splitlines() if status.exists() else []
    own = [int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")]
    return own[0] if own else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
before = spent()
report = asyncio.run(check([file]))
print(json.dumps({
    "seconds": spent() - before,
    "megabytes": [peak(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024],
    "crashed": [each.message for each in report.findings if each.code == "tool-crashed"],
    "not run": [gate.note for gate in report.gates if not gate.ran and "too large" not in gate.note],
}))
"""


@pytest.mark.parametrize("name", HOSTILE)
async def test_is_answered_in_a_second_and_in_little_memory(name: str) -> None:
    """In a process of its own, so that its peak is its own, and whose lines nobody counts."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _ALONE,
        stdin=PIPE,
        stdout=PIPE,
        cwd=Path(__file__).parents[2],
        env=unmeasured(),
    )
    said, _ = await process.communicate(pickle.dumps(HOSTILE[name]))
    told = json.loads(said)
    assert (told["crashed"], told["not run"]) == ([], [])
    assert told["seconds"] < SECONDS
    assert sum(told["megabytes"]) < MEGABYTES


def test_reading_never_fails_whatever_is_missing() -> None:
    for make in GOOD.values():
        for file in make(seeded(1)):
            language = language_of(file)
            for at in range(0, len(file.content), 60) if language else ():
                for text in (
                    file.content[:at],
                    file.content[at:],
                    file.content[:at] + file.content[at + 1 :],
                ):
                    assert language is not None
                    assert language.read(File(file.path, text)).file.content == text


async def test_a_file_beside_it_is_still_checked() -> None:
    report = await check([HOSTILE["100,000 brackets"], File("b.json", "{")])
    assert ("b.json", "invalid-syntax") in {(each.path, each.code) for each in report.errors}
