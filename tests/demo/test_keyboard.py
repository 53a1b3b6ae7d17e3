"""The line that is typed in a terminal."""

from __future__ import annotations

import pytest

from bot.demo.keyboard import Keyboard


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (b"hello\n", "hello"),
        (b"hellp\x7fo\n", "hello"),
        (b"\x7f\x7fa\n", "a"),
        (b"rubbish\x15hello\n", "hello"),
        (b"he\x1b[D\x1b[1;5C\x1bOPllo\n", "hello"),
        (b"a\tb\x07\n", "a b"),
        ("dürüm 🥙\n".encode(), "dürüm 🥙"),
        (b"\n", ""),
    ],
)
async def test_a_line_whatever_pieces_it_comes_in(keys: bytes, line: str) -> None:
    keyboard = Keyboard()
    for key in keys:
        keyboard.feed(bytes([key]))
    assert await keyboard.line() == line
    assert keyboard.typed == ""


async def test_what_is_not_finished_stands_in_the_line() -> None:
    keyboard = Keyboard()
    keyboard.feed(b"one\ntwo\nthr")
    assert [await keyboard.line(), await keyboard.line(), keyboard.typed] == ["one", "two", "thr"]


@pytest.mark.parametrize("end", [b"", b"\x04"])
async def test_the_end_stays_the_end(end: bytes) -> None:
    keyboard = Keyboard()
    keyboard.feed(b"one\n")
    keyboard.feed(end)
    assert [await keyboard.line() for _ in range(3)] == ["one", None, None]


async def test_a_last_line_without_its_end_counts() -> None:
    keyboard = Keyboard()
    keyboard.feed(b"one\ntwo")
    keyboard.feed(b"")
    assert [await keyboard.line() for _ in range(3)] == ["one", "two", None]
