"""Every benchmark runs to its end and prints its rows. What the times are is for people to read."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from bot.bench.__main__ import BENCHMARKS, measure
from bot.bench.report import Aim, Report, Row, figure, quantile, ratio
from bot.bench.size import Size
from bot.bench.stage import process
from bot.chaos.postgres import NoPostgres, binaries

TINY = Size(
    rounds=1,
    streams=2,
    length=2,
    rate=20,
    seconds=0.2,
    turns=2,
    deliveries=1,
    readers=2,
    frames=2,
    starts=1,
    sessions=60,
    messages=3,
    reads=3,
    live=10,
    towns=8,
    span=2,
    crowd=2,
    thought=0.2,
    rest=0,
    kills=1,
)
ROWS = {
    "processes": ["killed to taken over", "cancelled to closed", "quiet workspace waits"],
    "ack": ["Threadwright, Slack", "bare client, Slack", "Threadwright, Discord", "bare client, Discord"],
    "first-text": [
        "Threadwright, native stream, Slack",
        "bare client, Slack",
        "Threadwright, Discord",
        "bare client, Discord",
    ],
    "delivery": [
        "Threadwright",
        "bare client",
        "Threadwright, 100 ms a call",
        "bare client, 100 ms a call",
    ],
    "chunks": ["core/openrouter", "bare aiohttp reader", "whole Threadwright", "whole bare client"],
    "cold-start": [
        "run, first start",
        "run, further starts",
        "--help",
        "import slack_bolt, dbos, sqlalchemy",
        "python -c pass",
    ],
    "parsing": [
        "answer of 10 kB",
        "answer of 100 kB",
        "answer of 1,000 kB",
        "answer of 10,000 kB",
        "line by line, 10,000 kB",
    ],
    "watching": ["nobody watches", "200 watch"],
    "load": ["Threadwright, Slack", "bare client, Slack", "Threadwright, Discord", "bare client, Discord"],
    "streams": [
        "Threadwright, age of a chunk",
        "Threadwright, event loop late by",
        "Threadwright, Slack edit interval",
        "Threadwright, Discord edit interval",
        "bare client, age of a chunk",
        "bare client, event loop late by",
        "bare client, Slack edit interval",
        "bare client, Discord edit interval",
    ],
    "fifty": ["Threadwright", "bare client, an edit a second"],
    "turn": [
        "Threadwright, received to begun",
        "bare queue, received to begun",
        "Threadwright, said to model asked",
        "Threadwright, last word to end",
        "Threadwright, whole turn but the model",
        "bare client, said to model asked",
        "bare client, last word to end",
        "bare client, whole turn but the model",
    ],
    "history": [
        "read, 30 messages",
        "read, bare, 30 messages",
        "insert, 30 messages",
        "insert, bare, 30 messages",
        "read, 180 messages",
        "read, bare, 180 messages",
        "insert, 180 messages",
        "insert, bare, 180 messages",
    ],
    "library": [
        "SELECT by primary key",
        "list, member",
        "list, maintainer",
        "list, filtered",
        "search, one word, member",
        "search, one word, maintainer",
        "search, three words",
        "search, two letters",
        "search, no such word",
        "detail",
        "messages",
    ],
}


@pytest.mark.skipif(not Path("/proc").exists(), reason="CPU of other processes is read from Linux's /proc")
@pytest.mark.timeout(150)
@pytest.mark.parametrize("name", BENCHMARKS)
async def test_a_benchmark_prints_the_program_and_the_least_work_beside_it(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        if name == "processes":
            binaries()
    except NoPostgres as none:
        pytest.skip(str(none))
    await measure([name], TINY)
    table = [line.split("|") for line in capsys.readouterr().out.splitlines() if line.startswith("| ")]
    assert [cells[1].strip() for cells in table[1:]] == ROWS[name]


def test_a_table_reads_well_in_a_terminal_and_in_markdown() -> None:
    rows = (Row("quick", (1.0, 2.0, 1234.5), Aim(0.99, 100)), Row("quicker", (0.5,), Aim(0.5, 100)))
    text = Report("Something", "ms", rows, ratio(*rows)).text()
    assert text.splitlines()[2:] == [
        "| ms      | n | p50 |   p99 |   max | aim               |",
        "|---------|--:|----:|------:|------:|-------------------|",
        "| quick   | 3 | 2.0 | 1,234 | 1,234 | p99 < 100: MISSED |",
        "| quicker | 1 | 0.5 |   0.5 |   0.5 | p50 < 100: met    |",
        "",
        "quick : quicker = 4.0 at p50.",
    ]


def test_a_quantile_is_a_value_that_was_measured() -> None:
    values = [float(value) for value in range(1, 201)]
    assert (quantile(values, 0.5), quantile(values, 0.99), quantile(values, 1)) == (100, 198, 200)
    assert quantile([7.0], 0.99) == 7
    assert [figure(value) for value in (0.04, 99.94, 1000.4)] == ["0.0", "99.9", "1,000"]


async def test_what_a_process_wrote_last_goes_with_the_failure() -> None:
    async def fail() -> None:
        async with process("-c", "print('it was the disk', flush=True); input()", environment={}):
            await asyncio.sleep(0)
            raise ValueError("no answer")

    with pytest.raises(ValueError, match="no answer") as failed:
        await fail()
    assert failed.value.__notes__


def test_the_command_says_which_benchmarks_there_are() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot.bench", "speed"],
        cwd=Path(__file__).parents[2],
        env={},
        capture_output=True,
        check=False,
        text=True,
        timeout=50,
    )
    assert done.returncode == 2
    assert all(name in done.stderr for name in ("speed", *BENCHMARKS))
