"""The faults that the bench puts into code are what their names say."""

from __future__ import annotations

import pytest

from bot.bench.gates import GOOD, table
from bot.bench.gating.alarms import Alarms
from bot.bench.gating.oracles import python
from bot.bench.gating.recall import Recall
from bot.bench.gating.text_faults import cut, misspelt, swapped, without_bracket
from bot.bench.gating.words import seeded


@pytest.mark.parametrize("make", GOOD)
def test_faults_of_a_text(make: object) -> None:
    assert callable(make)
    file = max(
        make(seeded(1)),
        key=lambda file: len(file.content) if file.path.endswith((".py", ".ts", ".js", ".sh", ".go")) else 0,
    )
    fewer = without_bracket(file.path, file.content, seeded(2))
    assert fewer is not None
    assert len(file.content) - len(fewer) in range(1, 5)
    shorter = cut(file.path, file.content, seeded(2))
    assert shorter is not None
    assert file.content.startswith(shorter)
    other = misspelt(file.path, file.content, seeded(2))
    assert other is not None
    different = [at for at, pair in enumerate(zip(file.content, other, strict=True)) if pair[0] != pair[1]]
    assert len(different) == 2
    assert different[1] - different[0] == 1


def test_a_name_without_neighbours_to_swap_stays() -> None:
    assert swapped("aaaa", seeded(1)) == "aaaa"
    assert sorted(swapped("abcd", seeded(1))) == list("abcd")


async def test_a_judge_of_another_make() -> None:
    assert await python(["x = 1\n", "x = (\n", "return\n"]) == [True, False, False]


def test_rows_say_whether_the_aim_is_met() -> None:
    assert "met" in Alarms("x", 1000, 5, 0, 0.5, {"a": 5}).cells()[5]
    assert "MISSED" in Alarms("x", 1000, 6, 0, 0.5, {"a": 6}).cells()[5]
    assert Recall("x", 200, 100, 95, "").cells()[4:6] == ("95.0 %", ">= 95 %: met")
    assert table([("a", "b"), ("long", "c")]).split("\n") == ["| a    | b |", "|------|---|", "| long | c |"]
