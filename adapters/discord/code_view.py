"""*View code*: a message for one person that leafs through the files of a version. Everything it needs travels in its
menu and buttons. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Final

from adapters.discord.blocks import ACTION_ROW, STRING_SELECT, DiscordMessage, in_rows, press
from adapters.discord.custom_ids import CustomId
from adapters.discord.markdown import FENCE, unbroken
from adapters.discord.threads import Json
from adapters.shared.code_pages import code_pages
from adapters.shared.mentions import INVISIBLE
from core.automations.model import Automation, File
from core.ports import OutFile

CHOOSE: Final = "file"
TURN: Final = "code"
_FILES: Final = 25
"""Options of a menu (docs.discord.com, string select)."""
_CODE: Final = 1_600
"""Characters of code on a page; with what stands around it, a message has at most 1,900."""
_PATH: Final = 90
_OPTION: Final = 100
_LIST: Final = "-"


@dataclass(frozen=True, slots=True)
class Spot:
    """What is shown. ``file``: its number in the version, ``None`` for none yet. ``page``: of the file, ``files``: of the
    menu, both from 0. ``workspace``: where the message itself does not tell."""

    automation: str
    file: int | None = None
    page: int = 0
    files: int = 0
    workspace: str = ""

    @property
    def menu(self) -> CustomId:
        """The menu brings the file; its id the rest."""
        return CustomId(CHOOSE, f"{self.automation}:{self.files}", self.workspace)

    @property
    def button(self) -> CustomId:
        file = _LIST if self.file is None else str(self.file)
        return CustomId(TURN, f"{self.automation}:{file}:{self.page}:{self.files}", self.workspace)

    @classmethod
    def chosen(cls, custom_id: CustomId, option: str) -> Spot:
        automation, files = custom_id.value.split(":")
        return cls(automation, int(option), 0, int(files), custom_id.workspace)

    @classmethod
    def turned(cls, custom_id: CustomId) -> Spot:
        automation, file, page, files = custom_id.value.split(":")
        number = None if file == _LIST else int(file)
        return cls(automation, number, int(page), int(files), custom_id.workspace)


def code_view(made: Automation, spot: Spot) -> DiscordMessage:
    """The message for `spot`; a page that does not exist shows the nearest that does. The whole file is attached."""
    spot = _inside(made, spot)
    if spot.file is None:
        count = f"{len(made.files)} file{'' if len(made.files) == 1 else 's'}"
        return DiscordMessage(f"**v{made.number}** · {count}", _controls(made, spot, 1))
    file = made.files[spot.file]
    pages = code_pages(unbroken(file.content), _CODE)
    spot = replace(spot, page=min(spot.page, max(len(pages) - 1, 0)))
    content = f"{_head(made, file, pages, spot.page)}\n{_fenced(file, pages, spot.page)}"
    attached = OutFile(PurePosixPath(file.path).name, file.content.encode())
    return DiscordMessage(content, _controls(made, spot, len(pages)), (attached,) if attached.data else ())


def _inside(made: Automation, spot: Spot) -> Spot:
    menus = max(1, -(-len(made.files) // _FILES))
    file = spot.file if spot.file is not None and spot.file < len(made.files) else None
    return replace(spot, file=file, files=min(max(spot.files, 0), menus - 1))


def _head(made: Automation, file: File, pages: Sequence[str], page: int) -> str:
    name = f"**v{made.number}** · `{_shortened(file.path).replace('`', '')}`"
    if not pages:
        return f"{name} · an empty file"
    begin = "".join(pages[:page]).count("\n") + 1
    end = begin + max(0, len(pages[page].splitlines()) - 1)
    of = f" · page {page + 1} of {len(pages)}" if len(pages) > 1 else ""
    return f"{name} · lines {begin} to {end} of {file.lines}{of}"


def _fenced(file: File, pages: Sequence[str], page: int) -> str:
    if not pages:
        return ""
    language = PurePosixPath(file.path).suffix.removeprefix(".")
    shown = pages[page].removesuffix("\n")
    shown = shown if shown.strip() else INVISIBLE
    return f"{FENCE}{language if language.isalnum() and language.isascii() else ''}\n{shown}\n{FENCE}"


def _controls(made: Automation, spot: Spot, pages: int) -> tuple[Json, ...]:
    """The menu of files, and buttons for more of the file and for more files."""
    if not made.files:
        return ()
    buttons = []
    if spot.file is not None and pages > 1:
        back, on = replace(spot, page=spot.page - 1), replace(spot, page=spot.page + 1)
        buttons.append(press("Previous", back.button, on=spot.page > 0))
        buttons.append(press("Next", on.button, on=on.page < pages))
    menus = -(-len(made.files) // _FILES)
    if menus > 1:
        back, on = replace(spot, files=spot.files - 1), replace(spot, files=spot.files + 1)
        buttons.append(press("Earlier files", back.button, on=spot.files > 0))
        buttons.append(press("More files", on.button, on=on.files < menus))
    return (_menu(made.files, spot), *in_rows(buttons))


def _menu(files: Sequence[File], spot: Spot) -> Json:
    first = spot.files * _FILES
    listed = list(enumerate(files))[first : first + _FILES]
    options = [_option(number, file, chosen=number == spot.file) for number, file in listed]
    last = first + len(listed)
    whole = "Choose a file" if len(files) <= _FILES else f"Files {first + 1} to {last} of {len(files)}"
    menu = {"type": STRING_SELECT, "custom_id": spot.menu.packed(), "placeholder": whole, "options": options}
    return {"type": ACTION_ROW, "components": [menu]}


def _option(number: int, file: File, *, chosen: bool) -> Json:
    lines = f"{file.lines} line{'' if file.lines == 1 else 's'}"
    label = _shortened(file.path)[-_OPTION:]
    return {"label": label, "value": str(number), "description": lines, "default": chosen}


def _shortened(path: str) -> str:
    return path if len(path) <= _PATH else "…" + path[-_PATH + 1 :]
