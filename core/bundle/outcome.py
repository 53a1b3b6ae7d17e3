"""From all that was found in an answer to its bundle: which names that are not certain count, now that all is known."""

from __future__ import annotations

from core.automations.model import File
from core.bundle.dialects.languages import may_hold, usual_name
from core.bundle.drafts import Lone
from core.bundle.fileset import Claim
from core.bundle.found import Found
from core.bundle.model import Asked, Bundle
from core.bundle.paths import UnsafePath, safe_path, same_place, shown
from core.bundle.tidy import is_binary, mended, tidy

WARNING_LIMIT = 50
"""Sentences of one bundle; people read no more."""
_SEVERAL = 2


def bundle_of(found: Found, asked: Asked, *, cut_off: bool) -> Bundle:
    wanted = {same_place(path): path for path in (*found.plan, *asked.paths)}
    weak = _unproved(found, asked, set(wanted))
    for path in weak:
        found.files.drop(path)
    promoted = found.files.told
    files = found.files.files or _lone(found, asked, tuple(wanted.values()))
    draft = found.cut if found.cut and found.cut.path not in weak else None
    weak = tuple(dict.fromkeys([*weak, *(lone.weak for lone in found.programs if lone.weak)]))
    unnamed = 0 if files and not found.files.files else sum(lone.weak is None for lone in found.programs)
    loose = _loose_ends(found, weak, unnamed)
    return Bundle(
        files=files,
        warnings=_few([*found.warnings, *loose]),
        truncated=found.torn or cut_off,
        open_path=draft.path if draft else None,
        partial=mended("".join(draft.lines)) if draft else "",
        plan=tuple(found.plan),
        notes=mended("".join(found.notes)).strip(),
        said=mended("".join(found.said)).strip(),
        intro=mended("".join(found.said[: found.intro])).strip(),
        done=found.done,
        deleted=tuple(found.deleted),
        renamed=tuple(found.renamed),
        unnamed=unnamed,
        weak=weak,
        edits=found.all_edits(),
        promoted=promoted,
        commands=tuple(found.commands),
    )


def _unproved(found: Found, asked: Asked, wanted: set[str]) -> tuple[str, ...]:
    """Names from prose that make no file: beside names that need no prose, or one alone that nobody asked for."""
    told = found.files.told
    others = len(found.files.files) > len(told) or bool(found.edits)
    cut = found.cut
    if cut is not None and cut.path is not None:
        told = tuple(dict.fromkeys([*told, cut.path])) if cut.claim is Claim.PROSE else told
        others = others or cut.claim is not Claim.PROSE
    if not others and (len(told) >= _SEVERAL or asked.single):
        return ()
    return tuple(path for path in told if same_place(path) not in wanted)


def _lone(found: Found, asked: Asked, wanted: tuple[str, ...]) -> tuple[File, ...]:
    """The only block of code in the answer, as the one file that was asked for."""
    blocks = found.programs or found.scripts
    if len(blocks) != 1 or found.edits or found.cut is not None or not blocks[0].text.strip():
        return ()
    path = _name(blocks[0], asked, wanted)
    if path is None or is_binary(blocks[0].text):
        return ()
    return (File(path, tidy(path, blocks[0].text)[0]),)


def _name(lone: Lone, asked: Asked, wanted: tuple[str, ...]) -> str | None:
    if len(wanted) == 1:
        return wanted[0] if may_hold(lone.language, wanted[0]) and _is_safe(wanted[0]) else None
    if not asked.single:
        return None
    if lone.weak and may_hold(lone.language, lone.weak) and _is_safe(lone.weak):
        return lone.weak
    return usual_name(lone.language)


def _is_safe(path: str) -> bool:
    try:
        return safe_path(path) == path
    except UnsafePath:
        return False


def _loose_ends(found: Found, weak: tuple[str, ...], unnamed: int) -> list[str]:
    """Code without a name matters only where files had to be told from names around code blocks."""
    if found.files.stated:
        return []
    sentences = [f"A code block that seems to belong to {shown(name)} was left out." for name in weak]
    if unnamed:
        blocks = "A code block" if unnamed == 1 else f"{unnamed} code blocks"
        sentences.append(f"{blocks} without a file name had to be left out.")
    return sentences


def _few(sentences: list[str]) -> tuple[str, ...]:
    if len(sentences) <= WARNING_LIMIT:
        return tuple(sentences)
    return (*sentences[:WARNING_LIMIT], f"{len(sentences) - WARNING_LIMIT} more warnings of these kinds.")
