"""Whole lines out of a stream of chunks."""

from __future__ import annotations


class Lines:
    """Cuts at line feeds only (a line may hold form feeds, U+2028 and the like) and holds back the unfinished line."""

    def __init__(self) -> None:
        self._held: list[str] = []

    def feed(self, text: str) -> list[str]:
        """The lines that `text` completes, each with its line feed. Linear over all calls together."""
        *whole, rest = text.split("\n")
        lines = [line + "\n" for line in whole]
        if lines and self._held:
            lines[0] = "".join(self._held) + lines[0]
            self._held.clear()
        if rest:
            self._held.append(rest)
        return lines

    def rest(self) -> str:
        """The line that never ended."""
        rest = "".join(self._held)
        self._held.clear()
        return rest
