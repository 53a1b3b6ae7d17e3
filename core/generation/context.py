"""Builds the prompts: what the model is told, in an order that lets a service keep the beginning in its cache.

From stable to changing: rules and answer format (the system message, the same bytes for everybody), the agent's role,
the files of the current version, the ledger, the messages, and the order at the very end. There is one system message,
and then the user and the assistant take turns: some models accept nothing else. What people wrote stands in
`<data:…>` sections that it cannot leave (`core/messages/neutral.py`). Everything here is pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import groupby

from core.automations.model import Automation, File
from core.errors import ContextTooLong
from core.generation.prompts.library import Prompts
from core.generation.tokens import estimate
from core.messages.history import Fitted, Turn, fit
from core.messages.model import Message, Speaker
from core.messages.neutral import AGENT_LABEL, inside, label, one_line, said
from core.ports import ModelMessage, Role
from core.sessions.model import Requirement, Session
from core.vocabulary import Language

_JOINT = 6
"""Tokens that a part of the prompt costs beside its text, rounded up."""
_GAP = 40
"""Tokens of the sentence that says how much is left out."""
_LEAST_TALK = 200
"""Tokens in which at least the beginning and end of the newest message can be shown."""
_CAPS = (600, 300, 150, 60)
"""Characters that a requirement keeps when the ledger is too long, tried in this order."""
_VERSIONS = 5
_SUMMARY = 300

Part = tuple[Role, str]


def opening_prompt(prompts: Prompts, session: Session, room: int) -> tuple[ModelMessage, ...]:
    """For the first words in a new thread. `room`: tokens for all of it, as `estimate` counts; raises ContextTooLong
    when the session alone does not fit."""
    purse = _Purse(room)
    system = purse.spend(_joined(prompts.rules, prompts.conversation))
    role = purse.spend(prompts.agents[session.agent_type])
    order = purse.spend(prompts.opening)
    ledger = purse.spend(_ledger(session, purse.left))
    return _messages(system, [("user", role), ("user", ledger), ("user", order)])


def conversation_prompt(
    prompts: Prompts, session: Session, messages: Sequence[Message], versions: Sequence[Automation], room: int
) -> tuple[ModelMessage, ...]:
    """For an answer in the thread. `versions`: heads are enough. Otherwise as `opening_prompt`; messages that do not
    fit are left out, and the prompt says how many."""
    purse = _Purse(room)
    system = purse.spend(_joined(prompts.rules, prompts.conversation))
    role = purse.spend(prompts.agents[session.agent_type])
    order = purse.spend(prompts.answer)
    ledger = purse.spend(_ledger(session, purse.left * 2 // 5))
    delivered = purse.spend(_delivered(versions))
    fitted = fit(_marked(messages, versions), purse.rest_for_talk(), estimate)
    preface: list[Part] = [("user", role), ("user", ledger), ("user", delivered)]
    return _messages(system, [*preface, *_dialogue(fitted), ("user", order)])


def generation_prompt(
    prompts: Prompts,
    session: Session,
    messages: Sequence[Message],
    language: Language,
    current: Automation | None,
    room: int,
    *,
    wish: str = "",
    edits: Sequence[str] = (),
) -> tuple[ModelMessage, ...]:
    """For a version. `wish`: what this one is for, where somebody said so. `edits`: files that may be changed in places. `current`: the version to change, with its files; ``None`` for the first one. Otherwise as
    `conversation_prompt`; the largest files that do not fit are only named, since what is not returned stays."""
    purse = _Purse(room)
    system = purse.spend(_joined(prompts.rules, prompts.format))
    role = purse.spend(_joined(prompts.agents[session.agent_type], prompts.languages[language]))
    order = purse.spend(_joined(_order(prompts, current, wish, edits), prompts.reminder))
    ledger = purse.spend(_ledger(session, purse.left * 2 // 5))
    files = purse.spend(_files(current, purse.left * 3 // 5)) if current else ""
    known = _marked(messages, (current,) if current else ())
    fitted = fit(known, purse.rest_for_talk(), estimate)
    parts = [role, files, ledger, *_transcript(fitted), order]
    return _messages(system, [("user", part) for part in parts])


def _order(prompts: Prompts, current: Automation | None, wish: str, edits: Sequence[str]) -> str:
    """What is to be done: the wish of this version as data, the order, and the leave to change long files in places."""
    wanted = _data("wish", said(wish)) if wish.strip() else ""
    if current is None:
        return _joined(wanted, prompts.generate)
    places = _joined(prompts.edits, "\n".join(f"- {inside(path)}" for path in edits)) if edits else ""
    return _joined(wanted, prompts.change, places)


def review_prompt(
    prompts: Prompts, session: Session, messages: Sequence[Message], current: Automation, room: int
) -> tuple[ModelMessage, ...]:
    """For a review of `current`, whose lines are numbered. Otherwise as `generation_prompt`."""
    purse = _Purse(room)
    system = purse.spend(_joined(prompts.rules, prompts.review))
    role = purse.spend(_joined(prompts.agents[session.agent_type], prompts.languages[current.language]))
    order = purse.spend(f"Review version {current.number} now: suggestions or one sentence, no files.")
    ledger = purse.spend(_ledger(session, purse.left * 2 // 5))
    files = purse.spend(_files(_numbered(current), purse.left * 3 // 5))
    fitted = fit(_marked(messages, (current,)), purse.rest_for_talk(), estimate)
    parts = [role, files, ledger, *_transcript(fitted), order]
    return _messages(system, [("user", part) for part in parts])


def _numbered(current: Automation) -> Automation:
    """Models miscount lines."""
    return replace(current, files=tuple(replace(file, content=_with_numbers(file)) for file in current.files))


def _with_numbers(file: File) -> str:
    return "\n".join(f"{number}\t{line}" for number, line in enumerate(file.content.splitlines(), 1))


class _Purse:
    """Tokens to spend on the parts that cannot be left out."""

    def __init__(self, room: int) -> None:
        self._room = room
        self.left = room

    def spend(self, text: str) -> str:
        """`text`, paid for. Raises ContextTooLong when it is too dear."""
        self._pay(estimate(text) + _JOINT)
        return text

    def rest_for_talk(self) -> int:
        """What is left for messages, beside the sentence that says which are missing; too little to hear anybody
        is not enough."""
        self._pay(_GAP + _LEAST_TALK)
        return self.left + _LEAST_TALK

    def _pay(self, tokens: int) -> None:
        self.left -= tokens
        if self.left < 0:
            raise ContextTooLong(
                f"The requirements and files of this session do not fit the model: beside its answer there is room for "
                f"about {max(0, self._room):,} tokens, and at least {self._room - self.left:,} are needed before the "
                "first message. Shorten or withdraw requirements, or choose a model with a larger context window.",
                detail=f"room {self._room}, short of {-self.left}",
            )


def _messages(system: str, parts: Iterable[Part]) -> tuple[ModelMessage, ...]:
    """One system message, then user and assistant in turn."""
    turns = groupby((part for part in parts if part[1]), key=lambda part: part[0])
    spoken = [ModelMessage(role, _joined(*(text for _, text in group))) for role, group in turns]
    return (ModelMessage("system", system), *spoken)


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def _data(kind: str, body: str) -> str:
    return f"<data:{kind}>\n{body}\n</data:{kind}>"


def _ledger(session: Session, room: int) -> str:
    """What binds the session, whole when it fits `room`; otherwise with its longest texts cut, as far as helps."""
    text = _ledger_with(session, None)
    for cap in _CAPS:
        if estimate(text) <= room:
            break
        text = _ledger_with(session, cap)
    return text


def _ledger_with(session: Session, cap: int | None) -> str:
    wide = None if cap is None else cap * 4
    form = [
        f"Title: {one_line(session.title)}",
        f"Tech stack: {_cut(said(session.tech_stack.strip()), wide) or '(open)'}",
        f"Constraints: {_cut(said(session.constraints.strip()), wide) or '(none)'}",
    ]
    lines = [_requirement(one, cap) for one in sorted(session.requirements, key=lambda one: one.number)]
    empty = "(None is written down yet: the messages say what is wanted.)"
    return _joined(
        _data("session", "\n".join(form)), _data("requirements", "\n".join(lines) if lines else empty)
    )


def _requirement(one: Requirement, cap: int | None) -> str:
    mark = ", withdrawn: do not build it" if one.withdrawn else ""
    return f"R{one.number} ({label(one.author)}{mark}): {_cut(one_line(one.text), cap)}"


def _cut(text: str, cap: int | None) -> str:
    if cap is None or len(text) <= cap:
        return text
    return f"{text[:cap].rstrip()} (cut here, {len(text) - cap:,} more characters are left out)"


def _delivered(versions: Sequence[Automation]) -> str:
    newest = sorted(versions, key=lambda version: version.number)[-_VERSIONS:]
    lines = [
        f"v{version.number} ({version.status}, {version.language.label}): {_cut(one_line(version.summary), _SUMMARY)}"
        for version in newest
    ]
    return _data("versions", "\n".join(lines) if lines else "(No version has been made yet.)")


def _files(current: Automation, room: int) -> str:
    """The files of the current version by path. What does not fit, the largest first, is only named."""
    shown = {file.path: _file(file) for file in sorted(current.files, key=lambda file: file.path)}
    costs = {path: estimate(text) + 1 for path, text in shown.items()}
    total = sum(costs.values())
    lines = {file.path: file.lines for file in current.files}
    for path in sorted(costs, key=lambda path: (-costs[path], path)):
        if total <= room:
            break
        shown[path] = (
            f"(The file {inside(path)}, {lines[path]} lines, is not shown for want of room. It stays as it is unless "
            "you return it whole; if it would have to change, say so in the notes.)"
        )
        total += estimate(shown[path]) + 1 - costs[path]
    return _data("files", "\n".join(shown.values()))


def _file(file: File) -> str:
    body = inside(file.content)
    return f'<data:file path="{inside(file.path)}">\n{body}{"" if body.endswith(chr(10)) else chr(10)}</data:file>'


def _marked(messages: Sequence[Message], versions: Sequence[Automation]) -> Sequence[Message]:
    """The messages with a word of the agent where work on each version began, so that what is newer stands out."""
    marked = list(messages)
    for version in versions:
        begun = version.created_at - timedelta(seconds=version.evidence.seconds)
        place = next((index for index, message in enumerate(marked) if message.at > begun), len(marked))
        words = f"(Version {version.number} was made of what had been said until here.)"
        marked.insert(place, Message(0, version.session_id, 0, Speaker.AGENT, AGENT_LABEL, words, begun))
    return marked


def _dialogue(fitted: Fitted) -> list[Part]:
    """The conversation as turns: the agent's own are the assistant's."""
    return [
        *(_spoken(turn) for turn in fitted.earliest),
        ("user", _missing(fitted.left_out)),
        *(_spoken(turn) for turn in fitted.recent),
    ]


def _spoken(turn: Turn) -> Part:
    if turn.speaker is Speaker.AGENT:
        return "assistant", turn.text
    return "user", _data("messages", turn.text)


def _transcript(fitted: Fitted) -> list[str]:
    """The conversation as one text, the agent's turns labelled like everybody's."""
    return [_written(fitted.earliest), _missing(fitted.left_out), _written(fitted.recent)]


def _written(turns: Sequence[Turn]) -> str:
    if not turns:
        return ""
    texts = (
        f"[{AGENT_LABEL}]: {turn.text}" if turn.speaker is Speaker.AGENT else turn.text for turn in turns
    )
    return _data("messages", "\n\n".join(texts))


def _missing(count: int) -> str:
    if not count:
        return ""
    what = "1 older message is" if count == 1 else f"{count:,} older messages are"
    return f"({what} left out here for want of room. What the ledger holds binds all the same.)"
