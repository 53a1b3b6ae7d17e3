"""A model that first answers with real faults, and mends each when it is told of it."""

from __future__ import annotations

from typing import Any

from bot.demo.faults import block, mended, spoiled
from bot.demo.replay import written
from bot.simulators.openrouter import Answer
from tests.scenarios.answers import repair_round, wants_files

RIGHT = written("generate-1")
_CENTS = "pricewatch/prices.py"
_NOTES = "<notes>\nMended.\n</notes>\n<done/>\n"
_SECONDS = 2.0
"""The progress message is edited every 1.5 seconds."""


def mending(body: dict[str, Any]) -> Answer:
    """The first answer is cut in its last file, imports a name that is not there and a package that nobody declares,
    holds a key, and miscounts cents, which a test finds as soon as the tests can be loaded."""
    if not wants_files(body):
        return Answer("Understood.")
    if number := repair_round(body):
        text = mended(RIGHT) if number == 1 else block(RIGHT, _CENTS) + _NOTES
        return Answer(text, chunk=96, pace=_SECONDS * 96 / len(text))
    if "Your answer was cut" in body["messages"][-1]["content"]:
        return Answer(block(RIGHT, "README.md") + _NOTES)
    return Answer(_cut(spoiled(RIGHT).replace('ljust(2, "0")', 'rjust(2, "0")')), finish="length")


def _cut(text: str) -> str:
    return text[: text.index("\n## Example\n")]
