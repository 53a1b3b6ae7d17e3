"""What people read, as it looks in a terminal: messages, tables, code, buttons, forms, a progress bar. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.panel import Panel
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from bot.demo.team import BOT, Seen, SeenButton, SeenFile, SeenForm

_PLATFORMS = {"Slack": "magenta", "Discord": "blue"}
_PLATFORM = max(map(len, _PLATFORMS))
_COLOURS = ("green", "magenta", "blue", "yellow")
_NAME = 13
"""Columns for who speaks."""
_BAR = 30
_GROWING = 10
"""Lines of a message that still grows."""
_FENCE = re.compile(r"```[\w+-]*\n(.*?)\n?```[ \t]*(?:\n|\Z)", re.DOTALL)
_TABLE = re.compile(r"((?:^\|.*\|[ \t]*(?:\n|\Z))+)", re.MULTILINE)
_RULE = re.compile(r"\|[\s:|-]+\|")
_CODE = re.compile(r"`([^`\n]+)`")
_WRITING = re.compile(r"\(file (\d+) of (\d+)\b")

Labels = Callable[[str, SeenButton], str]
"""What stands on a button of that message or form."""


def plain_label(_on: str, button: SeenButton) -> str:
    return button.label


@dataclass(frozen=True, slots=True)
class Gutter:
    """The platform before each line of something."""

    platform: str
    what: RenderableType

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        mark = f"{self.platform:<{_PLATFORM}} │ "
        style = console.get_style(_PLATFORMS.get(self.platform, "none"))
        narrower = options.update(width=max(options.max_width - len(mark), 1), height=None)
        for line in console.render_lines(self.what, narrower, pad=False):
            yield Segment(mark, style)
            yield from line
            yield Segment.line()


def message(seen: Seen, labels: Labels = plain_label) -> RenderableType:
    """One message: who, what, buttons, files."""
    parts: list[RenderableType] = [*_notes(seen), *body(seen.text)]
    if bar := progress(seen):
        parts.append(bar)
    if seen.buttons:
        parts.append(buttons(seen.id, seen.buttons, labels))
    parts += [_file(file) for file in seen.files]
    indent = 0 if seen.where == "channel" else 2
    return Padding(_beside(seen.who, Group(*parts)), (0, 0, 0, indent))


def change(seen: Seen, before: Seen, labels: Labels = plain_label) -> RenderableType | None:
    """What an edit has brought that was not there before; `None` when nothing can be seen of it."""
    known = {button.label for button in before.buttons}
    more = [button for button in seen.buttons if button.label not in known]
    text = _new_text(seen.text, before.text)
    parts: list[RenderableType] = [_inline(text)] if text else []
    parts += [buttons(seen.id, more, labels)] if more else []
    parts += [_file(file) for file in seen.files if file not in before.files]
    if not parts:
        return None
    what = "card" if seen.where == "channel" else "message"
    head = Text(f"(edits the {what}{f' that only {seen.to} sees' if seen.to else ''})", "dim")
    if text:
        parts[0] = Text.assemble(head, " ", _inline(text))
    else:
        parts.insert(0, head)
    return Padding(_beside(seen.who, Group(*parts)), (0, 0, 0, 2))


def _new_text(text: str, before: str) -> str:
    known = set(before.splitlines())
    return "\n".join(line for line in text.splitlines() if line.strip() and line not in known)


def body(text: str) -> Iterator[RenderableType]:
    """Prose, tables and code blocks, one after the other."""
    at = 0
    for fence in _FENCE.finditer(text):
        yield from _prose(text[at : fence.start()])
        yield Padding(Text(fence[1], style="cyan"), (0, 2))
        at = fence.end()
    yield from _prose(text[at:])


def _prose(text: str) -> Iterator[RenderableType]:
    for part in _TABLE.split(text):
        if part.startswith("|"):
            yield _table(part)
        elif kept := re.sub(r"\n{3,}", "\n\n", part).strip():
            yield _inline(kept)


def _inline(text: str) -> Text:
    shown = Text()
    for number, part in enumerate(_CODE.split(text)):
        shown.append(part, "cyan" if number % 2 else "")
    return shown


def _table(text: str) -> Table:
    head, *rows = [_cells(line) for line in text.strip().splitlines() if not _RULE.fullmatch(line.strip())]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for cell in head:
        table.add_column(cell, justify="right" if cell == "Lines" else "left", no_wrap=True)
    for row in rows:
        table.add_row(*map(_inline, row))
    return table


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def progress(seen: Seen) -> Text | None:
    """A bar, while files are being written and it is known how many."""
    found = _WRITING.search(seen.text) if seen.growing else None
    if found is None:
        return None
    number, total = int(found[1]), int(found[2])
    done = round(_BAR * number / max(total, 1))
    return Text().append("█" * done, "green").append("░" * (_BAR - done), "dim").append(f" {number}/{total}")


def _file(file: SeenFile) -> Text:
    return Text(f"📎 {file.name}  {len(file.data):,} bytes", style="cyan")


def buttons(on: str, shown: Iterable[SeenButton], labels: Labels = plain_label) -> Text:
    told = Text()
    for button in shown:
        told.append(f"[{labels(on, button)}]", "bold cyan").append(" ")
    return told


def form(
    who: str,
    shown: SeenForm,
    values: Mapping[str, str],
    errors: Mapping[str, str],
    labels: Labels = plain_label,
    *,
    lines: int | None = None,
) -> RenderableType:
    """A form as it stands before a person, with what they typed and the errors at the fields. ``lines``: of the text,
    at most."""
    parts: list[RenderableType] = list(body(_shortened(shown.text, lines)))
    for each in shown.fields:
        value = values.get(each.key, each.value)
        named = {value: label for label, value in each.options}
        parts.append(Text(each.label, style="bold"))
        parts.append(Text(f"  {named.get(value, value) or '…'}".replace("\n", "\n  ")))
        if each.key in errors:
            parts.append(Text(f"  ✗ {errors[each.key]}", style="bold red"))
    if shown.buttons:
        parts.append(buttons(shown.id, shown.buttons, labels))
    panel = Panel(
        Group(*parts), title=f"{shown.title} (only {who} sees this)", title_align="left", expand=False
    )
    return Padding(panel, (0, 0, 0, 4))


def _shortened(text: str, lines: int | None) -> str:
    every = text.splitlines()
    if lines is None or len(every) <= lines:
        return text
    closing = ["```"] if "\n".join(every[:lines]).count("```") % 2 else []
    return "\n".join([*every[:lines], *closing, f"… {len(every) - lines} more lines"])


def _notes(seen: Seen) -> Iterator[Text]:
    if seen.where == "private":
        yield Text(f"(only {seen.to} sees this)", style="dim")
    elif seen.where == "direct":
        yield Text(f"(direct message to {seen.to})", style="dim")


def _beside(who: str, what: RenderableType) -> Table:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=_NAME, no_wrap=True)
    grid.add_column()
    grid.add_row(Text(who, style="bold red" if who == BOT else f"bold {_colour(who)}"), what)
    return grid


def _colour(who: str) -> str:
    return _COLOURS[sum(map(ord, who)) % len(_COLOURS)]


def growing(seen: Seen, labels: Labels = plain_label) -> RenderableType:
    """A message that still grows: its last lines, so that it fits on the screen."""
    return message(replace(seen, text="\n".join(seen.text.splitlines()[-_GROWING:])), labels)


def growing_line(seen: Seen) -> RenderableType:
    """A message that still grows, in one line: what is edited in place as it is now; of an answer that is being
    written, only that."""
    told = _inline(" ".join(seen.text.split())) if seen.buttons else Text("is writing …", style="dim")
    if bar := progress(seen):
        told.append("  ").append(bar)
    return Padding(_beside(seen.who, told), (0, 0, 0, 2))
