"""What was delivered, as files: attachments by version, their zips unpacked, direct messages, the thread to read."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from bot.demo.team import Seen, SeenFile
from core.errors import RequestRefused

_MARK = ".threadwright-demo"
_VERSION = re.compile(r"\Av(\d+) · ")


def claim(out: Path, part: str) -> Path:
    """The empty folder `part` in `out`; what an earlier run left in it is removed.

    Raises RequestRefused when `out` holds something that no demo has put there: nothing of anybody else is deleted.
    """
    try:
        if out.exists() and not (out / _MARK).exists() and any(out.iterdir()):
            raise RequestRefused(
                f"{out} holds other things than an earlier demo. Name another folder with --out."
            )
        shutil.rmtree(out / part, ignore_errors=True)
        (out / part).mkdir(parents=True)
        (out / _MARK).touch()
    except OSError as error:
        raise RequestRefused(
            f"{out} cannot be used: {error.strerror}. Name another folder with --out."
        ) from error
    return out / part


def keep(folder: Path, title: str, seen: Sequence[Seen]) -> list[Path]:
    """Writes everything into `folder`; returns what was written, without the contents of the zips."""
    kept = [folder / "thread.md"]
    lines = [f"# {title}", ""]
    for each, place in _placed(seen):
        lines += _told(each, place)
        kept += [_write(folder / place, file, unpack=each.where == "thread") for file in each.files]
    kept[0].write_text("\n".join(lines), encoding="utf-8")
    return kept


def _placed(seen: Sequence[Seen]) -> Iterator[tuple[Seen, PurePosixPath]]:
    """Every message with the folder for its files: that of the version, or of the person it was sent to."""
    version = 0
    for each in seen:
        if each.by_bot and each.where == "thread" and (found := _VERSION.match(each.text)):
            version = int(found[1])
        alone = {"direct": f"direct-messages/{each.to}", "private": f"only-for/{each.to}"}
        yield each, PurePosixPath(alone.get(each.where) or (f"v{version}" if version else "."))


def _write(folder: Path, file: SeenFile, *, unpack: bool) -> Path:
    """``unpack``: an archive also lies there with its folders."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / PurePosixPath(file.name.replace("\\", "/")).name
    target.write_bytes(file.data)
    if unpack and zipfile.is_zipfile(io.BytesIO(file.data)):
        with zipfile.ZipFile(target) as archive:
            archive.extractall(folder)
    return target


def _told(seen: Seen, place: PurePosixPath) -> list[str]:
    where = {"private": f", only for {seen.to}", "direct": f", direct message to {seen.to}"}.get(
        seen.where, ""
    )
    told = [f"**{seen.who}**{where}", "", seen.text.strip(), ""]
    told += [" ".join(f"`[{button.label}]`" for button in seen.buttons), ""] if seen.buttons else []
    told += [f"- [{file.name}]({place / file.name}), {len(file.data):,} bytes" for file in seen.files]
    return [*told, *([""] if seen.files else []), "---", ""]
