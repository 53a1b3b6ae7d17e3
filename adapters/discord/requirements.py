"""The form *Requirements*: the ledger as lines that can be changed, taken out and added to. Pure.

A submitted form brings back what stands in it, not what it was opened with. So each box carries in its id which lines
it showed, with a mark of their text: what others changed meanwhile is neither undone nor taken for withdrawn."""

from __future__ import annotations

import hashlib
import string
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from adapters.discord.custom_ids import LIMIT, CustomId
from adapters.discord.forms import Fields, modal, text_input
from adapters.discord.threads import Json
from adapters.shared.ledger import filled_lines, ledger_line, one_line, read_ledger
from core.intents import ChangeRequirements, Origin
from core.sessions.model import Requirement, Session
from core.vocabulary import FIELD_LIMIT

REQUIREMENTS: Final = "requirements"
"""The field for new lines; refusals of the desk name it."""
CHANGES: Final = "requirements_form"
_LEDGER: Final = "ledger"
_BOXES: Final = 4
_BOX: Final = 3_200
"""Characters of the ledger in one box: there is room to write."""
_BOX_LIMIT: Final = 4_000
_DIGITS: Final = string.digits + string.ascii_letters + "-_"
_BASE: Final = len(_DIGITS)
_HINT: Final = "Change a line to edit it, remove it to withdraw it. Keep the numbers."
_MORE: Final = "There are more than fit here; those keep as they are."
NEW_LABEL: Final = "New requirements (one per line)"


def change_form(session: Session, workspace: str = "") -> Json:
    """The ledger of `session`, in boxes of whole lines, and a box for new ones. ``workspace``: to be named in the form,
    when it opens outside of it."""
    all_boxes = list(_boxes([one for one in session.requirements if not one.withdrawn]))
    fields = {
        _marks(number, box): "\n".join(map(ledger_line, box)) for number, box in enumerate(all_boxes[:_BOXES])
    }
    return form_of(CustomId(CHANGES, session.id, workspace), fields, more=len(all_boxes) > _BOXES)


def form_of(custom_id: CustomId, fields: Fields, *, more: bool = False) -> Json:
    """The form with what stands in it, for the first time or again."""
    boxes = [field for field in fields if field.startswith(_LEDGER)]
    components = []
    for number, field in enumerate(boxes):
        label = "Requirements" if number == 0 else "Requirements, continued"
        hint = _HINT if number == 0 else _MORE if more and number == len(boxes) - 1 else ""
        components.append(text_input(field, label, fields, _BOX_LIMIT, hint=hint))
    components.append(text_input(REQUIREMENTS, NEW_LABEL, fields, FIELD_LIMIT))
    return modal(custom_id, "Requirements", components)


def read_changes(fields: Fields, session: str, origin: Origin) -> ChangeRequirements | None:
    """What was changed in the form, compared with what it showed; ``None`` when nothing was."""
    boxes = {field: text for field, text in fields.items() if field.startswith(_LEDGER)}
    before = {number: mark for field in boxes for number, mark in _shown(field)}
    after, add = read_ledger("\n".join(boxes.values()), before)
    add += filled_lines(fields.get(REQUIREMENTS, ""))
    edit = tuple((number, text) for number, text in after.items() if text and _mark(text) != before[number])
    withdraw = tuple(number for number in before if not after.get(number))
    if not (add or edit or withdraw):
        return None
    return ChangeRequirements(origin, session or None, tuple(add), edit, withdraw)


def _boxes(requirements: Sequence[Requirement]) -> Iterator[list[Requirement]]:
    """Whole lines, as many as a box and its id take. A single one that is longer than a box is left out, so it stays as
    it is."""
    box: list[Requirement] = []
    for one in requirements:
        if len(ledger_line(one)) > _BOX_LIMIT:
            continue
        if box and not _fits([*box, one]):
            yield box
            box = []
        box.append(one)
    if box:
        yield box


def _fits(box: Sequence[Requirement]) -> bool:
    near = all(second.number - first.number < _BASE for first, second in pairwise(box))
    text = sum(len(ledger_line(one)) + 1 for one in box)
    return near and text <= _BOX and len(_marks(_BOXES, box)) <= LIMIT


def _marks(number: int, box: Sequence[Requirement]) -> str:
    """The id of a box: the number of its first line, then for each the distance to the one before and the mark."""
    marks = ""
    last = box[0].number
    for one in box:
        marks += _DIGITS[one.number - last] + _mark(one.text)
        last = one.number
    return f"{_LEDGER}{number}:{box[0].number}:{marks}"


def _shown(field: str) -> Iterator[tuple[int, str]]:
    """(number, mark) of the lines that a box showed."""
    _, first, marks = field.split(":")
    number = int(first)
    for at in range(0, len(marks), 3):
        number += _DIGITS.index(marks[at])
        yield number, marks[at + 1 : at + 3]


def _mark(text: str) -> str:
    """Two letters that tell a text from another one, but for one case in 4,096."""
    value = int.from_bytes(hashlib.blake2b(one_line(text).encode(), digest_size=4).digest())
    return _DIGITS[value % _BASE] + _DIGITS[value // _BASE % _BASE]
