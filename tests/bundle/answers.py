"""Answers to parse, and ways to cut them into chunks."""

from __future__ import annotations

from collections.abc import Sequence

from core.automations.model import File
from core.bundle.events import Event
from core.bundle.model import Bundle
from core.bundle.parser import BundleParser, parse


def tagged(files: Sequence[File]) -> str:
    """The files in the format that the prompt asks for."""
    return "".join(f'<file path="{file.path}">\n{file.content}</file>\n' for file in files) + "<done/>\n"


def contents(text: str) -> dict[str, str]:
    return {file.path: file.content for file in parse(text).files}


def streamed(text: str, sizes: Sequence[int]) -> tuple[list[Event], Bundle]:
    """The events and the result when chunks of these sizes arrive, over and over."""
    parser = BundleParser()
    events: list[Event] = []
    at, turn = 0, 0
    while at < len(text):
        size = sizes[turn % len(sizes)]
        events += parser.feed(text[at : at + size])
        at, turn = at + size, turn + 1
    return events, parser.finish()
