"""What is made to end a parser, or to keep it busy."""

from __future__ import annotations

import time

import pytest

from bot.bench.gating.words import seeded
from core.automations.model import File
from core.checks.gates import check
from core.checks.languages import language_of
from tests.checks.test_gates import GOOD

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
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_is_answered_in_order(name: str) -> None:
    began = time.process_time()
    report = await check([HOSTILE[name]])
    assert time.process_time() - began < 1  # of the program itself: the child has limits of its own
    assert not [each for each in report.findings if each.code == "tool-crashed"]
    assert all(gate.ran or "too large" in gate.note for gate in report.gates)


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
