"""What the model answers, and what is in an archive."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

from bot.simulators.openrouter import Answer, Problem

UNMENDED = "<notes>\nNothing can be mended here.\n</notes>\n<done/>\n"


def bundle(*files: tuple[str, str]) -> str:
    """An answer in the primary format."""
    tags = "".join(f'<file path="{path}">\n{content}</file>\n' for path, content in files)
    return (
        "A small crawler.\n<plan>\n" + "".join(f"{path}\n" for path, _ in files) + f"</plan>\n{tags}<done/>\n"
    )


def answers(
    *bundles: str | Answer | Problem, chat: str = "Understood."
) -> Callable[[dict[str, Any]], Answer | Problem]:
    """Decides by the request: an order to write files gets the next of `bundles` (the last one for ever). Nothing is
    mended."""
    waiting = list(bundles)

    def respond(body: dict[str, Any]) -> Answer | Problem:
        if not wants_files(body):
            return Answer(chat)
        if repair_round(body):
            return Answer(UNMENDED)
        one = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        return Answer(one) if isinstance(one, str) else one

    return respond


def wants_files(body: dict[str, Any]) -> bool:
    """Whether a request is an order to write files."""
    return "<file path" in _text(body["messages"][0]["content"])


def repair_round(body: dict[str, Any]) -> int:
    """The number of the round when a request says what was found wrong with an answer, otherwise 0."""
    found = re.match(r"Repair round (\d+) of", _text(body["messages"][-1]["content"]))
    return int(found[1]) if found else 0


def _text(content: str | Sequence[dict[str, Any]]) -> str:
    return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


def unzip(data: bytes) -> dict[str, bytes]:
    """Contents by path below the archive's folder."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
