"""The form *Requirements*: the ledger as lines that can be changed, taken out and added to. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any, Final

from adapters.shared.ledger import filled_lines, ledger_line, numbered_lines, read_ledger
from adapters.slack.forms import Block, FormPlace, View, modal, plain, text_input, typed
from core.intents import ChangeRequirements, Origin
from core.sessions.model import Requirement, Session
from core.vocabulary import FIELD_LIMIT

REQUIREMENTS: Final = "requirements"
"""The form's callback id, and the field for new lines; refusals of the desk name that field."""
_LEDGER: Final = "ledger"
_BOX: Final = 2_400
"""Characters of the ledger in one box, which takes 3,000: there is room to write."""
_BOXES: Final = 90
_BYTES: Final = 180_000
"""Slack takes 100 blocks and 250 kB in a view."""
_WITHDRAWN: Final = 2_900


def change_form(session: Session, where: FormPlace) -> View:
    """The ledger of `session`, in boxes of whole lines, and a box for new ones."""
    open_ones = [one for one in session.requirements if not one.withdrawn]
    all_boxes = list(_boxes(open_ones))
    boxes = _fitting(all_boxes)
    blocks = [_explanation(boxes, more=len(boxes) < len(all_boxes))]
    blocks += [_ledger_box(number, text) for number, text in enumerate(boxes)]
    blocks.append(
        text_input(REQUIREMENTS, "New requirements (one per line)", "", FIELD_LIMIT, multiline=True)
    )
    gone = [one for one in session.requirements if one.withdrawn]
    return modal(REQUIREMENTS, "Requirements", "Save", where.packed(), blocks + _withdrawn(gone))


def read_changes(view: Mapping[str, Any], session: str, origin: Origin) -> ChangeRequirements | None:
    """What was changed in the form, compared with what it showed; ``None`` when nothing was. Changes that others made
    meanwhile to other lines are not touched."""
    values, boxes = view["state"]["values"], dict(_shown(view))
    before = dict(numbered_lines("\n".join(boxes.values())))
    after, add = read_ledger("\n".join(typed(values, field) for field in boxes), before)
    add += filled_lines(typed(values, REQUIREMENTS))
    edit = tuple((number, text) for number, text in after.items() if text and text != before[number])
    withdraw = tuple(number for number in before if not after.get(number))
    if not (add or edit or withdraw):
        return None
    return ChangeRequirements(origin, session or None, tuple(add), edit, withdraw)


def _explanation(boxes: Sequence[str], *, more: bool) -> Block:
    text = "There are no requirements yet."
    if boxes:
        text = "Change a line to edit the requirement, remove it to withdraw it. Keep the numbers."
    if more:
        text += " There are more than fit here; those keep as they are."
    return {"type": "section", "text": plain(text)}


def _ledger_box(number: int, text: str) -> Block:
    label = "Requirements" if number == 0 else "Requirements, continued"
    return text_input(f"{_LEDGER}{number}", label, text, FIELD_LIMIT, multiline=True)


def _boxes(requirements: Sequence[Requirement]) -> Iterator[str]:
    """Whole lines, as many as a box takes. A single one that is longer than a box is left out, so it stays as it is."""
    box = ""
    for one in requirements:
        line = ledger_line(one)
        if len(line) > FIELD_LIMIT:
            continue
        if box and len(box) + 1 + len(line) > _BOX:
            yield box
            box = ""
        box = f"{box}\n{line}" if box else line
    if box:
        yield box


def _fitting(boxes: Sequence[str]) -> list[str]:
    """As many of `boxes` as a view takes."""
    sizes = accumulate(len(json.dumps(box)) for box in boxes)
    return [box for box, size in zip(boxes[:_BOXES], sizes, strict=False) if size <= _BYTES]


def _withdrawn(requirements: Sequence[Requirement]) -> list[Block]:
    if not requirements:
        return []
    text = "Withdrawn:\n" + "\n".join(f"R{one.number}. {one.text}" for one in requirements)
    shown = text if len(text) <= _WITHDRAWN else text[:_WITHDRAWN] + " …"
    return [{"type": "section", "text": plain(shown)}]


def _shown(view: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(field, the text it was shown with) of every box of the ledger."""
    for block in view["blocks"]:
        field = str(block.get("block_id", ""))
        if block.get("type") == "input" and field.startswith(_LEDGER):
            yield field, str(block["element"].get("initial_value") or "")
