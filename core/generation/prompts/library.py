"""Reads the prompts: text files beside this module that anybody may edit, no programming needed.

A file is taken as it stands, without placeholders: what varies (requirements, messages, files) is put around it by
`core/generation/context.py`. A new agent type or language needs its file here, and loading says so when it is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from core.errors import SettingsError
from core.vocabulary import AgentType, Language


@dataclass(frozen=True, slots=True)
class Prompts:
    """Every text that the product says to a model on its own account.

    ``rules``: first in every prompt. ``format``: how a generation answers. ``conversation``: how a turn in the thread
    answers. ``opening``, ``answer``, ``generate`` (first version), ``change`` (later ones): the order at the end.
    ``reminder``: behind the order of a generation. ``repair``: at the end of what was found wrong with an answer.
    ``edits``: how long files are changed without sending them whole. ``review``: how a review answers.
    """

    rules: str
    format: str
    conversation: str
    opening: str
    answer: str
    generate: str
    change: str
    reminder: str
    repair: str
    edits: str
    review: str
    agents: Mapping[AgentType, str]
    languages: Mapping[Language, str]


class _Reader:
    """Reads all, and collects what is wrong, so that one start names every problem."""

    def __init__(self, root: Traversable) -> None:
        self._root = root
        self.problems: list[str] = []

    def read(self, path: str) -> str:
        try:
            text = self._root.joinpath(path).read_bytes().decode("utf-8-sig")
        except OSError:
            self.problems.append(f"the prompt {path} is missing or cannot be read")
            return ""
        except UnicodeDecodeError:
            self.problems.append(f"the prompt {path} is not UTF-8 text")
            return ""
        text = text.replace("\r\n", "\n").strip()
        if not text:
            self.problems.append(f"the prompt {path} is empty")
        return text


def load_prompts(root: Traversable | None = None) -> Prompts:
    """All prompts, from `root` or from this package. Raises SettingsError with one line for each file that is
    missing, empty or not UTF-8."""
    reader = _Reader(root or files("core.generation.prompts"))
    prompts = Prompts(
        rules=reader.read("rules.md"),
        format=reader.read("format.md"),
        conversation=reader.read("conversation.md"),
        opening=reader.read("opening.md"),
        answer=reader.read("answer.md"),
        generate=reader.read("generate.md"),
        change=reader.read("change.md"),
        reminder=reader.read("reminder.md"),
        repair=reader.read("repair.md"),
        edits=reader.read("edits.md"),
        review=reader.read("review.md"),
        agents={kind: reader.read(f"agents/{kind}.md") for kind in AgentType},
        languages={language: reader.read(f"languages/{language}.md") for language in Language},
    )
    if reader.problems:
        raise SettingsError(tuple(reader.problems))
    return prompts
