"""A form in a terminal: field by field, and again where something was wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.demo.screen import Screen
from bot.demo.team import SeenField, SeenForm, Team

Line = str | None
"""``None``: the input has ended."""
Ask = Callable[[str], Awaitable[Line]]

CLOSE = "!close"


class _Closed(Exception):
    """The person does not want to go on with the form."""


async def ask_form(team: Team, screen: Screen, who: str, form: SeenForm, ask: Ask) -> None:
    """Fills in and sends it, as often as it takes; `!close` at any field closes it. Raises NotPossible."""
    screen.form(who, form)
    screen.say(f"  Enter keeps what stands in a field, {CLOSE} closes the form.", "dim")
    try:
        await _fill(team, screen, who, form, ask)
    except _Closed:
        await team.dismiss(who)


async def _fill(team: Team, screen: Screen, who: str, form: SeenForm, ask: Ask) -> None:
    values: dict[str, str] = {}
    asked = form.fields
    while asked:
        for field in asked:
            values |= await _value(screen, field, ask)
        errors = await team.fill(who, values)
        if errors:
            screen.form(who, form, values, errors)
        asked = tuple(field for field in form.fields if field.key in errors)


async def _value(screen: Screen, field: SeenField, ask: Ask) -> dict[str, str]:
    """What was typed for a field; nothing when it is to stay as it is."""
    if field.options:
        return await _choice(screen, field, ask)
    standing = f" [{field.value}]" if field.value and "\n" not in field.value else ""
    if not field.lines:
        line = await _line(ask, f"{field.label}{standing}: ")
        return {field.key: line} if line else {}
    lines: list[str] = []
    while line := await _line(ask, f"{field.label}{standing}, an empty line ends: " if not lines else "  … "):
        lines.append(line)
    return {field.key: "\n".join(lines)} if lines else {}


async def _choice(screen: Screen, field: SeenField, ask: Ask) -> dict[str, str]:
    screen.items([f"{number} {label}" for number, (label, _) in enumerate(field.options, 1)])
    standing = next((label for label, value in field.options if value == field.value), "none")
    while line := (await _line(ask, f"{field.label} [{standing}]: ")).strip():
        for number, (label, value) in enumerate(field.options, 1):
            if line in {str(number), value} or line.lower() in label.lower():
                return {field.key: value}
        screen.say(f"  1 to {len(field.options)}, or a part of a name.", "yellow")
    return {}


async def _line(ask: Ask, question: str) -> str:
    line = await ask(question)
    if line is None or line.strip() == CLOSE:
        raise _Closed
    return line
