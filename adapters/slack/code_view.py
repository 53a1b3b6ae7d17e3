"""*View code*: a modal that leafs through the files of a version. Everything it needs travels in its buttons. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Final

from adapters.shared.code_pages import code_pages
from adapters.slack.forms import Block, View, modal, plain
from core.automations.model import Automation, File

VIEW_CODE: Final = "view_code"
_FILES: Final = 20
"""Files on one page of the list."""
_SECTION: Final = 2_900
"""Characters of code in one section."""
_SECTIONS: Final = 3
"""Sections on one page: far from the 12,000 characters at which Slack is reported to refuse."""
_PATH: Final = 140


@dataclass(frozen=True, slots=True)
class Spot:
    """What the modal shows. ``file``: its number in the version, ``None`` for the list. ``page``: from 0."""

    automation: str
    channel: str
    thread: str | None = None
    direct: bool = False
    file: int | None = None
    page: int = 0

    def packed(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def unpacked(cls, text: str) -> Spot:
        return cls(**json.loads(text))

    def turned(self, button: str) -> Spot:
        """Where a button of the modal leads: `list:<page>` or `<file>:<page>`."""
        file, _, page = button.partition(":")
        return replace(self, file=None if file == "list" else int(file), page=int(page))


def code_view(made: Automation, spot: Spot) -> View:
    """The modal for `spot`; a page that does not exist shows the nearest that does."""
    inside = spot.file is not None and spot.file < len(made.files)
    blocks = (
        _file_page(made.files, spot.file or 0, spot.page) if inside else _list_page(made.files, spot.page)
    )
    return modal(VIEW_CODE, f"Version {made.number}", None, spot.packed(), blocks)


def gone(spot: Spot) -> View:
    """For a version that is no more."""
    note: Block = {"type": "section", "text": plain("This version does not exist any more.")}
    return modal(VIEW_CODE, "View code", None, spot.packed(), [note])


def _list_page(files: Sequence[File], page: int) -> list[Block]:
    pages = max(1, -(-len(files) // _FILES))
    page = min(max(page, 0), pages - 1)
    first = page * _FILES
    rows = [_row(number, file) for number, file in enumerate(files[first : first + _FILES], first)]
    count = f"{len(files)} file{'' if len(files) == 1 else 's'}"
    return [_note(f"{count}{_of(page, pages)}"), *rows, *_turning("list", page, pages)]


def _row(number: int, file: File) -> Block:
    lines = f"{file.lines} line{'' if file.lines == 1 else 's'}"
    return {
        "type": "section",
        "text": plain(f"{_shortened(file.path)}\n{lines}"),
        "accessory": _button("Show", f"{number}:0", f"file:{number}"),
    }


def _file_page(files: Sequence[File], number: int, page: int) -> list[Block]:
    file = files[number]
    pieces = code_pages(file.content, _SECTION)
    pages = max(1, -(-len(pieces) // _SECTIONS))
    page = min(max(page, 0), pages - 1)
    shown = pieces[page * _SECTIONS : (page + 1) * _SECTIONS]
    before = "".join(pieces[: page * _SECTIONS])
    begin = before.count("\n") + 1
    end = begin + max(0, len("".join(shown).splitlines()) - 1)
    lines = f"lines {begin} to {end} of {file.lines}" if shown else "an empty file"
    return [
        {"type": "section", "text": plain(_shortened(file.path))},
        _note(f"{lines}{_of(page, pages)}"),
        *map(_code, shown),
        *_turning(str(number), page, pages, _button("All files", f"list:{number // _FILES}", "list")),
    ]


def _code(text: str) -> Block:
    """Rich text needs no fence, so nothing in the code can end it, and what is copied is the code."""
    shown = text.removesuffix("\n") or " "
    code = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": shown}]}
    return {"type": "rich_text", "elements": [code]}


def _turning(target: str, page: int, pages: int, *more: Block) -> list[Block]:
    """The buttons at the foot of a page."""
    buttons = list(more)
    if page > 0:
        buttons.append(_button("Previous", f"{target}:{page - 1}", "previous"))
    if page + 1 < pages:
        buttons.append(_button("Next", f"{target}:{page + 1}", "next"))
    return [{"type": "actions", "elements": buttons}] if buttons else []


def _button(label: str, leads_to: str, action_id: str) -> Block:
    return {"type": "button", "action_id": action_id, "text": plain(label), "value": leads_to}


def _note(text: str) -> Block:
    return {"type": "context", "elements": [plain(text)]}


def _of(page: int, pages: int) -> str:
    return f" · page {page + 1} of {pages}" if pages > 1 else ""


def _shortened(path: str) -> str:
    return path if len(path) <= _PATH else "…" + path[-_PATH + 1 :]
