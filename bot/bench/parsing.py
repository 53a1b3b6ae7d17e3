"""What the parser takes for answers from 10 kB to 10 MB: linear work has the same price for each kilobyte."""

from __future__ import annotations

import time
from collections.abc import Callable

from bot.bench.report import Report, Row
from bot.bench.size import Size
from core.bundle.parser import parse

_SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
_SPLIT = "line by line, 10,000 kB"


async def parsing(size: Size) -> Report:
    texts = {length: _answer(length) for length in _SIZES}
    rows = []
    for length, text in texts.items():
        values = [_price(parse, text) for _ in range(max(1, size.rounds * 2_000_000 // length))]
        rows.append(Row(f"answer of {length // 1000:,} kB", tuple(values[:200])))
    largest = texts[_SIZES[-1]]
    rows.append(Row(_SPLIT, tuple(_price(_lines, largest) for _ in range(size.rounds))))
    return Report("Parsing an answer", "µs/kB", tuple(rows), _NOTES)


_NOTES = """Wall time of one whole answer of files of 2 kB, for each kilobyte of it, in this process alone. The last row is the least
that can be done with it: to split it into lines and look at each once."""


def _answer(length: int) -> str:
    """Files of fifty lines with prose between them."""
    body = "".join(f"    total = total + {number}  # one more\n" for number in range(50))
    parts, filled = ["Here it is.\n"], 0
    while filled < length:
        part = f'Next.\n\n<file path="src/part_{len(parts)}.py">\ndef f(total):\n{body}    return total\n</file>\n'
        parts.append(part)
        filled += len(part)
    return "".join(parts)


def _price(work: Callable[[str], object], text: str) -> float:
    began = time.perf_counter()
    work(text)
    return 1e6 * (time.perf_counter() - began) / (len(text) / 1000)


def _lines(text: str) -> int:
    return sum(line.startswith("<file") for line in text.splitlines(keepends=True))
