"""What was taken from a model's answer."""

from __future__ import annotations

from dataclasses import dataclass

from core.automations.model import File


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
