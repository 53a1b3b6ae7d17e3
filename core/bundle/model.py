"""What was taken from a model's answer."""

from __future__ import annotations

from dataclasses import dataclass

from core.automations.model import File


@dataclass(frozen=True, slots=True)
class Change:
    """Old lines and the lines that take their place, as the model wrote them; each "" or ending with a line feed.

    ``search`` is empty only for a file that is new or empty.
    """

    search: str
    replace: str


@dataclass(frozen=True, slots=True)
class Edit:
    """Changes to one file, in the order in which they came. ``problem``: why they cannot be used as they are, half a
    sentence for people that goes on after the file's name; empty when they can."""

    path: str
    changes: tuple[Change, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the model had been asked for. ``paths``: files, where they were named. ``single``: one file, of whatever
    name, is a whole answer."""

    paths: tuple[str, ...] = ()
    single: bool = False


@dataclass(frozen=True, slots=True)
class Bundle:
    """The files of one answer, and all that was said around them.

    ``files``: complete ones, in the order in which they first appeared, safe and unique paths.
    ``warnings``: sentences for people. ``truncated``: the answer ended before its end, by its shape or by what the
    service said. ``open_path``, ``partial``: the file that was cut, and what arrived of it, as it arrived.
    ``plan``: the paths that the model announced. ``notes``: what stood in `<notes>`. ``said``: all prose outside of
    files, ``intro``: the part of it before the first file. ``done``: the end marker came.
    ``deleted``, ``renamed``: safe paths, not compared with any project.
    ``unnamed``: code blocks without a file name. ``weak``: names that prose alone connects with such a block.
    ``edits``: changes to files that exist already, one entry for each of them. ``promoted``: paths of those `files`
    that are known from prose only: never to be put in the place of a file that exists. ``commands``: lines of blocks
    with commands.
    """

    files: tuple[File, ...] = ()
    warnings: tuple[str, ...] = ()
    truncated: bool = False
    open_path: str | None = None
    partial: str = ""
    plan: tuple[str, ...] = ()
    notes: str = ""
    said: str = ""
    intro: str = ""
    done: bool = False
    deleted: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    unnamed: int = 0
    weak: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()
    promoted: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
