"""From Slack's markup to what people read: mrkdwn, Markdown and blocks as plain text, with the pings they cause."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable

from bot.simulators.slack.world import Json

_CODE = re.compile(r"(`{3,}.*?`{3,}|`[^`\n]+`)", re.DOTALL)
_FENCED = re.compile(
    r"(?ms)(^(`{3,}|~{3,})[^\n]*\n.*?(?:^\2[`~]*[ \t]*$|\Z)|(?<!`)(`+)(?!`)[^\n]*?(?<!`)\3(?!`))"
)
_ENTITY = re.compile(r"<([^<>\n]+)>")
_MENTION = re.compile(r"<(@[UW][A-Z0-9]+|!(?:here|channel|everyone)|!subteam\^S[A-Z0-9]+)(?:\|[^<>\n]*)?>")
_STYLED = re.compile(r"(?<![\w*_~])([*_~])(?=\S)([^\n]*?\S)\1(?![\w*_~])")
_LINK = re.compile(r"!?\[([^\]\n]*)\]\(([^()\s]+)(?:\s+\"[^\"]*\")?\)")
_STRONG = re.compile(r"(\*\*|__|~~)(?=\S)(.+?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*])([*_])(?=\S)([^*\n]+?)(?<=\S)\1(?![\w*])")
_HEADING = re.compile(r"(?m)^#{1,6}[ \t]+")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_ADDRESS, _MARKS = re.compile(r"<https?://[^<>\s]+>"), re.compile(r"[*_~]")
_BY_NAME = re.compile(r"(?<![\w@])@(here|channel|everyone)\b")


class Reader:
    """Renders one message. ``pings`` fills with every mention that would notify somebody."""

    def __init__(self, name_of: Callable[[str], str]) -> None:
        self._name_of = name_of
        self.pings: list[str] = []

    # -- text

    def mrkdwn(self, text: str) -> str:
        """Slack's own markup. Entities count inside code as well: Slack reads them first."""
        told = self._entities(text)
        parts = _CODE.split(told)
        return html.unescape("".join(part if at % 2 else _plain(part) for at, part in enumerate(parts)))

    def markdown(self, text: str) -> str:
        """CommonMark as markdown_text and markdown blocks take it. Code is shown as it stands."""
        read, at = [], 0
        for code in _FENCED.finditer(text):
            read += [self._prose(text[at : code.start()]), code.group(0)]
            at = code.end()
        return "".join([*read, self._prose(text[at:])])

    def _prose(self, text: str) -> str:
        kept = _ADDRESS.sub(lambda found: _MARKS.sub(_kept, found.group(0)), text)
        kept = _ESCAPED.sub(lambda found: f"\0{ord(found.group(1))}\0", kept)
        told = _LINK.sub(lambda found: found.group(1) or found.group(2), self._entities(kept))
        for style in (_STRONG, _STRONG, _EMPHASIS):
            told = style.sub(r"\2", told)
        told = re.sub(r"\0(\d+)\0", lambda found: chr(int(found.group(1))), _HEADING.sub("", told))
        return html.unescape(told)

    def by_name(self, text: str) -> None:
        """With link_names or parse=full a bare @here notifies, too."""
        self.pings.extend(found.group(0) for found in _BY_NAME.finditer(text))

    def _entities(self, text: str) -> str:
        self.pings.extend(found.group(0) for found in _MENTION.finditer(text))
        return _ENTITY.sub(lambda found: self._entity(found.group(1), found.group(0)), text)

    def _entity(self, inside: str, whole: str) -> str:
        target, _, label = inside.partition("|")
        if target[0] in "@#":
            return f"{target[0]}{label or self._name_of(target[1:])}"
        if target.startswith("!date^"):
            return label
        if target.startswith("!subteam^"):
            return f"@{(label or target.removeprefix('!subteam^')).lstrip('@')}"
        if target[0] == "!":
            return f"@{target[1:]}"
        if re.match(r"(https?|mailto|tel):", target):
            return label or target.removeprefix("mailto:")
        return whole

    # -- blocks

    def blocks(self, blocks: Iterable[Json]) -> str:
        return "\n".join(filter(None, map(self.block, blocks)))

    def block(self, block: Json) -> str:
        """One block's text; "" for those that only carry buttons."""
        read = self._readers.get(block.get("type", ""))
        return read(block) if read else ""

    @property
    def _readers(self) -> dict[str, Callable[[Json], str]]:
        return {
            "section": self._section,
            "header": lambda block: self.text(block.get("text")),
            "alert": lambda block: self.text(block.get("text")),
            "context": lambda block: " ".join(map(self._small, block["elements"])),
            "markdown": lambda block: self.markdown(block["text"]),
            "divider": lambda _: "---",
            "image": lambda block: f"({block.get('alt_text', '')})",
            "rich_text": self._rich,
            "table": lambda block: self._joined(" | ".join(map(self._cell, row)) for row in block["rows"]),
            "task_card": lambda block: f"[{block.get('status', 'pending')}] {block.get('title', '')}",
            "plan": self._plan,
        }

    def _section(self, block: Json) -> str:
        return self._joined([self.text(block.get("text")), *map(self.text, block.get("fields") or [])])

    def _plan(self, block: Json) -> str:
        tasks = (self.block({"type": "task_card", **task}) for task in block.get("tasks") or [])
        return self._joined([str(block.get("title", "")), *tasks])

    def text(self, text: Json | str | None) -> str:
        """A text object."""
        if not text:
            return ""
        if isinstance(text, str):
            return text
        return self.mrkdwn(text["text"]) if text.get("type") == "mrkdwn" else str(text["text"])

    def _joined(self, lines: Iterable[str]) -> str:
        return "\n".join(filter(None, lines))

    def _small(self, element: Json) -> str:
        return str(element.get("alt_text", "")) if element.get("type") == "image" else self.text(element)

    def _cell(self, cell: Json) -> str:
        return self._rich(cell) if cell.get("type") == "rich_text" else str(cell.get("text", ""))

    # -- rich text

    def _rich(self, element: Json) -> str:
        inner = element.get("elements") or []
        match element.get("type"):
            case "rich_text_list":
                return "\n".join(f"• {self._rich(each)}" for each in inner)
            case "rich_text_preformatted":
                return f"```\n{self._inline(inner)}\n```"
            case "rich_text_quote":
                return f"> {self._inline(inner)}"
            case "rich_text":
                return self._joined(map(self._rich, inner))
            case _:
                return self._inline(inner)

    def _inline(self, elements: Iterable[Json]) -> str:
        return "".join(map(self._span, elements))

    def _span(self, span: Json) -> str:
        match span.get("type"):
            case "user":
                return self._entities(f"<@{span['user_id']}>")
            case "broadcast":
                return self._entities(f"<!{span['range']}>")
            case "usergroup":
                return self._entities(f"<!subteam^{span['usergroup_id']}>")
            case "channel":
                return f"#{self._name_of(span['channel_id'])}"
            case "link":
                return str(span.get("text") or span.get("url", ""))
            case "emoji":
                return f":{span.get('name', '')}:"
            case _:
                return str(span.get("text", ""))


def _kept(found: re.Match[str]) -> str:
    """A character that is no markup, until it is put back."""
    return f"\0{ord(found.group(0))}\0"


def _plain(text: str) -> str:
    """mrkdwn without its bold, italic and strike marks."""
    return _STYLED.sub(r"\2", text)
