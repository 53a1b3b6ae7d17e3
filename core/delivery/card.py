"""The card that opens a session's thread, and the lists that people ask for. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from core.automations.model import Automation
from core.desk import SessionHead
from core.replies import Action, Button, Reply
from core.sessions.model import Requirement, Session, SessionStatus

_SHOWN = 20
_LINE = 200


def card(session: Session, version: Automation | None = None) -> Reply:
    """Title, agent type, status and the numbered requirements, with the buttons that make sense now."""
    parts = [
        f"### {session.title}",
        f"**{session.agent_type.label}** · {state(session, version)} · opened by {session.opened_by_name or 'somebody'}",
        ledger(session.requirements, limit=_SHOWN)
        or "*No requirements yet: say in the thread what it should do.*",
    ]
    parts += [
        f"**{name}:** {shorten(' '.join(value.split()), 2 * _LINE)}"
        for name, value in (("Tech stack", session.tech_stack), ("Constraints", session.constraints))
        if value.strip()
    ]
    return Reply("\n\n".join(parts), _buttons(session))


def _buttons(session: Session) -> tuple[Button, ...]:
    if session.status is SessionStatus.CLOSED:
        return (Button(Action.REOPEN, "Reopen", session.id),)
    return (
        Button(Action.GENERATE, "Generate", session.id, "primary"),
        Button(Action.REQUIREMENTS, "Requirements", session.id),
        Button(Action.CLOSE, "Close", session.id),
    )


def state(session: Session, version: Automation | None) -> str:
    """`open`, `closed`, or the newest version with its status."""
    newest = f"v{version.number} {version.status}" if version else "no version yet"
    return newest if session.status is SessionStatus.OPEN else f"closed ({newest})"


def ledger(requirements: Sequence[Requirement], *, limit: int | None = None) -> str:
    """The requirements, one per line; withdrawn ones struck out. `limit`: more are counted, not shown."""
    shown = requirements[:limit] if limit else requirements
    lines = [
        _line(requirement, shorten(requirement.text, _LINE) if limit else requirement.text)
        for requirement in shown
    ]
    if len(requirements) > len(shown):
        lines.append(f"… and {len(requirements) - len(shown)} more: press **Requirements** to see them.")
    return "\n".join(lines)


def _line(requirement: Requirement, text: str) -> str:
    said = f"R{requirement.number}. {text}"
    return f"- ~~{said}~~" if requirement.withdrawn else f"- {said}"


def requirements_list(session: Session) -> str:
    """The whole ledger with who said it and when."""
    if not session.requirements:
        return "This session has no requirements yet. Add one with the **Requirements** button, or say it in the thread."
    return "\n".join(
        f"{_line(one, one.text)} *({one.author or 'somebody'}, <!time:{int(one.at.timestamp())}>)*"
        for one in session.requirements
    )


def sessions_list(heads: Sequence[SessionHead]) -> str:
    if not heads:
        return "No open session in this channel. `/automation new` opens one."
    return "**Open sessions in this channel**\n" + "\n".join(
        f"- **{head.session.title}** ({head.session.agent_type.label}, "
        f"{f'v{head.version}' if head.version else 'no version yet'}, last said <!time:{int(head.last_said.timestamp())}>)"
        for head in heads
    )


def versions_list(versions: Sequence[Automation]) -> str:
    if not versions:
        return "There is no version yet. Press **Generate**, or mention me with `generate`."
    return "**Versions**\n" + "\n".join(
        f"- v{one.number}, {one.status}, {one.language.label}, <!time:{int(one.created_at.timestamp())}>: "
        f"{shorten(' '.join(one.summary.split()), _LINE)}"
        for one in versions
    )


def counted(number: int, what: str) -> str:
    """`1 file`, `1,200 files`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut at a word where one ends near."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    return (head.rsplit(" ", 1)[0] if " " in head[limit // 2 :] else head).rstrip() + "…"
