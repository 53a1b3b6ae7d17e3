"""What a person types, line by line: with a line of its own to edit in a terminal, or from a pipe or a file."""

from __future__ import annotations

import asyncio
import codecs
import os
import sys
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_READ = 4096
_ERASE = "\x7f\b"
_CLEAR = "\x15"
_END = "\x04"
_ESCAPE = "\x1b"


class Keyboard:
    """Makes lines of what comes in."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        self._typed = ""
        self._escape = ""

    @property
    def typed(self) -> str:
        """What stands in the line that is being typed."""
        return self._typed

    async def line(self) -> str | None:
        """The next line without its end; `None` when there are no more."""
        line = await self._lines.get()
        if line is None:
            self._lines.put_nowait(None)
        return line

    def feed(self, data: bytes) -> None:
        """What came from the terminal or the pipe; nothing means the end."""
        for sign in self._decoder.decode(data, final=not data):
            self._take(sign)
        if not data:
            self._finish()

    def _take(self, sign: str) -> None:
        if self._escape or sign == _ESCAPE:
            self._skip(sign)
        elif sign == "\n":
            self._lines.put_nowait(self._typed)
            self._typed = ""
        elif sign in _ERASE:
            self._typed = self._typed[:-1]
        elif sign == _CLEAR:
            self._typed = ""
        elif sign == _END and not self._typed:
            self._finish()
        elif sign.isprintable() or sign == "\t":
            self._typed += " " if sign == "\t" else sign

    def _skip(self, sign: str) -> None:
        """Arrow keys and the like: ESC [ … letter, ESC O letter, or ESC and one more."""
        self._escape += sign
        began = self._escape[1:2]
        going_on = len(self._escape) == 1 or (
            began in "[O" and (len(self._escape) == 2 or not "@" <= sign <= "~")
        )
        self._escape = self._escape if going_on else ""

    def _finish(self) -> None:
        if self._typed:
            self._lines.put_nowait(self._typed)
        self._typed = ""
        self._lines.put_nowait(None)


@contextmanager
def typing(keyboard: Keyboard, changed: Callable[[str], None]) -> Iterator[None]:
    """Standard input goes to `keyboard` until the block ends; a terminal shows nothing of it by itself, so `changed`
    is told what stands in the line that is being typed."""
    source, loop = sys.stdin.fileno(), asyncio.get_running_loop()

    def read() -> None:
        data = os.read(source, _READ)
        if not data:
            loop.remove_reader(source)
        keyboard.feed(data)
        changed(keyboard.typed)

    with _raw(source):
        try:
            loop.add_reader(source, read)
        except PermissionError:  # a file is always ready, and cannot be waited for
            keyboard.feed(sys.stdin.buffer.read())
            keyboard.feed(b"")
        try:
            yield
        finally:
            loop.remove_reader(source)


@contextmanager
def _raw(source: int) -> Iterator[None]:
    """Every key at once and without echo; Ctrl-C stays what it is."""
    if not (os.isatty(source) and sys.stdout.isatty()):
        yield
        return
    before = termios.tcgetattr(source)
    tty.setcbreak(source)
    try:
        yield
    finally:
        termios.tcsetattr(source, termios.TCSADRAIN, before)
